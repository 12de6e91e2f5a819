"""Dates as pages and records write them, to UTC; what is doubtful becomes None."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from dateutil import parser

_EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
_FIRST_EPOCH: Final = 631_152_000.0
"""1990 in Unix time: a smaller number is a count, a year or a day of something else."""
_SLACK: Final = timedelta(days=1)
"""Clocks and zones of publishers are wrong by up to this much."""
ZONES: Final = {
    name: round(hours * 3600)
    for name, hours in {
        "UTC": 0,
        "GMT": 0,
        "Z": 0,
        "BST": 1,
        "CET": 1,
        "CEST": 2,
        "EET": 2,
        "EEST": 3,
        "MSK": 3,
        "PKT": 5,
        "IST": 5.5,
        "SGT": 8,
        "JST": 9,
        "KST": 9,
        "ET": -5,
        "EST": -5,
        "EDT": -4,
        "CST": -6,
        "CDT": -5,
        "MST": -7,
        "MDT": -6,
        "PST": -8,
        "PDT": -7,
        "AEST": 10,
        "AEDT": 11,
        "WET": 0,
        "WAT": 1,
        "WEST": 1,
        "CAT": 2,
        "SAST": 2,
        "EAT": 3,
        "TRT": 3,
        "IRST": 3.5,
        "AFT": 4.5,
        "NPT": 5.75,
        "ICT": 7,
        "WIB": 7,
        "HKT": 8,
        "PHT": 8,
        "NZST": 12,
        "NZDT": 13,
        "ART": -3,
        "BRT": -3,
    }.items()
}
"""Zone names that news sites use, in seconds east of Greenwich; IST is read as India's, which most pages that write it mean."""


def parse_time(value: Any, now: datetime) -> datetime | None:
    """A time in UTC, or None: not readable as one, without a year, before 1900, or more than a day after `now`.

    A value without a zone is taken as UTC.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_epoch(float(value), now)
    if not isinstance(value, str) or not 8 <= len(value.strip()) <= 80:
        return None
    found = _parse(value.strip())
    return None if found is None else plausible(found, now)


def plausible(value: datetime, now: datetime) -> datetime | None:
    """`value` in UTC where an article can be from then, else None."""
    try:
        utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return utc if _EARLIEST <= utc <= now + _SLACK else None


def _parse(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        pass
    # two defaults tell a date that names its day, month and year from one that leaves any of them out
    try:
        first = parser.parse(value, default=datetime(1904, 1, 1), tzinfos=_zone)  # noqa: DTZ001, the zone is UTC where none is named
        second = parser.parse(value, default=datetime(1908, 2, 2), tzinfos=_zone)  # noqa: DTZ001
    except (ValueError, OverflowError, TypeError):
        return None
    return first if first == second else None


def _zone(name: str | None, offset: int | None) -> int | None:
    """Seconds east of Greenwich for dateutil; None, and so UTC, for names that it should not guess at."""
    return offset if offset is not None else ZONES.get((name or "").upper())


def _from_epoch(seconds: float, now: datetime) -> datetime | None:
    if seconds > 1e11:  # milliseconds
        seconds /= 1000
    if seconds < _FIRST_EPOCH:
        return None
    try:
        return plausible(datetime.fromtimestamp(seconds, UTC), now)
    except (OverflowError, ValueError, OSError):
        return None
