"""Make `copies` anew from the articles: its rows can always be found again, so damage to it loses nothing."""

from __future__ import annotations

from collections import Counter

from pipelines.dataset.apply import Committer
from pipelines.dataset.copies import UP_TO, CopyKeys, decide_copies
from pipelines.dataset.keys import CopyKey
from pipelines.dataset.paths import Layout
from pipelines.dataset.plan import Plan
from pipelines.dataset.read import read
from pipelines.dataset.rows import TableRows
from schemas import DATASETS

_RUN = "repair"


def copies_again(layout: Layout) -> int:
    """Forget all groups and find them again; a crash in between is finished by the next commit.

    Returns:
        How many rows `copies` has now.
    """
    keys = CopyKeys(layout)

    def none() -> Plan:
        standing = frozenset(read(layout.root, "copies").to_table(columns=["article_id"])["article_id"].to_pylist())
        ids = sorted(standing | {k.id for k in keys.all()})
        decided = tuple(CopyKey(id=i, signature=b"", day=None, copy_group="", gone=True) for i in ids)
        rows = TableRows("copies", DATASETS["copies"].schema.empty_table())
        return Plan(rows, {"": standing} if standing else {}, "article_id", decided, info={UP_TO: "-1"})

    if Committer(layout, "copies", keys, _RUN).commit(none).committed:
        Committer(layout, "copies", keys, _RUN).commit(lambda: decide_copies(layout, keys))
    return int(read(layout.root, "copies").count_rows())


def odd_rows(layout: Layout) -> dict[str, str]:
    """Rows of `copies` that cannot be right, by article: a group of one, or an article that is not there."""
    articles = set(read(layout.root, "articles").to_table(columns=["article_id"])["article_id"].to_pylist())
    groups = {r["article_id"]: r["copy_group"] for r in read(layout.root, "copies").to_table().to_pylist()}
    sizes = Counter(groups.values())
    odd = {i: f"is alone in the group {g}" for i, g in groups.items() if sizes[g] < 2}
    return odd | {i: "is in a group, but not in articles" for i in groups if i not in articles}
