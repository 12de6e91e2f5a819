"""What sources need of the net: somebody who gets a URL, and a memory. They fetch nothing by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from pipelines.context import RunContext
from pipelines.seen import LISTED, Seen, SeenStore
from schemas import Completeness, Locator, Rejected, RejectionStage

_BATCH: Final = 500


class Answer(Protocol):
    """What a server answered, decompressed."""

    @property
    def url(self) -> str: ...
    @property
    def body(self) -> bytes: ...
    @property
    def media_type(self) -> str | None: ...
    @property
    def not_modified(self) -> bool: ...
    @property
    def etag(self) -> str | None: ...
    @property
    def last_modified(self) -> str | None: ...


class Asker(Protocol):
    """Gets a URL through the one client; a failure comes back as the row that it gives."""

    def __call__(
        self,
        url: str,
        context: RunContext,
        *,
        input: str,
        accept: str = "*/*",
        etag: str | None = None,
        last_modified: str | None = None,
        limit: int | None = None,
    ) -> Answer | Rejected: ...


@dataclass(frozen=True)
class Web:
    """The net as a source sees it."""

    ask: Asker
    sitemaps: Callable[[str], list[str]]
    """The sitemaps that the robots.txt of a URL's origin names."""
    seen: SeenStore | None = None
    """None: everything is new."""
    since: datetime | None = None
    until: datetime | None = None
    """What is dated outside of this half-open period is not listed; what has no date is."""
    gdelt: str = "http://data.gdeltproject.org/gdeltv2/"
    complete: Callable[[Completeness], None] | None = None
    """Told what a source's list covers, once it is read to its end, besides the memory; see `coverage`."""
    records: int | None = None
    """Records of a partition that one look at a topic lists, at most; None: all."""

    def covers(self, moment: datetime | None) -> bool:
        """Whether something of that date is asked for; what has none may be."""
        if moment is None:
            return True
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)

    def tell(self, context: RunContext, given: str, rows: Iterable[Completeness]) -> None:
        """What the list of an input covers, pending until the commit."""
        for row in rows:
            if self.seen is not None:
                self.seen.tell(context, row, given)
            if self.complete is not None:
                self.complete(row)


@dataclass
class Memory:
    """What one source has listed before, and a note of what it lists now, pending until the commit."""

    web: Web
    context: RunContext
    source: str
    known: int = 0
    """Entries that this source listed before."""
    _notes: list[tuple[str, str, Seen]] = field(default_factory=list)

    def owed(self) -> Iterator[Locator]:
        """What earlier runs of this source did not come to."""
        if self.web.seen is not None:
            yield from self.web.seen.owed(self.context, self.source)

    def is_new(self, locator: Locator, guid: str | None = None) -> bool:
        """Whether an entry was not listed before, or has a later date now. It is noted as listed in any case."""
        if self.web.seen is None:
            return True
        keys = [(LISTED, locator.uri), (f"guid {self.source}", guid or locator.uri)]
        anywhere, here = (self.web.seen.get(*key) for key in keys)
        self.known += here is not None
        if any(not _later(locator.listed_at, seen.listed_at) for seen in (anywhere, here) if seen is not None):
            if here is None:
                self._notes.append((*keys[1], Seen(listed_at=locator.listed_at)))
            return False
        self._notes += [(*key, Seen(listed_at=locator.listed_at)) for key in keys]
        if len(self._notes) >= _BATCH:
            self.flush()
        return True

    def flush(self) -> None:
        """Writes the notes."""
        if self.web.seen is not None and self._notes:
            self.web.seen.put_many(self.context, self._notes)
        self._notes = []


def _later(listed: datetime | None, before: datetime | None) -> bool:
    return listed is not None and before is not None and listed > before


def bad_source(input: str, words: str, context: RunContext) -> Rejected:
    """A list that could be had but not read."""
    return Rejected.of(RejectionStage.DISCOVER, "bad_source", input=input, error=words, seen=context.now, run_id=context.run_id)
