"""Upkeep clears what may go, keeps what must stay, and tells when the disk will be full."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.dataset import open_root, read
from pipelines.upkeep import expire, forecast
from pipelines.upkeep.disk import size_of
from tests.cli.conftest import Run, run  # noqa: F401 - a fixture

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def root(sample_root: Path, tmp_path: Path) -> Path:
    shutil.copytree(sample_root, tmp_path / "root")
    return tmp_path / "root"


def archived(folder: Path, name: str, days_old: float) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(b"x" * 100)
    moment = (NOW - timedelta(days=days_old)).timestamp()
    os.utime(file, (moment, moment))
    return file


def test_only_finished_archive_files_past_the_policy_go(tmp_path: Path) -> None:
    old, young = archived(tmp_path, "a.warc.gz", 40), archived(tmp_path, "b.warc.gz", 20)
    still_written = archived(tmp_path, "c.warc.gz.open", 40)

    done = expire(tmp_path, timedelta(days=30), NOW)

    assert (done.files, done.bytes) == (1, 100)
    assert not old.exists()
    assert young.exists()
    assert still_written.exists()


def test_without_a_policy_nothing_expires(tmp_path: Path) -> None:
    old = archived(tmp_path, "a.warc.gz", 4000)

    assert expire(tmp_path, None, NOW).files == 0
    assert old.exists()


def test_a_file_with_two_names_counts_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 1000)
    (tmp_path / "b").hardlink_to(tmp_path / "a")

    assert size_of(tmp_path) == 1000


def test_growth_is_the_slope_between_two_looks_and_says_when_the_disk_is_full(root: Path) -> None:
    layout, now = open_root(root), datetime.now(UTC) + timedelta(days=1)
    forecast(layout, now)
    (root / "raw").mkdir()
    (root / "raw" / "new.warc.gz").write_bytes(b"x" * 5_000_000)

    found = forecast(layout, now + timedelta(days=2))

    assert found.raw == 5_000_000
    assert found.daily == pytest.approx(2_500_000, rel=0.01)
    assert found.days_left == pytest.approx(found.free / 2_500_000, rel=0.01)


def test_the_verb_does_all_steps_and_changes_no_row(root: Path, run: Run) -> None:  # noqa: F811
    before = read(root, "claims").count_rows()

    outcome = run("maintain", "--root", root)
    record = json.loads(run("maintain", "--root", root, "--json").out)

    assert outcome.code == 0, outcome.err
    for step in ("merged", "cleared", "expired", "verified: sound", "disk:"):
        assert step in outcome.out
    assert record["findings"] == []
    assert record["disk"]["used"] > 0
    assert read(root, "claims").count_rows() == before
