"""Slices: the parts of a backfill, each a job of its own.

A slice's id follows from what the slice is, so it is the same in every run: from the source and the period, or from the files' names.
Slices are scheduling and nothing else: rows are right however a period is cut (see docs/architecture.md, "Exactly once, by identity").
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

Unit = Literal["hour", "day"]

_STEP: Final[dict[Unit, timedelta]] = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
_CODES: Final = {"%H": "[0-2][0-9]", "%M": "[0-5][0-9]", "%S": "[0-5][0-9]", "%j": "[0-3][0-9][0-9]"}
"""Codes of a date pattern that are finer than a slice, as the globs that stand for any of their values."""
_SMALLEST: Final[dict[Unit, str]] = {"hour": "%H", "day": "%d"}


@dataclass(frozen=True, kw_only=True)
class Slice:
    """A part of a backfill."""

    id: str
    inputs: tuple[str, ...]
    """What the job reads; `articles:` for stored articles that are read again."""
    covers: tuple[str, ...]
    """The sources that `runs` must name as complete, for the slice to be."""
    since: datetime | None = None
    until: datetime | None = None
    """The period, half-open, UTC; None for files without one."""
    files: int | None = None
    bytes: int | None = None
    """Of local inputs; None for all others."""
    count: int | None = None
    """What there is to read: files, lists, stored articles; None where only the source itself tells."""

    @property
    def title(self) -> str:
        """For people: its period, or its first file and how many there are."""
        if self.since is not None and self.until is not None:
            form = "%Y-%m-%d" if self.until - self.since >= _STEP["day"] else "%Y-%m-%d %H:%M"
            return f"{self.since:{form}}"
        first = self.inputs[0].rpartition("/")[2] if self.inputs else ""
        return first if len(self.inputs) < 2 else f"{first} and {len(self.inputs) - 1} more"


def periods(since: datetime, until: datetime, unit: Unit) -> Iterator[tuple[datetime, datetime]]:
    """The hours or days of [since, until), cut at full hours or at midnight UTC; the first and the last may be shorter."""
    start = since.astimezone(UTC)
    floor = start.replace(minute=0, second=0, microsecond=0)
    if unit == "day":
        floor = floor.replace(hour=0)
    end = floor + _STEP[unit]
    while start < until:
        yield start, min(end, until)
        start, end = end, end + _STEP[unit]


def period_id(scheme: str, source: str, since: datetime, until: datetime) -> str:
    """`gdelt-4f0c21aa-20260101T0000-20260101T0100`."""
    return f"{scheme}-{_digest([source])}-{since:%Y%m%dT%H%M}-{until:%Y%m%dT%H%M}"


def files_id(scheme: str, files: Sequence[str]) -> str:
    """`warc-4f0c21aa`."""
    return f"{scheme}-{_digest(files)}"


def input_id(given: str) -> str:
    """The id of a slice that is one input, such as a feed: `feed-4f0c21aa`."""
    scheme = re.match(r"([a-z]+):", given)
    return files_id(scheme[1] if scheme else "file", [given])


def has_date(pattern: str) -> bool:
    """Whether a name holds date codes, as `crawl/%Y/%m/CC-NEWS-%Y%m%d%H*.warc.gz` does."""
    return "%Y" in pattern


def glob_of(pattern: str, since: datetime, unit: Unit) -> str:
    """The glob that finds the files of one hour or day.

    Raises:
        ValueError: the pattern does not say which hour or day a file belongs to.
    """
    wanted = {"%Y", "%m", "%d"} | {_SMALLEST[unit]}
    if missing := sorted(code for code in wanted if code not in pattern and not (code in ("%m", "%d") and "%j" in pattern)):
        raise ValueError(f"{pattern!r} has no {' and no '.join(missing)}, so it does not say which files belong to which {unit}")
    if unit == "day":
        for code in ("%H", "%M", "%S"):
            pattern = pattern.replace(code, _CODES[code])
    for code in ("%M", "%S"):
        pattern = pattern.replace(code, _CODES[code])
    return since.strftime(pattern)


def _digest(names: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(names).encode("utf8", "surrogateescape")).hexdigest()[:8]
