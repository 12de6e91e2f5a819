"""`dyadwire export`: one consistent snapshot as plain files."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli.errors import WrongCallError
from pipelines.cli.options import AsJson, Root, Since, Until, effective, period, the_root
from pipelines.cli.output import json_line, results
from schemas import parse_pair


def export(
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="The folder to make; it must not exist.", show_default=False)],
    root: Root = None,
    pair: Annotated[str | None, typer.Option(help="Only these two countries, such as `IRN-PAK`.", show_default=False)] = None,
    since: Since = None,
    until: Until = None,
    csv: Annotated[bool, typer.Option("--csv", help="Also CSV files; lists are JSON in them.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write claims, articles and copies as plain Parquet, with data dictionary and checksums, into a folder that appears at once."""
    start, end = period(since, until)
    folder = the_root(effective(root=root))
    try:
        wanted = parse_pair(pair) if pair else None
    except ValueError as error:
        raise WrongCallError(str(error)) from error

    from pipelines.dataset.export import export as write

    done = write(folder, out, pair=wanted, since=start, until=end, csv=csv)
    if as_json:
        typer.echo(json_line(vars(done) | {"folder": str(done.folder)}))
        return
    rows = ", ".join(f"{count} {name}" for name, count in done.rows.items())
    results().print(f"{rows} in {done.files} files in {done.folder}; check them there with: sha256sum -c SHA256SUMS", soft_wrap=True)
