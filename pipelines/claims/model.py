"""The types that the steps of the extractor hand to each other.

    text ─ gazetteer ─▶ Mention ─ sentences ─▶ Sentence ─ parse ─▶ ParsedSentence ─ actors ─▶ Actor
         ─ frames ─▶ Frame ─ modality, attribution, quantities, dates ─▶ Reading ─ assemble ─▶ schemas.Claim

All offsets are code points of the article's text, half-open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from schemas import Modality, OtherActor, Precision, Quantity, Quote, Sector, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from pipelines.claims.rules import Rule


class MentionKind(StrEnum):
    """How words came to stand for a country."""

    NAME = "name"
    """The country by name: "Pakistan", "the U.S."."""
    DEMONYM = "demonym"
    """"Pakistani" as adjective, or as noun for citizens."""
    SEAT = "seat"
    """A capital or seat used for the government: "Islamabad", "the Kremlin"."""
    PLACE = "place"
    """A city, region or territory inside a country."""
    PERSON = "person"
    """A leader or minister by name, in office at the article's date or linked by title and demonym."""
    ORGANISATION = "organisation"
    """A body of one country: an army, a ministry, a company, an armed group."""
    INTERNATIONAL = "international"
    """A body or group of no single country: the UN, NATO, al-Qaeda."""
    ROLE = "role"
    """A role noun that another mention makes a country's: "the Pakistani prime minister", "its army chief"."""
    PRONOUN = "pronoun"
    """"it", "he", "they", "its"."""
    DESCRIPTION = "description"
    """"the two countries", "both sides", "the country", "his counterpart"."""


@dataclass(frozen=True)
class Mention:
    """Words that stand for a country, several of them, or an international body."""

    start: int
    end: int
    text: str
    kind: MentionKind
    countries: tuple[str, ...]
    """One code as a rule; several for "the two countries"; none for international bodies."""
    sector: Sector | None
    antecedents: tuple[tuple[int, int], ...] = ()
    """Where the words stand that this mention was resolved from, for pronouns, descriptions and bare surnames."""
    source: str = ""
    """Which entry or rule made it, for `explain`."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of the article."""

    start: int
    end: int
    text: str
    paragraph: int
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True)
class ParsedSentence:
    """A sentence with its dependency parse; token offsets within `doc` start at the sentence."""

    sentence: Sentence
    doc: Doc
    mentions: tuple[Mention, ...] = ()
    """All mentions, references resolved."""
    by_token: Mapping[int, Mention] = field(default_factory=dict)
    """The mention of which a token is a part, by token index."""
    acts: Mapping[int, Mention] = field(default_factory=dict)
    """Whose act a noun takes up that has no owner of its own ("the launch"), by token index."""
    other: Mention | None = None
    """The one country that the sentences before named beside this one's; its words stand there."""


@dataclass(frozen=True)
class Actor:
    """A country as a participant: what a noun phrase was resolved to."""

    country: str
    sector: Sector
    text: str
    """The surface words of the whole phrase."""
    start: int
    end: int
    mention: Mention
    head: int
    """Index of the phrase's head token in the sentence's doc."""


@dataclass(frozen=True)
class Frame:
    """A rule that matched, with its arguments filled; one (source, target) each."""

    rule: Rule
    claim_type: str
    trigger: Token
    trigger_start: int
    trigger_end: int
    source: Actor
    target: Actor
    reciprocal: bool
    path: tuple[str, ...] = ()
    """How the arguments were reached (`nsubj`, `xcomp>nsubj`, `prep:on`), for `explain` and for confidence."""


@dataclass(frozen=True)
class ModalityReading:
    """How sure the text is, and the words that say so."""

    modality: Modality
    cues: tuple[tuple[int, int], ...] = ()
    rule: str = "default"


@dataclass(frozen=True)
class Attribution:
    """Who says so."""

    speaker: str | None = None
    speaker_country: str | None = None
    quote: Quote | None = None
    cited_outlet: tuple[str, ...] = ()
    span: tuple[int, int] | None = None


@dataclass(frozen=True)
class EventTime:
    """When the event itself was."""

    start: date | None = None
    end: date | None = None
    precision: Precision = Precision.UNKNOWN
    span: tuple[int, int] | None = None


@dataclass(frozen=True)
class Reading:
    """A frame with everything that the sentence says about it: one step before a claim."""

    frame: Frame
    sentence: Sentence
    modality: ModalityReading
    attribution: Attribution
    speech_act: str | None = None
    quantities: tuple[Quantity, ...] = ()
    quantity_spans: tuple[tuple[int, int], ...] = ()
    time: EventTime = EventTime()
    actors: tuple[OtherActor, ...] = ()
    spans: tuple[Span, ...] = ()
    confidence: float = 0.0
