"""The examples of docs/reading.md: found on the page, run as they stand, their answers made comparable."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

PAGE: Final = Path(__file__).parents[2] / "docs" / "reading.md"

Row = tuple[tuple[str, object], ...]


def examples() -> dict[str, dict[str, tuple[str, str]]]:
    """By question and reader, the language and the code; "" is what stands before the first question."""
    found: dict[str, dict[str, tuple[str, str]]] = {"": {}}
    text = PAGE.read_text(encoding="utf8")
    for title, language, reader, code in re.findall(r"^## (.+?)$|^```(\w+) (\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        if title:
            found[title] = {}
        else:
            found[list(found)[-1]][reader] = (language, code)
    return found


def answer(question: str, reader: str, *, month_is: dict[str, str] | None = None, **names: Any) -> Counter[Row]:
    """The rows that an example gives, in the folder where the test is.

    Args:
        month_is: what is put in place of words of the code, for the same question by another period.
        names: what the example finds defined, such as `spark`.
    """
    language, code = examples()[question][reader]
    for old, new in (month_is or {}).items():
        assert old in code, f"the example of {reader} has no {old}"
        code = code.replace(old, new)
    if language == "sql":
        return comparable(duckdb.sql(code))
    exec(code, names)
    return comparable(names["found"])


def comparable(found: Any) -> Counter[Row]:
    """The rows of whatever a reader gives, as often as each comes, whatever the order of rows and columns."""
    if isinstance(found, pd.DataFrame):
        rows = found.to_dict("records")
    elif isinstance(found, pl.DataFrame):
        rows = found.to_dicts()
    elif isinstance(found, duckdb.DuckDBPyRelation):
        rows = [dict(zip(found.columns, values, strict=True)) for values in found.fetchall()]
    else:
        rows = (found if isinstance(found, pa.Table) else found.toArrow()).to_pylist()
    return Counter(tuple(sorted((name, _plain(value)) for name, value in row.items())) for row in rows)


def _plain(value: Any) -> object:
    """Times and days as moments of UTC; whatever a reader takes for "not known" as None."""
    if isinstance(value, list | dict):
        return repr(value)
    if pd.isna(value):
        return None
    if isinstance(value, datetime):
        return datetime.fromisoformat(value.isoformat()).replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value
