"""Claim: one thing that an article says about two countries, with the sentence that proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from schemas.columns import column


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """An amount that belongs to the claim."""

    value: float = column("in base units: $10 billion is 10000000000", example=1e10, arrow=pa.float64())
    unit: str = column("from the closed list", example="currency")
    currency: str | None = column("ISO 4217", example="USD", default=None)
    role: str | None = column("what it is for the claim", example="target", default=None)
    text: str = column("its words", example="$10 billion annually")


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of the article's text that the claim rests on, in code points, half-open."""

    role: str = column("what it was read as", example="antecedent")
    start: int = column("first code point", example=120, arrow=pa.int32())
    end: int = column("one past the last", example=128, arrow=pa.int32())


@dataclass(frozen=True, kw_only=True)
class OtherActor:
    """Somebody else whom the sentence names."""

    text: str = column("the words", example="the United Nations")
    country: str | None = column("ISO 3166-1 alpha-3", example=None, default=None)
    sector: str | None = column("from the closed list", example=None, default=None)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A row of `claims`."""

    claim_id: str = column("hash of article_id, text_hash, evidence span, trigger span, kind, type, source and target", example="9d0e…")
    country_pair: str = column("partition: the two codes in alphabetical order", example="IRN-PAK", partition=True)
    article_id: str = column("the article", example="3b1f…")
    text_hash: str = column("the revision of its text that the claim was read from", example="c0ff…")
    doc_id: str | None = column("the caller's own id, where the input had one", example="news-17")
    url: str | None = column("of the article", example="https://news.example/a")
    outlet: str | None = column("of the article", example="The Example")
    outlet_country: str | None = column("of the article", example="PAK")
    title: str | None = column("of the article", example="Iran and Pakistan sign trade deal")
    published_at: datetime | None = column("of the article, UTC")
    fetched_at: datetime | None = column("of the article, UTC; orders revisions")
    ingested_at: datetime | None = column("when the pipeline took the article in, UTC")
    claim_kind: str = column("`event` or `relation`", example="event")
    claim_type: str = column("codebook sections 3 and 4", example="AGREE")
    quad_class: str | None = column("PLOVER's quadrant; null for relations", example="verbal_cooperation")
    intensity: float | None = column(
        "-10 … 10 on the Goldstein scale, the type's default; null for relations", example=4.0, arrow=pa.float32()
    )
    source_country: str = column("who acts or speaks, ISO 3166-1 alpha-3", example="PAK")
    target_country: str = column("who is acted on or spoken about, ISO 3166-1 alpha-3", example="IRN")
    source_actor: str | None = column("the words that were resolved to the source", example="Pakistan")
    target_actor: str | None = column("the words that were resolved to the target", example="Iranian President Masoud Pezeshkian")
    source_sector: str | None = column("what the source is within its country", example="state")
    target_sector: str | None = column("what the target is within its country", example="head_of_state")
    reciprocal: bool = column("whether both do it together, or it is a state of things between them", example=True)
    modality: str = column("how sure the text is: asserted, planned, hedged, conditional, denied", example="asserted")
    speech_act: str | None = column("the announcing type where it differs from claim_type", example=None)
    speaker: str | None = column("who says so; null is the article's own voice", example="Pezeshkian")
    speaker_country: str | None = column("the speaker's country", example="IRN")
    quote: str | None = column("`direct` or `indirect`, where there is a speaker", example="direct")
    cited_outlet: tuple[str, ...] = column("outlets that the article took it from", example=["The Diplomat"])
    quantities: tuple[Quantity, ...] = column("amounts, in the order of the text")
    event_start: date | None = column("first day of the event itself", example=date(2025, 6, 1))
    event_end: date | None = column("last day of it, inclusive", example=date(2025, 6, 30))
    event_precision: str = column("day, week, month, quarter, year, unknown", example="month")
    evidence: str = column("the sentence: text[evidence_start:evidence_end]", example="Pakistan and Iran signed several agreements.")
    evidence_start: int = column("first code point of the sentence in the article's text", example=210, arrow=pa.int32())
    evidence_end: int = column("one past its last", example=320, arrow=pa.int32())
    spans: tuple[Span, ...] = column("where source, target, trigger, modality cue, speaker, quantity and antecedents stand in the article")
    actors: tuple[OtherActor, ...] = column("everyone else whom the sentence names")
    trigger: str = column("the words that made the claim", example="signed agreements")
    rule: str = column("the rule that made the claim", example="agree.sign")
    confidence: float = column("0 … 1: the share of claims like this that were right on annotated sets", example=0.93, arrow=pa.float32())
    extractor_version: str = column("release and digest of rules, lexicons and model", example="0.1.0+4c1d2e3f")
    schema_version: str = column("the data contract", example="1.0")
    run_id: str = column("the run that took the article in", example="20261124T061122Z-1f3a")
    slice_id: str = column("the slice of that run", example="0000")


def country_pair(a: str, b: str) -> str:
    """The pair of two countries, whatever the direction: the codes in alphabetical order.

    Raises:
        ValueError: it is one country.
    """
    if a == b:
        raise ValueError(f"a pair needs two different countries, got {a!r} twice")
    return "-".join(sorted((a, b)))
