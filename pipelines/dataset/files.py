"""One Parquet file of a partition, written the same way by whoever writes one."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake.transaction import AddAction

from pipelines.context import utc_now
from pipelines.dataset.paths import Layout
from schemas import DATASETS, SCHEMA_VERSION

SORT: Final[dict[str, tuple[str, ...]]] = {
    "claims": ("published_at", "claim_type", "claim_id"),
    "articles": ("published_at", "article_id"),
    "rejected": ("rejected_id",),
    "copies": ("article_id",),
    "runs": ("run_id",),
}
"""The order of rows in a file: what readers filter by first, the key last, so that the order is the same whoever wrote the rows."""

FILTERED: Final = frozenset({"article_id", "claim_id", "claim_type", "source_country", "target_country"})
"""Text columns of whose values files keep the least and the greatest."""

_FEW_ROWS: Final = 200
"""A file with fewer has no dictionaries: a page of its own for each column costs more than it saves."""

_SAMPLE: Final = 10_000
"""Rows by which it is judged whether a column repeats its values."""

_VERSION_COLUMNS: Final = {"claims": "extractor_version", "articles": "normalizer_version", "runs": "extractor_version"}


def partition_folder(dataset: str, values: dict[str, str]) -> str:
    """`country_pair=IRN-PAK`, or "" for a dataset without partitions."""
    return "/".join(f"{name}={values[name]}" for name in DATASETS[dataset].partitions)


def folder_values(folder: str) -> dict[str, str]:
    """The inverse of `partition_folder`."""
    return dict(part.split("=", 1) for part in folder.split("/")) if folder else {}


def ordered(dataset: str, rows: pa.Table) -> pa.Table:
    """The rows in the order of `SORT`, in one chunk: the same rows give the same bytes, however they arrived."""
    return rows.sort_by([(name, "ascending") for name in SORT[dataset]]).combine_chunks()


def write_file(layout: Layout, dataset: str, folder: str, rows: pa.Table, *, data_change: bool = True) -> AddAction:
    """Write the rows of one partition below the Delta table; until a commit names the file, it is an orphan that nobody reads.

    Args:
        folder: the partition, as `partition_folder` says.
        rows: without the partition columns, in order.

    Returns:
        What the commit needs to add it.
    """
    values = folder_values(folder)
    name = f"{folder}/{secrets.token_hex(16)}.parquet".lstrip("/")
    path = layout.delta(dataset) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    write_rows(path, dataset, rows)
    stat = path.stat()
    return AddAction(name, stat.st_size, values, int(utc_now().timestamp() * 1000), data_change, json.dumps({"numRecords": rows.num_rows}))


def write_rows(path: Path, dataset: str, rows: pa.Table) -> None:
    """A read-only Parquet file: the plain face shares its bytes, so that an edit there would damage the table.

    Most files are small, so what each says about itself is kept small: the Arrow schema, which Parquet's own types give again, is left out,
    statistics are kept of the columns that readers filter by, and dictionaries of those that repeat their values.
    """
    filtered = [f.name for f in rows.schema if f.name in FILTERED or not (pa.types.is_nested(f.type) or _is_text(f.type))]
    options = {"compression": "zstd", "write_statistics": filtered, "write_page_index": rows.num_rows > 1000, "store_schema": False}
    options["use_dictionary"] = _repeating(rows)
    with pq.ParquetWriter(path, rows.schema, **options) as writer:
        writer.write_table(rows)
        writer.add_key_value_metadata(file_metadata(dataset, rows))
    path.chmod(0o444)


def _repeating(rows: pa.Table) -> list[str]:
    """The columns that have each of their values twice on average, or more often."""
    if rows.num_rows < _FEW_ROWS:
        return []
    sample = rows.slice(0, _SAMPLE)
    return [
        f.name
        for f in rows.schema
        if not pa.types.is_nested(f.type)
        and sample[f.name].null_count < sample.num_rows
        and pc.count_distinct(sample[f.name]).as_py() <= sample.num_rows / 2
    ]


def _is_text(type_: pa.DataType) -> bool:
    return bool(pa.types.is_string(type_) or pa.types.is_binary(type_))


def file_metadata(dataset: str, rows: pa.Table) -> dict[str, str]:
    """What every file says about itself: the dataset, the data contract, and the versions of the code that made its rows."""
    found = {"dyadwire.dataset": dataset, "dyadwire.schema_version": SCHEMA_VERSION}
    column = _VERSION_COLUMNS.get(dataset)
    if column:
        found[f"dyadwire.{column}"] = ",".join(sorted(v for v in rows[column].unique().to_pylist() if v))
    return found
