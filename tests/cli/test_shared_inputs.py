"""The article beside the checkout, from file to table, as the first issue asks for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.dataset import read
from tests.cli.conftest import Run

VISIT = Path(__file__).parents[2].parent / "shared" / "seeds" / "iran-pakistan-visit.txt"

pytestmark = [pytest.mark.shared, pytest.mark.skipif(not VISIT.is_file(), reason="the shared article is not beside the checkout")]


def test_an_article_becomes_claims_that_its_text_proves(run: Run, tmp_path: Path) -> None:
    assert run("ingest", VISIT, "--root", "data").code == 0

    claims = [json.loads(line) for line in run("show", "IRN-PAK", "--root", "data", "--json").out.splitlines()]

    (article,) = read(tmp_path / "data", "articles").to_table().to_pylist()
    assert claims
    assert all(article["text"][c["evidence_start"] : c["evidence_end"]] == c["evidence"] for c in claims)
    assert {c["doc_id"] for c in claims} == {"iran-pakistan-visit"}
