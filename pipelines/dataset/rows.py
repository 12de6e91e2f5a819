"""The rows of a plan: whole in memory where they are few, or chosen rows of staged files that are read a group of partitions at a time.

A commit's memory is bounded by `_GROUP_BYTES` of rows, whatever the slice's size; what grows with it are ids, and a line an article.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.dataset.files import SORT, ordered, partition_folder
from schemas import DATASETS

_GROUP_BYTES: Final = 128 * 1024 * 1024
"""Rows of staged files that are held at once, as Arrow counts them; sorting doubles it."""

_BATCH_ROWS: Final = 16_384
"""Rows that are decoded at once."""


class Rows(Protocol):
    """Rows to add, by partition."""

    @property
    def folders(self) -> Mapping[str, int]:
        """How many rows each partition gets."""

    def signature(self, folder: str) -> bytes:
        """Equal for equal rows of a partition, so that what was written for it need not be written again."""

    def read(self, folders: Collection[str]) -> Iterator[tuple[str, pa.Table]]:
        """Some partitions' rows as files hold them, in order; a partition of very many rows comes in several parts, one after the other."""


@dataclass(frozen=True)
class TableRows:
    """Rows that are in memory.

    Args:
        dataset: its name.
        table: with the partition columns.
    """

    dataset: str
    table: pa.Table

    @cached_property
    def _parts(self) -> dict[str, pa.Table]:
        return split(self.dataset, self.table)

    @property
    def folders(self) -> Mapping[str, int]:
        return {folder: part.num_rows for folder, part in self._parts.items()}

    def signature(self, folder: str) -> bytes:
        ids = sorted(self._parts[folder][DATASETS[self.dataset].key].to_pylist())
        return hashlib.blake2b("\n".join(ids).encode()).digest()

    def read(self, folders: Collection[str]) -> Iterator[tuple[str, pa.Table]]:
        for folder in sorted(folders):
            yield folder, ordered(self.dataset, self._parts[folder])


@dataclass(frozen=True)
class StagedRows:
    """Chosen rows of staged files.

    Args:
        dataset: its name.
        files: the staged files, one after the other: a row's position counts through all of them.
        positions: of the chosen rows, rising.
        codes: for each of them, which of `names` its partition is.
        names: the partitions' folders, sorted.
        given: columns whose values are decided by the plan, for each chosen row.
    """

    dataset: str
    files: tuple[Path, ...]
    positions: np.ndarray[Any, np.dtype[np.int64]]
    codes: np.ndarray[Any, np.dtype[np.int32]]
    names: tuple[str, ...]
    given: Mapping[str, pa.Array] = field(default_factory=dict)

    @cached_property
    def folders(self) -> Mapping[str, int]:
        counts = np.bincount(self.codes, minlength=len(self.names))
        return {name: int(n) for name, n in zip(self.names, counts, strict=True) if n}

    @cached_property
    def _by_folder(self) -> Mapping[str, np.ndarray[Any, np.dtype[np.int64]]]:
        """For each partition, which of the chosen rows are its own."""
        order = np.argsort(self.codes, kind="stable")
        ends = np.cumsum(np.bincount(self.codes, minlength=len(self.names)))
        return {name: order[end - self.folders[name] : end] for name, end in zip(self.names, ends, strict=True) if name in self.folders}

    def signature(self, folder: str) -> bytes:
        return hashlib.blake2b(self.positions[self._by_folder[folder]].tobytes()).digest()

    def read(self, folders: Collection[str]) -> Iterator[tuple[str, pa.Table]]:
        for group in self._groups(sorted(folders), self._rows_at_once()):
            chosen = np.sort(np.concatenate(list(group.values())))
            table = self._sorted(self._gather(chosen), self.codes[chosen])
            start = 0
            for folder, rows in group.items():
                yield folder, table.slice(start, len(rows))
                start += len(rows)

    def _groups(self, folders: list[str], at_once: int) -> Iterator[dict[str, np.ndarray[Any, np.dtype[np.int64]]]]:
        group: dict[str, np.ndarray[Any, np.dtype[np.int64]]] = {}
        for folder in folders:
            rows = self._by_folder[folder]
            if group and sum(map(len, group.values())) + len(rows) > at_once:
                yield group
                group = {}
            while len(rows) > at_once:
                yield {folder: rows[:at_once]}
                rows = rows[at_once:]
            if len(rows):
                group[folder] = rows
        if group:
            yield group

    def _rows_at_once(self) -> int:
        for path in self.files:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=1000):
                    return int(max(1000, _GROUP_BYTES * batch.num_rows // max(1, batch.nbytes)))
        return 1000

    def _gather(self, chosen: np.ndarray[Any, np.dtype[np.int64]]) -> pa.Table:
        """Some of the chosen rows, in the order of their positions, without the partition columns."""
        wanted, found, offset = self.positions[chosen], [], 0
        for path in self.files:
            with pq.ParquetFile(path) as file:
                count = file.metadata.num_rows
                if np.searchsorted(wanted, offset) < np.searchsorted(wanted, offset + count):
                    found += list(self._of_file(file, wanted, offset))
            offset += count
        return self._with_given(conform(self.dataset, pa.Table.from_batches(found)), chosen)

    def _of_file(self, file: pq.ParquetFile, wanted: np.ndarray[Any, np.dtype[np.int64]], offset: int) -> Iterator[pa.RecordBatch]:
        names = [n for n in file.schema_arrow.names if n in DATASETS[self.dataset].file_schema.names]
        for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=names):
            first, last = np.searchsorted(wanted, (offset, offset + batch.num_rows))
            if first < last:
                yield batch.take(pa.array(wanted[first:last] - offset))
            offset += batch.num_rows

    def _with_given(self, table: pa.Table, chosen: np.ndarray[Any, np.dtype[np.int64]]) -> pa.Table:
        for name, values in self.given.items():
            at = table.column_names.index(name)
            table = table.set_column(at, table.schema.field(name), values.take(pa.array(chosen)))
        return table

    def _sorted(self, table: pa.Table, codes: np.ndarray[Any, np.dtype[np.int32]]) -> pa.Table:
        """By partition, and within it as `ordered` does."""
        keys = table.select(list(SORT[self.dataset])).append_column("_code", pa.array(codes))
        order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in ("_code", *SORT[self.dataset])])
        return table.take(order).combine_chunks()


