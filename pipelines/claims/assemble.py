"""Assemble: readings become rows, each with a deterministic id; one claim for one fact in one place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from pipelines.claims.model import Actor, Reading
from schemas import CLAIM_TYPES, SCHEMA_VERSION, Article, Claim, Span, SpanRole, country_pair


def assemble(article: Article, readings: Iterable[Reading], extractor_version: str) -> tuple[Claim, ...]:
    """The claims of an article, in the order of the text."""
    claims = {c.claim_id: c for c in (_claim(article, r, extractor_version) for r in distinct(readings))}
    return tuple(sorted(claims.values(), key=lambda c: (c.evidence_start, c.country_pair, c.claim_type, c.source_country, c.claim_id)))


def distinct(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """One reading a fact: of several of one (sentence, source, target, type) the most confident stays, the first of equals.

    For reciprocal ones the direction does not tell them apart.
    """
    best: dict[tuple[object, ...], Reading] = {}
    for reading in readings:
        key = _fact(reading)
        if key not in best or reading.confidence > best[key].confidence:
            best[key] = reading
    return tuple(best.values())


def claim_id(article: Article, reading: Reading) -> str:
    """The identity of a claim as `columns.md` lists it: versions, rule and confidence are not in it."""
    frame = reading.frame
    parts = (
        article.article_id,
        article.text_hash,
        f"{reading.sentence.start}-{reading.sentence.end}",
        f"{frame.trigger_start}-{frame.trigger_end}",
        CLAIM_TYPES[frame.claim_type].kind,
        frame.claim_type,
        frame.source.country,
        frame.target.country,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def _fact(reading: Reading) -> tuple[object, ...]:
    frame = reading.frame
    ends: tuple[str, ...] = (frame.source.country, frame.target.country)
    if frame.reciprocal:
        ends = tuple(sorted(ends))
    return (reading.sentence.start, frame.claim_type, ends)


def _claim(article: Article, reading: Reading, extractor_version: str) -> Claim:
    frame, sentence, kind = reading.frame, reading.sentence, CLAIM_TYPES[reading.frame.claim_type]
    return Claim(
        claim_id=claim_id(article, reading),
        country_pair=country_pair(frame.source.country, frame.target.country),
        article_id=article.article_id,
        text_hash=article.text_hash,
        doc_id=article.doc_id,
        url=article.url,
        outlet=article.outlet,
        outlet_country=article.outlet_country,
        title=article.title,
        published_at=article.published_at,
        fetched_at=article.fetched_at,
        ingested_at=article.ingested_at,
        claim_kind=kind.kind.value,
        claim_type=kind.name,
        quad_class=None if kind.quad_class is None else kind.quad_class.value,
        intensity=kind.intensity,
        source_country=frame.source.country,
        target_country=frame.target.country,
        source_actor=frame.source.text,
        target_actor=frame.target.text,
        source_sector=frame.source.sector.value,
        target_sector=frame.target.sector.value,
        reciprocal=frame.reciprocal,
        modality=reading.modality.modality.value,
        speech_act=reading.speech_act,
        speaker=reading.attribution.speaker,
        speaker_country=reading.attribution.speaker_country,
        quote=None if reading.attribution.quote is None else reading.attribution.quote.value,
        cited_outlet=reading.attribution.cited_outlet,
        quantities=reading.quantities,
        event_start=reading.time.start,
        event_end=reading.time.end,
        event_precision=reading.time.precision.value,
        evidence=sentence.text,
        evidence_start=sentence.start,
        evidence_end=sentence.end,
        spans=_spans(reading),
        actors=reading.actors,
        trigger=_trigger(reading),
        rule=frame.rule.id,
        confidence=reading.confidence,
        extractor_version=extractor_version,
        schema_version=SCHEMA_VERSION,
        run_id=article.run_id,
        slice_id=article.slice_id,
    )


def _trigger(reading: Reading) -> str:
    start, end = reading.frame.trigger_start - reading.sentence.start, reading.frame.trigger_end - reading.sentence.start
    return reading.sentence.text[start:end]


def _spans(reading: Reading) -> tuple[Span, ...]:
    frame = reading.frame
    marked = [
        (SpanRole.SOURCE, (frame.source.start, frame.source.end)),
        (SpanRole.TARGET, (frame.target.start, frame.target.end)),
        (SpanRole.TRIGGER, (frame.trigger_start, frame.trigger_end)),
        *((SpanRole.MODALITY, cue) for cue in reading.modality.cues),
        *((SpanRole.QUANTITY, span) for span in reading.quantity_spans),
        *((SpanRole.ANTECEDENT, span) for span in _antecedents(frame.source, frame.target)),
    ]
    if reading.attribution.span is not None:
        marked.append((SpanRole.SPEAKER, reading.attribution.span))
    if reading.time.span is not None:
        marked.append((SpanRole.TIME, reading.time.span))
    return tuple(Span(role=role.value, start=start, end=end) for role, (start, end) in dict.fromkeys(marked))


def _antecedents(*actors: Actor) -> Iterable[tuple[int, int]]:
    for actor in actors:
        yield from actor.mention.antecedents
