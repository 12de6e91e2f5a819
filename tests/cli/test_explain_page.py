"""`dyadwire explain-page` says what each extractor gave for a page and why the winner won; `articles` shows what came of it."""

from __future__ import annotations

import gzip
import json
from dataclasses import fields
from pathlib import Path

from schemas import Article
from tests.cli.conftest import Run

GOLDEN = Path(__file__).parents[1] / "normalize" / "golden"
PAGE = GOLDEN / "grain-corridor.plain_meta.html"
URL = "https://www.danubegazette.example/economy/2026/grain-corridor"


def test_it_names_the_winner_the_reason_and_where_each_value_came_from(run: Run) -> None:
    outcome = run("explain-page", PAGE, "--url", URL)

    assert outcome.code == 0
    shown = " ".join(outcome.out.split())
    assert "kind an article" in shown
    assert "was taken: " in shown
    assert "resiliparse" in shown
    for field in ("title", "authors", "published_at", "canonical_url", "outlet", "language"):
        assert field in shown
    assert "link:canonical" in shown


def test_for_machines_it_is_one_line_with_all_of_it(run: Run) -> None:
    row = json.loads(run("explain-page", PAGE, "--url", URL, "--json").out)

    assert row["extractor"] in {said["name"] for said in row["extractors"]}
    assert "The offer came after a week" in row["text"]
    assert row["metadata"]["canonical_url"]["origin"] == "link:canonical"
    assert (row["rejected"], row["language"]) == (None, "en")


def test_with_lines_it_shows_what_each_extractor_said_and_what_was_kept(run: Run) -> None:
    out = run("explain-page", PAGE, "--lines").out

    assert "+ The offer came after a week of queues at the crossings" in " ".join(out.split())


def test_it_reads_a_gzipped_page_and_says_why_ingest_would_reject_it(run: Run, tmp_path: Path) -> None:
    page = b"<html><title>404: not found</title><h1>Not found</h1><p>The page you requested was not found.</p></html>"
    (tmp_path / "gone.html.gz").write_bytes(gzip.compress(page))

    outcome = run("explain-page", "gone.html.gz")

    assert outcome.code == 0
    assert "error_page" in outcome.out
    assert "ingest rejects it" in " ".join(outcome.out.split())


def test_what_cannot_be_read_is_a_wrong_call_and_what_holds_no_text_a_failure(run: Run, tmp_path: Path) -> None:
    (tmp_path / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))

    assert run("explain-page", "nowhere.html").code == 2
    failed = run("explain-page", "picture.html")
    assert (failed.code, "gives no article" in failed.err) == (1, True)


def test_articles_shows_every_field_of_the_contract_with_the_origins_of_what_a_page_says(run: Run) -> None:
    row = json.loads(run("articles", GOLDEN / "border-clinic.json_ld_graph.html").out)

    assert set(row) == {field.name for field in fields(Article)}
    said = ("title", "authors", "published_at", "modified_at", "canonical_url", "outlet", "outlet_country", "section")
    known = {name for name in said if row[name]}
    assert {"title", "authors", "published_at", "canonical_url", "outlet"} <= known
    assert {origin["field"] for origin in row["origins"]} == known
    assert all(origin["origin"] for origin in row["origins"])
    assert row["language"] == "en"
    assert row["extractor"]
    assert row["signature"]
