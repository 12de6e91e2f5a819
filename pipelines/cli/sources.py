"""`dyadwire sources`: what can be read from, and whether it answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.errors import DONE, FAILED, WrongCallError
from pipelines.cli.options import AsJson, effective
from pipelines.cli.output import json_line, notice, results
from pipelines.words import counted

if TYPE_CHECKING:
    from pipelines.context import RunContext
    from pipelines.fetch.remote import Fetcher
    from pipelines.sources.feeds import ListedFeed

DEFAULT_LIST = Path("seeds/feeds.toml")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown", no_args_is_help=True)


@app.callback()
def sources() -> None:
    """Where articles can be read from, and what answers today."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A feed list; see `seeds/feeds.toml` for its form.")] = DEFAULT_LIST,
    as_json: AsJson = False,
) -> None:
    """Fetch each feed of a list once and print what works."""
    from pipelines.context import new_run
    from pipelines.fetch import NoContactError
    from pipelines.fetch.remote import Fetcher
    from pipelines.sources.feeds import FeedListError, read_list
    from pipelines.web import fetch_config

    try:
        feeds = read_list(file)
        fetcher = Fetcher(fetch_config(effective()))
    except (FeedListError, NoContactError, ValueError) as error:
        raise WrongCallError(str(error)) from error
    context = new_run()
    with fetcher, ThreadPoolExecutor(16) as threads:
        rows = list(threads.map(lambda listed: _checked(fetcher, listed, context), feeds))
    _print(rows, as_json=as_json)
    working = sum(row["works"] is True for row in rows)
    notice(f"{working} of {counted(len(rows), 'feed')} work")
    raise typer.Exit(DONE if working else FAILED)


def _checked(fetcher: Fetcher, listed: ListedFeed, context: RunContext) -> dict[str, object]:
    """What became of one feed, for people and programs."""
    from pipelines.sources.feed import ACCEPT, FeedError, parse
    from schemas import Rejected

    row: dict[str, object] = {
        "name": listed.name,
        "country": listed.country,
        "url": listed.url,
        "works": False,
        "entries": None,
        "newest": None,
    }
    answer = fetcher.ask(listed.url, context, input=f"feed:{listed.url}", accept=ACCEPT)
    if isinstance(answer, Rejected):
        return {**row, "why": f"{answer.reason}: {answer.error}"}
    try:
        entries = parse(answer.body, answer.url, answer.media_type)
    except FeedError as error:
        return {**row, "why": f"bad_source: {error}"}
    newest = max((entry.listed_at for entry in entries if entry.listed_at is not None), default=None)
    return {**row, "works": bool(entries), "entries": len(entries), "newest": newest, "why": None if entries else "it has no entries"}


def _print(rows: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        for row in rows:
            typer.echo(json_line(row))
        return
    from rich.table import Table

    table = Table("feed", "country", "entries", "newest", "why not")
    for row in rows:
        newest = "" if row["newest"] is None else f"{row['newest']:%Y-%m-%d %H:%M}"
        table.add_row(str(row["name"]), str(row["country"]), str(row["entries"] or ""), newest, str(row["why"] or ""))
    results().print(table)
