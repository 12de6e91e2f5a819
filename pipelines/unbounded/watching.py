"""The restriction of a source that is watched: when to look again, and which look was the last. Pure; it is what an engine checkpoints."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from apache_beam.io.iobase import RestrictionProgress, RestrictionTracker

from pipelines.stream.pace import HISTORY, Brought, Hints, next_poll
from pipelines.stream.watched import Watched

ASK_AGAIN: Final = timedelta(seconds=0.5)
"""Between two questions whether the last look is committed: until then its source has no news to tell."""


@dataclass(frozen=True, kw_only=True)
class Watching:
    """How far the watching of a source has come.

    Attributes:
        until: no look begins from then on; None: never.
        left: looks that may be; None: no limit.
        last: the slice under which the last look's notes lie in the memory.
        due: when to go on; None: at once.
        looked: when the last look that did not fail began.
        failures: looks in a row that failed.
        history: what the last looks brought, for the pace.
        over: whether nothing is left to do.
    """

    until: datetime | None = None
    left: int | None = None
    last: str | None = None
    due: datetime | None = None
    looked: datetime | None = None
    failures: int = 0
    history: tuple[Brought, ...] = ()
    over: bool = False

    def ends(self, now: datetime) -> bool:
        """Whether no look may begin any more."""
        return self.left == 0 or (self.until is not None and now >= self.until)

    def wait(self, now: datetime) -> float:
        """Seconds until there is something to do; to the end, where that comes first."""
        if self.due is None:
            return 0.0
        return max(0.0, (min(self.due, self.until or self.due) - now).total_seconds())

    def asked(self, now: datetime) -> Watching:
        """The last look is not committed yet."""
        return replace(self, due=now + ASK_AGAIN)

    def began(self, slice_id: str, now: datetime) -> Watching:
        """A look begins."""
        return replace(self, last=slice_id, due=now + ASK_AGAIN, left=None if self.left is None else self.left - 1)

    def ended(self, watched: Watched, now: datetime, *, new: int, failed: bool, hints: Hints) -> Watching:
        """The look that began last has ended; the next one has the source's own pace."""
        failures = self.failures + 1 if failed else 0
        history = self.history
        if self.looked is not None and not failed:
            history = (*history, Brought(new, (now - self.looked).total_seconds()))[-HISTORY:]
        due = next_poll(now, history, failures, hints, watched.bounds)
        return replace(self, due=due, looked=self.looked if failed else now, failures=failures, history=history)


class WatchingTracker(RestrictionTracker):  # type: ignore[misc]
    """Hands on a `Watching`; what is left is always all of it, since there is no second worker for a source."""

    def __init__(self, watching: Watching) -> None:
        self._watching, self._handed_back = watching, False

    def current_restriction(self) -> Watching:
        return self._watching

    def try_claim(self, position: Watching) -> bool:
        """Goes on to a later state; False: the engine took the rest back, and what is claimed is not to be done."""
        if self._handed_back:
            return False
        self._watching = position
        return True

    def try_split(self, fraction_of_remainder: float) -> tuple[Watching, Watching] | None:
        if fraction_of_remainder != 0 or self._handed_back or self._watching.over:
            return None
        self._handed_back = True
        return replace(self._watching, over=True), self._watching

    def check_done(self) -> None:
        if not (self._handed_back or self._watching.over):
            raise ValueError(f"a look ended without handing its source back: {self._watching}")

    def current_progress(self) -> Any:
        return RestrictionProgress(completed=0.0, remaining=1.0)

    def is_bounded(self) -> bool:
        return False
