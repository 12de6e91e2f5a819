"""`dyadwire complete`: is yesterday whole?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from pipelines.cli.errors import DONE, FAILED, WrongCallError
from pipelines.cli.options import AsJson, Root, Since, Until, effective, period, the_root
from pipelines.cli.output import json_line, notice
from pipelines.cli.tables import table
from pipelines.completeness import Coverage, Period, as_record, coverage
from pipelines.words import counted


def complete(
    root: Root = None,
    since: Since = None,
    until: Until = None,
    source: Annotated[str | None, typer.Option(help="Only sources whose name begins so, such as `feed:`.", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """Which periods of each source are all there, and what feeds lost between two polls.

    With `--since` and `--until`: what is missing of that period; exit code 1 when anything is.
    """
    start, end = period(since, until)
    if (start is None) != (end is None):
        raise WrongCallError("give both --since and --until, or neither")
    folder = the_root(effective(root=root))
    found = [c for name, c in coverage(folder).items() if name.startswith(source or "")]
    if not found:
        notice("no run has told about such a source; local files are told about by `dyadwire backfill`")
    if start is None or end is None:
        _show(found, as_json=as_json)
        return
    raise typer.Exit(_missing([c for c in found if _has_periods(c)], start, end, as_json=as_json))


def _has_periods(found: Coverage) -> bool:
    """Files have none: one that was read is read."""
    return any(p.since is not None for p in (*found.complete, *found.lost))


def _show(found: list[Coverage], *, as_json: bool) -> None:
    if as_json:
        for row in found:
            typer.echo(json_line(as_record(row)))
        return
    files = [c for c in found if not _has_periods(c)]
    table("", ("source", "complete", "lost"), ((c.source, _told(c.complete), _told(c.lost)) for c in found if c not in files))
    if files:
        notice(f"{counted(len(files), 'file')} read whole; --json names them")


def _missing(found: list[Coverage], start: datetime, end: datetime, *, as_json: bool) -> int:
    missing = {c.source: c.missing(start, end) for c in found}
    if as_json:
        for name, periods in missing.items():
            typer.echo(json_line({"source": name, "whole": not periods, "missing": [vars(p) for p in periods]}))
    else:
        table(f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}", ("source", "missing"), ((n, _told(p) or "–") for n, p in missing.items()))
    return FAILED if any(missing.values()) else DONE


def _told(periods: tuple[Period, ...]) -> str:
    return "\n".join(f"{'…' if p.since is None else format(p.since, '%Y-%m-%d %H:%M')} – {p.until:%Y-%m-%d %H:%M}" for p in periods[-5:])
