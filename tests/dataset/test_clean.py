"""A root grows with its rows, not with its age; what is cleared away is missed by nobody."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from deltalake import DeltaTable
from generated_rows import article, corpus

from pipelines.context import utc_now
from pipelines.dataset import CommitResult, Layout, RootError, commit, log, open_root, prepare, read
from pipelines.dataset.apply import Committer
from pipelines.dataset.clean import Cleaned, clean
from pipelines.dataset.commit import key_table
from pipelines.dataset.compact import compact_all
from pipelines.dataset.decisions import bases
from pipelines.dataset.forget import forget
from pipelines.dataset.keys import RowKey
from pipelines.dataset.plan import Plan
from pipelines.dataset.publish import plain_files
from pipelines.dataset.rows import TableRows
from pipelines.dataset.verify import verify
from schemas import DATASETS
from tests.dataset.conftest import run_info, stage

Put = Callable[..., CommitResult]
RowsOf = Callable[..., list[dict[str, object]]]

DAY = timedelta(days=1)
FORGOTTEN = article(800, claims=2)


@pytest.fixture(scope="module")
def aged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More commits than stand between two checkpoints, with a correction, an article without claims, and one that was forgotten."""
    layout = open_root(tmp_path_factory.mktemp("aged") / "root")
    rows = [
        [article(700, text_seed=1, fetched_at=datetime(2026, 5, 1, tzinfo=UTC)), article(701, claims=0), FORGOTTEN],
        [article(700, text_seed=2, fetched_at=datetime(2026, 6, 1, tzinfo=UTC), claims=1)],
        *(list(corpus(3, first=i * 3)) for i in range(20)),
    ]
    for i, made in enumerate(rows):
        commit(layout, [stage(layout, made, run_id=f"run-{i}")], run_info(f"run-{i}"))
        if i == 0:
            forget(layout, article=FORGOTTEN[0].article_id)
    return layout.root


@pytest.fixture
def layout(aged: Path, tmp_path: Path) -> Layout:
    shutil.copytree(aged, tmp_path / "root")
    return open_root(tmp_path / "root")


def log_versions(layout: Layout, dataset: str) -> list[int]:
    return sorted(int(p.stem) for p in (layout.delta(dataset) / "_delta_log").glob("*.json"))


def sound(layout: Layout) -> bool:
    """All but the check of `runs`: the made-up rows all name one run."""
    return not [f for c in verify(layout) for f in c.findings if c.name != "runs"]


def test_within_the_retention_nothing_goes(layout: Layout) -> None:
    compact_all(layout)
    assert clean(layout, utc_now() + 6 * DAY, 7 * DAY, grace=30 * DAY) == Cleaned()
    assert read(layout.root, version=5).count_rows() > 0


def test_past_the_retention_superseded_files_and_log_entries_go_and_no_row_does(layout: Layout, rows_of: RowsOf) -> None:
    compact_all(layout)
    before = {name: rows_of(name) for name in DATASETS}
    done = clean(layout, utc_now() + 8 * DAY, 7 * DAY)
    assert (done.superseded > 0, done.log_files > 0) == (True, True)
    assert min(log_versions(layout, "claims")) >= 19
    assert {name: rows_of(name) for name in DATASETS} == before
    assert plain_files(layout, "claims") == {f.path for f in log.files(DeltaTable(str(layout.delta("claims"))))}
    assert sound(layout)
    with pytest.raises(RootError, match="past its retention"):
        read(layout.root, version=3)


def test_the_snapshot_that_stood_when_the_retention_began_can_still_be_read(layout: Layout, put: Put) -> None:
    newest = log.open_table(layout, "claims").version()
    clean(layout, utc_now() + 8 * DAY, 7 * DAY)
    put(corpus(3, first=900), run_id="later")
    assert read(layout.root, version=newest).count_rows() > 0


