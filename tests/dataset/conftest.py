"""A root, and rows to put there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from generated_rows import NOW

from pipelines.context import RunContext
from pipelines.dataset import CommitResult, Layout, RunInfo, Staged, StagedWriter, commit, open_root, read
from schemas import Article, Claim, Rejected

Rows = Iterable[tuple[Article, list[Claim]]]


def run_info(run_id: str = "run", extractor_version: str = "0.1.0+00000000") -> RunInfo:
    return RunInfo(context=RunContext(run_id=run_id, now=NOW), code_version="0.1.0", extractor_version=extractor_version)


def stage(layout: Layout, rows: Rows, *, rejected: Iterable[Rejected] = (), run_id: str = "run") -> Staged:
    writer = StagedWriter(layout, RunContext(run_id=run_id, now=NOW))
    for article, claims in rows:
        writer.add(article, claims, inputs=(article.url or "",))
    for row in rejected:
        writer.reject(row)
    return writer.finish()


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return open_root(tmp_path / "root")


@pytest.fixture
def put(layout: Layout) -> Callable[..., CommitResult]:
    """Stage rows in one bundle and commit them."""

    def put(rows: Rows = (), *, rejected: Iterable[Rejected] = (), run_id: str = "run") -> CommitResult:
        return commit(layout, [stage(layout, rows, rejected=rejected, run_id=run_id)], run_info(run_id))

    return put


@pytest.fixture
def rows_of(layout: Layout) -> Callable[..., list[dict[str, object]]]:
    """All rows of a dataset in the order of their key, as a snapshot reader sees them."""
    from schemas import DATASETS

    def rows_of(dataset: str) -> list[dict[str, object]]:
        return read(layout.root, dataset).to_table().sort_by(DATASETS[dataset].key).to_pylist()

    return rows_of
