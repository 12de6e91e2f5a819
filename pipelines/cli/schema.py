"""`dyadwire schema`: the data contract, from the one place where it is defined."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from pipelines.cli.options import one_of
from pipelines.cli.output import json_line, results
from schemas import DATASETS, SCHEMA_VERSION, Column, Dataset


def schema(
    dataset: Annotated[str | None, typer.Argument(metavar="[DATASET]", help="One of the datasets; all of them without it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON line a column, for programs.")] = False,
) -> None:
    """The columns of the datasets: type, meaning, and an example.

    A `?` behind a type marks what may be null, which means "not known". A partition stands in the folder's name.
    """
    wanted = one_of(dataset, DATASETS, "dataset")
    for chosen in (DATASETS[wanted],) if wanted else DATASETS.values():
        if as_json:
            for column in chosen.columns:
                typer.echo(json_line(_record(chosen, column)))
        else:
            _print(chosen)


def _print(dataset: Dataset) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        title=f"[bold]{dataset.name}[/]: {escape(dataset.meaning)}  [dim](schema {SCHEMA_VERSION}, one row a {dataset.key})[/]",
        title_justify="left",
        pad_edge=False,
        box=None,
        header_style="bold",
    )
    table.add_column("column", no_wrap=True)
    table.add_column("type", max_width=24, overflow="fold")
    table.add_column("meaning, and an example")
    for column in dataset.columns:
        meaning = escape(column.meaning) + ("" if column.example is None else f"  [dim]{escape(_example(column))}[/]")
        table.add_row(f"[bold]{column.name}[/]", escape(type_name(column)), meaning)
    results().print(table)
    results().print()


def type_name(column: Column) -> str:
    """The Arrow type as `columns` are spoken of: `string?`, `list<struct<…>>`."""
    arrow = str(column.type).replace(" not null", "").replace("tz=UTC", "UTC").replace("element: ", "")
    return arrow + ("?" if column.nullable else "")


def _example(column: Column) -> str:
    if column.example is None:
        return ""
    return column.example if isinstance(column.example, str) else json.dumps(column.example, ensure_ascii=False, default=str)


def _record(dataset: Dataset, column: Column) -> dict[str, Any]:
    return {
        "dataset": dataset.name,
        "column": column.name,
        "type": str(column.type),
        "nullable": column.nullable,
        "partition": column.partition,
        "meaning": column.meaning,
        "example": column.example,
    }
