"""`site:URL`: a news site's articles, by newspaper3k's heuristics for categories, feeds and article links.

newspaper would fetch by itself, and so would the suffix list that it asks. Here it sees only pages that our client got, and the suffix
list is the one that tldextract brings along.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urljoin

from pipelines.context import RunContext
from pipelines.sources import feed
from pipelines.sources.web import Memory, Web, bad_source
from schemas import Locator, Rejected

_CATEGORIES: Final = 30
_FEEDS: Final = 20
_FEED_LINKS: Final = "//link[contains(@type, 'rss+xml') or contains(@type, 'atom+xml') or contains(@type, 'feed+json')]/@href"
_HTML: Final = "text/html, application/xhtml+xml"


def locators(given: str, context: RunContext, web: Web) -> Iterator[Locator | Rejected]:
    """Links that look like articles, from the home page and its categories, then the entries of the feeds that these pages name."""
    url = given.removeprefix("site:")
    memory = Memory(web, context, given)
    yield from memory.owed()
    home = web.ask(url, context, input=given, accept=_HTML)
    if isinstance(home, Rejected):
        yield home
        return
    source = _source(home.url, home.body)
    if source is None:
        yield bad_source(given, f"{url} is no page that can be read", context)
        return
    for category in _categories(source)[:_CATEGORIES]:
        page = web.ask(category.url, context, input=f"site:{category.url}", accept=_HTML)
        if isinstance(page, Rejected):
            continue  # a guess of a link's meaning that did not come true is no input
        _read_category(source, category, page.body)
    for link in _article_links(source):
        locator = Locator(kind="site", uri=link, source_uri=given)
        if memory.is_new(locator):
            yield locator
    memory.flush()
    for address in _feed_links(source)[:_FEEDS]:
        for found in feed.locators(f"feed:{address}", context, web):
            if isinstance(found, Locator):
                yield found


def _source(url: str, body: bytes) -> Any | None:
    """newspaper's picture of a site, from its home page."""
    import tldextract.tldextract as suffixes
    from newspaper import Config, Source

    suffixes.TLD_EXTRACTOR = suffixes.TLDExtract(suffix_list_urls=(), cache_dir=None)
    config = Config()
    config.memoize_articles = False
    config.fetch_images = False
    source = Source(url, config=config)
    source.html = _text(body)
    source.parse()
    return source if source.doc is not None else None


def _categories(source: Any) -> list[Any]:
    """The site's categories, the home page among them, sorted; not by `set_categories`, which keeps a cache in the user's home."""
    from newspaper.source import Category

    urls = source.extractor.get_category_urls(source.url, source.doc)
    home = Category(url=source.url)
    home.html, home.doc = source.html, source.doc
    source.categories = [home]
    return [Category(url=url) for url in sorted(set(urls)) if url.rstrip("/") != source.url.rstrip("/")]


def _read_category(source: Any, category: Any, body: bytes) -> None:
    category.html = _text(body)
    category.doc = source.config.get_parser().fromstring(category.html)
    if category.doc is not None:
        source.categories.append(category)


def _article_links(source: Any) -> list[str]:
    return list(dict.fromkeys(article.url for article in source.categories_to_articles()))


def _feed_links(source: Any) -> list[str]:
    """The feeds that the pages name; newspaper 0.2.8 looks for the type with an escaped slash, and so finds none."""
    links = [link for category in source.categories for link in category.doc.xpath(_FEED_LINKS)]
    return sorted({urljoin(source.url, link.strip()) for link in links if link.strip()})


def _text(body: bytes) -> str:
    try:
        return body.decode("utf8")
    except UnicodeDecodeError:
        return body.decode("latin-1")
