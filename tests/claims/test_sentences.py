"""Splitting into sentences, and which of them can hold a claim."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.claims import gazetteer, sentences

SPLITS = [
    ("One ended. Two began.", ["One ended.", "Two began."]),
    ("The U.S. Navy sailed. It returned.", ["The U.S. Navy sailed.", "It returned."]),
    ("They flew to the U.S. The trip was long.", ["They flew to the U.S.", "The trip was long."]),
    ("Mr. Banda met Gen. Phiri on Nov. 5 at No. 10. Both smiled.", ["Mr. Banda met Gen. Phiri on Nov. 5 at No. 10.", "Both smiled."]),
    ("Trade rose 4.5 percent. Oil fell.", ["Trade rose 4.5 percent.", "Oil fell."]),
    ("John F. Lungu spoke. He left.", ["John F. Lungu spoke.", "He left."]),
    ("“We agreed.” The envoy left.", ["“We agreed.”", "The envoy left."]),
    ('"We agreed." The envoy left.', ['"We agreed."', "The envoy left."]),
    ("“We agreed,” he said. “We signed.”", ["“We agreed,” he said.", "“We signed.”"]),
    ("“Will they sign?” Banda asked. Nobody knew.", ["“Will they sign?” Banda asked.", "Nobody knew."]),
    ("He paused ... and went on. Then he stopped.", ["He paused ... and went on.", "Then he stopped."]),
    ("First line\nSecond line", ["First line", "Second line"]),
    ("• First item • Second item", ["First item • Second item"]),
    ("Is it war? No! It is talk.", ["Is it war?", "No!", "It is talk."]),
    ("Kenya Power Co. Ltd. bought coal. Prices fell.", ["Kenya Power Co. Ltd. bought coal.", "Prices fell."]),
    ("It ended at 5 p.m. The talks resume.", ["It ended at 5 p.m.", "The talks resume."]),
    ("", []),
    (" \n \n", []),
]


@pytest.mark.parametrize(("text", "expected"), SPLITS, ids=[s[0] for s in SPLITS])
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert [s.text for s in sentences.split(text)] == expected


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=300) | st.text(alphabet="Ab. ?!\n\"”“'•", max_size=120))
def test_any_text_is_split_without_loss(text: str) -> None:
    found = sentences.split(text)

    assert all(text[s.start : s.end] == s.text == s.text.strip() != "" for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert sum(len("".join(s.text.split())) for s in found) >= len("".join(text.replace("•", "").split())) - 6 * text.count("•")


def test_a_text_without_a_full_stop_is_cut_into_bounded_pieces() -> None:
    found = sentences.split("word " * 20_000)

    assert max(len(s.text) for s in found) <= sentences.MAX_LENGTH
    assert len(found) >= 100_000 // sentences.MAX_LENGTH


def test_paragraphs_are_counted() -> None:
    assert [s.paragraph for s in sentences.split("One. Two.\nThree.")] == [0, 0, 1]


def _wanted(text: str, triggers: frozenset[str] | None = None) -> list[bool]:
    split = sentences.attach(sentences.split(text), gazetteer.load().find(text))
    return list(sentences.candidates(split, None if triggers is None else lambda words: {"ASSAULT"} if words & triggers else set()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kenya thanked Japan.", [True]),
        ("Kenya is large.", [False]),
        ("Kenya thanked Japan. The two countries will trade.", [True, True]),
        ("Kenya thanked Japan. It also praised the Japanese navy.", [True, True]),
        ("Kenya thanked Japan. The weather was fine.", [True, False]),
        ("Kenya thanked Japan.\nA.\nB.\nC.\nD.\nE.\nF.\nG.\nThe two countries will trade.", [True] + [False] * 8),
    ],
)
def test_candidates_name_two_countries_or_refer_to_them(text: str, expected: list[bool]) -> None:
    assert _wanted(text) == expected


def test_behind_its_name_a_pronoun_is_the_country_itself() -> None:
    text = "Kenya thanked Japan. Kenya says that its army is ready. They say that Kenya is ready."

    assert _wanted(text) == [True, False, True]


def test_a_sentence_with_one_country_needs_the_words_of_a_rule() -> None:
    text = "Kenya thanked Japan. Its army attacked a Japanese ship. Its army marched past a Japanese ship."

    assert _wanted(text, frozenset({"attacked", "thanked"})) == [True, True, False]
