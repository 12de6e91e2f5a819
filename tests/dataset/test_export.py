"""An export is complete, checkable and appears at once."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.dataset as ds
import pytest
from generated_rows import corpus

from pipelines.dataset import CommitResult, Layout, RootError, read
from pipelines.dataset.export import export

Put = Callable[..., CommitResult]


def test_an_export_holds_the_snapshot_and_its_checksums(put: Put, layout: Layout, tmp_path: Path) -> None:
    result = put(corpus(30))
    done = export(layout.root, tmp_path / "out")
    assert done.rows == {"claims": result.claims_added, "articles": 30, "copies": 0}
    assert ds.dataset(tmp_path / "out" / "claims", partitioning="hive").count_rows() == result.claims_added
    subprocess.run(["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"], cwd=tmp_path / "out", check=True)
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["versions"]["claims"] == result.versions["claims"]
    assert "# Data dictionary" in (tmp_path / "out" / "data-dictionary.md").read_text()


def test_a_pair_is_exported_with_the_articles_that_speak_of_it(put: Put, layout: Layout, tmp_path: Path) -> None:
    put(corpus(60))
    pairs = read(layout.root, since="2026-01-01").to_table()["country_pair"].to_pylist()
    rare = min(pairs, key=pairs.count)
    done = export(layout.root, tmp_path / "out", pair=rare, since="2026-01-01")
    claims = read(layout.root, pair=rare, since="2026-01-01").to_table()
    assert done.rows["claims"] == claims.num_rows > 0
    assert done.rows["articles"] == len(claims["article_id"].unique()) < 60


def test_csv_holds_the_same_rows_with_lists_as_json(put: Put, layout: Layout, tmp_path: Path) -> None:
    put(corpus(30))
    export(layout.root, tmp_path / "out", csv=True)
    rows = duckdb.sql(
        f"SELECT claim_id, spans, evidence, published_at FROM read_csv('{tmp_path}/out/claims.csv') ORDER BY claim_id"
    ).fetchall()
    expected = read(layout.root).to_table().sort_by("claim_id").to_pylist()
    assert [(r[0], json.loads(r[1]), r[2]) for r in rows] == [(e["claim_id"], e["spans"], e["evidence"]) for e in expected]


def test_a_dataset_without_rows_is_exported_as_files_that_readers_accept(put: Put, layout: Layout, tmp_path: Path) -> None:
    put([])
    export(layout.root, tmp_path / "out", csv=True)
    assert duckdb.sql(f"SELECT count(*) FROM read_parquet('{tmp_path}/out/claims/**/*.parquet')").fetchall() == [(0,)]


def test_an_export_never_writes_into_a_folder_that_exists_and_leaves_nothing_half(
    put: Put, layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(corpus(5))
    (tmp_path / "there").mkdir()
    with pytest.raises(RootError, match="exists"):
        export(layout.root, tmp_path / "there")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.dataset.export.write_rows", full)
    with pytest.raises(RootError, match="No space left"):
        export(layout.root, tmp_path / "out")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["root", "there"]
