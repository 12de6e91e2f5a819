"""`dyadwire series`: distinct events of two countries over time."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli.errors import WrongCallError
from pipelines.cli.options import AsJson, Root, effective, one_of, the_root
from pipelines.cli.output import json_line, notice
from pipelines.cli.tables import table
from schemas import QuadClass, parse_pair


def series(
    pair: Annotated[str, typer.Argument(metavar="PAIR", help="Two countries: `IRN-PAK`, `iran-pakistan`.", show_default=False)],
    root: Root = None,
    by: Annotated[str, typer.Option(help="`week` or `month`.")] = "month",
    as_json: AsJson = False,
) -> None:
    """Distinct events by week or month and quad class: the same source, target, type and date count once, copies too."""
    try:
        wanted = parse_pair(pair)
    except ValueError as error:
        raise WrongCallError(str(error)) from error
    period = one_of(by, ("week", "month"), "period") or "month"
    folder = the_root(effective(root=root))

    from pipelines.series import series as count

    found = count(folder, wanted, period)
    if as_json:
        for p in found:
            typer.echo(json_line({"start": p.start, "events": p.events}))
        return
    classes = [str(q) for q in QuadClass]
    table(f"{wanted}, distinct events", (period, *classes), ((str(p.start), *(p.events.get(q, 0) for q in classes)) for p in found))
    if not found:
        notice(f"no dated events of {wanted}")
