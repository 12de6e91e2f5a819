"""What crosses between the steps of an unbounded job: small and picklable, never a page or a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from pipelines.context import RunContext
from pipelines.dataset import Staged
from pipelines.fetch import REMOTE_KINDS
from pipelines.remote_work import shard_of
from schemas import Locator, Rejected

_CONTAINERS: Final = frozenset({"jsonl", "warc", "kafka"})
"""Kinds of locators that stand for many articles: each is a part by itself."""
_FILES: Final = 10
_PAGES: Final = 100
"""Files and pages of a part, at most: what is done again after a crash."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A share of what one look found: what a worker does at a time.

    Attributes:
        context: the run is the job, the slice is the look; the time is the look's.
        number: counts the parts of the look from 0.
        found: what to work on.
    """

    context: RunContext
    number: int
    found: tuple[Locator | Rejected, ...]


@dataclass(frozen=True, kw_only=True)
class Done:
    """A part that was worked on: what it staged waits for the commit."""

    context: RunContext
    number: int
    staged: tuple[Staged, ...]

    @property
    def is_there(self) -> bool:
        """Whether the staged files are: those of a part that is committed are cleared, and an engine may hand it on once more."""
        names = [Path(s.folder) / name for s in self.staged for name in (s.articles, s.claims, s.rejected) if name is not None]
        return all(path.exists() for path in names)


def parts_of(context: RunContext, found: Sequence[Locator | Rejected], shards: int) -> list[Part]:
    """What a look found, shared out: at least one part, pages of one host in the same ones.

    Args:
        shards: into how many the hosts are shared.
    """
    containers, files = list[Locator | Rejected](), list[Locator | Rejected]()
    pages: dict[int, list[Locator | Rejected]] = {}
    for row in found:
        if isinstance(row, Locator) and row.kind in REMOTE_KINDS:
            pages.setdefault(shard_of(row, shards), []).append(row)
        elif isinstance(row, Locator) and row.kind in _CONTAINERS:
            containers.append(row)
        else:
            files.append(row)
    shares = [
        *_chunks(containers, 1),
        *_chunks(files, _FILES),
        *(chunk for shard in sorted(pages) for chunk in _chunks(pages[shard], _PAGES)),
    ]
    return [Part(context=context, number=number, found=share) for number, share in enumerate(shares or [()])]


def _chunks(rows: Iterable[Locator | Rejected], size: int) -> Iterable[tuple[Locator | Rejected, ...]]:
    left = iter(rows)
    while chunk := tuple(islice(left, size)):
        yield chunk
