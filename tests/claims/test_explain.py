"""`explain` tells the whole reasoning: mentions, the rule of each claim, and why a trigger gave none."""

from __future__ import annotations

import pytest

from pipelines.claims.explain import explain, lines
from pipelines.claims.extractor import Extractor


def test_a_claim_is_told_with_its_rule_and_slots(extractor: Extractor) -> None:
    told = explain("Norway condemned Sudan's attack on Chad.", extractor=extractor)

    claims = {(c.claim_type, c.rule) for s in told.sentences for c in s.claims}
    assert {t for t, _ in claims} == {"ACCUSE", "ASSAULT"}
    assert all(c.slots and c.modality_because for s in told.sentences for c in s.claims)
    assert any("NOR “Norway” → SDN" in line for line in lines(told))


def test_a_trigger_without_a_claim_says_why(extractor: Extractor) -> None:
    told = explain("The attack on Chad worried Norway.", extractor=extractor)

    assert any("attack" in d.trigger and "no country as source" in d.reason for s in told.sentences for d in s.dropped)


def test_an_antecedent_is_named(extractor: Extractor) -> None:
    text = "Kenya's row with Uganda goes on. Nairobi closed the border. It accused Uganda of smuggling."

    told = explain(text, at=text.index("It accused"), extractor=extractor)

    (sentence,) = told.sentences
    assert any(m.text == "It" and m.antecedents == ("Nairobi",) for m in sentence.mentions)


def test_a_text_about_one_country_says_so(extractor: Extractor) -> None:
    assert "fewer than two countries" in explain("Kenya's parliament met.", extractor=extractor).verdict


def test_an_offset_outside_the_text_is_an_error_that_names_it(extractor: Extractor) -> None:
    with pytest.raises(ValueError, match="offset 99 lies outside"):
        explain("Kenya met Uganda.", at=99, extractor=extractor)
