"""The plain face: readable by everybody, equal to the newest snapshot, healed after a crash."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from generated_rows import article, corpus

from pipelines.dataset import CommitResult, Layout, commit, log, open_root, prepare
from pipelines.dataset.publish import plain_files, publish
from schemas import DATASETS
from tests.dataset.conftest import run_info, stage

Put = Callable[..., CommitResult]

READERS: dict[str, Callable[[str], int]] = {
    "pyarrow": lambda folder: ds.dataset(folder, partitioning="hive").count_rows(),
    "pandas": lambda folder: len(pd.read_parquet(folder)),
    "polars": lambda folder: pl.read_parquet(folder, hive_partitioning=True).height,
    "polars glob": lambda folder: pl.read_parquet(f"{folder}/**/*.parquet", hive_partitioning=True).height,
    "duckdb glob": lambda folder: duckdb.sql(
        f"SELECT count(*) FROM read_parquet('{folder}/**/*.parquet', hive_partitioning=true)"
    ).fetchall()[0][0],
}


def snapshot_files(layout: Layout, dataset: str) -> set[str]:
    return {f.path for f in log.files(DeltaTable(str(layout.delta(dataset))))}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = open_root(tmp_path_factory.mktemp("filled"))
    commit(layout, [stage(layout, corpus(25))], run_info())
    return layout


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = open_root(tmp_path_factory.mktemp("empty"))
    prepare(layout)
    return layout


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("dataset", DATASETS)
def test_every_reader_reads_the_plain_tree(filled: Layout, reader: str, dataset: str) -> None:
    expected = {"articles": 25, "claims": sum(len(c) for _, c in corpus(25)), "runs": 1}.get(dataset, 0)
    assert READERS[reader](str(filled.plain(dataset))) == expected


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("dataset", DATASETS)
def test_every_reader_reads_a_dataset_without_rows(empty: Layout, reader: str, dataset: str) -> None:
    assert READERS[reader](str(empty.plain(dataset))) == 0


def test_delta_readers_read_the_table(layout: Layout, put: Put) -> None:
    result = put(corpus(25))
    assert pl.scan_delta(str(layout.delta("claims"))).collect().height == result.claims_added
    assert DeltaTable(str(layout.delta("claims"))).to_pyarrow_table().num_rows == result.claims_added


def test_the_pair_stands_in_the_folder_and_not_in_the_file(layout: Layout, put: Put) -> None:
    put(corpus(25))
    file = next(layout.plain("claims").rglob("*.parquet"))
    assert file.parent.name.startswith("country_pair=")
    assert "country_pair" not in pq.read_schema(file).names


def test_a_published_file_is_read_only_shares_its_bytes_and_says_its_versions(layout: Layout, put: Put) -> None:
    put(corpus(25))
    (path, *_) = sorted(snapshot_files(layout, "claims"))
    plain = layout.plain("claims") / path
    assert plain.samefile(layout.delta("claims") / path)
    assert stat.S_IMODE(plain.stat().st_mode) == 0o444
    metadata = pq.read_schema(plain).metadata
    assert (metadata[b"dyadwire.schema_version"], metadata[b"dyadwire.extractor_version"]) == (b"1.0", b"0.1.0+00000000")


def test_a_correction_takes_the_old_file_away(layout: Layout, put: Put) -> None:
    put([article(1, text_seed=1, fetched_at=datetime(2026, 5, 1, tzinfo=UTC))])
    put([article(1, text_seed=2, fetched_at=datetime(2026, 6, 1, tzinfo=UTC), claims=0)])
    assert READERS["pyarrow"](str(layout.plain("claims"))) == 0
    assert all(p.endswith("empty.parquet") for p in plain_files(layout, "claims"))


def test_a_crash_before_publishing_is_healed_by_the_next_run(layout: Layout) -> None:
    commit(layout, [stage(layout, corpus(5))], run_info())
    commit(layout, [stage(layout, corpus(25))], run_info("crashed"), publish_plain=False)
    assert plain_files(layout, "claims") != snapshot_files(layout, "claims")
    prepare(layout)
    assert plain_files(layout, "claims") == snapshot_files(layout, "claims")


def test_a_tree_that_was_damaged_is_made_equal_by_a_whole_comparison(layout: Layout, put: Put) -> None:
    put(corpus(25))
    wanted = snapshot_files(layout, "claims")
    gone = layout.plain("claims") / min(wanted)
    gone.unlink()
    stray = layout.plain("claims") / "country_pair=AFG-ALB" / "stray.parquet"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes((layout.plain("claims") / sorted(wanted)[1]).read_bytes())
    publish(layout, "claims", whole=True)
    assert plain_files(layout, "claims") == wanted


def test_without_hard_links_files_are_copied(layout: Layout, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_link(source: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_link)
    result = put(corpus(25))
    assert plain_files(layout, "claims") == snapshot_files(layout, "claims")
    assert READERS["pyarrow"](str(layout.plain("claims"))) == result.claims_added
    assert publish(layout, "claims", whole=True).added == 0
    assert not list((layout.tmp / "publish").iterdir())


def test_a_publisher_with_nothing_to_do_touches_nothing(layout: Layout, put: Put) -> None:
    put(corpus(5))
    before = layout.published("claims").stat().st_mtime_ns
    assert (publish(layout, "claims").added, publish(layout, "claims").removed) == (0, 0)
    assert layout.published("claims").stat().st_mtime_ns == before
