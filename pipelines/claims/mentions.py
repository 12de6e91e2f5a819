"""Mentions of countries in an article, before and after the parse."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from pipelines.claims import gazetteer, sentences
from pipelines.claims.model import Mention, MentionKind, ParsedSentence, Sentence

if TYPE_CHECKING:
    from spacy.tokens import Token

_LOCATIVE: Final = frozenset({"in", "at", "near", "across", "inside", "outside", "within", "throughout", "around", "through", "via", "off"})
_ORIGIN: Final = frozenset({"from", "over"})
_PLACES: Final = frozenset({MentionKind.NAME, MentionKind.SEAT, MentionKind.PLACE})


def annotate(text: str, on: date | None = None) -> tuple[Sentence, ...]:
    """The sentences of an article with the mentions in them: names and what stands beside a name; no references yet."""
    return sentences.attach(sentences.split(text), gazetteer.load().find(text, on))


def head(mention: Mention, parsed: ParsedSentence) -> Token | None:
    """The token of a mention whose head lies outside it; None if the mention has no token in the sentence."""
    tokens = tokens_of(mention, parsed)
    inside = {t.i for t in tokens}
    heads = [t for t in tokens if t.head.i not in inside or t.head.i == t.i]
    return heads[-1] if heads else None


def tokens_of(mention: Mention, parsed: ParsedSentence) -> list[Token]:
    """The tokens that a mention covers, if only in part."""
    start, end = mention.start - parsed.sentence.start, mention.end - parsed.sentence.start
    span = parsed.doc.char_span(start, end, alignment_mode="expand") if 0 <= start < end <= len(parsed.sentence.text) else None
    return [] if span is None else list(span)


def is_locative(mention: Mention, parsed: ParsedSentence) -> bool:
    """Whether a name stands as a mere place: a dateline, the venue of a meeting, where reporters were told.

    "a meeting in Geneva", "told reporters in Cairo"; not "troops in Syria" as such: what stands in a country may be its target, so the
    caller decides what a place means for its frame.
    """
    if mention.kind not in _PLACES:
        return False
    if in_dateline(mention, parsed):
        return True
    token = head(mention, parsed)
    if token is None or token.dep_ not in ("pobj", "conj", "appos", "nmod", "compound", "npadvmod"):
        return False
    while token.dep_ in ("conj", "appos", "compound", "nmod") and token.head.i != token.i:
        token = token.head
    return (token.dep_ == "pobj" and token.head.lower_ in _LOCATIVE) or (
        token.head.lower_ in _ORIGIN and token.head.head.lower_ in ("report", "reported", "reporting")
    )


def in_dateline(mention: Mention, parsed: ParsedSentence) -> bool:
    """Whether a mention belongs to the dateline that the sentence begins with."""
    from pipelines.claims import parse  # the parser's module is heavy

    return mention.end <= parsed.sentence.start + parse.dateline_length(parsed.sentence.text)
