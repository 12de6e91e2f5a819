"""`dyadwire articles`: pages in, articles out as JSON Lines."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from schemas import Article, from_dict
from tests.cli.conftest import SEEDS, Run

RECORD = {
    "id": "n-1",
    "text": "Peru thanked Chile for its help.",
    "title": "Thanks",
    "published_at": "2026-03-01T10:00:00Z",
    "outlet": "El Faro",
}


def rows(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_every_sample_page_gives_an_article(run: Run) -> None:
    outcome = run("articles", SEEDS)

    assert outcome.code == 0
    assert {r["doc_id"] for r in rows(outcome.out)} == {p.stem for p in SEEDS.glob("*.html")}
    assert "8 rows from 8 articles; 0 inputs rejected" in outcome.err


def test_a_row_has_all_fields_and_can_be_read_back(run: Run) -> None:
    row = rows(run("articles", SEEDS / "iran-pakistan-border-market.html").out)[0]

    article = from_dict(Article, row)
    assert article.title == "Iran, Pakistan to open two border markets as Tehran renews gas offer"
    assert article.canonical_url == "https://makran-courier.example/2026/10/14/iran-pakistan-border-markets"
    assert "Advertisement" not in article.text
    assert "Tuna landings" not in article.text


@pytest.mark.parametrize("name", ["news.jsonl", "news.jsonl.gz"])
def test_json_lines_keep_the_callers_id_and_metadata(name: str, run: Run, tmp_path: Path) -> None:
    line = (json.dumps(RECORD) + "\n").encode()
    (tmp_path / name).write_bytes(gzip.compress(line) if name.endswith(".gz") else line)

    row = rows(run("articles", name).out)[0]

    assert (row["doc_id"], row["title"], row["outlet"], row["text"]) == ("n-1", "Thanks", "El Faro", RECORD["text"])
    assert row["published_at"] == "2026-03-01T10:00:00Z"


def test_the_id_of_a_file_is_its_name_without_endings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "visit.report.txt.gz").write_bytes(gzip.compress(b"Peru thanked Chile for its help."))

    assert rows(run("articles", "visit.report.txt.gz").out)[0]["doc_id"] == "visit.report"


def test_standard_input_is_read_for_a_dash(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(json.dumps(RECORD).encode() + b"\n")))

    assert [r["doc_id"] for r in rows(run("articles", "-").out)] == ["n-1"]


def test_the_file_of_out_appears_only_when_it_is_whole(run: Run, tmp_path: Path) -> None:
    outcome = run("articles", SEEDS / "portugal-cork-harvest.html", "--out", "rows.jsonl")

    assert outcome.out == ""
    assert len(rows((tmp_path / "rows.jsonl").read_text())) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["rows.jsonl"]


def test_what_is_rejected_is_told_and_counted_and_does_not_stop_the_rest(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.html").touch()
    (tmp_path / "good.txt").write_text("Peru thanked Chile for its help.")

    outcome = run("articles", "empty.html", "missing.html", "good.txt")

    assert outcome.code == 0
    assert len(rows(outcome.out)) == 1
    assert "empty.html: " in outcome.err
    assert "missing.html: not_found" in outcome.err
    assert "1 row from 1 article; 2 inputs rejected" in outcome.err


def test_strict_makes_a_rejection_a_failure(run: Run) -> None:
    assert run("articles", "missing.html", "--strict").code == 1
