"""`dyadwire explain`: why a sentence gave what it gave."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import SEEDS, Run


def test_a_sentence_is_explained_with_mentions_rule_and_modality(run: Run) -> None:
    shown = run("explain", "Peru condemned Chile.").out

    assert "“Peru” → PER" in shown
    assert "PER “Peru” → CHL “Chile”: ACCUSE, asserted" in shown
    assert "rule accuse." in shown


def test_what_names_one_country_says_so(run: Run) -> None:
    assert "fewer than two countries" in run("explain", "Peru raised its taxes.").out


def test_a_place_in_a_file_is_explained_in_its_article(run: Run) -> None:
    page = SEEDS / "iran-pakistan-border-market.html"
    text = json.loads(run("articles", page).out)["text"]

    shown = run("explain", "--file", page, "--at", text.index("The two countries also agreed")).out

    assert "The two countries also agreed to open" in shown
    assert "before    …" in shown
    assert "shares a border" not in shown


def test_a_stored_claim_is_explained_by_its_id_or_the_beginning_of_it(run: Run, sample_root: Path) -> None:
    claim = json.loads(run("show", "IRN-PAK", "--root", sample_root, "--type", "CONSULT", "--json").out.splitlines()[0])

    for claim_id in (claim["claim_id"], claim["claim_id"][:12]):
        shown = run("explain", claim_id, "--root", sample_root).out
        assert claim["evidence"] in shown
        assert f"rule {claim['rule']}" in shown
        assert "published 2026-10-14" in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "give either"),
        (["x", "--file", "y"], "give either"),
        (["0123456789ab"], "--root"),
        (["--file", "missing.html"], "missing.html"),
        (["Peru condemned Chile.", "--at", "9999"], "9999"),
        (["Peru condemned Chile.", "--published", "monday"], "monday"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else None,
)
def test_a_wrong_call_says_what_to_do(arguments: list[str], says: str, run: Run) -> None:
    outcome = run("explain", *arguments)

    assert outcome.code == 2
    assert says in outcome.err


def test_an_unknown_claim_is_a_wrong_call(run: Run, sample_root: Path) -> None:
    outcome = run("explain", "0123456789ab", "--root", sample_root)

    assert outcome.code == 2
    assert "no claims" in outcome.err


def test_programs_get_json(run: Run) -> None:
    explanation = json.loads(run("explain", "Peru condemned Chile.", "--json").out)

    assert explanation["sentences"][0]["claims"][0]["claim_type"] == "ACCUSE"
