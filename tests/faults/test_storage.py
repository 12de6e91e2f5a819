"""Full disks, read-only folders, missing links, jumping clocks: a clear error or a repair, never silent loss."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from committing import commit_rows, stage_rows
from generated_rows import article, corpus
from killing import plain_ids

from pipelines.dataset import Layout, RootError, commit, log, open_root, prepare, read
from pipelines.dataset.log import DamagedLogError
from pipelines.dataset.publish import LogBehindError, plain_files
from pipelines.dataset.repair import repair
from pipelines.dataset.verify import verify

MADE = list(corpus(300))
CLAIMS = sorted(c.claim_id for _, claims in MADE for c in claims)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own; skips where mounting is not allowed."""
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def findings(layout: Layout) -> list[object]:
    """All but the check of `runs`: the made-up rows all name one run."""
    return [f for c in verify(layout) for f in c.findings if c.name != "runs"]


def test_a_full_disk_is_an_error_and_the_next_run_finishes(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2) as disk:
        layout = open_root(disk / "root")
        commit_rows(layout, MADE[:20], "before")
        before = read(layout.root).count_rows()
        ballast = disk / "ballast"
        with pytest.raises(OSError, match="No space left"), ballast.open("wb") as file:  # noqa: PT012 - filling the disk is the point
            while file.write(bytes(20_000)):
                file.flush()
        with ballast.open("r+b") as file:
            file.truncate(ballast.stat().st_size - 300_000)
        with pytest.raises(OSError, match=r"No space left|os error 28"):  # noqa: PT012 - which commit fails first is left open
            for i in range(20, 300, 40):
                commit_rows(layout, MADE[i : i + 40], f"full-{i}")
        assert read(layout.root).count_rows() >= before
        ballast.unlink()
        subprocess.run(["mount", "-o", "remount,size=40m", str(disk)], check=True)
        prepare(layout)
        commit_rows(layout, MADE, "after")
        assert findings(layout) == []
        assert list(plain_ids(layout.root, "claims")) == CLAIMS


def test_a_root_on_a_read_only_disk_is_refused_before_any_work_and_can_still_be_read(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 20) as disk:
        layout = open_root(disk / "root")
        commit_rows(layout, MADE[:20], "before")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(RootError, match="cannot be written: Read-only file system"):
            open_root(layout.root)
        assert read(layout.root, "articles").count_rows() == 20


def test_a_disk_that_turns_read_only_during_a_job_is_an_error_and_running_it_again_finishes(tmp_path: Path) -> None:
    """Just as when the permission to write is taken away."""
    with small_disk(tmp_path / "disk", 20) as disk:
        layout = open_root(disk / "root")
        commit_rows(layout, MADE[:20], "before")
        before = read(layout.root).count_rows()
        staged, run = stage_rows(layout, MADE[:60], "during")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(OSError, match="Read-only file system"):
            commit(layout, [staged], run)
        assert read(layout.root).count_rows() == before
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        commit(layout, [staged], run)
        assert findings(layout) == []
        assert list(plain_ids(layout.root, "articles")) == sorted(a.article_id for a, _ in MADE[:60])


def test_where_files_cannot_be_linked_the_plain_tree_gets_copies(tmp_path: Path) -> None:
    """Hard links cannot cross file systems, just as some have none."""
    layout = open_root(tmp_path / "root")
    with small_disk(layout.delta("claims"), 40):
        commit_rows(layout, MADE[:100], "one")
        commit_rows(layout, MADE, "two")
        assert findings(layout) == []
        assert list(plain_ids(layout.root, "claims")) == CLAIMS
        assert not [p for p in plain_files(layout, "claims") if (layout.plain("claims") / p).stat().st_nlink > 1]


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)])
def test_a_clock_that_jumps_changes_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: timedelta) -> None:
    layout = open_root(tmp_path / "root")
    commit_rows(layout, MADE[:100], "one")
    for module in ("pipelines.dataset.files", "pipelines.dataset.apply"):
        monkeypatch.setattr(f"{module}.utc_now", lambda: datetime.now(UTC) + jump)
    commit_rows(layout, MADE, "two")
    newer, claims = article(1, text_seed=5, claims=2)
    commit_rows(layout, [(replace(newer, fetched_at=datetime(2026, 6, 1, tzinfo=UTC)), claims)], "three")
    assert findings(layout) == []
    assert read(layout.root, "articles").count_rows() == 300


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_missing_log_file_is_an_error_or_is_repaired_and_never_silent(tmp_path: Path, which: int) -> None:
    layout = open_root(tmp_path / "root")
    commit_rows(layout, MADE[:100], "one")
    commit_rows(layout, MADE, "two")
    (layout.delta("claims") / "_delta_log" / f"{which:020d}.json").unlink()
    with pytest.raises((DamagedLogError, LogBehindError), match="verify --repair"):
        prepare(layout)
    assert list(plain_ids(layout.root, "claims")) == CLAIMS
    repair(layout)
    assert sorted(read(layout.root).to_table()["claim_id"].to_pylist()) == CLAIMS
    assert list(plain_ids(layout.root, "claims")) == CLAIMS
    commit_rows(layout, MADE, "again")
    assert list(plain_ids(layout.root, "claims")) == CLAIMS


def test_a_foreign_file_in_the_tree_does_not_stop_a_run_and_is_told_by_verify(tmp_path: Path) -> None:
    layout = open_root(tmp_path / "root")
    commit_rows(layout, MADE[:100], "one")
    foreign = layout.plain("claims") / "notes.txt"
    foreign.write_text("mine")
    commit_rows(layout, MADE, "two")
    assert foreign.read_text() == "mine"
    assert [f.detail for c in verify(layout) for f in c.findings if c.name == "plain tree"] == ["notes.txt is foreign"]
    assert log.open_table(layout, "claims").version() == 2
