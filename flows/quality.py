"""The flow `quality`: is what a day brought as it should be? A failed check is an event that an automation can act on."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.events import emit_event

from pipelines.jobs import job_options
from pipelines.quality import Verdict, check_day, look_at, table_rows
from pipelines.quality.verdict import each_failed, headline, yesterday
from pipelines.settings import load_settings

FAILED = "dyadwire.quality.failed"
"""The event of a failed check; its resource is `dyadwire.root.ROOT`, its payload the verdict."""


@flow(name="quality", timeout_seconds=3600, persist_result=False)
def quality(root: str | None = None, day: date | None = None) -> list[Verdict]:
    """Compare a day with the weeks before it.

    Args:
        root: the dataset's root; by default that of the settings.
        day: UTC; by default yesterday.
    """
    folder = Path(job_options(load_settings(root=root)).root)
    verdicts = check_day(task(persist_result=False)(look_at)(folder, day or yesterday()))
    create_table_artifact(key="quality", table=table_rows(verdicts), description=headline(verdicts))
    get_run_logger().info(headline(verdicts))
    each_failed(verdicts, lambda verdict: _raise_event(folder, verdict))
    return verdicts


def _raise_event(folder: Path, verdict: Verdict) -> None:
    resource = {"prefect.resource.id": f"dyadwire.root.{folder}", "prefect.resource.name": verdict.check}
    emit_event(FAILED, resource, payload=asdict(verdict))
