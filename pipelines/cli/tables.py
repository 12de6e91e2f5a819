"""Tables of names and numbers on standard output, as every maintenance command shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table; numbers stand to the right. Nothing is printed without rows."""
    from rich.table import Table

    from pipelines.cli.output import results

    body = list(rows)
    if not body:
        return
    shown = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for i, heading in enumerate(headings):
        number = all(isinstance(row[i], int | float) for row in body)
        shown.add_column(heading, justify="right" if number else "left", overflow="fold")
    for row in body:
        shown.add_row(*(f"{v:,}" if isinstance(v, int) else "" if v is None else str(v) for v in row))
    results().print(shown)
