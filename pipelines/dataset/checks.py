"""The checks of a root's rows: against the contract, against each other, against what the commits decided.

Each yields what it finds, and numbers: how much it looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from pipelines.dataset import log
from pipelines.dataset.commit import key_table
from pipelines.dataset.files import folder_values
from pipelines.dataset.keys import FORGOTTEN, ArticleKey, CopyKey, RowKey
from pipelines.dataset.paths import Layout
from pipelines.dataset.read import read
from pipelines.dataset.regroup import odd_rows
from schemas import DATASETS

_ARTICLES_AT_ONCE: Final = 20_000
"""Articles whose texts are held in memory while evidence is checked."""

_TOLD: Final = 20
"""Findings of one check that are told one by one."""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be."""

    check: str
    dataset: str
    detail: str


def contract(layout: Layout) -> Iterator[Finding | int]:
    for name, spec in DATASETS.items():
        for file in log.files(log.open_table(layout, name)):
            rows = pq.ParquetFile(layout.delta(name) / file.path).read()
            yield rows.num_rows
            for field in rows.schema:
                known = spec.file_schema.field(field.name) if field.name in spec.file_schema.names else None
                if known is None:
                    yield Finding("contract", name, f"{file.path}: column {field.name} is unknown")
                elif known.type != field.type:
                    yield Finding("contract", name, f"{file.path}: column {field.name} is {field.type}, not {known.type}")
            for field in spec.file_schema:
                if not field.nullable and (field.name not in rows.column_names or rows[field.name].null_count):
                    yield Finding("contract", name, f"{file.path}: column {field.name} has nulls")


def unique(layout: Layout) -> Iterator[Finding | int]:
    for name, spec in DATASETS.items():
        ids = read(layout.root, name).to_table(columns=[spec.key])[spec.key]
        yield len(ids)
        counts = ids.value_counts()
        for row in counts.filter(pc.greater(counts.field("counts"), 1)).slice(0, _TOLD).to_pylist():
            yield Finding("unique ids", name, f"{spec.key} {row['values']} stands {row['counts']} times")


def partitions(layout: Layout) -> Iterator[Finding | int]:
    """Whether rows stand in the folder that their columns name."""
    for file in log.files(log.open_table(layout, "claims")):
        pair = folder_values(file.path.rpartition("/")[0])["country_pair"]
        rows = pq.ParquetFile(layout.delta("claims") / file.path).read(columns=["claim_id", "source_country", "target_country"]).to_pylist()
        yield len(rows)
        for row in rows:
            if "-".join(sorted((row["source_country"], row["target_country"]))) != pair:
                yield Finding(
                    "partitions", "claims", f"{row['claim_id']} is of {row['source_country']} and {row['target_country']}, not {pair}"
                )
    for file in log.files(log.open_table(layout, "articles")):
        month = folder_values(file.path.rpartition("/")[0])["published_month"]
        rows = pq.ParquetFile(layout.delta("articles") / file.path).read(columns=["article_id", "published_at"]).to_pylist()
        yield len(rows)
        for row in rows:
            if (f"{row['published_at']:%Y-%m}" if row["published_at"] else "unknown") != month:
                yield Finding("partitions", "articles", f"{row['article_id']} was published at {row['published_at']}, not in {month}")


def evidence(layout: Layout) -> Iterator[Finding | int]:
    """Whether each claim's article stands in the revision that it was read from, and its text holds the evidence."""
    articles, claims = read(layout.root, "articles"), read(layout.root, "claims")
    digits = 0 if articles.count_rows() <= _ARTICLES_AT_ONCE else 2
    for prefix in [""] if not digits else [f"{i:02x}" for i in range(256)]:
        part = pc.starts_with(ds.field("article_id"), prefix)
        texts = {
            r["article_id"]: (r["text_hash"], r["text"])
            for r in articles.to_table(columns=["article_id", "text_hash", "text"], filter=part).to_pylist()
        }
        columns = ["claim_id", "article_id", "text_hash", "evidence", "evidence_start", "evidence_end"]
        for batch in claims.to_batches(columns=columns, filter=part):
            yield batch.num_rows
            for row in batch.to_pylist():
                if problem := _untraceable(row, texts.get(row["article_id"])):
                    yield Finding("evidence", "claims", f"{row['claim_id']}: {problem}")


