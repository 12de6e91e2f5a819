"""`dyadwire show`: the claims of a pair, newest first, with their evidence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Rows = list[dict]


@pytest.fixture
def rows(run: Run, sample_root: Path) -> Callable[..., Rows]:
    """`rows("IRN-PAK", "--type", "AGREE")` as dicts."""

    def call(*arguments: str) -> Rows:
        outcome = run("show", *arguments, "--root", sample_root, "--json")
        assert outcome.code == 0, outcome.err
        return [json.loads(line) for line in outcome.out.splitlines()]

    return call


@pytest.mark.parametrize("pair", ["IRN-PAK", "PAK-IRN", "pakistan-iran", "Iran–Pakistan"])
def test_a_pair_is_found_however_it_is_written(pair: str, rows: Callable[..., Rows]) -> None:
    assert {r["country_pair"] for r in rows(pair)} == {"IRN-PAK"}


def test_the_table_shows_who_what_how_sure_and_the_evidence(run: Run, sample_root: Path) -> None:
    shown = run("show", "IRN-PAK", "--root", sample_root).out

    assert "2026-10-14" in shown
    assert "IRN → PAK" in shown
    assert "CONSULT" in shown
    assert "Iran's foreign minister visited Pakistan on Tuesday" in shown


def test_the_newest_come_first_and_the_undated_last(rows: Callable[..., Rows]) -> None:
    dates = [r["published_at"] for pair in ("JPN-PHL", "GRC-TUR") for r in rows(pair)]

    known = [d for d in dates[: len(rows("JPN-PHL"))] if d]
    assert known == sorted(known, reverse=True)
    assert dates[: len(known)] == known


@pytest.mark.parametrize(
    ("filters", "column", "value"),
    [
        (["--type", "agree"], "claim_type", "AGREE"),
        (["--kind", "relation"], "claim_kind", "relation"),
        (["--modality", "planned"], "modality", "planned"),
        (["--source-country", "Pakistan"], "source_country", "PAK"),
        (["--target-country", "ir"], "target_country", "IRN"),
        (["--outlet", "the makran courier"], "outlet", "The Makran Courier"),
    ],
    ids=lambda v: v[0] if isinstance(v, list) else None,
)
def test_a_filter_keeps_what_fits_and_nothing_else(filters: list[str], column: str, value: str, rows: Callable[..., Rows]) -> None:
    everything = rows("IRN-PAK")
    kept = rows("IRN-PAK", *filters)

    assert kept
    assert kept == [r for r in everything if r[column] == value]


def test_a_period_is_half_open(rows: Callable[..., Rows]) -> None:
    published = "2026-10-14T12:20:00Z"

    assert rows("IRN-PAK", "--since", published)
    assert rows("IRN-PAK", "--until", published) == []
    assert rows("IRN-PAK", "--since", "2026-10-14", "--until", "2026-10-15") == rows("IRN-PAK")


def test_a_time_with_a_zone_is_converted(rows: Callable[..., Rows]) -> None:
    assert rows("IRN-PAK", "--since", "2026-10-14T17:20:00+05:00")
    assert rows("IRN-PAK", "--since", "2026-10-14T17:20:01+05:00") == []


def test_rows_without_a_date_are_counted_aloud_when_a_period_is_asked_for(run: Run, tmp_path: Path) -> None:
    (tmp_path / "undated.txt").write_text("Peru condemned Chile.")
    run("ingest", "undated.txt", "--root", "data")

    outcome = run("show", "CHL-PER", "--root", "data", "--since", "2026-01-01")

    assert "1 more claim of articles without a date" in outcome.err


def test_a_limit_says_how_many_there_are(run: Run, sample_root: Path, rows: Callable[..., Rows]) -> None:
    everything = rows("IRN-PAK")

    outcome = run("show", "IRN-PAK", "--root", sample_root, "--limit", "2", "--json")

    assert [json.loads(line) for line in outcome.out.splitlines()] == everything[:2]
    assert f"2 of {len(everything)} claims; --limit {len(everything)} shows all" in outcome.err


def test_a_pair_without_claims_is_no_error(run: Run, sample_root: Path) -> None:
    outcome = run("show", "FJI-LAO", "--root", sample_root)

    assert outcome.code == 0
    assert "no claims about FJI-LAO" in outcome.err


def test_the_root_can_come_from_the_environment(run: Run, sample_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYADWIRE_ROOT", str(sample_root))

    assert run("show", "IRN-PAK", "--json").out
