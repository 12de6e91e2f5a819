"""What an engine may do to the steps of an unbounded job, and what they make of it: the same rows once, and nothing left out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.dataset import read
from pipelines.dataset.verify import sound, verify
from tests.unbounded.unbounded_job import Steps, write_news


@pytest.fixture
def steps(tmp_path: Path) -> Steps:
    for number in range(3):
        write_news(tmp_path / "news", range(number * 4, number * 4 + 4), f"part-{number}.jsonl")
    return Steps.of(tmp_path / "root", tmp_path / "news")


def counts(steps: Steps) -> tuple[int, int, int]:
    articles, claims, rejected = (read(steps.layout.root, name).count_rows() for name in ("articles", "claims", "rejected"))
    return articles, claims, rejected


ALL = (12, 12, 3)


def test_a_look_that_is_committed_is_not_repeated_by_the_next_one(steps: Steps) -> None:
    steps.commit(*map(steps.work, steps.look("first")))

    assert counts(steps) == ALL
    assert steps.look("second") == []


def test_until_then_every_look_lists_all_of_it_again(steps: Steps) -> None:
    parts = steps.look("first")
    steps.commit(steps.work(parts[0]))

    assert len(steps.look("second")) == len(parts) == 3


def test_parts_may_be_committed_one_by_one_in_any_order(steps: Steps) -> None:
    done = [steps.work(part) for part in steps.look("first")]

    for one in reversed(done):
        steps.commit(one)

    assert counts(steps) == ALL
    assert steps.look("second") == []


def test_what_is_handed_on_twice_is_committed_once(steps: Steps) -> None:
    done = [steps.work(part) for part in steps.look("first")]

    steps.commit(*done, *done)
    steps.commit(*done)

    assert counts(steps) == ALL
    assert read(steps.layout.root, "rejected").to_table()["attempts"].to_pylist() == [1, 1, 1]
    assert read(steps.layout.root, "runs").count_rows() == 1
    assert sound(verify(steps.layout))


def test_a_part_that_is_worked_on_again_after_its_commit_changes_nothing(steps: Steps) -> None:
    parts = steps.look("first")
    steps.commit(*map(steps.work, parts))

    steps.commit(*map(steps.work, parts))

    assert counts(steps) == ALL
    assert not list(steps.layout.staged(steps.job.run_id, "").rglob("*.parquet"))


def test_a_look_whose_worker_died_is_done_again_by_another_one(steps: Steps) -> None:
    steps.look("died")

    steps.commit(*map(steps.work, steps.look("again")))

    assert counts(steps) == ALL
    assert steps.look("after") == []


def test_staged_files_that_were_cleared_away_are_found_again(steps: Steps) -> None:
    done = [steps.work(part) for part in steps.look("first")]
    shutil.rmtree(steps.layout.staged(steps.job.run_id, ""))
    steps.commit(*done)
    assert counts(steps) == (0, 0, 0)

    steps.commit(*map(steps.work, steps.look("second")))

    assert counts(steps) == ALL


def test_each_commit_is_a_row_of_runs_whose_id_begins_with_the_jobs(steps: Steps) -> None:
    for part in steps.look("first"):
        steps.commit(steps.work(part))

    runs = read(steps.layout.root, "runs").to_table()["run_id"].to_pylist()
    assert len(set(runs)) == 3
    assert {run.removeprefix(f"{steps.job.run_id}-").isalnum() for run in runs} == {True}
    assert set(read(steps.layout.root, "articles").to_table()["run_id"].to_pylist()) == {steps.job.run_id}
