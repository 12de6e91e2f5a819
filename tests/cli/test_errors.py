"""Exit codes, and what a user reads when something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.cli import main as entry
from tests.cli.conftest import Run

WRONG_CALLS = [
    (["show", "IRN-PAK"], "--root"),
    (["show", "IRN-PAK", "--root", "nowhere"], "nowhere does not exist"),
    (["show", "Irann-PAK", "--root", "x"], "did you mean Iran"),
    (["show", "IRN", "--root", "x"], "write it like IRN-PAK"),
    (["show", "IRN-IRN", "--root", "x"], "two different countries"),
    (["show", "IRN-PAK", "--root", "x", "--type", "AGRE"], "did you mean AGREE"),
    (["show", "IRN-PAK", "--root", "x", "--kind", "evnt"], "did you mean event"),
    (["show", "IRN-PAK", "--root", "x", "--modality", "sure"], "modality"),
    (["show", "IRN-PAK", "--root", "x", "--source-country", "Pakistn"], "did you mean Pakistan"),
    (["show", "IRN-PAK", "--root", "x", "--since", "yesterday"], "2026-11-01"),
    (["show", "IRN-PAK", "--root", "x", "--since", "2026-02-01", "--until", "2026-01-01"], "must be later"),
    (["show", "IRN-PAK", "--root", "x", "--limit", "0"], "limit"),
    (["schema", "clams"], "did you mean claims"),
    (["articles"], "INPUT"),
    (["articles", "gopher:news"], "gopher"),
    (["articles", "x.html", "--out", "missing/rows.jsonl"], "missing/rows.jsonl"),
    (["articles", "x.html", "--out", "."], "is a folder"),
    (["ingest", "x.html"], "--root"),
    (["claims", "x.html", "--no-such-option"], "--no-such-option"),
]


@pytest.mark.parametrize(("arguments", "says"), WRONG_CALLS, ids=[" ".join(a) for a, _ in WRONG_CALLS])
def test_a_wrong_call_ends_with_2_and_says_the_remedy_without_a_traceback(arguments: list[str], says: str, run: Run) -> None:
    outcome = run(*arguments)

    assert outcome.code == 2
    assert says in outcome.err
    assert "Traceback" not in outcome.err
    assert outcome.out == ""


def test_a_root_that_is_a_file_is_a_wrong_call(run: Run, tmp_path: Path) -> None:
    (tmp_path / "root").write_text("not a folder")

    outcome = run("show", "IRN-PAK", "--root", tmp_path / "root")

    assert outcome.code == 2
    assert "is a file" in outcome.err


def test_an_unforeseen_error_ends_with_1_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(entry.VERBS, "schema", entry.Verb("tests.cli.test_errors:breaks", "breaks", "x"))

    outcome = run("schema")

    assert outcome.code == 1
    assert "ZeroDivisionError" in outcome.err
    assert "Traceback" not in outcome.err


def test_debug_shows_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(entry.VERBS, "schema", entry.Verb("tests.cli.test_errors:breaks", "breaks", "x"))

    with pytest.raises(ZeroDivisionError):
        entry.main(["schema", "--debug"])


def breaks() -> None:
    """Stands for a fault of ours."""
    raise ZeroDivisionError("nobody foresaw this")
