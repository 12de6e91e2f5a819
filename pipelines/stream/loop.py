"""The loop: it asks the schedule who is due, hands looks and jobs to threads, and takes what they give.

Nothing is lost by a stop or a crash: a look's notes count only with the commit of what it led to, and a commit is atomic.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

from pipelines.logs import logger
from pipelines.stream.choose import job_size, under_pressure, workable
from pipelines.stream.job import OWED_SEEN, JobDone, JobFailedError
from pipelines.stream.options import StreamOptions
from pipelines.stream.polling import Listing, Polled
from pipelines.stream.schedule import Schedule
from pipelines.stream.watched import Watched
from pipelines.stream.watching import Snapshot, Watch
from schemas import Locator

T = TypeVar("T")

_LOOK: Final = 1.0
"""Seconds between two looks at the clock, at most."""
_OWED_LOOK: Final = 10.0
"""Seconds between two looks at what is owed while no job ends."""
_JOB_SECONDS: Final = 12.0
"""How long the pages of a job should take."""
_FEWEST: Final = 30
_LONGEST_PAUSE: Final = 300.0
"""Seconds between two jobs that fail."""


class Clock(Protocol):
    """The time, and waiting; tests have one that does not wait."""

    def now(self) -> datetime: ...
    def wait(self, wake: threading.Event, seconds: float) -> None: ...


@dataclass
class Stream:
    """A stream at work.

    Attributes:
        options: what to do.
        poll: looks at a source.
        job: works on what was polled, and commits: polls, time, most pages → what was done.
        tidy: merges small files.
        seen: the memory.
        looks, jobs: where `poll`, and `job` and `tidy`, run; of `jobs` one at a time.
        clock: the time.
        watch: told how it goes, at each turn of the loop.
    """

    options: StreamOptions
    sources: list[Watched]
    seen: Listing
    poll: Callable[[Watched, datetime], Polled]
    job: Callable[[list[Polled], datetime, int], JobDone]
    tidy: Callable[[], int]
    looks: Executor
    jobs: Executor
    clock: Clock
    watch: Callable[[Snapshot], None] = lambda _: None
    _polling: dict[Future[Polled], Watched] = field(default_factory=dict)
    _ready: list[Polled] = field(default_factory=list)
    _owed: list[Locator] = field(default_factory=list)
    _job: Future[JobDone] | None = None
    _tidying: Future[int] | None = None
    _jobs_untidied: int = 0
    _failures: int = 0
    _ending: bool = False
    _blocked: bool = False
    _size: int = 0
    _in_job: int = 0

    def __post_init__(self) -> None:
        now = self.clock.now()
        self.schedule, self.counts = Schedule(self.sources, now), Watch()
        self._wake = threading.Event()
        self._size = self.options.job_pages
        self._no_job_before = self._owed_at = self._reported = now
        self._log = logger("stream")

    def run(self, seconds: float | None = None) -> None:
        """Go on until the caller is interrupted; then the job under way may end.

        Args:
            seconds: or until they have passed; then what was seen is worked off.
        """
        end = None if seconds is None else self.clock.now() + timedelta(seconds=seconds)
        try:
            while not self._is_over(end):
                self.clock.wait(self._wake, self.turn())
            self._tell(self.clock.now())
            self.looks.shutdown()
            self.jobs.shutdown()
        except BaseException:
            self._stop()
            raise

    def turn(self) -> float:
        """Take what has ended, begin what is due; seconds until there may be something to do again, unless something ends before."""
        now = self.clock.now()
        self._take_polls(now)
        self._take_job(now)
        self._begin_polls(now)
        self._begin_job(now)
        self._tell(now)
        return self._pause(now)

    def _is_over(self, end: datetime | None) -> bool:
        self._ending = end is not None and self.clock.now() >= end
        return self._ending and not (self._polling or self._ready or self._job or self._tidying)

    def _take_polls(self, now: datetime) -> None:
        for future in [future for future in self._polling if future.done()]:
            source, polled = self._polling.pop(future), future.result()
            self.schedule.ended(source, now, new=polled.new, failed=polled.error is not None, hints=polled.hints)
            self.counts.polled(polled.error, now, source.given)
            if polled.error is not None:
                self._log.warning("poll failed", source=source.given, error=polled.error)
            if polled.needs_a_job:
                self._ready.append(polled)
            else:
                self._confirm(polled, now)
                self.schedule.released(source)

    def _confirm(self, polled: Polled, now: datetime) -> None:
        """Makes a look count that brought nothing."""
        try:
            self.seen.confirm(polled.run_id, recorded=False)
        except sqlite3.Error as error:  # a full disk, say; the next look brings the same
            self.counts.trouble(now, f"memory: {error}")
            self._log.warning("the memory cannot be written", error=str(error))

    def _take_job(self, now: datetime) -> None:
        if self._tidying is not None and self._tidying.done():
            self._take_tidying(now)
        if self._job is None or not self._job.done():
            return
        future, self._job, self._in_job = self._job, None, 0
        try:
            done = future.result()
        except JobFailedError as error:
            self._failures += 1
            pause = min(_LONGEST_PAUSE, 2.0**self._failures)
            self._no_job_before = now + timedelta(seconds=pause)
            self.counts.job_failed(now, str(error))
            self._log.error("job failed; what it was to do is done again", error=str(error), again_in=pause)
            polls = error.polls
        else:
            self._failures = 0
            self._jobs_untidied += done.report.result.recorded
            self.counts.job(done, now)
            if done.pages >= _FEWEST:  # a smaller one says more about its start than about its pages
                self._size = job_size(done.pages, done.work, wanted=_JOB_SECONDS, least=_FEWEST, most=self.options.job_pages)
            polls = done.polls
        for poll in polls:
            self.schedule.released(poll.watched, None if self._failures == 0 else self._no_job_before)
        self._look_at_owed(now)

    def _take_tidying(self, now: datetime) -> None:
        future, self._tidying = self._tidying, None
        assert future is not None
        if (error := future.exception()) is not None:  # the next one does what is left
            self.counts.trouble(now, f"compaction: {error}")
            self._log.warning("compaction failed", error=f"{type(error).__name__}: {error}")

    def _begin_polls(self, now: datetime) -> None:
        if now - self._owed_at >= timedelta(seconds=_OWED_LOOK) and self._job is None:
            self._look_at_owed(now)
        due = [] if self._ending else self.schedule.due(now, self.options.polls - len(self._polling))
        self._blocked = bool(due) and self._workable() + self._in_job >= self.options.backlog
        for source in () if self._blocked else due:
            self.schedule.started(source)
            self._polling[self._hand(self.looks, self.poll, source, now)] = source

    def _begin_job(self, now: datetime) -> None:
        if self._job is not None or self._tidying is not None or now < self._no_job_before:
            return
        if self._jobs_untidied >= self.options.tidy_jobs:
            self._jobs_untidied, self._tidying = 0, self._hand(self.jobs, self.tidy)
            return
        if (not self._owed or self._ending) and not self._is_worth_a_job(now):
            return
        self._in_job = self._waiting()
        polls, self._ready, self._owed = self._ready, [], []
        most = under_pressure(self._size, self._in_job, self.options.job_pages)
        self._job = self._hand(self.jobs, self.job, polls, now, most)

    def _is_worth_a_job(self, now: datetime) -> bool:
        """Whether enough pages wait, or the first one has waited long enough."""
        if not self._ready:
            return False
        oldest = min(poll.at for poll in self._ready)
        return self._ending or sum(poll.new for poll in self._ready) >= self._size or now - oldest >= timedelta(seconds=self.options.gather)

    def _look_at_owed(self, now: datetime) -> None:
        self._owed, self._owed_at = self.seen.owing(now, OWED_SEEN), now

    def _workable(self) -> int:
        listed = [row for poll in self._ready for row in poll.found if isinstance(row, Locator)]
        return workable([*listed, *self._owed], self.options.host_pages)

    def _waiting(self) -> int:
        return sum(poll.new for poll in self._ready) + len(self._owed) + self._in_job

    def _tell(self, now: datetime) -> None:
        snapshot = self.counts.snapshot(self.schedule, self._waiting(), now)
        self.watch(snapshot)
        if now - self._reported >= timedelta(seconds=self.options.report):
            self._reported = now
            self._log.info("state", **snapshot.fields())

    def _pause(self, now: datetime) -> float:
        due = self.schedule.next_due()
        moments = [due] if due is not None and not self._blocked and len(self._polling) < self.options.polls else []
        moments += [poll.at + timedelta(seconds=self.options.gather) for poll in self._ready[:1] if self._job is None]
        waits = [(moment - now).total_seconds() for moment in moments]
        return min(_LOOK, max(0.05, min(waits, default=_LOOK)))

    def _hand(self, where: Executor, do: Callable[..., T], *arguments: object) -> Future[T]:
        future = where.submit(do, *arguments)
        future.add_done_callback(lambda _: self._wake.set())
        return future

    def _stop(self) -> None:
        """No look begins any more, and the job under way has some seconds; what it does not finish, the next start does."""
        self.looks.shutdown(wait=False, cancel_futures=True)
        under_way: list[Future[Any]] = [future for future in (self._job, self._tidying) if future is not None]
        if under_way:
            self._log.info("stopping; the job under way may end", seconds=self.options.grace)
        wait(under_way, timeout=self.options.grace)
        self.jobs.shutdown(wait=False, cancel_futures=True)
