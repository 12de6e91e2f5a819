"""The flow `ingest`: read the sources, each as a slice of its own, and leave a report where an operator looks for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from prefect import flow

from flows.slices import through
from pipelines.backfill import SliceResult
from pipelines.jobs import job_options, jobs_of_inputs
from pipelines.settings import load_settings


@flow(name="ingest", timeout_seconds=12 * 3600, persist_result=False)
def ingest(
    inputs: Sequence[str] | None = None,
    root: str | None = None,
    workers: int | None = None,
    concurrency: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[SliceResult]:
    """Sources in, dataset out. Runs may overlap: a source that another run is reading is left to it.

    Args:
        inputs: files, folders, globs, or locators with a scheme; by default `sources` of the settings.
        root: the dataset's root; by default that of the settings.
        workers: processes that work on one source.
        concurrency: sources at a time.
        since: of what remote sources list, only what was published at or after this moment.
        until: and before this one.
    """
    settings = load_settings(root=root, workers=workers, concurrency=concurrency)
    options = job_options(settings, since=since, until=until)
    return through("ingest", "Ingest", jobs_of_inputs(inputs or settings.sources, options), settings)
