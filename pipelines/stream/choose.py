"""Which of the pages that wait go into the next job: new ones first, and of each host only as many as its pace allows. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.fetch import REMOTE_KINDS
from pipelines.logs import host_of
from schemas import Locator


@dataclass(frozen=True)
class Chosen:
    """A job's pages."""

    fresh: tuple[Locator, ...]
    """Just listed."""
    owed: tuple[Locator, ...]
    """Left by earlier jobs."""
    put_off: tuple[Locator, ...]
    """Just listed, and left to later jobs."""


def choose(fresh: Iterable[Locator], owed: Iterable[Locator], *, most: int, per_host: int) -> Chosen:
    """A fair share: every host comes to its turn, however many pages another one has waiting.

    Local files are always taken: a look gives a number of them that a job can bear.

    Args:
        most: pages of the net in a job.
        per_host: of one host.
    """
    share = _Share(most, per_host)
    taken, put_off = list[Locator](), list[Locator]()
    for locator in _in_turn(fresh):
        (taken if share.takes(locator) else put_off).append(locator)
    listed = {locator.uri for locator in (*taken, *put_off)}
    return Chosen(tuple(taken), tuple(late for late in _in_turn(owed) if late.uri not in listed and share.takes(late)), tuple(put_off))


def workable(waiting: Sequence[Locator], per_host: int) -> int:
    """How many of the waiting pages the next jobs can come to: a host with thousands of them keeps nobody else from being polled."""
    hosts = Counter(host_of(locator.uri) for locator in waiting)
    return sum(min(count, per_host) for count in hosts.values())


def job_size(pages: int, seconds: float, *, wanted: float, least: int, most: int) -> int:
    """Pages that a job can work on in `wanted` seconds, by what the last one did; `most` while nothing is known.

    Args:
        pages, seconds: of the last job, without the time that it waited for hosts.
    """
    return most if pages <= 0 or seconds * most <= wanted * pages else max(least, int(wanted * pages / seconds))


def under_pressure(size: int, waiting: int, most: int) -> int:
    """Pages of a job while many wait: at least half of them, since each job has costs that do not grow with its pages; at most `most`."""
    return max(size, min(most, waiting // 2))


def _in_turn(locators: Iterable[Locator]) -> list[Locator]:
    """The first page of each host, then the second of each: a job that spreads over many hosts waits less for the pace of each."""
    before: Counter[str | None] = Counter()
    ranked = []
    for locator in locators:
        host = host_of(locator.uri)
        ranked.append((before[host], locator))
        before[host] += 1
    return [locator for _, locator in sorted(ranked, key=lambda row: row[0])]


@dataclass
class _Share:
    left: int
    per_host: int

    def __post_init__(self) -> None:
        self._hosts: Counter[str | None] = Counter()

    def takes(self, locator: Locator) -> bool:
        if locator.kind not in REMOTE_KINDS:
            return True
        host = host_of(locator.uri)
        if self.left <= 0 or self._hosts[host] >= self.per_host:
            return False
        self.left -= 1
        self._hosts[host] += 1
        return True