def staged_rows(
    dataset: str, files: tuple[Path, ...], kept: pa.Array, folders: pa.Array, given: Mapping[str, pa.Array] | None = None
) -> StagedRows:
    """The rows of staged files for which `kept` is true.

    Args:
        kept: one boolean a staged row, over all files.
        folders: the partition's folder of each staged row.
        given: see `StagedRows`; one value a kept row.
    """
    positions = np.flatnonzero(kept.to_numpy(zero_copy_only=False))
    encoded = folders.take(pa.array(positions)).dictionary_encode()
    found = encoded.dictionary.to_pylist()
    names = tuple(sorted(found))
    rank = {name: i for i, name in enumerate(names)}
    codes = np.array([rank[n] for n in found], dtype=np.int32)[encoded.indices.to_numpy()]
    return StagedRows(dataset, files, positions, codes, names, given or {})


def partition_folders(dataset: str, rows: pa.Table) -> pa.Array:
    """The folder of each row, as `partition_folder` says."""
    names = DATASETS[dataset].partitions
    if not names:
        return pa.repeat(pa.scalar("", pa.string()), rows.num_rows)
    parts = [pc.binary_join_element_wise(f"{name}=", rows[name], "") for name in names]
    joined = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "/")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def split(dataset: str, rows: pa.Table) -> dict[str, pa.Table]:
    """The rows by partition folder, without the partition columns."""
    names = DATASETS[dataset].partitions
    if not rows.num_rows:
        return {}
    if not names:
        return {"": conform(dataset, rows)}
    rows = rows.sort_by([(name, "ascending") for name in names]).combine_chunks()
    runs = pa.table({n: rows[n] for n in names}).append_column("n", pa.array(range(rows.num_rows), pa.int64()))
    groups = runs.group_by(list(names), use_threads=False).aggregate([("n", "min"), ("n", "count")]).to_pylist()
    inner = conform(dataset, rows)
    return {partition_folder(dataset, g): inner.slice(g["n_min"], g["n_count"]) for g in groups}


def conform(dataset: str, rows: pa.Table) -> pa.Table:
    """Rows as today's file schema has them: columns that an older file lacks are null, the order is the schema's."""
    schema = DATASETS[dataset].file_schema
    columns = [rows[f.name].cast(f.type) if f.name in rows.column_names else pa.nulls(rows.num_rows, f.type) for f in schema]
    return pa.Table.from_arrays(columns, schema=schema)
