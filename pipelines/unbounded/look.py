"""Looking at a source again and again, as a splittable DoFn."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import apache_beam as beam
from apache_beam.transforms.core import RestrictionProvider
from apache_beam.utils.shared import Shared
from apache_beam.utils.timestamp import Duration

from pipelines.context import RunContext, utc_now
from pipelines.logs import ensure, logger
from pipelines.seen import SeenStore
from pipelines.stream import warm
from pipelines.stream.options import StreamOptions
from pipelines.stream.polling import Listing, Polled, Poller
from pipelines.stream.watched import Watched
from pipelines.unbounded.parts import Part, parts_of
from pipelines.unbounded.watching import Watching, WatchingTracker
from schemas import Locator

OWED: Final = "owed:"
"""Stands for what earlier looks could not come to, as if it were a source."""
_OWED_PAGES: Final = 500
_EARLY: Final = timedelta(seconds=0.2)
_NAP: Final = 0.5
"""Seconds. Engines have resumed at once whatever delay was asked for (Prism before 2.77, beam#39848): then the DoFn naps."""


@dataclass
class Looker:
    """What looks share in a worker: the memory, and who asks."""

    seen: Listing
    poller: Poller

    @classmethod
    def of(cls, options: StreamOptions) -> Looker:
        fetch = options.job_fetch
        assert fetch.state is not None  # a root has a memory
        seen = Listing(fetch.state)
        return cls(seen, Poller(seen, warm.fetcher(fetch) if fetch.contact else None, settle=options.settle))


class Look(beam.DoFn, RestrictionProvider):  # type: ignore[misc]
    """From a source to the parts of its looks. No look begins before the last one is committed: until then the memory stands still.

    Args:
        job: id of the job, the run of all its rows.
        options: of the stream.
        shards: see `parts_of`.
        until, looks: see `Watching`.
    """

    def __init__(self, job: str, options: StreamOptions, shards: int, until: datetime | None, looks: int | None) -> None:
        self._job, self._options, self._shards, self._until, self._looks = job, options, shards, until, looks
        self._shared = Shared()

    def setup(self) -> None:
        ensure()
        self._looker: Looker = self._shared.acquire(lambda: Looker.of(self._options))

    def initial_restriction(self, element: Watched) -> Watching:
        return Watching(until=self._until, left=self._looks)

    def create_tracker(self, restriction: Watching) -> WatchingTracker:
        return WatchingTracker(restriction)

    def restriction_size(self, element: Watched, restriction: Watching) -> int:
        return 1

    def truncate(self, element: Watched, restriction: Watching) -> None:
        """A job that is drained begins no look."""

    @beam.DoFn.unbounded_per_element()
    def process(self, watched: Watched, tracker: Any = beam.DoFn.RestrictionParam()) -> Iterator[Part]:  # noqa: B008 - Beam's way
        watching, now = tracker.current_restriction(), utc_now()
        if watching.wait(now) > _EARLY.total_seconds():
            time.sleep(min(watching.wait(now), _NAP))
            watching, now = tracker.current_restriction(), utc_now()
        if watching.wait(now) > 0:
            _hand_back(tracker, watching, now)
        elif watching.ends(now):
            tracker.try_claim(replace(watching, over=True))
        elif watching.last is not None and self._looker.seen.waits(self._job, watching.last):
            if tracker.try_claim(asked := watching.asked(now)):
                _hand_back(tracker, asked, now)
        else:
            yield from self._look(watched, watching, now, tracker)

    def _look(self, watched: Watched, watching: Watching, now: datetime, tracker: Any) -> Iterator[Part]:
        context = RunContext(run_id=self._job, slice_id=slice_of(watched), now=now)
        if not tracker.try_claim(began := watching.began(context.slice_id, now)):
            return
        polled = look(self._looker, watched, context)
        yield from parts(self._looker.seen, context, polled, self._shards)
        ended = began.ended(watched, now, new=polled.new, failed=polled.error is not None, hints=polled.hints)
        if tracker.try_claim(ended):
            _hand_back(tracker, ended, utc_now())


def look(looker: Looker, watched: Watched, context: RunContext) -> Polled:
    """Look at a source; its notes lie under the look's slice."""
    if watched.given == OWED:
        owing = looker.seen.owing(context.now, _OWED_PAGES)
        looker.seen.pay(context, (locator.uri for locator in owing))
        return Polled(watched=watched, run_id=context.run_id, at=context.now, found=tuple(owing))
    polled = looker.poller.poll(watched, context.now)
    looker.seen.adopt([polled.run_id], context)
    if polled.error is not None:
        logger("stream").warning("poll failed", source=watched.given, error=polled.error)
    return polled


def parts(seen: SeenStore, context: RunContext, polled: Polled, shards: int) -> list[Part]:
    """What a look leads to; where that is nothing, it counts at once."""
    if not polled.needs_a_job:
        seen.confirm(context.run_id, context.slice_id, recorded=False)
        return []
    found = [row if isinstance(row, Locator) else replace(row, run_id=context.run_id) for row in polled.found]
    shared = parts_of(context, found, shards)
    seen.divide(context, len(shared))
    return shared


def slice_of(watched: Watched) -> str:
    """A name for a look: the source's, and one that no other look has, also of a worker that does the same look anew."""
    return f"{hashlib.sha256(watched.given.encode('utf8', 'surrogateescape')).hexdigest()[:8]}-{secrets.token_hex(6)}"


def _hand_back(tracker: Any, watching: Watching, now: datetime) -> None:
    tracker.defer_remainder(Duration(micros=int(watching.wait(now) * 1_000_000)))
