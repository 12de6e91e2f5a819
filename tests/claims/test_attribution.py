"""Who says so: speaker, quote and cited outlets, with the speaker's country."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pipelines.claims import attribution
from pipelines.claims.attribution import QuoteContext
from pipelines.claims.model import Attribution, Mention, MentionKind, ParsedSentence, Sentence
from schemas import Quote

sys.path.insert(0, str(Path(__file__).parent))
from parsing import parse

CASES = tomllib.loads((Path(__file__).parent / "cases" / "attribution.toml").read_text(encoding="utf8"))["case"]


def sentences_of(text: str) -> list[str]:
    """The sentences of an example, which has one trigger and few sentences: split at ends that a space and a new start follow."""
    import re

    return [s for s in re.split(r"\n+|(?<=[.!?]) (?=[A-Z'“\"])|(?<=[.!?][”\"]) (?=[A-Z“\"])", text) if s]


def read(marked_text: str, *mentions: Mention) -> Attribution:
    at = marked_text.index("*")
    text = marked_text.replace("*", "")
    parsed: dict[int, ParsedSentence] = {}
    cursor = 0
    for sentence in sentences_of(text):
        start = text.index(sentence, cursor)
        cursor = start + len(sentence)
        inside = tuple(m for m in mentions if start <= m.start < cursor)
        parsed[start] = parse(sentence, start, inside)
    context: QuoteContext = attribution.context(text, [p.sentence for p in parsed.values()], parsed)
    home = next(p for p in parsed.values() if p.sentence.start <= at < p.sentence.end)
    trigger = next(t for t in home.doc if t.idx == at - home.sentence.start)
    return attribution.read(home, trigger, context)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["text"][:60])
def test_the_speaker_is_who_says_it(case: dict[str, Any]) -> None:
    got = read(case["text"])
    assert (got.speaker or "", str(got.quote or "")) == (case["speaker"], case["quote"])


@pytest.mark.parametrize("case", [c for c in CASES if "cited" in c], ids=lambda c: c["text"][:60])
def test_outlets_are_cited_only_as_sources(case: dict[str, Any]) -> None:
    assert list(read(case["text"]).cited_outlet) == case["cited"]


def mention(text: str, words: str, country: str, kind: MentionKind = MentionKind.NAME) -> Mention:
    start = text.replace("*", "").index(words)
    return Mention(start, start + len(words), words, kind, (country,), None)


@pytest.mark.parametrize(
    ("text", "words", "country"),
    [
        ("Kenya said it *attacked* the rebels.", "Kenya", "KEN"),
        ("The Israeli minister said Iran *fired* first.", "Israeli", "ISR"),
        ("“Iran *fired* first,” the Israeli minister said.", "Israeli", "ISR"),
        ("Ri Su-yong, a North Korean envoy, said Seoul *lied*.", "North Korean", "PRK"),
        ("Greece's ambassador in Ankara said Turkey *rammed* the boat.", "Greece", "GRC"),
    ],
)
def test_a_speaker_has_the_country_that_the_words_name(text: str, words: str, country: str) -> None:
    assert read(text, mention(text, words, country)).speaker_country == country


def test_a_pronoun_that_nobody_resolved_speaks_for_the_last_speaker() -> None:
    text = "“We are patient,” the Peruvian minister said. “But Chile *seized* our boats,” he said."
    assert read(text, mention(text, "Peruvian", "PER", MentionKind.DEMONYM)).speaker_country == "PER"


def test_a_bare_surname_is_the_speaker_who_had_it() -> None:
    text = "Chinese minister Wang Yi said talks were useful. Japan *hacked* the bank, Wang added."
    assert read(text, mention(text, "Chinese", "CHN", MentionKind.DEMONYM)).speaker_country == "CHN"


def test_the_span_is_that_of_the_speaker_s_words_in_the_article() -> None:
    text = "It rained. Kenya said it *attacked* the rebels."
    got = read(text)
    assert got.span is not None
    assert text[slice(*got.span)] == "Kenya"


def test_quoted_words_of_nobody_are_direct_without_a_speaker() -> None:
    got = read("“Chad *attacked* us at dawn without any warning.”")
    assert (got.speaker, got.quote) == (None, Quote.DIRECT)


def test_an_article_without_quotations_has_an_empty_context() -> None:
    sentence = Sentence(0, 11, "Chad spoke.", 0)
    assert attribution.context("Chad spoke.", [sentence], {}).quotations == ()
