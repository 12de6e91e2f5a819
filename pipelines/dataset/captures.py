"""Which capture of an article stands.

The rule: an id that is not known is added; the same text is known, whatever extractor made it; another text replaces what
stands when it is newer by (fetched_at, text_hash), and changes nothing when it is older.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.dataset.keys import FORGOTTEN, ArticleKey, of_text
from pipelines.dataset.staged import CAPTURE, TIES


@dataclass(frozen=True, order=True, slots=True)
class Capture:
    """One reading of an article, as far as deciding needs it; they sort by which one a commit prefers for the same text."""

    fetched_at: int
    """Microseconds since 1970; -1 where it is not known, so that any dated capture is newer."""
    tie: tuple[str, ...]
    """Decides between captures of the same moment; empty for an article's only capture."""
    capture: int = field(compare=False)
    article_id: str = field(compare=False)
    text_hash: str = field(compare=False)

    @property
    def rank(self) -> tuple[int, str]:
        """Which revision is newer."""
        return self.fetched_at, self.text_hash


@dataclass(frozen=True, slots=True)
class Choice:
    """The capture that a batch offers for an article, and how many older revisions the batch holds beside it."""

    capture: Capture
    older: int


def choose(articles: pa.Table) -> dict[str, Choice]:
    """Of all captures in a batch, the one that stands for each article: of the newest text, the first capture."""
    first: dict[str, dict[str, Capture]] = {}
    newest: dict[str, dict[str, tuple[int, str]]] = {}
    chosen = {}
    for found, alone in _captures(articles):
        if alone:
            chosen[found.article_id] = Choice(found, 0)
            continue
        texts, ranks = first.setdefault(found.article_id, {}), newest.setdefault(found.article_id, {})
        texts[found.text_hash] = min(texts.get(found.text_hash, found), found)
        ranks[found.text_hash] = max(ranks.get(found.text_hash, found.rank), found.rank)
    for article_id, ranks in newest.items():
        text = max(ranks, key=lambda t: ranks[t])
        chosen[article_id] = Choice(first[article_id][text], len(ranks) - 1)
    return chosen


def _captures(articles: pa.Table) -> Iterable[tuple[Capture, bool]]:
    """The captures, and whether each is its article's only one, as most are: those need no ties."""
    counts = articles["article_id"].value_counts()
    several = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    alone = pc.invert(pc.is_in(articles["article_id"], several))
    for only in (True, False):
        rows = articles.filter(pc.equal(alone, only))
        ids, texts, numbers = (rows[name].to_pylist() for name in ("article_id", "text_hash", CAPTURE))
        times = rows["fetched_at"].cast(pa.int64()).fill_null(-1).to_pylist()
        ties = [()] * len(ids) if only else zip(*([v or "" for v in rows[t].to_pylist()] for t in TIES), strict=True)
        for time, tie, number, article_id, text in zip(times, ties, numbers, ids, texts, strict=True):
            yield Capture(time, tie, number, article_id, text), only


def judge(capture: Capture, known: ArticleKey | None, *, again: bool = False) -> str:
    """`added`, `known`, `replaced`, `older`, or `forgotten` for an article that was erased on request.

    Args:
        again: another text of the same moment is the same capture, normalised anew: it replaces what stands.
    """
    if known is None:
        return "added"
    if known.text_hash == FORGOTTEN:
        return "forgotten"
    if known.text_hash == capture.text_hash:
        return "known"
    rank = (-1 if known.fetched_at is None else known.fetched_at, known.text_hash)
    if again and capture.fetched_at == rank[0]:
        return "replaced"
    return "replaced" if capture.rank > rank else "older"


def ids_of(chosen: Mapping[str, Choice]) -> list[str]:
    """What to ask the key table of `articles` for: the articles, and their texts, which may have been forgotten."""
    return [*chosen, *(of_text(c.capture.text_hash) for c in chosen.values())]


def revision(choice: Choice, known: ArticleKey | None) -> int:
    """Counts the texts of an article that were seen."""
    if known is None:
        return 1 + choice.older
    return known.revision if known.text_hash == choice.capture.text_hash else known.revision + 1 + choice.older
