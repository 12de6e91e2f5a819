"""`dyadwire compact`: merge small files, and clear away what nobody needs."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from pipelines.cli.options import AsJson, Root, effective, the_root
from pipelines.cli.output import json_line, results
from pipelines.cli.tables import table


def compact(
    root: Root = None,
    target_megabytes: Annotated[int, typer.Option(min=1, help="Size of a merged file, about, in units of 10^6 bytes.")] = 128,
    min_files: Annotated[int, typer.Option(min=2, help="Partitions with fewer small files are left alone.")] = 4,
    retention_days: Annotated[
        float | None, typer.Option(min=0, help="How long superseded files stay, for readers of older snapshots.", show_default="7")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Merge small files while readers and writers go on, then delete superseded files past the retention."""
    settings = effective(root=root, retention_days=retention_days)
    folder = the_root(settings)

    from pipelines.dataset import open_root
    from pipelines.dataset.clean import clean
    from pipelines.dataset.compact import compact_all

    layout = open_root(folder)
    done = compact_all(layout, target_bytes=target_megabytes * 1_000_000, min_files=min_files)
    cleared = clean(layout, retention=timedelta(days=settings.retention_days))
    if as_json:
        merged = [{"dataset": d.dataset, "files_before": d.files_before, "files_after": d.files_after} for d in done]
        typer.echo(json_line({"merged": merged, "cleared": vars(cleared)}))
        return
    headings = ("dataset", "partitions", "files before", "files after")
    table("merged", headings, ((d.dataset, d.partitions, d.files_before, d.files_after) for d in done))
    results().print(f"{cleared.superseded} superseded files, {cleared.log_files} log files and {cleared.left_over} leftovers cleared away")
