"""How long to wait until a source is asked again: from what it brought before, and from what its server says about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

HISTORY: Final = 8
"""Polls that a source's rate is estimated from."""
_HALF: Final = 0.5
"""Added to the count of new entries: a source that brought nothing is not asked never again (Krichevsky and Trofimov, 1981)."""
_LONGEST_SKIP: Final = timedelta(days=7)


@dataclass(frozen=True)
class Bounds:
    """Seconds between two polls: at least, before anything is known, and at most."""

    least: float
    first: float
    most: float

    def __post_init__(self) -> None:
        if not 0 < self.least <= self.first <= self.most:
            raise ValueError(f"bounds must rise and be above 0: least {self.least}, first {self.first}, most {self.most}")


@dataclass(frozen=True)
class Brought:
    """What a poll brought: how many new entries, in how many seconds since the poll before."""

    new: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Hints:
    """What a server says about when to come again."""

    fresh: float | None = None
    """Seconds for which the answer is good (`max-age`, `Expires`, RSS `ttl`)."""
    not_before: datetime | None = None
    """`Retry-After`, or the end of a pause that the client keeps."""
    skip_hours: frozenset[int] = frozenset()
    """Hours of the day, UTC, in which an RSS feed asks not to be read."""
    skip_days: frozenset[int] = frozenset()
    """Days of the week, Monday is 0."""


def interval(history: Sequence[Brought], failures: int, hints: Hints, bounds: Bounds) -> float:
    """Seconds to the next poll: about one new entry a poll, not before the answer is stale, slower with each failure; within the bounds.

    Args:
        history: of the last polls; the first poll of a source is not in it, since what it brings has gathered for unknown time.
        failures: polls in a row that failed.
    """
    if failures:
        wait = bounds.first * 2.0 ** min(failures, 20)
    elif seconds := sum(poll.seconds for poll in history):
        wait = seconds / (sum(poll.new for poll in history) + _HALF)
    else:
        wait = bounds.first
    return min(max(wait, hints.fresh or 0.0, bounds.least), bounds.most)


def next_poll(now: datetime, history: Sequence[Brought], failures: int, hints: Hints, bounds: Bounds) -> datetime:
    """When to ask again, UTC; later than the bounds only where the server asks for it in so many words."""
    due = now + timedelta(seconds=interval(history, failures, hints, bounds))
    if hints.not_before is not None:
        due = max(due, hints.not_before)
    return _outside_of_skipped(due, hints)


def _outside_of_skipped(due: datetime, hints: Hints) -> datetime:
    """The first moment from `due` on that lies in no skipped hour; what skips everything is not believed."""
    moment = due.astimezone(UTC)
    while moment.hour in hints.skip_hours or moment.weekday() in hints.skip_days:
        moment = (moment + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
        if moment - due > _LONGEST_SKIP:
            return due
    return moment
