"""Small files are healed, readers and writers undisturbed."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
from generated_rows import article, corpus

from pipelines.dataset import CommitResult, Layout, commit, log, open_root, read
from pipelines.dataset.compact import compact, compact_all
from pipelines.dataset.log import open_table
from pipelines.dataset.publish import plain_files
from tests.dataset.conftest import run_info, stage

Put = Callable[..., CommitResult]
RowsOf = Callable[..., list[dict[str, object]]]


def fill(layout: Layout, commits: int = 6) -> None:
    for i in range(commits):
        commit(layout, [stage(layout, corpus(8, first=i * 8), run_id=f"run-{i}")], run_info(f"run-{i}"))


def test_a_compaction_merges_files_and_changes_no_row(layout: Layout, rows_of: RowsOf) -> None:
    fill(layout)
    before = {name: rows_of(name) for name in ("articles", "claims", "runs")}
    done = {d.dataset: d for d in compact_all(layout)}
    assert {name: rows_of(name) for name in before} == before
    assert done["claims"].files_after < done["claims"].files_before / 3
    assert plain_files(layout, "claims") == {f.path for f in log.files(open_table(layout, "claims"))}


def test_a_compaction_is_no_news(layout: Layout) -> None:
    fill(layout)
    version = compact(layout, "claims") and open_table(layout, "claims").version()
    (entry,) = log.entries(layout, "claims", version, version)
    assert entry.added
    assert not entry.data_change


def test_a_merged_file_is_sorted_for_reading(layout: Layout) -> None:
    fill(layout)
    compact(layout, "claims")
    largest = max(layout.plain("claims").rglob("*.parquet"), key=lambda p: pq.read_metadata(p).num_rows)
    rows = pq.ParquetFile(largest).read(columns=["published_at", "claim_type", "claim_id"]).to_pylist()
    late = datetime.max.replace(tzinfo=UTC)
    assert rows == sorted(rows, key=lambda r: (r["published_at"] or late, r["claim_type"], r["claim_id"]))


def test_small_partitions_are_left_alone(layout: Layout, put: Put) -> None:
    put(corpus(20))
    put(corpus(40))
    before = {f.path for f in log.files(open_table(layout, "claims"))}
    assert compact(layout, "claims").files_before == 0
    assert {f.path for f in log.files(open_table(layout, "claims"))} == before


def test_large_files_are_not_rewritten(layout: Layout) -> None:
    fill(layout)
    assert compact(layout, "claims", target_bytes=1000).files_before == 0


def test_a_correction_after_a_compaction_finds_its_rows(layout: Layout, put: Put, rows_of: RowsOf) -> None:
    early, late = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    put([article(900, text_seed=1, fetched_at=early, claims=5)])
    fill(layout)
    compact_all(layout)
    newer, claims = article(900, text_seed=2, fetched_at=late, claims=1)
    put([(newer, claims)])
    assert [r["claim_id"] for r in rows_of("claims") if r["article_id"] == newer.article_id] == [claims[0].claim_id]


def _append(root: str) -> None:
    fill(open_root(root), commits=8)


def test_a_compactor_goes_through_while_writers_commit(tmp_path: Path) -> None:
    layout = open_root(tmp_path / "root")
    writer = multiprocessing.get_context("spawn").Process(target=_append, args=(str(layout.root),))
    writer.start()
    merged = 0
    while writer.is_alive():
        merged += compact(layout, "claims", min_files=2).files_before
    writer.join()
    assert writer.exitcode == 0
    assert merged > 0
    expected = sorted(c.claim_id for _, claims in corpus(64) for c in claims)
    assert sorted(read(layout.root).to_table()["claim_id"].to_pylist()) == expected
