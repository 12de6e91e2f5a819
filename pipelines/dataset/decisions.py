"""What commits decided, as small Parquet files that the log names, and the sum of them up to a version: the base.

A key table is the sum of the decisions in the order of the log. Before old log entries are cleared away, that sum is written once as a
base, so that a lost key table can still be made anew from the newest base and the entries after it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
import secrets
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

Key = TypeVar("Key")

CHUNK: Final = 20_000
"""Keys that are held in memory at once when a base is written or read."""

_TABLE, _NOTED = b"dyadwire.table", b"dyadwire.noted"


@dataclass(frozen=True)
class Base:
    """The state of a key table at a version."""

    path: Path
    version: int
    table: str
    """The id of the Delta table whose log it sums up."""
    noted: Mapping[str, Any]
    """What else the key table keeps."""


def write_decisions(path: Path, keys: Iterable[Any], kind: type[Any]) -> None:
    """Store what a commit decides, sorted by id."""
    rows = sorted(keys, key=lambda k: k.id)
    with pq.ParquetWriter(path, _schema(kind), compression="zstd", write_statistics=False) as writer:
        for part in _chunks(rows):
            writer.write_table(_table(part, kind))


def read_decisions(path: Path, kind: type[Key]) -> Iterator[Key]:
    """What a commit decided, or what stands in a base.

    Raises:
        FileNotFoundError: the file is gone.
    """
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=CHUNK):
            names = batch.schema.names
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield kind(**dict(zip(names, values, strict=True)))


def write_base(folder: Path, version: int, table: str, noted: Mapping[str, Any], keys: Iterable[Any], kind: type[Any]) -> Path:
    """Write the state of a key table; the file appears whole."""
    schema = _schema(kind).with_metadata({_TABLE: table, _NOTED: json.dumps(dict(noted))})
    draft = folder / f".base-{secrets.token_hex(8)}"
    try:
        with pq.ParquetWriter(draft, schema, compression="zstd", write_statistics=False) as writer:
            for part in _chunks(keys):
                writer.write_table(_table(part, kind).cast(schema))
        return draft.replace(_base_path(folder, version))
    finally:
        draft.unlink(missing_ok=True)


def newest_base(folder: Path, table: str, up_to: int) -> Base | None:
    """The newest base of that table at or before a version; damaged ones and those of another table do not count."""
    for path in sorted(bases(folder), reverse=True):
        with contextlib.suppress(OSError, pa.ArrowException, ValueError, KeyError, TypeError):
            metadata = pq.read_schema(path).metadata
            found = Base(path, _version_of(path), metadata[_TABLE].decode(), json.loads(metadata[_NOTED]))
            if found.table == table and found.version <= up_to:
                return found
    return None


def bases(folder: Path) -> list[Path]:
    """All bases in a folder of decisions."""
    return sorted(folder.glob("base-*.parquet"))


def drop_bases(folder: Path, after: int = -1) -> None:
    """Delete bases of versions that the log has lost: it will give their numbers to other commits."""
    for path in bases(folder):
        if _version_of(path) > after:
            path.unlink(missing_ok=True)


def _base_path(folder: Path, version: int) -> Path:
    return folder / f"base-{version:020d}.parquet"


def _version_of(path: Path) -> int:
    return int(path.stem.partition("-")[2])


def _chunks(keys: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(keys)
    while part := list(itertools.islice(rest, CHUNK)):
        yield part


def _table(keys: list[Any], kind: type[Any]) -> pa.Table:
    schema = _schema(kind)
    columns = [pa.array([getattr(k, name) for k in keys], schema.field(name).type) for name in schema.names]
    return pa.Table.from_arrays(columns, schema=schema)


def _schema(kind: Any) -> pa.Schema:
    types = {str: pa.string(), int: pa.int64(), bool: pa.bool_(), bytes: pa.binary()}
    hints = typing.get_type_hints(kind)
    return pa.schema([(f.name, types[_plain(hints[f.name])]) for f in dataclasses.fields(kind)])


def _plain(hint: Any) -> type:
    """`str` from `str | None`."""
    return hint if isinstance(hint, type) else next(a for a in typing.get_args(hint) if a is not type(None))
