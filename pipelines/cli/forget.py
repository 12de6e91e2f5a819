"""`dyadwire forget`: erase articles for good."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from pipelines.cli.errors import WrongCallError
from pipelines.cli.options import AsJson, Root, effective, the_root
from pipelines.cli.output import json_line, notice, results


def forget(
    root: Root = None,
    url: Annotated[str | None, typer.Option(help="The article at this URL.", show_default=False)] = None,
    host: Annotated[str | None, typer.Option(help="All articles of this host and its subdomains.", show_default=False)] = None,
    article: Annotated[str | None, typer.Option(metavar="ID", help="The article with this article_id.", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """Erase articles and their claims from all datasets, both faces, history and staged files, so that they do not come back.

    It outranks retention: older snapshots that held them cannot be read any more.
    """
    settings = effective(root=root)
    folder = the_root(settings)
    if sum(x is not None for x in (url, host, article)) != 1:
        raise WrongCallError("name what to forget by one of --url, --host and --article")

    from pipelines.dataset import open_root
    from pipelines.dataset.forget import forget as erase
    from pipelines.web import RAW, fetch_config
    from pipelines.web import forget as forget_traces

    open_root(folder, create=False)
    done = erase(open_root(folder), article=article, url=url, host=host)
    if as_json:
        typer.echo(json_line({"articles": list(done.articles), "rows": dict(done.rows), "files": done.files}))
    else:
        rows = ", ".join(f"{count} of {name}" for name, count in done.rows.items())
        results().print(f"{len(done.articles)} articles forgotten: rows {rows}; {done.files} superseded or staged files erased")
    if done.articles:
        notice("snapshots that held them cannot be read any more; versions before this one may fail")
    pages, remembered = forget_traces(
        replace(fetch_config(settings, folder), raw=folder / RAW),
        {*done.urls, *([url] if url else [])},
        host,
        memories=(folder / "_state").glob("force-*.sqlite"),
    )
    if pages or remembered:
        notice(f"{pages} archived pages and {remembered} rows of what sources remember erased")
