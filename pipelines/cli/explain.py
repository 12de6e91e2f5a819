"""`dyadwire explain`: the reasoning behind a sentence's claims, for maintainers and reviewers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from pipelines.cli.errors import WrongCallError
from pipelines.cli.options import AsJson, Root, effective, the_root
from pipelines.cli.output import json_line, results
from pipelines.context import new_run
from schemas import Article, Rejected

_CLAIM_ID: Final = re.compile(r"[0-9a-f]{8,64}")
"""A claim's id, or its beginning as `show` prints it."""


@dataclass(frozen=True)
class Passage:
    """A text and what of it is to be explained."""

    text: str
    published: date | None = None
    title: str | None = None
    at: int | None = None
    """Code point whose sentence is explained, in the context of the whole text; None for all of it."""


def explain(
    what: Annotated[
        str | None,
        typer.Argument(metavar='["SENTENCE…" | CLAIM_ID]', help="A text, or a claim's id with `--root`.", show_default=False),
    ] = None,
    root: Root = None,
    file: Annotated[str | None, typer.Option("--file", metavar="F", help="A page, text or JSON Lines file.", show_default=False)] = None,
    at: Annotated[
        int | None, typer.Option("--at", metavar="OFFSET", help="Only the sentence at this code point.", show_default=False)
    ] = None,
    published: Annotated[
        str | None, typer.Option("--published", metavar="DAY", help="Day of publication of a sentence.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How the extractor sees a text: mentions, countries, triggers, frames, modality, and why a candidate became a claim or not.

    With a claim's id it shows the sentence of that claim, read in its article, with the context that antecedents and dates came from.
    """
    settings = effective(root=root)
    if (what is None) == (file is None):
        raise WrongCallError('give either a sentence, or a CLAIM_ID, or --file F; for example: dyadwire explain "Peru condemned Chile."')
    if file is not None:
        passage = _of_file(file, at)
    elif _CLAIM_ID.fullmatch(what or ""):
        passage = _of_claim(the_root(settings), what or "")
    else:
        passage = Passage(what or "", _day(published), None, at)

    from pipelines.claims.explain import explain as reasoning
    from pipelines.claims.explain import lines

    try:
        explanation = reasoning(passage.text, passage.published, passage.title, at=passage.at)
    except ValueError as error:
        raise WrongCallError(str(error)) from error
    if as_json:
        typer.echo(json_line(explanation))
        return
    for line in _context(passage) + list(lines(explanation)):
        results().print(line, markup=False, soft_wrap=True, style=_style(line))


def _of_file(name: str, at: int | None) -> Passage:
    """The first article of a file, as the pipeline reads it."""
    from pipelines.fetch import fetch
    from pipelines.normalize import normalize
    from pipelines.sources import discover

    context = new_run()
    for locator in discover([name], context):
        for document in (locator,) if isinstance(locator, Rejected) else fetch(locator, context):
            article = document if isinstance(document, Rejected) else normalize(document, context)
            if isinstance(article, Rejected):
                raise WrongCallError(f"{name} gives no article: {article.reason} ({article.error})")
            return _passage(article, at)
    raise WrongCallError(f"{name} holds nothing")


def _of_claim(root: Path, claim_id: str) -> Passage:
    """The article of a stored claim, at the claim's sentence."""
    import pyarrow.compute as pc

    from pipelines.dataset import read

    claims = read(root, "claims").to_table(
        filter=pc.starts_with(pc.field("claim_id"), claim_id), columns=["claim_id", "article_id", "text_hash", "evidence_start"]
    )
    found: list[dict[str, Any]] = claims.to_pylist()
    if len(found) != 1:
        raise WrongCallError(f"{len(found) or 'no'} claims of {root} begin with {claim_id!r}; `dyadwire show` prints ids")
    claim = found[0]
    articles = read(root, "articles").to_table(
        filter=pc.field("article_id") == claim["article_id"], columns=["text", "text_hash", "title", "published_at"]
    )
    rows = [row for row in articles.to_pylist() if row["text_hash"] == claim["text_hash"]]
    if not rows:
        raise WrongCallError(f"the text that claim {claim_id} was read from has been replaced by a newer revision")
    day = rows[0]["published_at"]
    return Passage(rows[0]["text"], None if day is None else day.astimezone(UTC).date(), rows[0]["title"], claim["evidence_start"])


def _passage(article: Article, at: int | None) -> Passage:
    day = article.published_at
    return Passage(article.text, None if day is None else day.date(), article.title, at)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise WrongCallError(f"--published {text!r} is no ISO 8601 day; write it like 2026-11-01") from None


def _context(passage: Passage) -> list[str]:
    """Where dates are counted from, and the text before the sentence, in which its references were looked for."""
    if passage.at is None:
        return []
    before = passage.text[max(0, passage.at - 400) : passage.at].strip()
    return [
        f"article   {passage.title or 'without a title'}, published {passage.published or 'on an unknown day'}",
        *([f"before    … {' '.join(before.split())}"] if before else []),
        "",
    ]


def _style(line: str) -> str | None:
    head = line.split(maxsplit=1)[:1]
    styles = {"CLAIM": "green", "no": "yellow", "mention": "cyan", "before": "dim", "article": "dim", "not": "dim"}
    return "bold" if line.startswith("[") else styles.get(head[0]) if head else None
