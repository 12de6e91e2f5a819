"""Classes of language: whatever shape the clause has, the same claim comes out, and nothing that is not there."""

from __future__ import annotations

import pytest

from pipelines.claims import rulecheck
from pipelines.claims.extractor import Extractor

FOUND = [
    # class, sentence, claims that must be among those found
    ("active", "Kenya attacked Uganda.", ["KEN ASSAULT UGA asserted"]),
    ("passive", "Uganda was attacked by Kenya.", ["KEN ASSAULT UGA asserted"]),
    ("possessive noun", "Kenya's attack on Uganda shocked the region.", ["KEN ASSAULT UGA"]),
    ("adjective and noun", "The Kenyan attack on Uganda shocked the region.", ["KEN ASSAULT UGA"]),
    ("noun with by", "The attack by Kenya on Uganda shocked the region.", ["KEN ASSAULT UGA"]),
    ("support verb", "Kenya carried out an attack on Uganda.", ["KEN ASSAULT UGA"]),
    ("instrument as subject", "A Kenyan missile hit a Ugandan school.", ["KEN ASSAULT UGA"]),
    ("relative clause", "Kenya, which attacked Uganda last year, has apologised.", ["KEN ASSAULT UGA"]),
    ("participle", "Missiles fired by Kenya struck a Ugandan port.", ["KEN ASSAULT UGA"]),
    ("conjunction of objects", "Japan condemned the Chinese and Russian flights.", ["JPN ACCUSE CHN", "JPN ACCUSE RUS"]),
    ("conjunction of subjects", "Japan and Chile condemned Peru's decision.", ["JPN ACCUSE PER", "CHL ACCUSE PER"]),
    ("judged act", "Norway condemned Sudan's attack on Chad.", ["NOR ACCUSE SDN", "SDN ASSAULT TCD"]),
    ("reciprocal with", "Spain signed an agreement with Morocco.", ["ESP AGREE MAR"]),
    ("reciprocal and", "Spain and Morocco signed an agreement.", ["ESP AGREE MAR"]),
    ("reciprocal of three", "Spain, Morocco and Tunisia signed an agreement.", ["ESP AGREE MAR", "ESP AGREE TUN", "MAR AGREE TUN"]),
    ("hyphened pair", "Spain-Morocco relations have soured.", ["ESP TIES_BAD MAR"]),
    ("mediation", "Oman mediated between Iran and Qatar.", ["OMN CONSULT IRN", "OMN CONSULT QAT"]),
    ("ally in apposition", "China, a close ally of Laos, sent a delegation.", ["CHN ALLIANCE LAO"]),
    ("said it would", "Canada said it would impose tariffs on Brazil.", ["CAN SANCTION BRA planned"]),
    ("refusal", "Canada will not lift its ban on Brazilian beef.", ["CAN REJECT BRA asserted"]),
    ("denial", "Canada did not attack Brazil.", ["CAN ASSAULT BRA denied"]),
    ("hedge", "Canada may impose sanctions on Brazil.", ["CAN SANCTION BRA hedged"]),
    ("condition", "If talks fail, Canada will impose sanctions on Brazil.", ["CAN SANCTION BRA conditional"]),
    ("measure", "Finland announced a grant of four million euros for Nepal.", ["FIN AID NPL"]),
    ("nominalised light verb", "Canada announced a suspension of aid to Mali.", ["CAN SANCTION MLI"]),
]

NOT_FOUND = [
    ("the victim is not the accused", "Bolivia condemned the attack on Chile.", ["BOL ACCUSE CHL", "CHL ACCUSE BOL"]),
    ("direction of the passive", "Uganda was attacked by Kenya.", ["UGA ASSAULT KEN"]),
    ("the condemner does not attack", "Norway condemned Sudan's attack on Chad.", ["NOR ASSAULT TCD", "NOR ASSAULT SDN"]),
    ("a meeting's place", "The ministers of Peru and Chile met in Geneva, Switzerland.", ["PER CONSULT CHE", "CHL CONSULT CHE"]),
    ("the parties of a mediation", "Oman mediated between Iran and Qatar.", ["IRN CONSULT QAT"]),
    ("agreed is not done", "Germany agreed to lend Greece two billion euros.", ["DEU AID GRC"]),
    ("one country alone", "Kenya attacked corruption in its courts.", ["KEN ASSAULT UGA"]),
]


@pytest.mark.parametrize(("text", "claims"), [c[1:] for c in FOUND], ids=[c[0] for c in FOUND])
def test_a_class_of_language_gives_its_claims(extractor: Extractor, text: str, claims: list[str]) -> None:
    found = rulecheck.claims_of(extractor, text)

    assert set(claims) <= found, found


@pytest.mark.parametrize(("text", "claims"), [c[1:] for c in NOT_FOUND], ids=[c[0] for c in NOT_FOUND])
def test_what_is_not_said_is_not_found(extractor: Extractor, text: str, claims: list[str]) -> None:
    assert not set(claims) & rulecheck.claims_of(extractor, text)


def test_an_act_that_a_text_comes_back_to_has_its_owner(extractor: Extractor) -> None:
    text = "North Korea fired a missile on Friday. Japan called an emergency session. Tokyo strongly condemned the launch."

    assert "JPN ACCUSE PRK" in rulecheck.claims_of(extractor, text)


def test_an_act_of_two_possible_owners_stays_open(extractor: Extractor) -> None:
    text = "Missile tests by North Korea and Iran took place. Japan condemned the launch."

    assert not {"JPN ACCUSE PRK", "JPN ACCUSE IRN"} & rulecheck.claims_of(extractor, text)
