"""What a check judges by is read from the datasets as they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.dataset import read
from pipelines.quality import look_at
from tests.cli.conftest import Run, run  # noqa: F401 - a fixture


def test_a_day_is_counted_from_the_rows_of_its_datasets(sample_root: Path) -> None:
    today = datetime.now(UTC).date()

    day = look_at(sample_root, today)

    assert day.read == read(sample_root, "articles").count_rows() == day.articles[today]
    assert sum(day.pairs.values()) == read(sample_root, "claims").count_rows() == day.claims[today]
    assert day.copied == 1, "one of the samples is a reprint of another one"
    assert look_at(sample_root, today - timedelta(days=3)).read == 0


def test_the_verb_gives_a_verdict_a_check(sample_root: Path, run: Run) -> None:  # noqa: F811
    outcome = run("quality", "--root", sample_root, "--day", f"{datetime.now(UTC):%Y-%m-%d}")

    assert outcome.code == 0, outcome.err
    assert "volume of articles" in outcome.out
    assert "pairs that vanished" in outcome.out
