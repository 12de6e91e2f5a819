"""`dyadwire shared-lines`: which lines the sites of a dataset put on many of their pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.errors import WrongCallError
from pipelines.cli.options import AsJson, Root, effective, the_root
from pipelines.cli.output import json_line, results


def shared_lines(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.csv", help="Where the list goes; one that is there is added to.")],
    root: Root = None,
    stories: Annotated[int, typer.Option(min=2, help="In how many different stories of a site a line must stand.")] = 5,
    as_json: AsJson = False,
) -> None:
    """List the lines that stand in several stories of a site; runs whose setting `shared_lines` names the list take them out."""
    folder = the_root(effective(root=root))

    from pipelines.normalize.shared_lines import SharedLines, learn

    try:
        known = SharedLines.read(out) if out.exists() else SharedLines()
    except (OSError, ValueError) as error:
        raise WrongCallError(str(error)) from error
    found = learn(_articles(folder), stories).joined(known)
    found.write(out)
    lines = sum(map(len, found.stories.values()))
    if as_json:
        typer.echo(json_line({"file": str(out), "lines": lines, "sites": len(found.stories)}))
        return
    results().print(f"{lines} lines of {len(found.stories)} sites in {out}", soft_wrap=True)


def _articles(root: Path) -> Iterator[tuple[str, str]]:
    from pipelines.dataset.read import read

    for batch in read(root, "articles").to_batches(columns=["url", "text"]):
        for url, text in zip(batch["url"].to_pylist(), batch["text"].to_pylist(), strict=True):
            if url and text:
                yield url, text
