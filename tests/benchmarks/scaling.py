"""From what a page costs to what a day of pages takes, and what gives way first; `bench_scaling.py` measures and writes it down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.fetch import FetchConfig
from tests.benchmarks.politeness import DAY, Reached, World, scheduled, stream

FULL: Final = 0.6
"""Share of a core's time that is planned with: news comes by day, and a stop is to be caught up with."""
COMMITS: Final = 24
"""Commits a day: an hourly run."""
PAGES_OF_A_HOST: Final = 20
"""A day, on average over hosts; an assumption."""
HOSTS: Final = 1_000_000
"""More news sites than these are not assumed."""


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What one page costs: milliseconds of processor time, bytes."""

    fetch: float
    normalize: float
    extract: float
    stage: float
    """Writing it to a staged file."""
    commit: float
    """Its share of a commit; commits are done one after the other."""
    commit_fixed: float
    """What each commit costs besides."""
    wire: float
    """As it comes, compressed."""
    raw: float
    """In the archive of raw responses."""
    stored: float
    """In the tables: articles, claims and the decisions about them, once compacted."""
    keys: float
    """In the key tables, which answer what is known."""
    worker: float
    """Memory of a worker process."""

    @property
    def work(self) -> float:
        """Milliseconds that workers spend, all stages together."""
        return self.fetch + self.normalize + self.extract + self.stage


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What so many pages a day take."""

    pages: float
    cores: float
    memory: float
    """Of the workers, GB."""
    network: float
    """Mbit/s, on average."""
    tables: float
    """GB a day."""
    archive: float
    """GB a day."""
    keys: float
    """GB a year."""


def needs(costs: Costs, pages: float) -> Needs:
    """The machines for so many pages a day."""
    cores = pages * costs.work / 1000 / DAY / FULL
    return Needs(
        pages=pages,
        cores=cores,
        memory=max(1.0, cores) * costs.worker / 1e9,
        network=pages * costs.wire * 8 / DAY / 1e6,
        tables=pages * costs.stored / 1e9,
        archive=pages * costs.raw / 1e9,
        keys=365 * pages * costs.keys / 1e9,
    )


@dataclass(frozen=True)
class Bound:
    """Something that can be full."""

    name: str
    load: float
    """1.0: it is full."""
    setting: str
    """What moves it."""


def world_of(pages: float) -> World:
    """The hosts that so many pages a day come from."""
    return World(pages=pages, hosts=int(min(HOSTS, max(1, pages / PAGES_OF_A_HOST))))


def reached(pages: float, config: FetchConfig) -> Reached:
    """What a stream fetches of them; over a day, or over the part of it that has some millions of pages."""
    return stream(world_of(pages), config, seconds=min(DAY, 4e6 / pages * DAY))


def bounds(costs: Costs, pages: float, got: Reached, config: FetchConfig) -> Sequence[Bound]:
    """What so many pages a day fill, the fullest first; with the settings as they come: one process, hourly commits."""
    work = pages * costs.work / 1000 / DAY
    committing = (COMMITS * costs.commit_fixed + pages * costs.commit) / 1000 / DAY
    world = world_of(pages)
    busiest = float((world.rates() * world.paces(config, 1)).max())
    hosts = 1 / got.share if got.saturated else busiest  # beyond 1 it is the pages left unread that count, not the largest host alone
    return sorted(
        (
            Bound("processor of one worker", work, "`--workers`, then `--runner flink` with `parallelism`"),
            Bound("commit", committing, "fewer, larger commits; then a root for each share of the sources"),
            Bound("requests of one worker at a time", got.under_way / config.concurrency, "more workers: each takes a share of the hosts"),
            Bound("hosts' pace", hosts, "`host_delay`, as far as a host agrees; other hosts, or an archive (`warc:`)"),
        ),
        key=lambda bound: -bound.load,
    )


def tables(costs: Costs, loads: Sequence[float], config: FetchConfig) -> Iterator[tuple[str, str]]:
    """The tables of docs/scaling.md, each under its mark's name."""
    yield "costs", _table(["what a page costs", "measured"], [[name, value] for name, value in _costs(costs)])
    sized = [needs(costs, pages) for pages in loads]
    yield (
        "needs",
        _table(
            [
                "pages a day",
                "cores",
                "workers' memory, GB",
                "network, Mbit/s",
                "tables, GB a day",
                "archive, GB a day",
                "key tables, GB a year",
            ],
            [[f"{n.pages:,.0f}", *map(_short, (n.cores, n.memory, n.network, n.tables, n.archive, n.keys))] for n in sized],
        ),
    )
    found = {pages: reached(pages, config) for pages in loads}
    yield (
        "bottlenecks",
        _table(
            ["pages a day", "fullest", "load", "what moves it", "then"],
            [_first(pages, bounds(costs, pages, found[pages], config)) for pages in loads],
        ),
    )
    yield (
        "politeness",
        _table(
            [
                "pages a day",
                "hosts",
                "read by a stream",
                "hosts with more than their pace",
                "wait, median and p95, s",
                "hourly runs",
                "runs each 15 min",
            ],
            [
                [
                    f"{pages:,.0f}",
                    f"{world_of(pages).hosts:,}",
                    f"{got.share:.1%}",
                    f"{got.saturated:,}",
                    f"{_short(got.median)}, {_short(got.p95)}",
                    f"{scheduled(world_of(pages), config, runs=24):.1%}",
                    f"{scheduled(world_of(pages), config, runs=96):.1%}",
                ]
                for pages, got in found.items()
            ],
        ),
    )


def _costs(costs: Costs) -> Iterator[tuple[str, str]]:
    for name in ("fetch", "normalize", "extract", "stage"):
        yield name, f"{getattr(costs, name):.1f} ms of a core"
    yield "commit", f"{costs.commit:.2f} ms of one process, and {costs.commit_fixed / 1000:.1f} s each commit"
    yield "network", f"{costs.wire / 1000:.1f} kB"
    yield "archive of raw pages", f"{costs.raw / 1000:.1f} kB"
    yield "tables", f"{costs.stored / 1000:.2f} kB"
    yield "key tables", f"{costs.keys:.0f} bytes"
    yield "a worker's memory", f"{costs.worker / 1e6:.0f} MB"


def _first(pages: float, found: Sequence[Bound]) -> list[str]:
    first, *others = found
    then = [f"{bound.name} {_short(bound.load)}" for bound in others]
    return [f"{pages:,.0f}", first.name, _short(first.load), first.setting, "; ".join(then)]


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}" if value >= 0.001 else "0"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)])
