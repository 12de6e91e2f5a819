"""Bad input, end to end: each ends as one row in `rejected`, or as an article whose doubtful field is null; none stops the run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.dataset import read
from schemas import DATASETS, REJECTION_REASONS, SCHEMA_VERSION, RejectionStage
from tests.cli.conftest import Outcome, Run

STORY = "Peru condemned Chile. The Peruvian foreign minister visited Chile on Monday."
PAGE = f"<html><head><title>Peru and Chile</title></head><body><article><p>{STORY}</p><p>{STORY}</p></article></body></html>"


@dataclass(frozen=True)
class Rejection:
    """What the row in `rejected` must say."""

    input: str
    stage: str
    reason: str
    error: str
    """Words of the error."""


REJECTED = [
    Rejection("missing.html", "discover", "not_found", "missing.html"),
    Rejection("empty.html", "fetch", "empty", ""),
    Rejection("rubbish.html", "normalize", "binary", ""),
    Rejection("no-text.html", "normalize", "no_text", ""),
    Rejection("huge.html", "fetch", "too_large", ""),
    Rejection("lines.jsonl#2", "normalize", "bad_json", ""),
    Rejection("lines.jsonl#3", "normalize", "missing_text", "text"),
]


def make_inputs(folder: Path) -> None:
    """One of each kind, and a good page among them."""
    folder.mkdir()
    (folder / "good.html").write_text(PAGE, encoding="utf8")
    (folder / "empty.html").touch()
    (folder / "rubbish.html").write_bytes(bytes(range(256)) * 64)
    (folder / "no-text.html").write_text("<html><head><title></title></head><body><script>var a = 1;</script></body></html>")
    (folder / "huge.html").write_bytes(b"<html><body>" + b"<p>Peru condemned Chile.</p>\n" * 1_800_000)
    (folder / "charset.html").write_bytes(
        PAGE.replace("<head>", '<head><meta charset="utf-8">').replace("Monday", "Münchner Tag").encode("cp1252")
    )
    lines = [
        json.dumps({"id": "good", "text": STORY}),
        '{"id": "broken", "text": "Peru',
        json.dumps({"id": "textless", "title": "Peru condemned Chile"}),
        json.dumps({"id": "future", "text": STORY + " It was the first visit.", "published_at": "2999-01-01T00:00:00Z"}),
    ]
    (folder / "lines.jsonl").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """All of them in one run; the root and what the command said."""
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("bad")
    make_inputs(folder / "in")
    command = [sys.executable, "-m", "pipelines.cli.main", "ingest", "in", "in/missing.html", "--root", "data"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return folder, Outcome(done.returncode, done.stdout, done.stderr)


def rows(root: Path, dataset: str) -> list[dict]:
    return read(root, dataset).to_table().to_pylist()


def test_the_run_goes_on_and_says_how_many_were_rejected(ingested: tuple[Path, Outcome]) -> None:
    _, outcome = ingested

    assert outcome.code == 0, outcome.err
    assert f"{len(REJECTED)} rejected" in outcome.out
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("expected", REJECTED, ids=lambda r: r.input)
def test_a_bad_input_is_one_row_with_stage_reason_and_words(expected: Rejection, ingested: tuple[Path, Outcome]) -> None:
    folder, outcome = ingested

    found = [r for r in rows(folder / "data", "rejected") if r["input"].endswith(expected.input)]

    assert [(r["stage"], r["reason"]) for r in found] == [(expected.stage, expected.reason)]
    assert expected.error in found[0]["error"]
    assert expected.reason in REJECTION_REASONS[RejectionStage(expected.stage)]
    assert f"{expected.input}: {expected.reason}" in outcome.err


def test_a_rejected_row_holds_enough_to_try_again(ingested: tuple[Path, Outcome]) -> None:
    folder, _ = ingested

    broken = next(r for r in rows(folder / "data", "rejected") if r["reason"] == "bad_json")

    assert broken["payload"].startswith(b'{"id": "broken"')
    assert len(broken["content_hash"]) == 64
    assert (broken["attempts"], broken["retry_after"]) == (1, None)


def test_readable_text_gives_an_article_with_the_doubtful_field_null(ingested: tuple[Path, Outcome]) -> None:
    folder, _ = ingested
    articles = {r["doc_id"]: r for r in rows(folder / "data", "articles")}

    assert set(articles) == {"good", "charset", "future"}
    assert articles["future"]["published_at"] is None
    assert "Münchner" in articles["charset"]["text"]


def test_no_bad_input_is_without_its_row(ingested: tuple[Path, Outcome]) -> None:
    folder, _ = ingested

    assert len(rows(folder / "data", "rejected")) == len(REJECTED)


def test_a_second_ingest_adds_no_row_anywhere(run: Run, tmp_path: Path) -> None:
    make_inputs(tmp_path / "in")
    (tmp_path / "in" / "huge.html").unlink()
    run("ingest", "in", "in/missing.html", "--root", "data")
    before = {name: sorted(r[d.key] for r in rows(tmp_path / "data", name)) for name, d in DATASETS.items()}

    outcome = run("ingest", "in", "in/missing.html", "--root", "data")

    after = {name: sorted(r[d.key] for r in rows(tmp_path / "data", name)) for name, d in DATASETS.items()}
    assert "nothing new" in outcome.out
    assert after == before


def test_strict_makes_rejected_inputs_a_failure_after_all_work_is_done(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.html").write_text(PAGE)

    outcome = run("ingest", "good.html", "missing.html", "--root", "data", "--strict")

    assert outcome.code == 1
    assert len(rows(tmp_path / "data", "articles")) == 1


def as_a_file(root: Path) -> None:
    root.write_text("not a folder")


def of_a_newer_schema(root: Path) -> None:
    root.mkdir()
    newer = f"{int(SCHEMA_VERSION.split('.')[0]) + 1}.0"
    (root / "_dyadwire.json").write_text(json.dumps({"schema_version": newer}))


def below_a_file(root: Path) -> None:
    root.parent.rmdir()
    root.parent.write_text("not a folder")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [(as_a_file, "is a file"), (of_a_newer_schema, "install a newer release"), (below_a_file, "cannot be made")],
    ids=["a file", "a newer schema", "below a file"],
)
def test_a_root_that_cannot_be_used_is_refused_before_any_work(spoil: Callable[[Path], None], says: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.html").write_text(PAGE)
    (tmp_path / "place").mkdir()
    root = tmp_path / "place" / "data"
    spoil(root)

    outcome = run("ingest", "good.html", "--root", root)

    assert outcome.code == 2
    assert says in outcome.err
    assert "Traceback" not in outcome.err


def test_runs_agrees_with_the_datasets(ingested: tuple[Path, Outcome]) -> None:
    folder, _ = ingested
    (record,) = rows(folder / "data", "runs")

    assert record["articles"] == len(rows(folder / "data", "articles"))
    assert record["claims"] == len(rows(folder / "data", "claims"))
    assert {c["name"]: c["count"] for c in record["rejected"]} == Counter(r["reason"] for r in rows(folder / "data", "rejected"))
