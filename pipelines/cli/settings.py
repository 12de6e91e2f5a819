"""`dyadwire settings`: what is set, and where from."""

from __future__ import annotations

import typer

from pipelines.cli.options import AsJson, effective
from pipelines.cli.output import json_line, results
from pipelines.settings import Settings, masked, origins


def settings(as_json: AsJson = False) -> None:
    """The effective settings and where each comes from: default, `dyadwire.toml`, environment. Secrets are masked."""
    values, where = effective(), origins()
    if as_json:
        for key, field in Settings.model_fields.items():
            typer.echo(json_line({"key": key, "value": masked(getattr(values, key)), "origin": where[key], "meaning": field.description}))
        return

    from rich.markup import escape
    from rich.table import Table

    table = Table("setting", "value", "from", "meaning", box=None, pad_edge=False, header_style="bold")
    for key, field in Settings.model_fields.items():
        table.add_row(
            f"[bold]{key}[/]", escape(str(masked(getattr(values, key)))), where[key], f"[dim]{escape(field.description or '')}[/]"
        )
    results().print(table)
