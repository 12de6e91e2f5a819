"""`dyadwire claims`: pages in, claims out as JSON Lines."""

from __future__ import annotations

import json

from schemas import CLAIM_TYPES, Claim, Modality, country_pair, from_dict
from tests.cli.conftest import SEEDS, Run


def test_claims_have_all_columns_and_prove_themselves_in_the_article(run: Run) -> None:
    claims = [from_dict(Claim, json.loads(line)) for line in run("claims", SEEDS).out.splitlines()]
    texts = {row["doc_id"]: row["text"] for row in map(json.loads, run("articles", SEEDS).out.splitlines())}

    assert claims
    for claim in claims:
        text = texts[claim.doc_id or ""]
        assert text[claim.evidence_start : claim.evidence_end] == claim.evidence
        assert all(text[s.start : s.end].strip() for s in claim.spans)
        assert claim.country_pair == country_pair(claim.source_country, claim.target_country)
        assert claim.claim_type in CLAIM_TYPES
    assert len({c.claim_id for c in claims}) == len(claims)


def test_the_samples_show_every_modality_several_pairs_quotes_and_currencies(run: Run) -> None:
    rows = [json.loads(line) for line in run("claims", SEEDS).out.splitlines()]

    assert {r["modality"] for r in rows} == set(Modality)
    assert len({r["country_pair"] for r in rows}) >= 5
    assert {r["quote"] for r in rows} >= {"direct", "indirect"}
    assert len({q["currency"] for r in rows for q in r["quantities"]} - {None}) >= 2


def test_an_article_about_one_country_and_one_in_french_have_none_and_are_counted(run: Run) -> None:
    outcome = run("claims", SEEDS / "portugal-cork-harvest.html", SEEDS / "maroc-espagne-ferries.html")

    assert (outcome.code, outcome.out) == (0, "")
    assert "0 claims from 2 articles, 1 no_pair, 1 unsupported_language; 0 inputs rejected" in outcome.err


def test_the_same_input_gives_the_same_bytes_run_columns_aside(run: Run) -> None:
    page = SEEDS / "greece-turkey-survey-ship.html"

    def rows() -> list[dict]:
        found = [json.loads(line) for line in run("claims", page).out.splitlines()]
        return [{k: v for k, v in r.items() if k not in {"run_id", "ingested_at"}} for r in found]

    first = rows()

    assert first
    assert rows() == first
