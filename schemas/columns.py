"""How a row is declared once: a frozen dataclass whose fields carry their meaning, and the Arrow schema that follows from it.

    @dataclass(frozen=True, kw_only=True)
    class Copy:
        article_id: str = column("the article", example="a1b2…")

    arrow_schema(Copy)   # article_id: string not null

The Arrow type follows from the annotation (`str` → string, `datetime` → timestamp[us, UTC], `date` → date32, `bool`, a nested
dataclass → struct, `tuple[X, ...]` → list<X>); numbers have no default width and name theirs. `X | None` is nullable, all else is not.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar

import pyarrow as pa

Row = TypeVar("Row")

_SCALARS: Final[dict[type, pa.DataType]] = {
    str: pa.string(),
    bool: pa.bool_(),
    dt.datetime: pa.timestamp("us", tz="UTC"),
    dt.date: pa.date32(),
}


@dataclass(frozen=True)
class Column:
    """One column as readers see it: generated docs, `dyadwire schema`, and tests all use this."""

    name: str
    type: pa.DataType
    nullable: bool
    meaning: str
    example: Any
    partition: bool


def column(
    meaning: str, *, example: Any = None, arrow: pa.DataType | None = None, partition: bool = False, default: Any = dataclasses.MISSING
) -> Any:
    """A dataclass field that is a column.

    Args:
        meaning: what the value says, for the data dictionary.
        example: a typical value.
        arrow: the type, where the annotation does not give it (numbers).
        partition: whether it stands in the folder's name and not in the file.
        default: for values that are filled in by a later step.
    """
    return dataclasses.field(
        default=default,
        metadata={"meaning": meaning, "example": example, "arrow": arrow, "partition": partition},
    )


@cache
def columns(row: Any) -> tuple[Column, ...]:
    """The columns of a row type, in the order of declaration.

    Raises:
        TypeError: a field has no Arrow type.
    """
    hints = typing.get_type_hints(row)
    return tuple(_column(field, hints[field.name]) for field in dataclasses.fields(row))


@cache
def arrow_schema(row: Any, *, with_partitions: bool = True) -> pa.Schema:
    """The Arrow schema of a row type; without the partition columns it is the schema of the files."""
    return pa.schema(
        [
            pa.field(c.name, c.type, nullable=c.nullable, metadata={"description": c.meaning})
            for c in columns(row)
            if with_partitions or not c.partition
        ]
    )


def to_dict(row: Any) -> dict[str, Any]:
    """A row as the nested dict that pyarrow's `from_pylist` takes; tuples become lists."""
    return {f.name: _plain(getattr(row, f.name)) for f in dataclasses.fields(row)}


def from_dict(row: type[Row], values: dict[str, Any]) -> Row:
    """The inverse of `to_dict`: a row from what Arrow or JSON gives back (ISO strings are taken for times and dates).

    Raises:
        TypeError: a column is missing or unknown.
    """
    hints = typing.get_type_hints(row)
    return row(**{name: _typed(hints[name], value) if name in hints else value for name, value in values.items()})


def _column(field: dataclasses.Field[Any], hint: Any) -> Column:
    inner, nullable = _optional(hint)
    arrow = field.metadata.get("arrow") or _arrow(inner, f"{field.name}: {hint}")
    return Column(
        field.name,
        arrow,
        nullable,
        field.metadata.get("meaning", ""),
        field.metadata.get("example"),
        field.metadata.get("partition", False),
    )


def _optional(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        rest = [a for a in typing.get_args(hint) if a is not types.NoneType]
        return rest[0], len(rest) < len(typing.get_args(hint))
    return hint, False


def _arrow(hint: Any, where: str) -> pa.DataType:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if typing.get_origin(hint) is tuple:
        return pa.list_(pa.field("element", _arrow(typing.get_args(hint)[0], where), nullable=False))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return pa.struct([pa.field(c.name, c.type, nullable=c.nullable) for c in columns(hint)])
    if isinstance(hint, type) and issubclass(hint, str):
        return pa.string()
    raise TypeError(f"no Arrow type follows from {where}; name one with column(arrow=…)")


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return to_dict(value)
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return str(value) if isinstance(value, str) else value


def _typed(hint: Any, value: Any) -> Any:
    inner, _ = _optional(hint)
    if value is None:
        return None
    if typing.get_origin(inner) is tuple:
        return tuple(_typed(typing.get_args(inner)[0], v) for v in value)
    if inner is dt.datetime and isinstance(value, str):
        return dt.datetime.fromisoformat(value)
    if inner is dt.date and isinstance(value, str):
        return dt.date.fromisoformat(value)
    if dataclasses.is_dataclass(inner) and isinstance(inner, type) and isinstance(value, dict):
        return from_dict(inner, value)
    if isinstance(inner, type) and issubclass(inner, str) and inner is not str:
        return inner(value)
    return value
