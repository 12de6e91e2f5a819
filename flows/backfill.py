"""The flow `backfill`: a period of the past, slice by slice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import flow
from prefect.artifacts import create_table_artifact

from flows.slices import through
from pipelines.backfill import Request, SliceResult, make_plan
from pipelines.backfill.cut import By
from pipelines.backfill.drive import jobs_of
from pipelines.backfill.plan import as_rows
from pipelines.jobs import job_options
from pipelines.settings import load_settings


@flow(name="backfill", flow_run_name="backfill {source}", persist_result=False)
def backfill(
    source: str,
    since: datetime | None = None,
    until: datetime | None = None,
    by: By | None = None,
    root: str | None = None,
    force: bool = False,
    dry_run: bool = False,
    workers: int | None = None,
    concurrency: int | None = None,
) -> list[SliceResult]:
    """Fill a period. What `runs` calls complete is passed over, so a run that was stopped or failed is gone on with by running it again.

    Args:
        source: `gdelt:`, `sitemap:URL`, `warc:` or files with a date pattern or as a glob, `raw:FOLDER`, or `articles:`.
        since: the period's beginning, UTC.
        until: its end, not included.
        by: `hour`, `day`, or a number of files.
        root: the dataset's root; by default that of the settings.
        force: also slices that are complete.
        dry_run: leave the plan as an artifact, and do nothing.
        workers: processes that work on one slice.
        concurrency: slices at a time.
    """
    settings = load_settings(root=root, workers=workers, concurrency=concurrency)
    options = job_options(settings)
    plan = make_plan(
        Request(source=source, root=Path(options.root), since=since, until=until, by=by, force=force, shared_lines=settings.shared_lines)
    )
    if dry_run:
        create_table_artifact(key="backfill-plan", table=as_rows(plan), description=f"The plan of {source}")
        return []
    return through("backfill", f"Backfill {source}", jobs_of(plan, options), settings)
