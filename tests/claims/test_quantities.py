"""Amounts: value, unit or currency, role; which of them belong to a claim."""

from __future__ import annotations

import math
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pipelines.claims import quantities
from pipelines.claims.quantities import rows
from schemas import Unit

sys.path.insert(0, str(Path(__file__).parent))
from parsing import marked

CASES = tomllib.loads((Path(__file__).parent / "cases" / "quantities.toml").read_text(encoding="utf8"))["case"]


def said(found: quantities.FoundQuantity) -> tuple[float, str, str]:
    q = found.quantity
    return q.value, (q.currency or "null") if q.unit == Unit.CURRENCY else q.unit, q.role or "-"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["text"][:60])
def test_amounts_are_read_in_base_units_with_their_role(case: dict[str, Any]) -> None:
    found = [said(f) for f in quantities.find(case["text"], countries=case.get("countries", ()))]
    want = [(float(v), unit, role) for v, unit, role in (w.split() for w in case["want"])]
    assert [f[1:] for f in found] == [w[1:] for w in want], found
    assert all(math.isclose(f[0], w[0], rel_tol=1e-6) for f, w in zip(found, want, strict=True)), found


def test_a_quantity_s_offsets_are_those_of_its_words_in_the_article() -> None:
    text = "Norway lent Iceland $3 billion annually."
    found = quantities.find(text, offset=1000)
    assert [(f.quantity.text, text[f.start - 1000 : f.end - 1000]) for f in found] == [("$3 billion annually", "$3 billion annually")]


CLAIMS = [
    ("Pakistan and Iran *signed* several agreements during the visit to boost trade to $10 billion.", "AGREE", ["$10 billion"]),
    ("Chad *condemned* the raid that killed 12 people.", "ACCUSE", []),
    ("Chad condemned the *raid* that killed 12 people.", "ASSAULT", ["12 people"]),
    ("Israel *struck* the port and Iran sent 200 soldiers.", "ASSAULT", []),
    ("Israel struck the port and Iran *sent* 200 soldiers.", "AID", ["200 soldiers"]),
    ("Germany *pledged* 40 million euros to Mali.", "AID", ["40 million euros"]),
    ("Germany pledged 40 million euros after Mali *expelled* three envoys.", "SANCTION", ["three envoys"]),
    ("The Treasury announced *sanctions* on 20 North Korean vessels.", "SANCTION", ["20 North Korean vessels"]),
    ("India agreed to *buy* 24 jets from France.", "COOPERATE", ["24 jets"]),
    ("India *agreed* to buy 24 jets from France.", "AGREE", ["24 jets"]),
    ("Laos, which owes China $6 billion, *signed* a treaty with Vietnam.", "AGREE", []),
    ("The minister said that Kenya *sent* 900 troops to Somalia.", "AID", ["900 troops"]),
    ("Twelve people were killed when Syria *shelled* the Turkish town.", "ASSAULT", []),
    ("*Trade* between Peru and Chile reached $3 billion.", "TRADE", ["$3 billion"]),
]


@pytest.mark.parametrize(("sentence", "claim_type", "want"), CLAIMS, ids=[c[0][:60] for c in CLAIMS])
def test_a_claim_has_the_amounts_of_its_own_clause(sentence: str, claim_type: str, want: list[str]) -> None:
    parsed, trigger = marked(sentence)
    found = quantities.find(parsed.sentence.text)
    assert [f.quantity.text for f in quantities.for_claim(found, trigger, parsed, claim_type)] == want


def test_the_lexicons_are_unique_and_of_the_closed_lists() -> None:
    for name, key in (("units.csv", "word"), ("counted.csv", "noun")):
        words = [r[key] for r in rows(name)]
        assert len(words) == len(set(words)), name
        assert all(w == w.lower() for w in words), name
        assert {r["unit"] for r in rows(name)} <= {u.value for u in Unit}, name
    currencies = rows("currencies.csv")
    assert all(r["currency"] == "" or (len(r["currency"]) == 3 and r["currency"].isupper()) for r in currencies)
    assert all(r["place"] in ("before", "after", "both") and float(r["factor"]) > 0 for r in currencies)
    assert {r["word"] for r in rows("by_country.csv")} <= {r["form"].lower() for r in currencies} | {"crown"}


@pytest.mark.parametrize("text", ["", "$", "12", "$" * 5000, "1" * 5000, "1,1,1,1", "a million", "²³½", "٣ soldiers", "from to from to"])
def test_odd_strings_give_quantities_or_none(text: str) -> None:
    assert isinstance(quantities.find(text), tuple)
