"""What is complete and what is lost, as `runs` says it; the meaning of its rows is that of `pipelines.sources.coverage`.

Local files are a source each (`file:PATH`, `warc:PATH`, `raw:PATH`): a row without a beginning says that all that the file held before
`until` is committed or in `rejected`. A file that was written to since then is not complete any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pipelines.dataset import read
from schemas import Completeness

_FIRST: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Period:
    """Half-open, UTC; no beginning means as far back as the source goes."""

    since: datetime | None
    until: datetime

    @property
    def start(self) -> datetime:
        return self.since or _FIRST


@dataclass(frozen=True)
class Coverage:
    """One source: its complete periods and those that were lost, each in order, without overlaps."""

    source: str
    complete: tuple[Period, ...] = ()
    lost: tuple[Period, ...] = ()

    def covers(self, since: datetime | None, until: datetime) -> bool:
        """Whether all that the source listed for the period is there, and nothing of it was lost."""
        start = since or _FIRST
        within = any(p.start <= start and until <= p.until for p in self.complete)
        return within and not any(p.start < until and start < p.until for p in self.lost)

    def missing(self, since: datetime, until: datetime) -> tuple[Period, ...]:
        """The parts of a period that are not complete, lost ones among them, in order."""
        holes, start = list[Period](), since
        for period in self.complete:
            if start < period.start < until:
                holes.append(Period(start, period.start))
            start = max(start, min(period.until, until))
        holes += [Period(start, until)] if start < until else []
        lost = [Period(max(p.start, since), min(p.until, until)) for p in self.lost if p.start < until and since < p.until]
        return tuple(_merged([*holes, *lost]))


def coverage(root: str | Path) -> dict[str, Coverage]:
    """Every source that some run has told about.

    Raises:
        RootError: there is no dataset below `root`.
    """
    rows = read(root, "runs").to_table(columns=["complete"]).column("complete").to_pylist()
    return of_rows(Completeness(**row) for told in rows for row in told or ())


def of_rows(rows: Iterable[Completeness]) -> dict[str, Coverage]:
    """The same from rows."""
    found: dict[str, tuple[list[Period], list[Period]]] = {}
    for row in rows:
        if row.until is not None:
            found.setdefault(row.source, ([], []))[row.gap].append(Period(row.since, row.until))
    return {source: Coverage(source, tuple(_merged(whole)), tuple(_merged(lost))) for source, (whole, lost) in sorted(found.items())}


def as_record(found: Coverage) -> dict[str, Any]:
    """Plain values."""
    return {"source": found.source, "complete": [vars(p) for p in found.complete], "lost": [vars(p) for p in found.lost]}


def _merged(periods: Sequence[Period]) -> list[Period]:
    """Periods that touch or overlap become one."""
    done: list[Period] = []
    for period in sorted(periods, key=lambda p: (p.start, p.until)):
        if done and period.start <= done[-1].until:
            done[-1] = Period(done[-1].since, max(done[-1].until, period.until))
        else:
            done.append(period)
    return done
