"""When each source is looked at. Pure: it is told the time and what happened, and says what is due."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pipelines.stream.pace import HISTORY, Brought, Hints, next_poll
from pipelines.stream.watched import Watched


@dataclass
class _State:
    due: datetime
    busy: bool = False
    last: datetime | None = None
    failures: int = 0
    history: deque[Brought] = field(default_factory=lambda: deque(maxlen=HISTORY))


class Schedule:
    """All sources. One that is being looked at, or whose last look is not committed yet, is never due: its memory stands still."""

    def __init__(self, watched: Iterable[Watched], now: datetime) -> None:
        """All are due at once; the client keeps the pace that each host can bear."""
        self._states = {source: _State(due=now) for source in watched}

    def __len__(self) -> int:
        return len(self._states)

    def due(self, now: datetime, room: int) -> list[Watched]:
        """Who is to be looked at now, the longest due first, `room` of them at most."""
        ready = [(state.due, index, source) for index, (source, state) in enumerate(self._states.items()) if self._is_due(state, now)]
        return [source for _, _, source in sorted(ready, key=lambda row: row[:2])[: max(0, room)]]

    def lag(self, now: datetime) -> float:
        """Seconds for which the longest due source has been waiting."""
        return max(((now - state.due).total_seconds() for state in self._states.values() if self._is_due(state, now)), default=0.0)

    def next_due(self) -> datetime | None:
        """When the next one of those that may be looked at is due; None while all are busy."""
        return min((state.due for state in self._states.values() if not state.busy), default=None)

    def started(self, source: Watched) -> None:
        """A look begins."""
        self._states[source].busy = True

    def ended(self, source: Watched, now: datetime, *, new: int, failed: bool, hints: Hints) -> None:
        """A look has ended; the source stays busy until it is `released`."""
        state = self._states[source]
        state.failures = state.failures + 1 if failed else 0
        if state.last is not None and not failed:
            state.history.append(Brought(new, (now - state.last).total_seconds()))
        if not failed:
            state.last = now
        state.due = next_poll(now, state.history, state.failures, hints, source.bounds)

    def released(self, source: Watched, not_before: datetime | None = None) -> None:
        """What the look brought is committed, or given up: the next one may come."""
        state = self._states[source]
        state.busy = False
        state.due = max(state.due, not_before or state.due)

    @staticmethod
    def _is_due(state: _State, now: datetime) -> bool:
        return not state.busy and state.due <= now
