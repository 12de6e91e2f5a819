"""One job of a stream: what the polls listed and what earlier jobs left, as one small bounded run of the pipeline, and its commit.

It is the pipeline of `pipelines.ingest`, on Beam's in-process runner: its start costs a fraction of a second, little beside what a job
waits for its pages (docs/streaming.md has the measured cost), and a stream does what an ingest does.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from pipelines.context import new_run
from pipelines.ingest import IngestOptions, RunReport, ingest
from pipelines.seen import SeenStore
from pipelines.stream import warm
from pipelines.stream.choose import Chosen, choose
from pipelines.stream.options import StreamOptions
from pipelines.stream.polling import Polled
from schemas import Locator, Rejected

OWED_SEEN: Final = 20_000
"""Owed pages that a job chooses from, the newest."""


@dataclass(frozen=True)
class JobDone:
    """A job that was committed.

    Attributes:
        report: of the run.
        polls: whose lists it worked on.
        pages: how many.
        listed_at: when each of its new pages was listed.
        seconds: from its start to the published rows.
    """

    report: RunReport
    polls: tuple[Polled, ...]
    pages: int
    listed_at: tuple[datetime, ...]
    seconds: float

    @property
    def work(self) -> float:
        """Seconds that normalizing and extracting took: what waited for hosts is bounded by itself."""
        spent = self.report.result.seconds
        return spent.get("normalize", 0.0) + spent.get("extract", 0.0)


class JobFailedError(RuntimeError):
    """A job that was not committed; its polls are to be done again."""

    def __init__(self, polls: Sequence[Polled], cause: Exception) -> None:
        super().__init__(f"{type(cause).__name__}: {cause}")
        self.polls = tuple(polls)


def run_job(
    options: StreamOptions, seen: SeenStore, polls: Sequence[Polled], now: datetime, *, most: int, build: warm.Build, extractor: str | None
) -> JobDone:
    """Work on what was polled, and on what is owed as far as there is room.

    Args:
        seen: the memory.
        polls: whose notes the job adopts, so that its commit makes them count.
        most: pages of the net.
        build: builds the stages, once a process.
        extractor: version of the extractor in them; None is the project's own.

    Raises:
        JobFailedError: whatever went wrong; nothing that the polls noted counts.
    """
    started, context = time.perf_counter(), new_run(now)
    try:
        seen.adopt((poll.run_id for poll in polls), context)
        found = [row for poll in polls for row in poll.found]
        chosen = _chosen(options, found, seen.owing(now, OWED_SEEN), most)
        seen.pay(context, (locator.uri for locator in chosen.owed))
        seen.defer_many(context, chosen.put_off)
        rejected = tuple(replace(row, run_id=context.run_id) for row in found if isinstance(row, Rejected))
        listed: tuple[Locator | Rejected, ...] = (*rejected, *chosen.fresh, *chosen.owed)
        job = IngestOptions(
            inputs=(),
            listed=listed,
            root=options.root,
            flow="stream",
            work=options.work,
            publish=options.publish,
            fetch=options.job_fetch,
        )
        report = ingest(job, context=context, stages=partial(warm.stages, build=build), extractor_version=extractor, fetcher=warm.lent)
    except Exception as error:
        with suppress(sqlite3.Error):  # the same full disk, say; what is not confirmed never counts
            seen.drop(context.run_id)
        raise JobFailedError(polls, error) from error
    moments = {row.uri: poll.at for poll in polls for row in poll.found if isinstance(row, Locator)}
    return JobDone(report, tuple(polls), len(listed), tuple(moments[page.uri] for page in chosen.fresh), time.perf_counter() - started)


def warm_up(options: StreamOptions, build: warm.Build) -> None:
    """Load what the first job needs, while the first looks are under way."""
    import apache_beam  # noqa: F401

    import pipelines.transforms  # noqa: F401

    warm.stages(options.work, build)


def _chosen(options: StreamOptions, found: Iterable[Locator | Rejected], owed: Sequence[Locator], most: int) -> Chosen:
    fresh = {(row.uri, row.offset): row for row in found if isinstance(row, Locator)}
    return choose(fresh.values(), owed, most=most, per_host=options.host_pages)
