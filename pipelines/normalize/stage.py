"""The stage: from a document to an article, or to the reason why there is none.

bytes ─ decode ─▶ characters ─ page | record | text ─▶ Facts ─ identity, language, signature ─▶ Article
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from pipelines.context import RunContext
from pipelines.normalize import identity, urls
from pipelines.normalize.dates import plausible
from pipelines.normalize.decode import BinaryContentError, decode
from pipelines.normalize.facts import SCREEN, Facts, UnreadableInputError
from pipelines.normalize.language import language_of
from pipelines.normalize.record import read_record, read_text
from pipelines.normalize.shared_lines import SharedLines
from pipelines.normalize.signature import signature_of
from pipelines.normalize.version import normalizer_version
from schemas import SCHEMA_VERSION, Article, Document, ExtractionStatus, MediaType, Rejected, RejectionStage, published_month

Screen = Callable[[str], bool]
"""Whether a text names two countries or more."""

_MARKUP: Final = re.compile(r"<(?:!doctype|html|head|body|meta|title|article|div|p)\b", re.IGNORECASE)
_NOTHING_SHARED: Final = SharedLines()
_SUPPORTED: Final = (None, "en")
"""Languages that the claims step reads; None is a text too short to tell."""


def normalize(
    document: Document, context: RunContext, *, screen: Screen | None = None, shared: SharedLines = _NOTHING_SHARED
) -> Article | Rejected:
    """The article of a document. Never raises: what gives no article becomes a row that says why.

    Args:
        document: bytes of a page, a plain text or a JSON Lines record.
        context: the run.
        screen: whether a text names at least two countries. A page that does not is stored with its cheap text and the status `no_pair`.
            None takes every text as well as it can be taken.
        shared: lines that sites put on many of their pages.

    `extraction_status` is provisional: `extracted` where the claims step is to read the article.
    """
    try:
        return _article(document, context, _facts(document, context, screen, shared), screen, normalizer_version(shared))
    except UnreadableInputError as error:
        return _rejected(document, context, error.reason, str(error))
    except BinaryContentError as error:
        return _rejected(document, context, "binary", str(error))
    except Exception as error:  # a page that a library fails on must not stop the run; it is kept with the error's words
        return _rejected(document, context, "failed", f"{type(error).__name__}: {error}")


def _facts(document: Document, context: RunContext, screen: Screen | None, shared: SharedLines) -> Facts:
    if not document.content.strip():
        raise UnreadableInputError("no_text", "the input is empty")
    text = decode(document.content, document.charset).text
    kind = _sniffed(text) if document.media_type is MediaType.UNKNOWN else document.media_type
    if kind is MediaType.RECORD:
        return read_record(text, context.now)
    if kind is MediaType.TEXT:
        return read_text(text)
    from pipelines.normalize.page import read_page

    return read_page(text, document.url, context.now, screen, shared.of(document.url))


def _sniffed(text: str) -> MediaType:
    head = text[:4000].lstrip()
    if head.startswith("{") and '"text"' in text:
        return MediaType.RECORD
    return MediaType.HTML if _MARKUP.search(head) else MediaType.TEXT


def _article(document: Document, context: RunContext, facts: Facts, screen: Screen | None, version: str) -> Article:
    language = facts.language or language_of(facts.text)
    status = _status(facts, language, screen)
    if status is ExtractionStatus.NO_PAIR:
        facts = replace(facts, extractor=SCREEN)
    url = document.url or facts.url
    caller_id = facts.caller_id or (document.doc_id if document.doc_id_is_identity else None)
    canonical = identity.believed_canonical(facts.canonical_url, url)
    fetched_at = document.fetched_at or facts.fetched_at
    return Article(
        published_month=published_month(facts.published_at),
        article_id=identity.article_id(
            canonical=canonical, url=url, caller_id=caller_id, input_name=_input_name(document), text=facts.text
        ),
        text_hash=identity.text_hash(facts.text),
        doc_id=caller_id or document.doc_id,
        url=url,
        canonical_url=canonical or urls.clean(url),
        outlet=facts.outlet,
        outlet_country=facts.outlet_country,
        title=facts.title,
        authors=facts.authors,
        section=facts.section,
        language=language,
        dateline_place=facts.dateline_place,
        agency=facts.agency,
        published_at=facts.published_at,
        modified_at=facts.modified_at,
        fetched_at=None if fetched_at is None else plausible(fetched_at, context.now),
        ingested_at=context.now,
        text=facts.text,
        extractor=facts.extractor,
        origins=facts.origins,
        extraction_status=status,
        signature=None if status is ExtractionStatus.NO_PAIR else signature_of(facts.text),
        source=document.locator.kind,
        raw_file=document.raw_file,
        raw_offset=document.raw_offset,
        normalizer_version=version,
        run_id=context.run_id,
        slice_id=context.slice_id,
        schema_version=SCHEMA_VERSION,
    )


def _status(facts: Facts, language: str | None, screen: Screen | None) -> ExtractionStatus:
    if language not in _SUPPORTED:
        return ExtractionStatus.UNSUPPORTED_LANGUAGE
    if screen is not None and (facts.extractor == SCREEN or not screen(facts.text)):
        return ExtractionStatus.NO_PAIR
    return ExtractionStatus.EXTRACTED


def _input_name(document: Document) -> str:
    """What a caller's id is unique in: the file, or `-` for standard input, wherever that was spooled to."""
    return "-" if document.locator.source_uri == "-" else document.locator.uri


def _rejected(document: Document, context: RunContext, reason: str, error: str) -> Rejected:
    return Rejected.of(
        RejectionStage.NORMALIZE,
        reason,
        input=document.input,
        error=error[:2000],
        seen=context.now,
        run_id=context.run_id,
        content=document.content,
    )
