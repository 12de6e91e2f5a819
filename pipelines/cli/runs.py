"""`dyadwire runs`: what happened last night?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.cli.options import AsJson, Root, Since, Until, effective, period, the_root
from pipelines.cli.output import json_line, notice
from pipelines.cli.tables import table
from pipelines.words import counted


def runs(
    root: Root = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help="How many runs at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Runs, newest first: when, what started them, what they read and brought. A run that brought nothing new has no row.

    `--since` and `--until` are about the start of a run.
    """
    start, end = period(since, until)
    folder = the_root(effective(root=root))

    from pipelines.dataset import read

    found: list[dict[str, Any]] = read(folder, "runs").to_table().to_pylist()
    wanted = [r for r in found if (start is None or r["started_at"] >= start) and (end is None or r["started_at"] < end)]
    wanted.sort(key=lambda r: (r["started_at"], r["run_id"]), reverse=True)
    if as_json:
        for row in wanted[:limit]:
            typer.echo(json_line(row))
    else:
        headings = ("run", "flow", "s", "inputs", "articles", "claims", "rejected")
        table(f"{folder}", headings, map(_line, wanted[:limit]))
    if len(wanted) > limit:
        notice(f"{limit} of {counted(len(wanted), 'run')}; --limit {len(wanted)} shows all")
    if not wanted:
        notice("no run that fits")
    if left := _unfinished(folder, {r["run_id"] for r in found}):
        notice(f"{counted(len(left), 'run')} under way, or ended before the commit: {', '.join(left[:5])}{' …' if len(left) > 5 else ''}")


def _line(row: dict[str, Any]) -> tuple[Any, ...]:
    seconds = round((row["ended_at"] - row["started_at"]).total_seconds())
    rejected = sum(count["count"] for count in row["rejected"] or ())
    return row["run_id"], row["flow"], seconds, row["inputs"], row["articles"], row["claims"], rejected


def _unfinished(root: Path, known: set[str]) -> list[str]:
    from pipelines.dataset import open_root

    staged = open_root(root, create=False).tmp / "staged"
    return sorted((p.name for p in staged.glob("*") if p.name not in known), reverse=True)
