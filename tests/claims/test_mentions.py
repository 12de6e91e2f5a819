"""Mentions in their sentences, and where they are mere places."""

from __future__ import annotations

import pytest

from pipelines.claims import mentions, owned_roles, parse


@pytest.fixture(scope="module")
def parser() -> parse.Parser:
    return parse.Parser()


def test_mentions_lie_in_the_sentence_that_holds_their_words() -> None:
    text = "Kenya thanked Japan. Then Tokyo answered."

    assert [[m.text for m in s.mentions] for s in mentions.annotate(text)] == [["Kenya", "Japan"], ["Tokyo"]]
    assert all(text[m.start : m.end] == m.text for s in mentions.annotate(text) for m in s.mentions)


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        ("Kenya met Uganda in Geneva.", "Geneva", True),
        ("He told reporters in Cairo that Kenya would help.", "Cairo", True),
        ("They met at a hotel near Vienna.", "Vienna", True),
        ("NAIROBI (Reuters) - Kenya thanked Japan.", "NAIROBI", True),
        ("Kenya thanked Japan.", "Japan", False),
        ("Nairobi accused Kampala of lying.", "Kampala", False),
        ("Talks with Tehran failed.", "Tehran", False),
    ],
)
def test_a_locative_phrase_is_a_place(parser: parse.Parser, text: str, name: str, place: bool) -> None:
    parsed = next(iter(parser.parse(mentions.annotate(text))))
    mention = next(m for m in parsed.mentions if m.text == name)

    assert mentions.is_locative(mention, parsed) is place


@pytest.mark.parametrize(
    ("text", "other"),
    [("U.S.-backed rebels left Kenya.", True), ("U.S.-led forces left Kenya.", False), ("U.S. forces left Kenya.", False)],
)
def test_a_backer_is_no_actor(parser: parse.Parser, text: str, other: bool) -> None:
    parsed = next(iter(parser.parse(mentions.annotate(text))))

    assert owned_roles.modifies_other(parsed.mentions[0], parsed) is other


def test_the_head_of_a_mention_is_where_it_hangs_in_the_parse(parser: parse.Parser) -> None:
    parsed = next(iter(parser.parse(mentions.annotate("Kenyan President William Ruto thanked Japan."))))
    head = mentions.head(parsed.mentions[0], parsed)

    assert head is not None
    assert head.text == "Ruto"
