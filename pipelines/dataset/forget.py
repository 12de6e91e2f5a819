"""Erase articles: from all datasets, both faces, history and staged files, with a tombstone by hash so that they do not come back.

It outranks retention: snapshots that held the article cannot be read any more afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.dataset import log
from pipelines.dataset.apply import Committer
from pipelines.dataset.commit import key_table
from pipelines.dataset.copies import CopyKeys, plan_copies
from pipelines.dataset.keys import FORGOTTEN, ArticleKey, RejectedKey, of_text
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
    """Superseded, staged and set-aside files that held them."""
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
    matches = _input_matcher(url, host)
    rows = {
        "claims": _drop(layout, "claims", ids, found),
        "articles": _drop(layout, "articles", ids, found),
        "copies": _drop_copies(layout, ids),
        "rejected": _drop_rejected(layout, matches),
    }
    for name in rows:
        publish(layout, name)
    files = sum(_purge_history(layout, name, ids, matches) for name in rows) + _purge_staged(layout, ids, matches)
    raw = tuple(sorted({str(r["raw_file"]) for r in found.values() if r["raw_file"]}))
    urls = tuple(sorted({str(u) for r in found.values() for u in (r.get("url"), r.get("canonical_url")) if u}))
    return Forgotten(articles=tuple(sorted(ids)), rows=rows, files=files, raw_files=raw, urls=urls)


def _articles(layout: Layout, article: str | None, url: str | None, host: str | None) -> dict[str, dict[str, Any]]:
    columns = ["article_id", "text_hash", "url", "canonical_url", "raw_file"]
    found = {}
    for batch in read(layout.root, "articles").to_batches(columns=columns):
        for row in batch.to_pylist():
            urls = [u for u in (row["url"], row["canonical_url"]) if u]
            if row["article_id"] == article or (url is not None and url in urls) or (host and any(_is_of(u, host) for u in urls)):
                found[row["article_id"]] = row
    if article is not None:
        found.setdefault(article, {"article_id": article, "text_hash": None, "raw_file": None})
    return found


def _is_of(url: str, host: str) -> bool:
    name = (urlsplit(url).hostname or "").lower()
    return name == host.lower() or name.endswith(f".{host.lower()}")


def _input_matcher(url: str | None, host: str | None) -> Callable[[str], bool]:
    """Which inputs in `rejected` are meant: their payload may hold the page."""
    return lambda given: given == url if url is not None else host is not None and _is_of(given, host)


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


def _drop_rejected(layout: Layout, matches: Callable[[str], bool]) -> int:
    keys = key_table(layout, "rejected")

    def decide() -> Plan:
        gone = [k for k in keys.all() if isinstance(k, RejectedKey) and matches(k.input)]
        drops: dict[str, set[str]] = {}
        for key in gone:
            drops.setdefault(key.partitions, set()).add(key.id)
        decided = tuple(replace(k, gone=True) for k in gone)
        return Plan(_no_rows("rejected"), {f: frozenset(i) for f, i in drops.items()}, "rejected_id", decided)

    return Committer(layout, "rejected", keys, _RUN).commit(decide).removed_rows


def _purge_history(layout: Layout, dataset: str, ids: frozenset[str], matches: Callable[[str], bool]) -> int:
    """Delete superseded and set-aside files that hold what is to be forgotten; no others, for another writer may be at work."""
    standing = {f.path for f in log.files(log.open_table(layout, dataset))}
    base, aside, removed = layout.delta(dataset), layout.root / "_damaged", 0
    old = [p for p in base.rglob("*.parquet") if "_delta_log" not in p.parts and p.relative_to(base).as_posix() not in standing]
    for path in [*old, *(aside / dataset).rglob("*.parquet"), *(aside / "foreign" / dataset).rglob("*.parquet")]:
        if _holds(path, ids, matches):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _purge_staged(layout: Layout, ids: frozenset[str], matches: Callable[[str], bool]) -> int:
    """Rewrite staged files without the rows: a job that runs keeps the others."""
    rewritten = 0
    for path in (layout.tmp / "staged").rglob("*.parquet"):
        if not _holds(path, ids, matches):
            continue
        rows = pq.ParquetFile(path).read()
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        pq.write_table(rows.filter(pc.invert(_meant(rows, ids, matches))), draft, compression="zstd")
        draft.replace(path)
        rewritten += 1
    return rewritten


def _holds(path: Path, ids: frozenset[str], matches: Callable[[str], bool]) -> bool:
    try:
        file = pq.ParquetFile(path)
        column = next(c for c in ("article_id", "input") if c in file.schema_arrow.names)
        return bool(pc.any(_meant(file.read(columns=[column]), ids, matches)).as_py())
    except FileNotFoundError:
        return False
    except (OSError, pa.ArrowException, StopIteration):
        return True  # nobody can tell what a damaged file holds: forgetting outranks keeping it


def _meant(rows: pa.Table, ids: frozenset[str], matches: Callable[[str], bool]) -> pa.ChunkedArray:
    if "article_id" in rows.column_names:
        return pc.is_in(rows["article_id"], pa.array(sorted(ids), pa.string()))
    return pa.chunked_array([[matches(i) for i in rows["input"].to_pylist()]], pa.bool_())
