"""When a page was published and changed: structured data first, then the visible page, its URL, and htmldate as the last voice."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from pipelines.normalize.dates import ZONES, parse_time
from pipelines.normalize.found import Found
from pipelines.normalize.jsonld import JsonLd, text_of
from pipelines.normalize.markup import classed, select
from pipelines.normalize.meta import Head

_PUBLISHED: Final = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "article.published", "published-date", "publishdate", "publish-date", "publish_date", "pubdate",
    "publication_date", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.issued", "dcterms.created",
    "dc.date.created", "dc.date", "dcterms.date", "citation_publication_date", "article:published",
    "originalpublicationdate", "date", "timestamp", "article_date_original", "lastmod-published",
)  # fmt: skip
_MODIFIED: Final = (
    "article:modified_time", "og:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified",
    "last-modified", "lastmod", "article:modified", "revised", "article_date_updated",
)  # fmt: skip
_TIMES: Final = etree.XPath(
    "//time[@datetime] | //*[@itemprop='datePublished' and (@content or @datetime)] | //abbr[@class='published' and @title]"
)
_URL_DATE: Final = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_DATED: Final = re.compile(r"date|time|publish|posted|byline|meta")
"""In the class of what shows a date."""
_WRITTEN: Final = re.compile(
    r"(?:\d{1,2}(?:st|nd|rd|th)?\.? (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? (?:19|20)\d\d"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d\d"
    r"|(?:19|20)\d\d-\d\d-\d\d)(?:,?(?: at| \||–| -)? ?\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]\.?m\.?)?"
    rf"(?: ?(?:{'|'.join(sorted(ZONES, key=len, reverse=True))})\b)?)?",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b|\bof\b|\bat\b|\|", re.IGNORECASE)
_CHANGED: Final = re.compile(r"updat|modif|revis|chang", re.IGNORECASE)


def published_at(
    tree: HtmlElement, head: Head, json_ld: JsonLd, url: str | None, now: datetime, *, thorough: bool = True
) -> Found[datetime] | None:
    """When the article was published, UTC. A time of day is preferred to a bare date of the same day from an earlier source.

    Without `thorough`, only what pages state in so many words is read: structured data, `time` elements, the URL.
    """
    best: Found[datetime] | None = None
    for value, origin in _publication_values(tree, head, json_ld, url, thorough):
        time = parse_time(value, now)
        if time is None:
            continue
        if not _is_bare(time):
            same_day = best is None or abs((time - best.value).total_seconds()) <= 36 * 3600
            return Found(time, origin) if same_day else best
        best = best or Found(time, origin)
    return best or (_by_htmldate(tree, url, now) if thorough else None)


def modified_at(head: Head, json_ld: JsonLd, published: datetime | None, now: datetime) -> Found[datetime] | None:
    """When the page says that it was changed, UTC; None where that is before its publication."""
    values = [(text_of(json_ld.article.get("dateModified")), "json-ld"), *((v, f"meta:{n}") for v, n in head.all(*_MODIFIED))]
    for value, origin in values:
        time = parse_time(value, now)
        if time is not None and (published is None or time >= published or time.date() == published.date()):
            return Found(time, origin)
    return None


def _publication_values(
    tree: HtmlElement, head: Head, json_ld: JsonLd, url: str | None, thorough: bool
) -> Iterator[tuple[str | None, str]]:
    article = json_ld.article
    yield text_of(article.get("datePublished")), "json-ld"
    yield text_of(article.get("dateCreated")) if "datePublished" not in article else None, "json-ld"
    for value, name in head.all(*_PUBLISHED):
        yield value, f"meta:{name}"
    yield from ((value, "time") for value in _time_elements(tree))
    dated = _URL_DATE.search(url or "")
    if dated:
        yield "-".join(dated.groups()), "url"
    if thorough:
        yield from ((value, "text") for value in _written(tree))


def _time_elements(tree: HtmlElement) -> Iterator[str]:
    """Values of `time` and its like: those marked as publication first, those of changes and of other stories' teasers not at all."""
    marked: list[str] = []
    plain: list[str] = []
    for element in select(_TIMES, tree)[:20]:
        value = element.get("datetime") or element.get("content") or element.get("title") or ""
        about = " ".join(filter(None, (element.get("class"), element.get("itemprop"), element.get("data-testid"), element.get("id"))))
        before = (
            element.getprevious().tail
            if element.getprevious() is not None
            else (element.getparent().text if element.getparent() is not None else "")
        )
        if _CHANGED.search(f"{about} {(before or '')[-30:]} {(element.text or '')[:20]}"):
            continue
        if any(ancestor.tag in ("a", "li", "aside", "footer", "nav") for ancestor in element.iterancestors()):
            continue
        (marked if "publi" in about.lower() or element.get("pubdate") is not None else plain).append(value)
    yield from marked
    yield from plain[:1]


def _written(tree: HtmlElement) -> Iterator[str]:
    """Dates in words, in what is named as a date, a byline or the article's data."""
    for element in islice(classed(tree, _is_dated), 40):
        if element.tag in ("body", "html") or any(ancestor.tag in ("aside", "footer", "nav", "li") for ancestor in element.iterancestors()):
            continue
        text = " ".join(" ".join(element.itertext()).split())
        found = _WRITTEN.search(text) if len(text) <= 300 else None
        if found and not _CHANGED.search(text[max(0, found.start() - 30) : found.start()]):
            yield " ".join(_ORDINAL.sub(" ", found[0]).split())


@lru_cache(maxsize=20_000)
def _is_dated(classes: str) -> bool:
    return _DATED.search(classes) is not None


def _by_htmldate(tree: HtmlElement, url: str | None, now: datetime) -> Found[datetime] | None:
    from htmldate import find_date

    logging.getLogger("htmldate").setLevel(logging.CRITICAL)  # what it cannot read is None here
    try:
        value = find_date(tree, extensive_search=False, original_date=True, url=url, max_date=now.date().isoformat())
    except (ValueError, TypeError, AttributeError, RecursionError):  # what it does with odd pages; no date then
        return None
    time = parse_time(value, now) if value else None
    return None if time is None else Found(time, "htmldate")


def _is_bare(time: datetime) -> bool:
    return (time.hour, time.minute, time.second) == (0, 0, 0)
