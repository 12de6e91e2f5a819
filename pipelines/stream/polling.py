"""One look at one source: what it lists that was not listed before, noted in the memory, pending the commit of what it leads to."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from pipelines.context import RunContext
from pipelines.fetch.remote import Fetcher
from pipelines.fetch.response import Response
from pipelines.seen import SeenStore
from pipelines.sources import discover
from pipelines.sources.web import Memory, Web
from pipelines.stream.files import Files, tail
from pipelines.stream.hints import of_response
from pipelines.stream.pace import Hints
from pipelines.stream.watched import Watched
from schemas import Locator, Rejected

_RECORDS: Final = 2000
"""Of each partition of a topic that one look takes: its commit is what the memory advances by."""


@dataclass(frozen=True, kw_only=True)
class Polled:
    """What a look gave."""

    watched: Watched
    run_id: str
    """Under which its notes lie in the memory until a job adopts them."""
    at: datetime
    """When it ended, UTC."""
    found: tuple[Locator | Rejected, ...] = ()
    hints: Hints = field(default_factory=Hints)
    lost: bool = False
    """Whether the source has a gap to tell of."""
    error: str | None = None
    """Why nothing could be listed."""

    @property
    def new(self) -> int:
        return sum(isinstance(found, Locator) for found in self.found)

    @property
    def needs_a_job(self) -> bool:
        """Whether there is something to commit."""
        return bool(self.found) or self.lost


class Listing(SeenStore):
    """The memory as a poll sees it: what is owed is no news, and is shared out by the jobs."""

    def owed(self, context: RunContext, source_uri: str | None = None) -> list[Locator]:
        return []


class Poller:
    """Looks at sources; may be called by several threads, for one source at a time.

    Args:
        seen: the memory.
        fetcher: the way to the net; None where all sources are local.
        settle: see `StreamOptions`.
    """

    def __init__(self, seen: Listing, fetcher: Fetcher | None, *, settle: float) -> None:
        self._seen, self._fetcher, self._settle = seen, fetcher, settle
        self._files: dict[str, Files] = {}

    def poll(self, watched: Watched, now: datetime) -> Polled:
        """Look at a source; what goes wrong is `error`, never an exception."""
        context = RunContext(run_id=f"poll-{secrets.token_hex(8)}", now=now)
        asked = _Asked(self._fetcher, now)
        try:
            found = tuple(self._found(watched, context, asked))
            lost = any(row.gap for row in self._seen.told(context.run_id))
        except Exception as error:  # a library's or the disk's fault: the others go on, and this one is tried again later
            with suppress(sqlite3.Error):  # what is not confirmed never counts
                self._seen.drop(context.run_id)
            return Polled(watched=watched, run_id=context.run_id, at=now, error=f"{type(error).__name__}: {error}"[:500])
        rejected = [row for row in found if isinstance(row, Rejected)]
        failed = rejected[0].error if rejected and len(rejected) == len(found) else None
        return Polled(watched=watched, run_id=context.run_id, at=now, found=found, hints=asked.hints, lost=lost, error=failed)

    def _found(self, watched: Watched, context: RunContext, asked: _Asked) -> Iterator[Locator | Rejected]:
        if watched.way == "files":
            yield from self._changed(watched.given, context)
            return
        if watched.way == "lines":
            added = tail(watched.given, context, self._seen)
            if added is not None:
                memory = Memory(Web(asked, lambda _: [], self._seen), context, watched.given)
                yield from (locator for locator in added if memory.is_new(locator))
                memory.flush()
                return
            if not self._changed(watched.given.removeprefix("urls:"), context):
                return
        yield from discover([watched.given], context, web=lambda: asked.web(self._seen))

    def _changed(self, path: str, context: RunContext) -> list[Locator | Rejected]:
        return self._files.setdefault(path, Files(path, self._settle)).look(context, self._seen)


@dataclass
class _Asked:
    """The way to the net of one poll, which remembers what the first answer said about the next poll."""

    fetcher: Fetcher | None
    now: datetime
    hints: Hints = field(default_factory=Hints)
    _answered: bool = False

    def __call__(self, url: str, context: RunContext, **how: Any) -> Response | Rejected:
        assert self.fetcher is not None  # who has no remote source asks for nothing
        answer = self.fetcher.ask(url, context, **how)
        if not self._answered:
            self._answered = True
            if isinstance(answer, Response):
                self.hints = of_response(answer, self.now)
            elif answer.reason == "circuit_open":  # a pause that the client keeps; other failures have the pace of failures
                self.hints = Hints(not_before=answer.retry_after)
        return answer

    def web(self, seen: SeenStore) -> AbstractContextManager[Web]:
        return self._web(seen)

    @contextmanager
    def _web(self, seen: SeenStore) -> Iterator[Web]:
        yield Web(self, self.fetcher.sitemaps if self.fetcher is not None else lambda _: [], seen, records=_RECORDS)
