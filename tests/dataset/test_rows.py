"""A large slice is written some partitions at a time, and nobody can tell from its rows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from generated_rows import corpus

from pipelines.dataset import Layout, commit, log, open_root, read
from pipelines.dataset import rows as rows_module
from tests.dataset.conftest import run_info, stage

MADE = list(corpus(700))


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = open_root(tmp_path_factory.mktemp("at-once") / "root")
    commit(layout, [stage(layout, MADE)], run_info())
    return layout


def largest(layout: Layout) -> list[Path]:
    """The files of the partition with most rows."""
    found = log.files(log.open_table(layout, "claims"))
    folder = max(found, key=lambda f: f.rows or 0).path.rpartition("/")[0]
    return [layout.delta("claims") / f.path for f in found if f.path.startswith(f"{folder}/")]


def sorted_rows(layout: Layout, dataset: str, key: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = read(layout.root, dataset).to_table().sort_by(key).to_pylist()
    return found


def test_groups_of_partitions_give_the_rows_that_all_at_once_give(at_once: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "_GROUP_BYTES", 1)  # then a thousand rows are a group
    layout = open_root(tmp_path / "root")
    bundles = [stage(layout, MADE[:300]), stage(layout, []), stage(layout, MADE[300:])]
    commit(layout, bundles, run_info())
    for dataset, key in (("claims", "claim_id"), ("articles", "article_id")):
        assert sorted_rows(layout, dataset, key) == sorted_rows(at_once, dataset, key)
    assert len(largest(at_once)) == 1
    assert len(largest(layout)) > 1  # one partition alone was more than a group


@pytest.mark.parametrize("small_groups", [False, True])
def test_every_file_is_sorted_for_reading(at_once: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_groups: bool) -> None:
    layout = at_once
    if small_groups:
        monkeypatch.setattr(rows_module, "_GROUP_BYTES", 1)
        layout = open_root(tmp_path / "root")
        commit(layout, [stage(layout, MADE)], run_info())
    late = datetime.max.replace(tzinfo=UTC)
    for file in log.files(log.open_table(layout, "claims")):
        rows = pq.ParquetFile(layout.delta("claims") / file.path).read(columns=["published_at", "claim_type", "claim_id"]).to_pylist()
        assert rows == sorted(rows, key=lambda r: (r["published_at"] or late, r["claim_type"], r["claim_id"]))


def test_a_large_file_is_zstd_with_a_page_index(at_once: Layout) -> None:
    (path,) = largest(at_once)
    columns = pq.read_metadata(path).row_group(0)
    assert columns.num_rows > 1000
    for i in range(columns.num_columns):
        assert columns.column(i).compression == "ZSTD"
        assert columns.column(i).has_offset_index


def test_a_file_has_dictionaries_of_the_columns_that_repeat_their_values_and_a_small_file_has_none(tmp_path: Path) -> None:
    layout = open_root(tmp_path / "root")
    commit(layout, [stage(layout, MADE[:200])], run_info())
    found = {}
    for file in log.files(log.open_table(layout, "claims")):
        group = pq.read_metadata(layout.delta("claims") / file.path).row_group(0)
        columns = [group.column(i) for i in range(group.num_columns)]
        found[group.num_rows] = {c.path_in_schema for c in columns if c.has_dictionary_page}
    assert {"claim_type", "outlet", "source_country"} <= found[max(found)]
    assert not {"claim_id", "evidence"} & found[max(found)]
    assert min(found) < 200 < max(found)
    assert found[min(found)] == set()
