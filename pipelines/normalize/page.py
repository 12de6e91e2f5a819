"""A web page: screened, its main text taken, its metadata read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pipelines.normalize.characters import one_line, paragraphs
from pipelines.normalize.dateline import dateline_of
from pipelines.normalize.dates import parse_time, plausible
from pipelines.normalize.facts import SCREEN, Facts, UnreadableInputError
from pipelines.normalize.gate import PageTooDeepError, PageTooLargeError, admit
from pipelines.normalize.newspaper_text import newspaper_article
from schemas import Origin


def read_page(html: str, url: str | None, now: datetime, screen: Callable[[str], bool] | None) -> Facts:
    """Text and metadata of a page.

    Raises:
        UnreadableInputError: it is too large or too deep for the parsers, or holds no text.
    """
    from resiliparse.extract.html2text import extract_plain_text

    try:
        page = admit(html)
    except PageTooLargeError as error:
        raise UnreadableInputError("too_large", str(error)) from error
    except PageTooDeepError as error:
        raise UnreadableInputError("too_deep", str(error)) from error
    cheap = paragraphs(extract_plain_text(page, main_content=True, alt_texts=False, list_bullets=False))
    article = newspaper_article(page, url)
    text, extractor = paragraphs(article.text), "newspaper3k"
    if screen is not None and not screen(cheap):
        text, extractor = cheap, SCREEN
    elif len(text) < 200 < len(cheap):
        text, extractor = cheap, "resiliparse"
    if not text:
        raise UnreadableInputError("no_text", "no extractor finds any text in the page")
    dateline = dateline_of(text)
    known = _metadata(article, now)
    return Facts(
        text=text[dateline.end :] if dateline else text,
        extractor=extractor,
        dateline_place=dateline.place if dateline else None,
        agency=dateline.agency if dateline else None,
        origins=tuple(Origin(field=name, origin="newspaper3k") for name, value in known.items() if value),
        **known,
    )


def _metadata(article: Any, now: datetime) -> dict[str, Any]:
    published = article.publish_date
    given = article.meta_data.get("article", {})
    modified = given.get("modified_time") if isinstance(given, dict) else None
    return {
        "title": one_line(article.title),
        "authors": tuple(article.authors),
        "canonical_url": article.canonical_link or None,
        "published_at": plausible(published, now) if published else None,
        "modified_at": parse_time(modified, now),
    }
