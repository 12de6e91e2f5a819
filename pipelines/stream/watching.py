"""How a stream is doing: numbers of the last minutes, for a table or a line of the log."""

from __future__ import annotations

import resource
from collections import Counter, deque
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

from pipelines.stream.job import JobDone
from pipelines.stream.schedule import Schedule

_WINDOW: Final = timedelta(minutes=5)
_LATENCIES: Final = 2000
_COUNTED: Final = ("polls", "failed_polls", "jobs", "failed_jobs", "pages", "articles", "claims", "rejected")
_PAGE_BYTES: Final = resource.getpagesize()


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The numbers at a moment; times in seconds, None where nothing is known yet."""

    sources: int
    lag: float
    """How long the longest due source has been waiting to be looked at."""
    polls: int
    failed_polls: int
    waiting: int
    """Pages that are listed and not committed."""
    jobs: int
    failed_jobs: int
    pages: int
    articles: int
    claims: int
    rejected: int
    pages_per_minute: float
    """Over the last five minutes."""
    latency: float | None
    """Median from the look that saw a page to its published row."""
    latency_p95: float | None
    job_seconds: float | None
    """Of the last job."""
    megabytes: float | None
    """Memory of this process."""
    trouble: str | None
    """What went wrong last, in the last five minutes."""

    def fields(self) -> dict[str, Any]:
        """Plain values for a line of the log."""
        return {name: round(value, 1) if isinstance(value, float) else value for name, value in asdict(self).items()}


class Watch:
    """Counts what happens."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._latencies: deque[float] = deque(maxlen=_LATENCIES)
        self._worked: deque[tuple[datetime, int]] = deque()
        self._job_seconds: float | None = None
        self._trouble: tuple[datetime, str] | None = None

    def polled(self, error: str | None, now: datetime, source: str) -> None:
        self._counts["polls"] += 1
        if error is not None:
            self._counts["failed_polls"] += 1
            self.trouble(now, f"{source}: {error}")

    def job(self, done: JobDone, now: datetime) -> None:
        """A job was committed and published."""
        result = done.report.result
        self._counts.update(
            jobs=1,
            pages=done.pages,
            articles=sum(result.articles.get(kind, 0) for kind in ("added", "replaced")),
            claims=result.claims_added,
            rejected=sum(result.rejected_by_reason.values()),
        )
        self._latencies.extend((now - moment).total_seconds() for moment in done.listed_at)
        self._worked.append((now, done.pages))
        self._job_seconds = done.seconds

    def job_failed(self, now: datetime, why: str) -> None:
        self._counts["failed_jobs"] += 1
        self.trouble(now, why)

    def trouble(self, now: datetime, why: str) -> None:
        self._trouble = (now, why[:300])

    def snapshot(self, schedule: Schedule, waiting: int, now: datetime) -> Snapshot:
        while self._worked and self._worked[0][0] < now - _WINDOW:
            self._worked.popleft()
        trouble = self._trouble[1] if self._trouble and self._trouble[0] >= now - _WINDOW else None
        counts = {name: self._counts[name] for name in _COUNTED}
        return Snapshot(
            sources=len(schedule),
            lag=schedule.lag(now),
            waiting=waiting,
            pages_per_minute=sum(pages for _, pages in self._worked) / (_WINDOW.total_seconds() / 60),
            latency=median(self._latencies) if self._latencies else None,
            latency_p95=quantiles(self._latencies, n=20)[-1] if len(self._latencies) > 1 else None,
            job_seconds=self._job_seconds,
            megabytes=megabytes(),
            trouble=trouble,
            **counts,
        )


def megabytes() -> float | None:
    """Resident memory of this process, 10^6 bytes; None where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES / 1e6
    except (OSError, ValueError, IndexError):
        return None
