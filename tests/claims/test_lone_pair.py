"""The only two countries of a sentence, where a rule found one of them: the other takes the empty place, or it plainly does not."""

from __future__ import annotations

import pytest

from pipelines.claims import lone_pair, rulecheck
from pipelines.claims.extractor import Extractor

GUESSED = [
    (
        "a condition names the target",
        "Chile's president said he will not lift the embargo until Bolivia holds elections.",
        "CHL REJECT BOL",
    ),
    ("the matter's own purpose", "Kenya has mobilised troops for a possible order to move against Somalia's militias.", "KEN MOBILIZE SOM"),
    ("one side of an agreement", "The Moldovan-based movement reached an agreement with the Romanian government.", "MDA AGREE ROU"),
]

NOT_GUESSED = [
    ("who only watches", "Turkey imposed restrictions on smokers while Belarus looked on.", "TUR SANCTION BLR"),
    ("who only tells", "The attack shocked everyone, Norway's agency wrote of Chad.", "TCD ASSAULT NOR"),
    ("a place", "Denmark was outraged by the flood in Sweden.", "DNK ACCUSE SWE"),
    ("the victim of what is condemned", "Bolivia condemned the attack on Chile.", "BOL ACCUSE CHL"),
    ("where it happened", "Five Pakistani miners were killed in an Indian coal pit.", "IND ASSAULT PAK"),
    ("who backs them", "Rwandan-backed rebels seized a town in eastern Congo.", "COD COERCE RWA"),
    ("who acts beside it", "Ethiopia received food, and Canada had a good harvest.", "CAN AID ETH"),
    ("who is horrified", "Norway's minister said she was horrified by the shooting that left ten dead in Peru.", "NOR ASSAULT PER"),
]


@pytest.mark.parametrize(("text", "claim"), [c[1:] for c in GUESSED], ids=[c[0] for c in GUESSED])
def test_the_other_country_takes_the_empty_place(extractor: Extractor, text: str, claim: str) -> None:
    analysis = extractor.analyse(text, None, None)
    assert analysis is not None
    (reading,) = extractor.readings(analysis.parsed[0], analysis.quotes, None)

    assert claim in rulecheck.claims_of(extractor, text)
    assert reading.frame.path == (lone_pair.PATH, lone_pair.PATH)


@pytest.mark.parametrize(("text", "claim"), [c[1:] for c in NOT_GUESSED], ids=[c[0] for c in NOT_GUESSED])
def test_a_country_in_another_matter_does_not(extractor: Extractor, text: str, claim: str) -> None:
    assert claim not in rulecheck.claims_of(extractor, text)


def test_a_guess_is_never_as_sure_as_what_was_found(extractor: Extractor) -> None:
    def confidence(text: str) -> float:
        analysis = extractor.analyse(text, None, None)
        assert analysis is not None
        return max(r.confidence for r in extractor.readings(analysis.parsed[0], analysis.quotes, None))

    assert confidence("Kenya has mobilised troops for a possible order to move against Somalia's militias.") < confidence(
        "Kenya has mobilised troops against Somalia."
    )


def test_with_three_countries_nobody_is_guessed(extractor: Extractor) -> None:
    text = "Chile's president said he will not lift the embargo until Bolivia holds elections, a paper from Peru says."

    assert not {"CHL REJECT BOL", "CHL REJECT PER"} & rulecheck.claims_of(extractor, text)