def _untraceable(row: dict[str, Any], article: tuple[str, str] | None) -> str | None:
    if article is None:
        return f"article {row['article_id']} is not there"
    text_hash, text = article
    if text_hash != row["text_hash"]:
        return f"was read from revision {row['text_hash']}, the article stands at {text_hash}"
    if text and text[row["evidence_start"] : row["evidence_end"]] != row["evidence"]:
        return "its evidence is not the text between its offsets"
    return None


def copies(layout: Layout) -> Iterator[Finding | int]:
    yield int(read(layout.root, "copies").count_rows())
    yield from (Finding("copies", "copies", f"article {article} {what}") for article, what in sorted(odd_rows(layout).items()))


def runs(layout: Layout) -> Iterator[Finding | int]:
    """Whether no run left more rows than it recorded; fewer are what later revisions replaced."""
    runs = read(layout.root, "runs").to_table(columns=["run_id", "flow", "articles", "claims"]).to_pylist()
    yield len(runs)
    again = any(r["flow"] == "reextract" for r in runs)  # claims that came later keep their article's run
    for name in ("articles",) if again else ("articles", "claims"):
        ids = read(layout.root, name).to_table(columns=["run_id"])["run_id"].value_counts().to_pylist()
        found = {r["values"]: r["counts"] for r in ids}
        for run in runs:
            if found.get(run["run_id"], 0) > run[name]:
                yield Finding("runs", name, f"run {run['run_id']} recorded {run[name]} {name}, {found[run['run_id']]} have its id")


def keys(layout: Layout) -> Iterator[Finding | int]:
    """Whether the rows are those that the commits decided on: what they added, less what later ones replaced and what was forgotten."""
    for name in DATASETS:
        keys, rows = _at_one_version(layout, name)
        yield sum(count for _, count in rows.values())
        for key in keys:
            text, count = rows.pop(key.id, (None, 0))
            if (wanted := _rows_wanted(name, key)) is not None and count != wanted:
                yield Finding("key tables", name, f"{key.id} has {count} rows, the commits say {wanted}")
            elif count and isinstance(key, ArticleKey) and text != key.text_hash:
                yield Finding("key tables", name, f"article {key.id} stands in revision {text}, the commits say {key.text_hash}")
        yield from (Finding("key tables", name, f"{id} has rows, and no commit says so") for id in rows)


def _at_one_version(layout: Layout, name: str) -> tuple[list[RowKey], dict[str, tuple[str | None, int]]]:
    """All keys of a dataset, and by id the revision and the number of its rows, while nobody commits in between."""
    keys, by = key_table(layout, name), "article_id" if name == "claims" else DATASETS[name].key
    columns = [by, "text_hash"] if name in ("articles", "claims") else [by]
    while True:
        keys.catch_up(log.open_table(layout, name))
        version, known = keys.version(), list(keys.all())
        if keys.version() == version:
            break
    counted = read(layout.root, name, version=version).to_table(columns=columns).group_by(columns).aggregate([([], "count_all")])
    return known, {r[by]: (r.get("text_hash"), r["count_all"]) for r in counted.to_pylist()}


def _rows_wanted(name: str, key: RowKey) -> int | None:
    """How many rows an id has; None where the commit that decided on it did not say."""
    if isinstance(key, ArticleKey):
        return 0 if key.text_hash == FORGOTTEN else key.rows if name == "claims" else 1
    return int(key.copy_group != "") if isinstance(key, CopyKey) else 1
