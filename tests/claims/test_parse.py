"""The parser step: tokens at mentions, datelines, the model's checksum."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from pipelines.claims import mentions, parse, rules
from pipelines.claims.model import ParsedSentence
from tests.claims.parsing import language


@pytest.fixture(scope="module")
def parser() -> parse.Parser:
    return parse.Parser()


def _first(parser: parse.Parser, text: str) -> ParsedSentence:
    return next(iter(parser.parse(mentions.annotate(text))))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Kenya-U.S. ties grew.", ["Kenya", "-", "U.S.", "ties"]),
        ("U.S.-led forces left Kenya.", ["U.S.", "-", "led", "forces"]),
        ("Kenya–Uganda talks ended.", ["Kenya", "–", "Uganda", "talks"]),
        ("Kenya/Uganda border posts closed.", ["Kenya", "/", "Uganda", "border"]),
    ],
)
def test_each_country_is_its_own_token(parser: parse.Parser, text: str, tokens: list[str]) -> None:
    parsed = _first(parser, text)

    assert [t.text for t in parsed.doc][: len(tokens)] == tokens
    assert parsed.by_token[0].countries
    assert parsed.doc.text == text


@pytest.mark.parametrize(
    ("text", "dateline"),
    [
        ("NAIROBI (Reuters) - Kenya thanked Japan.", "NAIROBI (Reuters) - "),
        ("TOKYO, March 3 (Xinhua) -- Kenya thanked Japan.", "TOKYO, March 3 (Xinhua) -- "),
        ("SEOUL/TOKYO, Aug 30 (Reuters) - Kenya thanked Japan.", "SEOUL/TOKYO, Aug 30 (Reuters) - "),
        ("LONDON - Kenya thanked Japan.", "LONDON - "),
        ("Kenya thanked Japan - and left.", ""),
        ("UN officials thanked Japan.", ""),
    ],
)
def test_a_dateline_is_cut_off(parser: parse.Parser, text: str, dateline: str) -> None:
    assert text[: parse.dateline_length(text)] == dateline

    parsed = _first(parser, text)
    thanked = next(t for t in parsed.doc if t.text == "thanked")
    assert thanked.sent.text == text[len(dateline) :]


def test_every_token_of_a_mention_leads_to_it(parser: parse.Parser) -> None:
    parsed = _first(parser, "Kenyan President William Ruto thanked Japan.")

    assert [parsed.by_token[i].text for i in range(4)] == ["Kenyan President William Ruto"] * 4


def test_other_weights_are_refused(tmp_path: Path) -> None:
    for component in parse.COMPONENTS:
        (tmp_path / component).mkdir()
        (tmp_path / component / "model").write_bytes(b"other weights")

    with pytest.raises(parse.ModelError, match=r"requirements\.lock"):
        parse.check(tmp_path)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=120) | st.text(alphabet="IranU.S.-–/' k\u00a0", max_size=60))
def test_any_text_can_be_parsed(parser: parse.Parser, text: str) -> None:
    for parsed in parser.parse(mentions.annotate(text)):
        assert parsed.doc.text == parsed.sentence.text


def test_what_is_remembered_of_tokens_is_what_the_model_says() -> None:
    ours, plain = parse.model(), language()
    texts = [e.text for r in rules.load().rules for e in (*r.examples, *r.counterexamples)][::4]
    texts += ["There's no deal.", "They gonna sign, ain't they?", "Let's go,  they got ta win."]

    def told(nlp: Language, text: str) -> list[tuple[str, str, str]]:
        return [(t.pos_, t.lemma_, str(t.morph)) for t in nlp(text)]

    assert [told(ours, t) for t in (*texts, *texts)] == [told(plain, t) for t in (*texts, *texts)]
