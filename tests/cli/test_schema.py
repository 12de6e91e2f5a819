"""`dyadwire schema` says what the rows hold."""

from __future__ import annotations

import json

from schemas import DATASETS
from tests.cli.conftest import Run


def test_all_datasets_are_shown_without_a_name(run: Run) -> None:
    outcome = run("schema")

    assert all(f"{d.name}: {d.meaning[:20]}" in outcome.out for d in DATASETS.values())


def test_every_column_is_shown_with_type_and_meaning(run: Run) -> None:
    rows = [json.loads(line) for line in run("schema", "claims", "--json").out.splitlines()]

    assert [r["column"] for r in rows] == [c.name for c in DATASETS["claims"].columns]
    assert all(r["type"] and r["meaning"] for r in rows)


def test_what_may_be_null_has_a_question_mark(run: Run) -> None:
    shown = run("schema", "claims").out

    line = next(line for line in shown.splitlines() if line.startswith("speaker_country"))
    assert "string?" in line


def test_the_name_may_be_typed_in_any_case(run: Run) -> None:
    assert "rejected_id" in run("schema", "REJECTED").out
