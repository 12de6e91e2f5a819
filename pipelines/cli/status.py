"""`dyadwire status`: what stands in a root."""

from __future__ import annotations

from dataclasses import asdict

import typer

from pipelines.cli.options import AsJson, Root, effective, the_root
from pipelines.cli.output import json_line, results
from pipelines.cli.tables import table


def status(root: Root = None, as_json: AsJson = False) -> None:
    """Rows, files and versions of each dataset, and which extractors read the articles."""
    folder = the_root(effective(root=root))

    from pipelines.dataset import open_root
    from pipelines.dataset.status import status as numbers

    found = numbers(open_root(folder, create=False))
    if as_json:
        typer.echo(json_line(asdict(found) | {"mixed": found.mixed}))
        return
    headings = ("dataset", "rows", "files", "bytes", "version", "partitions")
    table(f"{folder}", headings, ((d.name, d.rows, d.files, d.size, d.version, d.partitions) for d in found.datasets))
    table("articles by extractor", ("version", "articles"), found.extractors.items())
    if found.mixed:
        results().print(f"several extractors stand side by side; end it with: dyadwire reextract --root {folder}", soft_wrap=True)
