"""A stream that is turned by hand, with a clock of its own: hours pass without a moment's sleep."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import stand_in_stages
from fetching import config

from pipelines.dataset import open_root, prepare, read
from pipelines.stream import warm
from pipelines.stream.job import JobDone, JobFailedError, run_job
from pipelines.stream.loop import Stream
from pipelines.stream.options import StreamOptions
from pipelines.stream.polling import Listing, Polled, Poller
from pipelines.stream.tidying import tidy
from pipelines.stream.watched import Watched, watched
from pipelines.stream.watching import Snapshot
from pipelines.web import RAW, STATE

START = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass
class Made:
    """A clock that jumps to where somebody waits for."""

    moment: datetime = START
    idle: float = 1.0
    """Seconds that pass where nothing is due at once."""

    def now(self) -> datetime:
        return self.moment

    def wait(self, wake: threading.Event, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds if seconds < 1.0 else self.idle)


class Here(Executor):
    """Does at once what it is given."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@dataclass
class Bench:
    """A stream over a root, turned by hand."""

    root: Path
    sources: tuple[str, ...]
    changes: dict[str, Any] = field(default_factory=dict)
    jobs: list[tuple[datetime, int]] = field(default_factory=list)
    looks: list[tuple[datetime, str]] = field(default_factory=list)
    last: Snapshot | None = None
    waiting: list[int] = field(default_factory=list)
    failing: int = 0

    def __post_init__(self) -> None:
        fetch = config(raw=self.root / RAW, state=self.root / STATE)
        self.options = replace(StreamOptions(sources=self.sources, root=self.root, fetch=fetch), **self.changes)
        self.clock, self.seen = Made(), Listing(self.root / STATE)
        self.poller = Poller(self.seen, warm.fetcher(self.options.job_fetch), settle=0.0)
        prepare(open_root(self.root))
        self.stream = Stream(
            self.options, watched(self.options), self.seen, self._poll, self._job, self._tidy, Here(), Here(), self.clock, self._watch
        )

    def go(self, seconds: float) -> None:
        end = self.clock.moment + timedelta(seconds=seconds)
        while self.clock.moment < end:
            self.clock.wait(threading.Event(), self.stream.turn())

    def count(self, dataset: str = "articles") -> int:
        return int(read(self.root, dataset).count_rows())

    def _poll(self, source: Watched, now: datetime) -> Polled:
        self.looks.append((now, source.given))
        return self.poller.poll(source, now)

    def _job(self, polls: list[Polled], now: datetime, most: int) -> JobDone:
        if self.failing:
            self.failing -= 1
            for poll in polls:
                self.seen.drop(poll.run_id)
            raise JobFailedError(polls, OSError("the disk is full"))
        done = run_job(self.options, self.seen, polls, now, most=most, build=stand_in_stages.build, extractor="0+stand-in")
        self.jobs.append((now, done.pages))
        return done

    def _tidy(self) -> int:
        return tidy(open_root(self.root))

    def _watch(self, snapshot: Snapshot) -> None:
        self.last = snapshot
        if self.waiting[-1:] != [snapshot.waiting]:
            self.waiting.append(snapshot.waiting)
