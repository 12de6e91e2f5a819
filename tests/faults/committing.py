"""Staging and committing made-up rows, for processes of their own."""

from __future__ import annotations

from collections.abc import Iterable

from generated_rows import NOW

from pipelines.context import RunContext
from pipelines.dataset import CommitResult, Layout, RunInfo, Staged, StagedWriter, commit
from schemas import Article, Claim


def stage_rows(layout: Layout, rows: Iterable[tuple[Article, list[Claim]]], run_id: str) -> tuple[Staged, RunInfo]:
    context = RunContext(run_id=run_id, now=NOW)
    writer = StagedWriter(layout, context)
    for article, claims in rows:
        writer.add(article, claims)
    return writer.finish(), RunInfo(context=context, code_version="0", extractor_version="0.1.0+00000000")


def commit_rows(layout: Layout, rows: Iterable[tuple[Article, list[Claim]]], run_id: str) -> CommitResult:
    staged, run = stage_rows(layout, rows, run_id)
    return commit(layout, [staged], run)
