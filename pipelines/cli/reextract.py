"""`dyadwire reextract`: read stored articles again with the current extractor."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli.options import Root, Since, Until, effective, period, the_root
from pipelines.cli.output import results
from pipelines.cli.progress import watched


def reextract(
    root: Root = None,
    to_root: Annotated[
        str | None,
        typer.Option("--to-root", metavar="ROOT", help="Write beside, into another root, to compare first.", show_default=False),
    ] = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Run the current extractor over stored articles, in place or beside; a second call goes on where a first one stopped."""
    start, end = period(since, until)
    folder = the_root(effective(root=root))

    from pipelines.reextract import reextract as job

    with watched("reading again") as progress:
        done = job(folder, to_root=to_root, since=start, until=end, progress=progress)
    claims = f"{done.claims_added} claims written, {done.claims_removed} replaced"
    results().print(f"{done.articles} articles read again, {done.current} were current: {claims}")
    if to_root:
        results().print(f"compare them: dyadwire diff {folder} {to_root}", soft_wrap=True)
