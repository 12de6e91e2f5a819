"""The modality reader against own sentences, class by class of language."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from pipelines.claims import modality
from pipelines.claims.cues import PARTS, SLOTS, lexicon
from schemas import Modality

sys.path.insert(0, str(Path(__file__).parent))
from parsing import marked, parse

CASES = tomllib.loads((Path(__file__).parent / "cases" / "modality.toml").read_text(encoding="utf8"))


@pytest.mark.parametrize(("expected", "sentence"), [(m, s) for m, sentences in CASES.items() for s in sentences])
def test_an_event_is_as_sure_as_the_sentence_says(expected: str, sentence: str) -> None:
    parsed, trigger = marked(sentence)
    reading = modality.read(trigger, parsed)
    assert reading.modality == expected, f"{reading.rule} at {reading.cues}"


def test_every_modality_has_at_least_twenty_examples() -> None:
    assert {m: len(CASES[m]) >= 20 for m in Modality} == dict.fromkeys(Modality, True)


def test_cues_are_offsets_in_the_article() -> None:
    parsed = parse("Iran may attack Israel.", start=100)
    reading = modality.read(parsed.doc[2], parsed)
    assert reading.cues == ((105, 108),)
    assert reading.rule == "auxiliary.may"


def test_a_rule_s_default_holds_where_the_sentence_is_silent() -> None:
    parsed = parse("Iran shelled the Israeli port.")
    assert modality.read(parsed.doc[1], parsed, default=Modality.PLANNED).modality is Modality.PLANNED


def test_a_default_gives_way_to_what_takes_precedence() -> None:
    parsed = parse("Iran did not shell the Israeli port.")
    assert modality.read(parsed.doc[3], parsed, default=Modality.PLANNED).modality is Modality.DENIED


def test_a_default_stronger_than_the_cue_is_kept() -> None:
    parsed = parse("Iran will shell the Israeli port.")
    assert modality.read(parsed.doc[2], parsed, default=Modality.HEDGED).modality is Modality.HEDGED


def test_every_word_of_the_lexicon_is_lower_case_and_in_a_known_class() -> None:
    words = lexicon()
    for (part, slot, lemma), governor in words.governors.items():
        assert part in PARTS
        assert slot in SLOTS
        assert lemma == lemma.lower().strip()
        assert governor.part == part
    for table, keys in words.words.items():
        for key, entries in keys.items():
            assert entries, f"{table}.{key} is empty"
            assert all(e == e.lower().strip() for e in entries), f"{table}.{key}"
