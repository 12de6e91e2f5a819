"""Files of an older release are read by this one."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from generated_rows import corpus

import schemas
from pipelines.dataset import commit, open_root, prepare, read
from pipelines.dataset.evolve import evolve
from schemas import DATASETS
from tests.dataset.conftest import run_info, stage


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root that a release without the column `dateline_place` wrote."""
    whole = DATASETS["articles"]

    class Older(schemas.Dataset):
        @property
        def schema(self) -> pa.Schema:
            return pa.schema([f for f in whole.schema if f.name != "dateline_place"])

        @property
        def file_schema(self) -> pa.Schema:
            return pa.schema([f for f in whole.file_schema if f.name != "dateline_place"])

    with monkeypatch.context() as then:
        then.setitem(DATASETS, "articles", Older(**{f.name: getattr(whole, f.name) for f in dataclasses.fields(whole)}))
        layout = open_root(tmp_path / "root")
        prepare(layout)
        commit(layout, [stage(layout, corpus(5))], run_info())
        assert "dateline_place" not in read(layout.root, "articles").to_table().column_names
    return layout.root


def test_old_files_read_as_null_and_new_rows_are_added(older: Path) -> None:
    layout = open_root(older)
    prepare(layout)
    commit(layout, [stage(layout, corpus(9))], run_info("newer"))
    assert read(older, "articles").to_table()["dateline_place"].to_pylist() == [None] * 9
    assert "dateline_place" in pl.scan_delta(str(layout.delta("articles"))).collect_schema().names()
    assert ds.dataset(layout.plain("articles"), partitioning="hive", schema=DATASETS["articles"].schema).count_rows() == 9


def test_a_table_of_today_is_left_as_it_is(older: Path) -> None:
    layout = open_root(older)
    assert evolve(layout, "articles") == ("dateline_place",)
    assert evolve(layout, "articles") == ()
