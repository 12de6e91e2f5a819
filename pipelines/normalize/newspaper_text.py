"""newspaper3k's voice: the text that it finds, without ever asking the net.

Its `Article.parse()` would fetch the images that a page names, and keeps files of its own; both are switched off here.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pipelines.normalize.characters import paragraphs


@cache
def _config() -> Any:
    from newspaper import Config

    config = Config()
    config.fetch_images = False
    config.memoize_articles = False
    config.MAX_TEXT = 10_000_000
    return config


def newspaper_article(html: str, url: str | None) -> Any:
    """newspaper3k's parsed article. Raises what lxml and newspaper raise on pages that they cannot read."""
    from newspaper import Article as NewspaperArticle

    page = NewspaperArticle(url or "http://localhost/", config=_config(), language="en")
    page.set_html(html)
    page.parse()
    return page


def newspaper_text(html: str, url: str | None = None) -> str:
    """The page's text by newspaper3k, paragraphs separated by blank lines; empty where it finds none."""
    return paragraphs(newspaper_article(html, url).text)
