"""Stages for tests of the job: the real ones up to the article, and an extractor that is quick, plain, and fails when told to."""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.work import Stages, WorkOptions
from schemas import COUNTRIES, SCHEMA_VERSION, Article, Claim, Document, ExtractionStatus, Rejected, country_pair


@dataclass(frozen=True)
class Found:
    status: str
    claims: tuple[Claim, ...]


def build(options: WorkOptions) -> Stages:
    from pipelines.fetch import FetchConfig, fetch
    from pipelines.normalize import normalize

    config = FetchConfig(page_limit=options.page_limit, record_limit=options.page_limit)
    return Stages(
        fetch=lambda locator, context: told(fetch(locator, context, config)),
        normalize=lambda document, context: normalize(document, context),
        extract=extract,
    )


def told(documents: Iterator[Document | Rejected]) -> Iterator[Document | Rejected]:
    """Tells audit hooks of each document, so that the kill test can count them."""
    for document in documents:
        sys.audit("stand_in.read")
        yield document


def extract(article: Article) -> Found:
    """One claim for each sentence that names two countries; a text with "explode" is one that the extractor fails on."""
    sys.audit("stand_in.extract")
    if "explode" in article.text:
        raise RuntimeError("a text that the extractor fails on")
    if article.extraction_status != ExtractionStatus.EXTRACTED:
        return Found(article.extraction_status, ())
    claims = tuple(c for m in re.finditer(r"[^.\n]+\.", article.text) if (c := _claim(article, m)) is not None)
    return Found("extracted" if claims else "no_pair", claims)


def _claim(article: Article, sentence: re.Match[str]) -> Claim | None:
    named = sorted((sentence[0].find(c.name), c.code) for c in COUNTRIES.values() if c.name in sentence[0])
    if len(named) < 2:
        return None
    source, target = named[0][1], named[1][1]
    shared = {f.name for f in dataclasses.fields(Article)} & {f.name for f in dataclasses.fields(Claim)}
    values: dict[str, object] = {f.name: None for f in dataclasses.fields(Claim)} | {n: getattr(article, n) for n in shared}
    values |= {"cited_outlet": (), "quantities": (), "spans": (), "actors": (), "reciprocal": False, "schema_version": SCHEMA_VERSION}
    values |= {"claim_kind": "event", "claim_type": "CONSULT", "modality": "asserted", "event_precision": "unknown", "confidence": 0.5}
    values |= {"trigger": "", "rule": "stand-in", "extractor_version": "0+stand-in", "source_country": source, "target_country": target}
    values |= {"evidence": sentence[0], "evidence_start": sentence.start(), "evidence_end": sentence.end()}
    values |= {"claim_id": f"{article.article_id}-{article.text_hash}-{sentence.start()}", "country_pair": country_pair(source, target)}
    return Claim(**values)  # type: ignore[arg-type]
