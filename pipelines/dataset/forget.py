"""Erase articles: from all datasets, both faces, history and staged files, with a tombstone by hash so that they do not come back.

It outranks retention: snapshots that held the article cannot be read any more afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pyarrow as pa

from pipelines.dataset.apply import Committer
from pipelines.dataset.commit import key_table
from pipelines.dataset.copies import CopyKeys, plan_copies
from pipelines.dataset.erase import Target, is_of, purge
from pipelines.dataset.files import partition_folder
from pipelines.dataset.keys import FORGOTTEN, ArticleKey, RowKey, of_text
from pipelines.dataset.paths import Layout
from pipelines.dataset.plan import Plan
from pipelines.dataset.publish import publish
from pipelines.dataset.read import read
from pipelines.dataset.rows import TableRows
from schemas import DATASETS

_RUN: Final = "forget"


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """What was removed."""

    articles: tuple[str, ...]
    """Their ids, which are hashes."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Rows by dataset."""
    files: int = 0
    """Superseded, staged and set-aside files that held them, and notes of runs that named them."""
    runs: int = 0
    """Rows of `runs` whose options named one of the addresses, as an input; it was taken out."""
    raw_files: tuple[str, ...] = ()
    """Files of the raw archive that held the pages as they were fetched."""
    urls: tuple[str, ...] = ()
    """Where the pages were."""


def forget(layout: Layout, *, article: str | None = None, url: str | None = None, host: str | None = None) -> Forgotten:
    """Remove articles and all that was made of them.

    Args:
        article: an article_id.
        url: the URL that answered, or the canonical one.
        host: a host; its subdomains count.

    Raises:
        ValueError: not exactly one of the three is given.
    """
    if sum(x is not None for x in (article, url, host)) != 1:
        raise ValueError("name what to forget by one of article, url and host")
    found = _articles(layout, article, url, host)
    ids = frozenset(found)
    urls = {str(u) for r in found.values() for u in (r.get("url"), r.get("canonical_url")) if u}
    target = Target(ids, frozenset(urls | ({url} if url else set())), host)
    rows = {
        "claims": _drop(layout, "claims", ids, found),
        "articles": _drop(layout, "articles", ids, found),
        "copies": _drop_copies(layout, ids),
        "rejected": _drop_rejected(layout, target),
    }
    runs = _redact_runs(layout, target)
    for name in DATASETS:
        publish(layout, name)
    files = purge(layout, target)
    raw = tuple(sorted({str(r["raw_file"]) for r in found.values() if r["raw_file"]}))
    return Forgotten(articles=tuple(sorted(ids)), rows=rows, files=files, runs=runs, raw_files=raw, urls=tuple(sorted(urls)))


def _articles(layout: Layout, article: str | None, url: str | None, host: str | None) -> dict[str, dict[str, Any]]:
    columns = ["article_id", "text_hash", "url", "canonical_url", "raw_file"]
    found = {}
    for batch in read(layout.root, "articles").to_batches(columns=columns):
        for row in batch.to_pylist():
            urls = [u for u in (row["url"], row["canonical_url"]) if u]
            if row["article_id"] == article or (url is not None and url in urls) or (host and any(is_of(u, host) for u in urls)):
                found[row["article_id"]] = row
    if article is not None:
        found.setdefault(article, {"article_id": article, "text_hash": None, "raw_file": None})
    return found


def _drop(layout: Layout, dataset: str, ids: frozenset[str], found: Mapping[str, dict[str, Any]]) -> int:
    keys = key_table(layout, dataset)

    def decide() -> Plan:
        known = keys.get(ids)
        drops: dict[str, set[str]] = {}
        for key in known.values():
            for folder in filter(None, key.partitions.split("|")):
                drops.setdefault(folder, set()).add(key.id)
        texts = {k.text_hash for k in known.values()} | {str(r["text_hash"]) for r in found.values() if r["text_hash"]}
        stones = [_tombstone(i) for i in sorted(ids | {of_text(t) for t in texts - {FORGOTTEN}})]
        if all(k.text_hash == FORGOTTEN for k in known.values()) and len(known) == len(ids):
            stones = []
        return Plan(_no_rows(dataset), {f: frozenset(i) for f, i in drops.items()}, "article_id", tuple(stones))

    return Committer(layout, dataset, keys, _RUN).commit(decide).removed_rows


def _no_rows(dataset: str) -> TableRows:
    return TableRows(dataset, DATASETS[dataset].schema.empty_table())


def _tombstone(id: str) -> ArticleKey:
    return ArticleKey(id=id, text_hash=FORGOTTEN, fetched_at=None, revision=0)


def _drop_copies(layout: Layout, ids: frozenset[str]) -> int:
    keys = CopyKeys(layout)
    return Committer(layout, "copies", keys, _RUN).commit(lambda: plan_copies((), keys, ids)).removed_rows


def _drop_rejected(layout: Layout, target: Target) -> int:
    """Failures at those addresses: their payload may hold the page."""
    keys = key_table(layout, "rejected")

    def decide() -> Plan:
        rows = read(layout.root, "rejected").to_table(columns=["rejected_id", "input", "stage", "day"])
        drops: dict[str, set[str]] = {}
        for row in rows.filter(target.holds(rows)).to_pylist():
            drops.setdefault(partition_folder("rejected", row), set()).add(row["rejected_id"])
        known = keys.get(i for ids in drops.values() for i in ids)
        decided = tuple(replace(known[i], gone=True) for i in sorted(known))
        return Plan(_no_rows("rejected"), {f: frozenset(i) for f, i in drops.items()}, "rejected_id", decided)

    return Committer(layout, "rejected", keys, _RUN).commit(decide).removed_rows


def _redact_runs(layout: Layout, target: Target) -> int:
    """Take the addresses out of what runs say that they were given."""
    keys = key_table(layout, "runs")

    def decide() -> Plan:
        runs = read(layout.root, "runs").to_table()
        meant = runs.filter(target.holds(runs))
        options = pa.array([target.redacted(said) for said in meant["options"].to_pylist()], pa.string())
        at = meant.column_names.index("options")
        changed = meant.set_column(at, meant.schema.field(at), options)
        ids = changed["run_id"].to_pylist()
        return Plan(TableRows("runs", changed), {"": frozenset(ids)}, "run_id", tuple(RowKey(id=i) for i in sorted(ids)))

    done = Committer(layout, "runs", keys, _RUN).commit(decide)
    return done.removed_rows
