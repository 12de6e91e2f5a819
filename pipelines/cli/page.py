"""`dyadwire page`: the archived page behind a row, as it was when it was fetched."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.errors import JobFailedError, WrongCallError
from pipelines.cli.options import AsJson, Out, Root, effective, the_root
from pipelines.cli.output import json_line, lines_to, notice

if TYPE_CHECKING:
    from schemas import Document


def page(
    claim_id: Annotated[str, typer.Argument(metavar="CLAIM_ID", help="A claim's or an article's id.", show_default=False)],
    root: Root = None,
    out: Out = "-",
    as_json: AsJson = False,
) -> None:
    """The archived page that a claim was read from, byte for byte as the server sent it, decompressed.

    With `--json`: one line that says where it lies, with the bytes in Base64.
    """
    settings = effective(root=root)
    folder = the_root(settings)

    from pathlib import Path

    from pipelines.fetch.failures import FetchError
    from pipelines.fetch.warc import page as archived
    from pipelines.web import RAW, fetch_config

    article = _article(folder, claim_id)
    if article["raw_file"] is None:
        raise JobFailedError(f"the page of {claim_id} was not archived: it was read from a file, or `keep_raw` was off")
    try:
        document = archived(folder / RAW, article["raw_file"], article["raw_offset"], fetch_config(settings, folder))
    except (FileNotFoundError, FetchError) as error:
        raise JobFailedError(str(error)) from error
    if as_json:
        with lines_to(out) as stream:
            stream.write(json_line(_record(document, article)) + "\n")
        return
    notice(f"{document.url}, fetched {document.fetched_at:%Y-%m-%d %H:%M:%S} UTC, {article['raw_file']} at {article['raw_offset']}")
    if out == "-":
        sys.stdout.buffer.write(document.content)
    else:
        Path(out).write_bytes(document.content)


def _record(document: Document, article: dict[str, Any]) -> dict[str, Any]:
    said = {"url": document.url, "fetched_at": document.fetched_at, "media_type": document.media_type, "charset": document.charset}
    return {**said, "raw_file": article["raw_file"], "raw_offset": article["raw_offset"], "content": document.content}


def _article(folder: Any, some_id: str) -> dict[str, Any]:
    """The article of a claim's or its own id.

    Raises:
        WrongCallError: the dataset knows no such id.
    """
    import pyarrow.compute as pc

    from pipelines.dataset import read

    claims = read(folder, "claims").to_table(columns=["article_id"], filter=pc.field("claim_id") == some_id).to_pylist()
    wanted = claims[0]["article_id"] if claims else some_id
    articles = read(folder, "articles").to_table(columns=["raw_file", "raw_offset"], filter=pc.field("article_id") == wanted).to_pylist()
    if not articles:
        raise WrongCallError(f"{some_id!r} is no claim_id and no article_id of {folder}; `dyadwire show PAIR --json` has them")
    return dict(articles[0])
