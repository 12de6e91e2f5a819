"""Explain: how the extractor sees a text, in words that a political scientist can follow.

`explain(text)` gives an `Explanation`; `lines(explanation)` writes it out. The command line shows it (`dyadwire explain`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipelines.claims import exclusions, frames
from pipelines.claims.extractor import Analysis, Extractor
from pipelines.claims.model import Mention, ParsedSentence, Reading, Sentence


@dataclass(frozen=True)
class SeenMention:
    """Words that were taken for a country, and why."""

    text: str
    countries: tuple[str, ...]
    sector: str | None
    kind: str
    because: str
    antecedents: tuple[str, ...]


@dataclass(frozen=True)
class SeenClaim:
    """A frame that became a claim."""

    rule: str
    trigger: str
    source: str
    target: str
    claim_type: str
    reciprocal: bool
    slots: tuple[str, ...]
    modality: str
    modality_because: str
    speaker: str | None
    quantities: tuple[str, ...]
    when: str | None
    confidence: float


@dataclass(frozen=True)
class SeenDrop:
    """A trigger that gave no claim, and why."""

    rule: str
    trigger: str
    reason: str


@dataclass(frozen=True)
class SeenSentence:
    """One sentence and everything that was seen in it."""

    start: int
    end: int
    text: str
    parsed: bool
    skipped_because: str | None
    mentions: tuple[SeenMention, ...]
    claims: tuple[SeenClaim, ...]
    dropped: tuple[SeenDrop, ...]


@dataclass(frozen=True)
class Explanation:
    """The reasoning about a text, sentence by sentence."""

    extractor_version: str
    sentences: tuple[SeenSentence, ...]
    verdict: str


def explain(
    text: str, published: date | None = None, title: str | None = None, *, at: int | None = None, extractor: Extractor | None = None
) -> Explanation:
    """How the extractor sees a text.

    Args:
        text: an article or a sentence.
        published: the publication date, against which relative dates and terms of office are read.
        title: the headline, which can name the countries that the text refers to.
        at: an offset in code points; only the sentence there is explained, read in the context of the whole text.
        extractor: one that is loaded already.

    Raises:
        ValueError: `at` lies outside the text.
    """
    if at is not None and not 0 <= at < max(len(text), 1):
        raise ValueError(f"offset {at} lies outside the text, which has {len(text)} characters")
    extractor = extractor or Extractor()
    analysis = extractor.analyse(text, published, title)
    if analysis is None:
        return Explanation(extractor.version, (), "The text names fewer than two countries, so it makes no claim between two.")
    seen = tuple(s for s in _sentences(analysis, extractor, published) if at is None or s.start <= at < s.end)
    count = sum(len(s.claims) for s in seen)
    return Explanation(
        extractor.version, seen, f"{count} claim{'' if count == 1 else 's'} in {len(seen)} sentence{'' if len(seen) == 1 else 's'}."
    )


def lines(explanation: Explanation) -> Iterator[str]:
    """The explanation as plain lines."""
    for sentence in explanation.sentences:
        yield f"[{sentence.start}:{sentence.end}] {sentence.text}"
        if sentence.skipped_because:
            yield f"  not read closely: {sentence.skipped_because}"
        for m in sentence.mentions:
            whose = " + ".join(m.countries) or "no single country"
            back = f", standing for {', '.join(repr(a) for a in m.antecedents)}" if m.antecedents else ""
            yield f"  mention   “{m.text}” → {whose} ({m.sector or 'no sector'}; {m.kind}{', ' + m.because if m.because else ''}{back})"
        for c in sentence.claims:
            arrow = "↔" if c.reciprocal else "→"
            yield f"  CLAIM     {c.source} {arrow} {c.target}: {c.claim_type}, {c.modality} ({c.modality_because})"
            yield f"            rule {c.rule}, trigger “{c.trigger}”, read from {' and '.join(c.slots)}; confidence {c.confidence:.2f}"
            details = [
                f"speaker {c.speaker}" if c.speaker else "",
                f"amounts {', '.join(c.quantities)}" if c.quantities else "",
                f"time {c.when}" if c.when else "",
            ]
            if any(details):
                yield f"            {'; '.join(d for d in details if d)}"
        for d in sentence.dropped:
            yield f"  no claim  “{d.trigger}” ({d.rule}): {d.reason}"
        yield ""
    yield f"{explanation.verdict} Extractor {explanation.extractor_version}."


def _details(claim: SeenClaim) -> Iterator[str]:
    if claim.speaker:
        yield f"speaker {claim.speaker}"
    if claim.quantities:
        yield f"amounts {', '.join(claim.quantities)}"
    if claim.when:
        yield f"time {claim.when}"


def _sentences(analysis: Analysis, extractor: Extractor, published: date | None) -> Iterator[SeenSentence]:
    parsed = {p.sentence.start: p for p in analysis.parsed}
    for sentence in analysis.sentences:
        reading = parsed.get(sentence.start)
        excluded = exclusions.reason(sentence.text)
        if reading is None or excluded is not None:
            why = (
                f"it is {excluded}"
                if excluded
                else "it cannot hold a claim: fewer than two countries are named or referred to, or no trigger word"
            )
            mentions = tuple(_mention(m, analysis) for m in sentence.mentions)
            yield SeenSentence(sentence.start, sentence.end, sentence.text, reading is not None, why, mentions, (), ())
        else:
            yield _seen(sentence, reading, analysis, extractor, published)


def _seen(sentence: Sentence, parsed: ParsedSentence, analysis: Analysis, extractor: Extractor, published: date | None) -> SeenSentence:
    dropped = tuple(SeenDrop(d.rule_id, d.trigger, d.reason) for d in frames.match(parsed, extractor.rules).dropped)
    claims = tuple(_claim(r, sentence) for r in extractor.readings(parsed, analysis.quotes, published))
    mentions = tuple(_mention(m, analysis) for m in parsed.mentions)
    return SeenSentence(sentence.start, sentence.end, sentence.text, True, None, mentions, claims, dropped)


def _mention(mention: Mention, analysis: Analysis) -> SeenMention:
    antecedents = tuple(_words(analysis, start, end) for start, end in mention.antecedents)
    return SeenMention(mention.text, mention.countries, mention.sector, mention.kind.value, mention.source, antecedents)


def _words(analysis: Analysis, start: int, end: int) -> str:
    for s in analysis.sentences:
        if s.start <= start and end <= s.end:
            return s.text[start - s.start : end - s.start]
    return f"{start}:{end}"


def _claim(reading: Reading, sentence: Sentence) -> SeenClaim:
    frame, time = reading.frame, reading.time
    when = None if time.start is None else f"{time.start} to {time.end or 'now'} ({time.precision})"
    cues = ", ".join(f"“{sentence.text[a - sentence.start : b - sentence.start]}”" for a, b in reading.modality.cues)
    return SeenClaim(
        rule=frame.rule.id,
        trigger=sentence.text[frame.trigger_start - sentence.start : frame.trigger_end - sentence.start],
        source=f"{frame.source.country} “{frame.source.text}”",
        target=f"{frame.target.country} “{frame.target.text}”",
        claim_type=frame.claim_type,
        reciprocal=frame.reciprocal,
        slots=frame.path,
        modality=reading.modality.modality.value,
        modality_because=f"{reading.modality.rule}{': ' + cues if cues else ''}",
        speaker=reading.attribution.speaker,
        quantities=tuple(q.text for q in reading.quantities),
        when=when,
        confidence=reading.confidence,
    )
