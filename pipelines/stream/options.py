"""What a stream is to do, and its limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.fetch import FetchConfig
from pipelines.stream.pace import Bounds
from pipelines.work import WorkOptions


@dataclass(frozen=True, kw_only=True)
class StreamOptions:
    """Times in seconds."""

    sources: tuple[str, ...]
    root: Path
    fetch: FetchConfig
    feeds: Bounds = Bounds(least=30, first=60, most=3600)
    """How often a feed or a page is asked."""
    sitemaps: Bounds = Bounds(least=300, first=600, most=6 * 3600)
    """How often sitemaps and sites, which cost a request a file or a category, are asked."""
    files: Bounds = Bounds(least=2, first=2, most=5)
    """How often folders and lists of URLs are looked at."""
    settle: float = 2.0
    """A file that was written to so lately is left until it rests."""

    gather: float = 10.0
    """How long the first page of a job waits for others: fewer, larger commits."""
    job_pages: int = 150
    """Pages of a job, at most; so many are not waited for any longer."""
    host_seconds: float = 15.0
    """Time that a job spends on one host; what exceeds it is left to the next job."""
    backlog: int = 600
    """Pages waiting that could be worked on now, above which nothing more is polled."""
    polls: int = 16
    """Polls at a time."""

    tidy_jobs: int = 4
    """Jobs between two compactions."""
    work: WorkOptions = WorkOptions()
    publish: bool = True
    report: float = 30.0
    """Between two lines of the log that say how it goes."""
    grace: float = 20.0
    """How long a job under way may take to end when the stream is stopped."""

    @property
    def job_fetch(self) -> FetchConfig:
        """How pages and lists are fetched: a job must not wait long for one host."""
        return replace(
            self.fetch,
            page_limit=self.work.page_limit,
            record_limit=self.work.page_limit,
            host_seconds=self.host_seconds,
            deadline=min(self.fetch.deadline, 10.0),
            connect_timeout=min(self.fetch.connect_timeout, 5.0),
            attempts=min(self.fetch.attempts, 2),
        )

    @property
    def host_pages(self) -> int:
        """Pages that one host can give in a job at its pace."""
        return max(1, int(self.host_seconds / self.fetch.delay)) if self.fetch.delay else self.job_pages