@pytest.mark.parametrize("lost", [("key_table",), ("key_table", "bases")])
def test_a_key_table_that_is_lost_after_the_log_was_shortened_is_made_anew(
    layout: Layout, put: Put, rows_of: RowsOf, lost: tuple[str, ...]
) -> None:
    clean(layout, utc_now() + 8 * DAY, 7 * DAY)
    put(corpus(3, first=600), run_id="later")
    held = {name: list(key_table(layout, name).all()) for name in DATASETS}
    for name in DATASETS:
        layout.key_table(name).unlink()
        for base in bases(layout.decisions(name)) if "bases" in lost else ():
            base.unlink()
    before = rows_of("claims")
    prepare(layout)
    if "bases" not in lost:
        assert {name: list(key_table(layout, name).all()) for name in DATASETS} == held
    assert put(corpus(3, first=0), run_id="again").articles == {"known": 3}
    assert rows_of("claims") == before
    assert sound(layout)


def test_an_article_that_was_forgotten_stays_forgotten_when_log_and_key_table_are_gone(layout: Layout, put: Put) -> None:
    clean(layout, utc_now() + 8 * DAY, 7 * DAY)
    for name in DATASETS:
        layout.key_table(name).unlink()
    assert put([FORGOTTEN], run_id="again").articles == {"forgotten": 1}


def test_log_and_decisions_do_not_pile_up(layout: Layout) -> None:
    """Whatever the number of commits, what stays is one base and the entries since the last checkpoint but one."""
    keys, counts = key_table(layout, "runs"), []
    for i in range(3):
        for k in range(30):
            plan = Plan(TableRows("runs", DATASETS["runs"].schema.empty_table()), keys=(RowKey(id=f"{i}-{k}"),))
            Committer(layout, "runs", keys, "run").commit(lambda plan=plan: plan)
        clean(layout, utc_now() + 8 * DAY, 7 * DAY)
        counts.append((len(list(layout.decisions("runs").iterdir())), len(log_versions(layout, "runs"))))
    assert max(max(c) for c in counts) <= 21
    assert len(bases(layout.decisions("runs"))) == 1
    layout.key_table("runs").unlink()
    keys.catch_up(log.open_table(layout, "runs"))
    assert len(keys.get(f"{i}-{k}" for i in range(3) for k in range(30))) == 90


def test_what_crashed_runs_left_goes_after_the_grace_period(layout: Layout, put: Put) -> None:
    put(corpus(5))
    stage(layout, corpus(9), run_id="crashed")
    orphans = [layout.decisions("claims") / "orphan.parquet", layout.delta("claims") / "country_pair=AFG-ALB" / "orphan.parquet"]
    for orphan in orphans:
        orphan.parent.mkdir(exist_ok=True)
        orphan.write_bytes(b"")
    assert clean(layout) == Cleaned()
    done = clean(layout, utc_now() + 2 * DAY)
    assert done.left_over >= 2
    assert not [o for o in orphans if o.exists()]
    assert put(corpus(5)).articles == {"known": 5}


def test_a_base_that_is_ahead_of_a_log_that_was_put_back_is_not_taken(layout: Layout, put: Put, rows_of: RowsOf) -> None:
    folder = layout.delta("claims") / "_delta_log"
    shutil.copytree(folder, layout.root / "backup")
    put(corpus(6, first=500), run_id="lost")
    clean(layout, utc_now() + 8 * DAY, 7 * DAY)
    shutil.rmtree(folder)
    shutil.copytree(layout.root / "backup", folder)
    layout.key_table("claims").unlink()
    layout.published("claims").unlink()
    put(corpus(6, first=500), run_id="again")
    assert sorted(c.claim_id for _, claims in corpus(6, first=500) for c in claims) == sorted(
        r["claim_id"] for r in rows_of("claims") if r["run_id"] == "run" and int(str(r["url"]).rsplit("/", 1)[1]) in range(500, 506)
    )
