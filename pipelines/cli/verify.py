"""`dyadwire verify`: check a root, and mend it."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli.errors import DONE, FAILED
from pipelines.cli.options import AsJson, Root, effective, the_root
from pipelines.cli.output import json_line, notice
from pipelines.cli.tables import table


def verify(
    root: Root = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended; damaged files are set aside, none is deleted.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Files against log, plain tree against snapshot, rows against contract and each other; exit code 1 on damage."""
    folder = the_root(effective(root=root))

    from pipelines.dataset import open_root
    from pipelines.dataset.repair import repair as mend
    from pipelines.dataset.verify import sound
    from pipelines.dataset.verify import verify as check

    layout = open_root(folder, create=repair)
    if repair:
        for done in mend(layout):
            notice(f"{done.dataset}: {done.what}")
    checks = check(layout)
    if as_json:
        typer.echo(
            json_line(
                {
                    "sound": sound(checks),
                    "checks": [{"name": c.name, "looked_at": c.looked_at, "findings": [vars(f) for f in c.findings]} for c in checks],
                }
            )
        )
    else:
        table(f"{folder}", ("check", "looked at", "found"), ((c.name, c.looked_at, len(c.findings)) for c in checks))
        table("findings", ("check", "dataset", "what"), ((f.check, f.dataset, f.detail) for c in checks for f in c.findings[:50]))
        if not sound(checks) and not repair:
            notice(f"mend it with: dyadwire verify --repair --root {folder}")
    raise typer.Exit(DONE if sound(checks) else FAILED)
