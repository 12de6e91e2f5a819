"""Slices as Prefect tasks: what the flows `ingest` and `backfill` have in common.

A slice's result is not persisted: what is complete stands in `runs`, and that is what a resumed run reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import partial
from typing import Any, Final

from prefect import State, Task, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.runtime import task_run
from prefect.tasks import exponential_backoff

from pipelines.backfill import SliceJob, SliceResult, Workers
from pipelines.backfill.drive import SliceError, result_of, unless_done, work_off
from pipelines.running import Progress
from pipelines.settings import Settings
from pipelines.story import story, summary

_WATCHER: Final[ContextVar[Progress | None]] = ContextVar("watcher", default=None)
"""Not a parameter of a flow: those are stored with the run, and a function cannot be."""


@contextmanager
def watched_by(progress: Progress) -> Iterator[None]:
    """Within the block, `progress` is told how far the job of a flow in this process is."""
    token = _WATCHER.set(progress)
    try:
        yield
    finally:
        _WATCHER.reset(token)


def may_pass(_: Task[..., Any], __: TaskRun, state: State[Any]) -> bool:
    """Whether trying again can help: a job that broke off, or a disk or network that failed; not a wrong root or input."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, SliceError) and error.result.may_pass


@task(
    name="slice",
    task_run_name="{job.slice.id}",
    retry_delay_seconds=exponential_backoff(5),
    retries=2,
    retry_jitter_factor=0.5,
    retry_condition_fn=may_pass,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def slice_(job: SliceJob, workers: Workers) -> SliceResult:
    """One slice, in a process of its own; its last step commits, so a second try finishes what a first one left."""
    return unless_done(replace(workers.run(job, _WATCHER.get()), attempts=task_run.run_count or 1))


def through(key: str, title: str, jobs: Sequence[SliceJob], settings: Settings) -> list[SliceResult]:
    """All slices, whatever becomes of one of them; then the artifacts.

    Raises:
        SliceError: when all are done, the first one that failed or is not complete.
    """
    shown = create_progress_artifact(0.0, key=f"{key}-progress", description=title)
    limit, log = settings.slice_minutes * 60, (settings.log_level, settings.log_format)
    with Workers(settings.concurrency, time_limit=limit, log=log) as workers:
        tried = slice_.with_options(retries=settings.slice_attempts - 1)
        do = partial(_final, partial(tried, workers=workers, return_state=True))
        done = work_off(jobs, do, settings.concurrency, watch=partial(_tell, shown), on_stop=workers.close)
    create_markdown_artifact(key=key, markdown=story(title, str(settings.root), done), description=summary(done))
    get_run_logger().info(summary(done))
    return result_of(done)


def _final(tried: Callable[..., Any], job: SliceJob) -> SliceResult:
    """The result of a slice's task when its last try is over.

    Raises:
        whatever else than the slice's own failure ended the task.
    """
    state: State[SliceResult] = tried(job)
    found = state.result(raise_on_failure=False)
    if isinstance(found, SliceError):
        return found.result
    if isinstance(found, BaseException):
        raise found
    return found


def _tell(shown: Any, result: SliceResult, share: float) -> None:
    get_run_logger().info("%s: %s%s", result.slice_id, result.outcome, f" ({result.error})" if result.error else "")
    update_progress_artifact(shown, progress=share)
