"""`sitemap:URL`: sitemaps, indexes of them, news sitemaps, and those that a robots.txt names (sitemaps.org protocol 0.9)."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import etree

from pipelines.context import RunContext
from pipelines.sources.coverage import within
from pipelines.sources.feed import iso
from pipelines.sources.web import Memory, Web, bad_source
from schemas import Completeness, Locator, Rejected

LIMIT: Final = 52_428_800
"""Bytes of one sitemap, uncompressed, as the protocol says."""
_DEPTH: Final = 4
_MOST_FILES: Final = 50_000
_NEWS: Final = "{http://www.google.com/schemas/sitemap-news/0.9}"


class SitemapError(ValueError):
    """Bytes that are no sitemap."""


@dataclass(frozen=True)
class Listed:
    """A line of a sitemap."""

    url: str
    is_sitemap: bool
    changed: datetime | None
    """`lastmod`: not before the page was published, so what changed before a period was published before it."""
    published: datetime | None
    """`news:publication_date`."""


def locators(given: str, context: RunContext, web: Web) -> Iterator[Locator | Rejected]:
    """The pages of a site's sitemaps, read one after the other while they are asked for."""
    memory = Memory(web, context, given)
    yield from memory.owed()
    todo, done = [(url, 0) for url in reversed(_roots(given.removeprefix("sitemap:"), web))], set[str]()
    whole = True
    while todo and len(done) < _MOST_FILES:
        url, depth = todo.pop()
        if url in done:
            continue
        done.add(url)
        answer = web.ask(url, context, input=f"sitemap:{url}", limit=LIMIT)
        if isinstance(answer, Rejected):
            whole = False
            yield answer
            continue
        try:
            below: list[tuple[str, int]] = []
            for listed in parse(answer.body, answer.url):
                if not _asked_for(web, listed):
                    continue
                if listed.is_sitemap:
                    below += [(listed.url, depth + 1)] if depth < _DEPTH else []
                    continue
                locator = Locator(kind="sitemap", uri=listed.url, listed_at=listed.changed or listed.published, source_uri=given)
                if memory.is_new(locator):
                    yield locator
            todo += reversed(below)
        except SitemapError as error:
            whole = False
            yield bad_source(f"sitemap:{url}", f"{url}: {error}", context)
    memory.flush()
    if whole and not todo:
        row = within(Completeness(source=given, since=None, until=context.now, gap=False), web.since, web.until)
        web.tell(context, given, [row] if row else [])


def _roots(url: str, web: Web) -> list[str]:
    """The sitemap itself, or for a site's address what its robots.txt names, else the usual place."""
    if urlsplit(url).path not in ("", "/", "/robots.txt"):
        return [url]
    return web.sitemaps(url) or [urljoin(url, "/sitemap.xml")]


def _asked_for(web: Web, listed: Listed) -> bool:
    if web.since is not None and listed.changed is not None and listed.changed < web.since:
        return False
    return web.covers(listed.published)


def parse(body: bytes, base: str) -> Iterator[Listed]:
    """The lines of a sitemap, an index or a plain list of URLs, gzipped or not; broken XML is read as far as it goes.

    Raises:
        SitemapError: it is none of these.
    """
    body = _unpacked(body)
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        yield from _plain(body, base)
        return
    known = False
    events = etree.iterparse(
        io.BytesIO(body), events=("start", "end"), recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for event, element in events:
            name = etree.QName(element).localname if isinstance(element.tag, str) else ""
            known = known or name in ("urlset", "sitemapindex")
            if event == "end" and name in ("url", "sitemap") and known:
                if (listed := _listed(element, name == "sitemap", base)) is not None:
                    yield listed
                element.clear()
                while (parent := element.getparent()) is not None and element.getprevious() is not None:
                    del parent[0]
    except etree.XMLSyntaxError as error:
        if not known:
            raise SitemapError(f"it is no sitemap: {error}") from error
    if not known:
        raise SitemapError("it is XML without urlset or sitemapindex")


def _listed(element: etree._Element, is_sitemap: bool, base: str) -> Listed | None:
    texts = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in element if isinstance(child.tag, str)}
    url = texts.get("loc")
    if not url:
        return None
    published = element.findtext(f"{_NEWS}news/{_NEWS}publication_date")
    return Listed(urljoin(base, url), is_sitemap, iso(texts.get("lastmod")), iso(published))


def _plain(body: bytes, base: str) -> Iterator[Listed]:
    lines = [line.strip() for line in body.decode("utf8", "replace").lstrip("\ufeff").splitlines() if line.strip()]
    if not lines or not all(line.startswith(("http://", "https://")) for line in lines[:10]):
        raise SitemapError("it is neither XML nor a list of URLs")
    for line in lines:
        yield Listed(urljoin(base, line), False, None, None)


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            unpacked = file.read(LIMIT + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SitemapError(f"it cannot be unpacked: {error}") from error
    if len(unpacked) > LIMIT:
        raise SitemapError(f"it has more than {LIMIT} bytes when unpacked")
    return unpacked
