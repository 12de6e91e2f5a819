"""What the fetch side can reach: a simulation of one request at a time and a pause for each host, where few hosts publish much.

The pages of a day are spread over hosts by Zipf's law: the n-th host publishes a share that is proportional to n to the power of minus
the exponent. They appear at random moments (Poisson), and each host is asked in the order in which they appeared, by the rules of
`pipelines.fetch.hosts`: a request starts no sooner than the host's delay after the start of the one before, and not before that has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pipelines.fetch import FetchConfig

DAY: Final = 86_400.0


@dataclass(frozen=True, kw_only=True)
class World:
    """Who publishes how much, and how the hosts answer; times in seconds."""

    pages: float
    """A day, of all hosts."""
    hosts: int
    exponent: float = 1.0
    latency: float = 0.5
    """From a request's start to the page's last byte."""
    patient: float = 0.05
    """Share of hosts whose robots.txt asks for `crawl_delay`."""
    crawl_delay: float = 10.0

    def rates(self) -> npt.NDArray[np.float64]:
        """Pages a second of each host, the largest first."""
        weights = np.arange(1, self.hosts + 1, dtype=np.float64) ** -self.exponent
        return self.pages / DAY * weights / weights.sum()

    def paces(self, config: FetchConfig, seed: int) -> npt.NDArray[np.float64]:
        """Seconds from one request to the next, of each host; which hosts are patient ones is drawn."""
        asked = np.where(np.random.default_rng(seed).random(self.hosts) < self.patient, self.crawl_delay, 0.0)
        return np.maximum(np.maximum(config.delay, asked), self.latency)


@dataclass(frozen=True, kw_only=True)
class Reached:
    """What was fetched of what was published."""

    share: float
    saturated: int
    """Hosts that publish more than they may be asked for."""
    mean: float
    """Seconds from a page's appearance to its request, of the pages fetched."""
    median: float
    p95: float
    under_way: float
    """Requests at a time, on average: each takes one of a worker's `concurrency` slots."""


def stream(world: World, config: FetchConfig, *, seconds: float, seed: int = 1) -> Reached:
    """Hosts are asked without an end, as `dyadwire stream` does, for so long."""
    made = np.random.default_rng([seed, 1])
    rates, paces = world.rates(), world.paces(config, seed)
    counts = made.poisson(rates * seconds)
    host = np.repeat(np.arange(world.hosts), counts)
    appears = made.random(len(host)) * seconds
    appears = appears[np.lexsort((appears, host))]
    asked = _in_turn(appears, host, counts, paces)
    waits = (asked - appears)[asked <= seconds]
    return Reached(
        share=len(waits) / len(host),
        saturated=int((rates * paces > 1).sum()),
        mean=float(waits.mean()),
        median=float(np.median(waits)),
        p95=float(np.quantile(waits, 0.95)),
        under_way=len(waits) / seconds * world.latency,
    )


def scheduled(world: World, config: FetchConfig, *, runs: int, seed: int = 1) -> float:
    """The share that `runs` runs a day fetch, spread evenly: a run asks each host `host_requests` times and for `host_seconds` at most."""
    made = np.random.default_rng([seed, 2])
    rates, paces = world.rates(), world.paces(config, seed)
    most = np.minimum(config.host_requests, np.floor(min(config.host_seconds, DAY / runs) / paces)).astype(np.int64)
    waiting, fetched, published = np.zeros(world.hosts, dtype=np.int64), 0, 0
    for _ in range(runs):
        appeared = made.poisson(rates * DAY / runs)
        waiting += appeared
        served = np.minimum(waiting, most)
        waiting -= served
        published, fetched = published + int(appeared.sum()), fetched + int(served.sum())
    return fetched / published


def _in_turn(
    appears: npt.NDArray[np.float64], host: npt.NDArray[np.int64], counts: npt.NDArray[np.int64], paces: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """When each page is asked for: no sooner than it appears, nor than its host's pace after the one before.

    `asked[i] = max(appears[i], asked[i-1] + pace)` is a running maximum of `appears[i] - i * pace`; all hosts run at once, kept apart by a
    step that is larger than any difference within one.
    """
    number = np.arange(len(host)) - np.repeat(np.cumsum(counts) - counts, counts)
    owed = number * paces[host]
    apart = host * (appears.max(initial=0.0) + owed.max(initial=0.0) + 1.0)
    running: npt.NDArray[np.float64] = np.maximum.accumulate(appears - owed + apart) - apart + owed
    return running
