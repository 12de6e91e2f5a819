"""`dyadwire quality`: is what a day brought as it should be?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from pipelines.cli.errors import DONE, FAILED
from pipelines.cli.options import AsJson, Root, effective, moment, the_root
from pipelines.cli.output import json_line
from pipelines.cli.tables import table


def quality(
    root: Root = None,
    day: Annotated[str | None, typer.Option("--day", metavar="DAY", help="A day, UTC.", show_default="yesterday")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare a day's volumes, rejections, pairs, dates and copies with the weeks before; exit code 1 when a check fails."""
    folder = the_root(effective(root=root))
    given = moment(day, "--day")

    from pipelines.quality import check_day, look_at
    from pipelines.quality.verdict import yesterday

    wanted = given.date() if given is not None else yesterday()
    verdicts = check_day(look_at(folder, wanted))
    if as_json:
        for verdict in verdicts:
            typer.echo(json_line({"day": wanted, **asdict(verdict)}))
    else:
        table(f"{folder}, {wanted}", ("check", "verdict", "found", "right"), ((v.check, v.state, v.told, v.limit) for v in verdicts))
    raise typer.Exit(FAILED if any(v.state == "failed" for v in verdicts) else DONE)
