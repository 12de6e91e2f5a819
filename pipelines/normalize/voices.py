"""The extractors, each a voice on what a page's main text is: one line a paragraph, heading or list item."""

from __future__ import annotations

import logging
from copy import copy
from functools import cache
from typing import Any

from lxml.html import HtmlElement

from pipelines.normalize.characters import paragraphs


def resiliparse_text(page: str) -> str:
    """Resiliparse's main text: linear, about 2 ms; takes too much rather than too little."""
    from resiliparse.extract.html2text import extract_plain_text

    return paragraphs(extract_plain_text(page, main_content=True, alt_texts=False, list_bullets=False))


def trafilatura_text(tree: HtmlElement) -> str:
    """trafilatura's text in fast mode, reader comments left out; `tree` stays as it is."""
    from trafilatura import bare_extraction

    document = bare_extraction(tree, options=copy(_trafilatura_options()))
    text = getattr(document, "text", None) if document is not None else None
    return paragraphs(text or "")


def newspaper_text(tree: HtmlElement) -> str:
    """newspaper3k's text, from a copy of the shared tree. It is asked for the text alone: its metadata costs more than the text."""
    from newspaper.cleaners import DocumentCleaner
    from newspaper.extractors import ContentExtractor
    from newspaper.outputformatters import OutputFormatter

    config = newspaper_config()
    extractor = ContentExtractor(config)
    language = extractor.get_meta_lang(tree)
    formatter = OutputFormatter(config)
    if language:
        extractor.update_language(language)
        formatter.update_language(language)
    cleaned = DocumentCleaner(config).clean(copy(tree))
    best = extractor.calculate_best_node(cleaned)
    if best is None:
        return ""
    text, _ = formatter.get_formatted(extractor.post_cleanup(best))
    return paragraphs(text or "")


@cache
def newspaper_config() -> Any:
    """newspaper3k without its own fetching of images, its files and its limit of text."""
    from newspaper import Config

    config = Config()
    config.fetch_images = False
    config.memoize_articles = False
    config.keep_article_html = False
    config.MAX_TEXT = 10_000_000
    return config


@cache
def _trafilatura_options() -> Any:
    from trafilatura.settings import Extractor

    # it warns of each page without text; here that is an answer
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return Extractor(
        output_format="python", fast=True, comments=False, formatting=False, links=False, images=False, tables=True, dedup=False
    )
