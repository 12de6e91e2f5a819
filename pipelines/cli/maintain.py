"""`dyadwire maintain`: keep a root small, sound and ahead of a full disk."""

from __future__ import annotations

from dataclasses import asdict

import typer

from pipelines.cli.errors import DONE, FAILED
from pipelines.cli.options import AsJson, Root, effective, the_root
from pipelines.cli.output import json_line, notice, results


def maintain(root: Root = None, as_json: AsJson = False) -> None:
    """Merge small files, clear away superseded ones, expire raw pages by policy, verify, forecast the disk; exit code 1 on damage.

    `retention_days` and `raw_days` in `dyadwire.toml` say what is kept. Readers and writers may go on meanwhile.
    """
    settings = effective(root=root)
    folder = the_root(settings)

    from pipelines.upkeep import maintain as do
    from pipelines.upkeep.steps import lines

    done = do(settings, folder)
    if as_json:
        merged = [{k: v for k, v in vars(m).items() if not k.startswith("_")} for m in done.merged]
        record = {name: asdict(getattr(done, name)) for name in ("cleared", "expired", "disk")}
        typer.echo(json_line({"merged": merged, **record, "findings": [asdict(f) for f in done.findings]}))
    else:
        for line in lines(done):
            results().print(line, soft_wrap=True, markup=False)
    if done.findings:
        notice(f"look at them, and mend: dyadwire verify --repair --root {folder}")
    raise typer.Exit(FAILED if done.findings else DONE)
