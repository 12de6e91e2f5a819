"""`dyadwire reextract`: read stored articles, or their archived pages, again with what is current."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.errors import JobFailedError, WrongCallError
from pipelines.cli.options import AsJson, Root, Since, Until, effective, period, the_root
from pipelines.cli.output import json_line, notice, results
from pipelines.cli.progress import watched

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipelines.reextract import Reextracted
    from pipelines.work import WorkOptions


class Source(StrEnum):
    """What is read again."""

    ARTICLES = "articles"
    RAW = "raw"


def reextract(
    root: Root = None,
    to_root: Annotated[
        str | None,
        typer.Option("--to-root", metavar="ROOT", help="Write beside, into another root, to compare first.", show_default=False),
    ] = None,
    source: Annotated[
        Source, typer.Option("--from", help="Read the stored articles' texts, or normalise their archived pages anew (ROOT/raw).")
    ] = Source.ARTICLES,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Run the current extractor over stored articles, in place or beside; a second call goes on where a first one stopped.

    `--from raw` rebuilds from the archived pages without one request: texts, dates and titles are read anew, too.
    """
    start, end = period(since, until)
    if source == Source.RAW and (start or end):
        raise WrongCallError("--from raw reads the whole archive: the date of an article is known only when its page has been read")
    settings = effective(root=root)
    folder = the_root(settings)

    from pipelines.jobs import work_options
    from pipelines.reextract import reextract as job

    with watched("reading again") as progress:
        if source == Source.RAW:
            done = _from_raw(folder, to_root, progress, work_options(settings))
        else:
            done = job(folder, to_root=to_root, since=start, until=end, progress=progress)
    if as_json:
        typer.echo(json_line(vars(done)))
        return
    claims = f"{done.claims_added} claims written, {done.claims_removed} replaced"
    results().print(f"{done.articles} articles read again, {done.current} were current: {claims}")
    if done.without_text:
        notice(
            f"{done.without_text} articles are stored without their text (`store_text` was off) and keep the claims of an older extractor; "
            "their pages can be read again where they are archived: dyadwire reextract --from raw"
        )
    if to_root:
        results().print(f"compare them: dyadwire diff {folder} {to_root}", soft_wrap=True)


def _from_raw(folder: Path, to_root: str | None, progress: Callable[[int], None], work: WorkOptions) -> Reextracted:
    from pipelines.rebuild import rebuild_beside, rebuild_in_place
    from pipelines.running import IngestError

    try:
        if to_root is None:
            return rebuild_in_place(folder, work=work, progress=progress)
        return rebuild_beside(folder, to_root, work=work, progress=progress)
    except IngestError as error:
        raise JobFailedError(f"the job failed: {error}") from error
