"""`dyadwire doctor`: what is missing, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict

import typer

from pipelines.cli.errors import DONE, FAILED
from pipelines.cli.options import AsJson, Root
from pipelines.cli.output import json_line, results

_SIGNS = {"ok": "[green]ok[/]", "warning": "[yellow]warning[/]", "failed": "[red]failed[/]"}


def doctor(root: Root = None, as_json: AsJson = False) -> None:
    """Check Python, packages, model, settings, root, disk, contact and Prefect; exit code 1 when something is broken."""
    from pipelines.doctor import examine
    from pipelines.logs import configure

    configure()  # the settings may be what is broken
    states = set()
    for found in examine(root):
        states.add(found.state)
        if as_json:
            typer.echo(json_line(asdict(found)))
            continue
        from rich.markup import escape

        results().print(f"{_SIGNS[found.state]} [bold]{found.what}[/]: {escape(found.told)}", soft_wrap=True)
        if found.remedy:
            results().print(f"    → {escape(found.remedy)}", soft_wrap=True)
    raise typer.Exit(FAILED if "failed" in states else DONE)
