"""A web page: screened on cheap text, its metadata read, its main text chosen.

characters ─ gate ─▶ cheap text ─ kind, screen ─▶ metadata ─ pruned tree ─▶ voices ─ agreement, repair ─▶ text
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipelines.normalize import markup
from pipelines.normalize.blocks import blocks_of
from pipelines.normalize.dateline import dateline_of
from pipelines.normalize.facts import SCREEN, Facts, UnreadableInputError
from pipelines.normalize.gate import PageTooDeepError, PageTooLargeError, admit
from pipelines.normalize.kind import Kind, is_long, no_article
from pipelines.normalize.language import language_of
from pipelines.normalize.maintext import Candidates, MainText, main_text
from pipelines.normalize.metadata import Described, Metadata, cheap_metadata, full_metadata
from pipelines.normalize.shared_lines import NO_LINES, SiteLines
from pipelines.normalize.titles import titles_in_page
from pipelines.normalize.voices import newspaper_text, resiliparse_text, trafilatura_text

_READ: frozenset[str | None] = frozenset(["en", None])
"""Languages in which the screen knows names; pages in others are not screened out."""


@dataclass(frozen=True)
class ReadPage:
    """Everything that was found in a page, for the article and for `explain-page`."""

    cheap: str = field(repr=False)
    main: MainText | None
    """None where the page was screened out."""
    metadata: Metadata
    language: str | None


def read_page(html: str, url: str | None, now: datetime, screen: Callable[[str], bool] | None, elsewhere: SiteLines = NO_LINES) -> Facts:
    """Text and metadata of a page.

    Args:
        html: its characters.
        url: the address that answered.
        now: the run's time.
        screen: whether a text names two countries; with it, pages that are no articles are refused.
        elsewhere: what stands on other pages of its site.

    Raises:
        UnreadableInputError: it is too large or too deep for the parsers, holds no text, or is no article.
    """
    page = read_whole_page(html, url, now, screen, elsewhere)
    text, extractor = (page.main.text, page.main.extractor) if page.main else (page.cheap, SCREEN)
    if not text:
        raise UnreadableInputError("no_text", "no extractor finds any text in the page")
    dateline = dateline_of(text)
    values: dict[str, Any] = page.metadata.values()
    return Facts(
        text=text[dateline.end :] if dateline else text,
        extractor=extractor,
        language=page.language,
        dateline_place=dateline.place if dateline else None,
        agency=dateline.agency if dateline else None,
        origins=page.metadata.origins(),
        **values,
    )


def read_whole_page(
    html: str, url: str | None, now: datetime, screen: Callable[[str], bool] | None, elsewhere: SiteLines = NO_LINES
) -> ReadPage:
    """As `read_page`, with what the extractors said. Raises the same."""
    with _refusals():
        page = admit(html)
        cheap = elsewhere.without(resiliparse_text(page))
        language = language_of(cheap)
        screened = screen is not None and bool(cheap) and language in _READ and not screen(cheap)
        if screened and is_long(cheap):
            described = Described.of(markup.parse(markup.summary(page)), url)
            if (metadata := cheap_metadata(described, now)).title:
                return ReadPage(cheap, None, metadata, language or described.head.language)
        described = Described.of(markup.parse(page), url)
    if screen is not None and (kind := no_article(described, cheap)) is not None:
        raise UnreadableInputError(kind.reason, kind.why)
    if screened:
        return ReadPage(cheap, None, cheap_metadata(described, now), language or described.head.language)
    metadata = full_metadata(described, now)
    main = _main_text(described, cheap, metadata.authors.value if metadata.authors else (), elsewhere)
    return ReadPage(cheap, main, metadata, language or language_of(main.text) or described.head.language)


@contextmanager
def _refusals() -> Iterator[None]:
    """What the gate and the parser refuse, as reasons of the stage."""
    try:
        yield
    except PageTooLargeError as error:
        raise UnreadableInputError("too_large", str(error)) from error
    except PageTooDeepError as error:
        raise UnreadableInputError("too_deep", str(error)) from error
    except markup.UnparsableError as error:
        raise UnreadableInputError("no_text", str(error)) from error


def kind_of(html: str, url: str | None) -> Kind | None:
    """Why a page is no article, as the screen sees it; None where it is one. Raises as `read_page`."""
    with _refusals():
        page = admit(html)
        return no_article(Described.of(markup.parse(page), url), resiliparse_text(page))


def _main_text(page: Described, cheap: str, authors: tuple[str, ...], elsewhere: SiteLines) -> MainText:
    titles = titles_in_page(page.head, page.json_ld)
    headings = [" ".join(" ".join(heading.itertext()).split()) for heading in page.head.headings[:2]]
    markup.prune(page.tree)
    markup.unlay(page.tree)
    candidates = Candidates(
        trafilatura=lambda: trafilatura_text(page.tree),
        resiliparse=lambda: cheap,
        newspaper3k=lambda: newspaper_text(page.tree),
        json_ld=page.json_ld.body,
    )
    return main_text(candidates, blocks_of(page.tree), [*titles, *headings], authors, elsewhere)
