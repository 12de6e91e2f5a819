"""The flow `maintain`: keep a root small, sound, and ahead of a full disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import State, Task, flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import TaskRun
from prefect.events import emit_event

from pipelines.dataset import CommitConflictError
from pipelines.jobs import job_options
from pipelines.settings import load_settings
from pipelines.upkeep import Upkeep, clear, merge, sound
from pipelines.upkeep.steps import check, expire_raw, forecast_of, markdown


def may_pass(_: Task[..., Any], __: TaskRun, state: State[Any]) -> bool:
    """Whether trying again can help: writers that always came first, a file system that failed for a moment."""
    return isinstance(state.result(raise_on_failure=False), CommitConflictError | OSError)


step = task(retries=2, retry_delay_seconds=30, retry_jitter_factor=0.5, retry_condition_fn=may_pass, persist_result=False)


@flow(name="maintain", timeout_seconds=12 * 3600, persist_result=False)
def maintain(root: str | None = None, retention_days: float | None = None, raw_days: float | None = None) -> Upkeep:
    """Merge small files, clear away what is superseded or left over, expire raw pages, verify, forecast the disk.

    Args:
        root: the dataset's root; by default that of the settings, as the rest.
        retention_days: how long superseded files stay.
        raw_days: how long raw pages stay.
    """
    settings = load_settings(root=root, retention_days=retention_days, raw_days=raw_days)
    folder = Path(job_options(settings).root)
    done = Upkeep(
        merged=step(merge)(folder),
        cleared=step(clear)(folder, settings.retention_days),
        expired=step(expire_raw)(folder, settings.raw_days),
        findings=step(sound)(folder),
        disk=step(forecast_of)(folder),
    )
    create_markdown_artifact(key="maintain", markdown=markdown(folder, done), description=f"upkeep of {folder}")
    get_run_logger().info(markdown(folder, done))
    if done.findings:
        emit_event("dyadwire.damage", {"prefect.resource.id": f"dyadwire.root.{folder}"}, payload={"findings": len(done.findings)})
    return check(done)
