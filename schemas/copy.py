"""Copy: which articles are near-duplicates of each other."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.columns import column


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A row of `copies`: an article and the group that it is in now. Groups may merge, so this stands apart from claims."""

    article_id: str = column("the article", example="3b1f…")
    copy_group: str = column("the smallest article_id of its component of near-duplicates", example="0a7c…")
