"""Run: a run of the pipeline, written last; its presence says that the run's rows are all there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from schemas.columns import column


@dataclass(frozen=True, kw_only=True)
class Count:
    """A name and how many."""

    name: str = column("what is counted", example="no_text")
    count: int = column("how many", example=3, arrow=pa.int64())


@dataclass(frozen=True, kw_only=True)
class Seconds:
    """A stage and how long it worked."""

    name: str = column("the stage", example="extract")
    seconds: float = column("time spent in it, over all workers", example=1.25, arrow=pa.float64())


@dataclass(frozen=True, kw_only=True)
class Version:
    """A dataset and the version that the run's commit made, or found when it had nothing to add."""

    name: str = column("the dataset", example="claims")
    version: int = column("its Delta version", example=7, arrow=pa.int64())


@dataclass(frozen=True, kw_only=True)
class Completeness:
    """A source and a period: complete, or lost; see `pipelines.sources.coverage`."""

    source: str = column("the source as it was named", example="feed:https://example.org/rss")
    since: datetime | None = column("first moment of the period; null: not known how far back")
    until: datetime | None = column("first moment after the period")
    gap: bool = column(
        "false: every locator listed for the period is committed or in `rejected`; true: what was listed in it may never have been seen",
        example=False,
    )


@dataclass(frozen=True, kw_only=True)
class Run:
    """A row of `runs`."""

    run_id: str = column("the run", example="20261124T061122Z-1f3a")
    flow: str = column("what started it", example="ingest")
    options: str = column("its options as JSON, without secrets", example='{"inputs": ["seeds/articles"]}')
    code_version: str = column("the release", example="0.1.0")
    extractor_version: str = column("release and digest of rules, lexicons and model", example="0.1.0+4c1d2e3f")
    schema_version: str = column("the data contract", example="1.0")
    started_at: datetime = column("start, UTC")
    ended_at: datetime = column("end, UTC")
    inputs: int = column("locators and records read", example=8, arrow=pa.int64())
    articles: int = column("articles that the run added or replaced", example=7, arrow=pa.int64())
    claims: int = column("claims that the run added", example=31, arrow=pa.int64())
    rejected: tuple[Count, ...] = column("inputs that the run rejected, by reason")
    timings: tuple[Seconds, ...] = column("time by stage")
    versions: tuple[Version, ...] = column("the committed version of each dataset, for reading them in step")
    complete: tuple[Completeness, ...] = column("what the run makes complete")
