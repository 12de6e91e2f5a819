"""The extractor: an article's claims, step by step as docs/extraction.md tells.

Build one `Extractor` a worker (it loads the language model) and call `extract` for each article. Same text, same version, same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from pipelines.claims import (
    acts,
    attribution,
    confidence,
    dates,
    exclusions,
    frames,
    gazetteer,
    modality,
    parse,
    quantities,
    references,
    refusals,
    rules,
    sentences,
)
from pipelines.claims.assemble import assemble
from pipelines.claims.attribution import QuoteContext
from pipelines.claims.model import Frame, ParsedSentence, Reading, Sentence
from pipelines.version import RELEASE, digest
from schemas import CLAIM_TYPES, Article, Claim, ExtractionStatus, Modality, OtherActor, QuadClass

MAX_CHARACTERS: Final = 2_000_000
"""Longer texts are no articles; they are stored with the status `too_long`."""

LANGUAGE: Final = "en"

VERBAL: Final = frozenset(t.name for t in CLAIM_TYPES.values() if t.quad_class in (QuadClass.VERBAL_COOPERATION, QuadClass.VERBAL_CONFLICT))
"""Types that are done by speaking: the time of the saying is theirs."""


@dataclass(frozen=True)
class Extraction:
    """What the claims step makes of an article."""

    status: ExtractionStatus
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """Everything that was seen in a text, for `extract` and `explain`."""

    sentences: tuple[Sentence, ...]
    wanted: tuple[bool, ...]
    parsed: tuple[ParsedSentence, ...]
    quotes: QuoteContext


class Extractor:
    """Rules, lexicons and language model, loaded once.

    Args:
        parse_all: parse every sentence of an article that names two countries, to measure what the choice of sentences costs.
    """

    def __init__(self, *, parse_all: bool = False) -> None:
        self._parse_all = parse_all
        self.rules = rules.load()
        self._gazetteer = gazetteer.load()
        self.parser = parse.Parser()
        self.version = extractor_version()

    def extract(self, article: Article) -> Extraction:
        """The claims of an article.

        Texts in other languages than English, texts beyond `MAX_CHARACTERS` and texts that name fewer than two countries have none,
        and the status says which it was.
        """
        if article.extraction_status != ExtractionStatus.EXTRACTED:
            return Extraction(ExtractionStatus(article.extraction_status))
        if article.language not in (None, LANGUAGE):
            return Extraction(ExtractionStatus.UNSUPPORTED_LANGUAGE)
        if len(article.text) > MAX_CHARACTERS:
            return Extraction(ExtractionStatus.TOO_LONG)
        published = None if article.published_at is None else article.published_at.date()
        analysis = self.analyse(article.text, published, article.title)
        if analysis is None:
            return Extraction(ExtractionStatus.NO_PAIR)
        found = (r for p in analysis.parsed for r in self.readings(p, analysis.quotes, published))
        return Extraction(ExtractionStatus.EXTRACTED, assemble(article, found, self.version))

    def analyse(self, text: str, published: date | None, title: str | None) -> Analysis | None:
        """Sentences, mentions and parses of a text; None where it names fewer than two countries."""
        mentions = self._gazetteer.find(text, published)
        if len({c for m in mentions for c in m.countries}) < 2:
            return None
        split = sentences.attach(sentences.split(text), mentions)
        wanted = (True,) * len(split) if self._parse_all else sentences.candidates(split, self.rules.could_tell)
        parsed = tuple(self.parser.parse([s for s, w in zip(split, wanted, strict=True) if w]))
        resolved = tuple(acts.counterpart(acts.link(references.resolve(parsed, split, published, title))))
        quotes = attribution.context(text, split, {p.sentence.start: p for p in resolved})
        return Analysis(split, wanted, resolved, quotes)

    def readings(self, parsed: ParsedSentence, quotes: QuoteContext, published: date | None) -> Iterator[Reading]:
        """What one sentence claims, before rows are made of it."""
        if exclusions.reason(parsed.sentence.text) is not None:
            return
        for frame in frames.match(parsed, self.rules).frames:
            yield read(frame, parsed, quotes, published)


def read(frame: Frame, parsed: ParsedSentence, quotes: QuoteContext, published: date | None) -> Reading:
    """A frame with its modality, speaker, amounts and time."""
    how_sure = modality.read(frame.trigger, parsed, frame.rule.modality or Modality.ASSERTED)
    frame, how_sure = refusals.reread(frame, refusals.own_words(frame, how_sure))
    who_says = attribution.read(parsed, frame.trigger, quotes, frame.source.country)
    spoken = frame.claim_type in VERBAL and who_says.speaker_country in (None, frame.source.country)
    found = quantities.find(parsed.sentence.text, parsed.sentence.start, {frame.source.country, frame.target.country})
    amounts = quantities.for_claim(found, frame.trigger, parsed, frame.claim_type)
    return Reading(
        frame=frame,
        sentence=parsed.sentence,
        modality=how_sure,
        attribution=who_says,
        speech_act=frame.rule.speech_act,
        quantities=tuple(a.quantity for a in amounts),
        quantity_spans=tuple((a.start, a.end) for a in amounts),
        time=dates.for_claim(frame.trigger, parsed, published, speaks=spoken),
        actors=_others(frame, parsed),
        confidence=confidence.confidence(frame, how_sure.modality),
    )


@cache
def extractor_version() -> str:
    """The release and a digest of rules, lexicons and model weights: `0.1.0+4c1d2e3f`."""
    rules_and_lexicons = digest([Path(__file__).parent / "data"])
    return f"{RELEASE}+{sha256(f'{rules_and_lexicons} {parse.WEIGHTS_SHA256}'.encode()).hexdigest()[:8]}"


def _others(frame: Frame, parsed: ParsedSentence) -> tuple[OtherActor, ...]:
    taken = {frame.source.country, frame.target.country}
    return tuple(
        OtherActor(text=m.text, country=m.countries[0] if m.countries else None, sector=None if m.sector is None else m.sector.value)
        for m in parsed.mentions
        if not taken.intersection(m.countries)
    )
