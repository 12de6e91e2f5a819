"""The flow `ingest`: run the job over inputs, and leave a report where an operator looks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from prefect import State, Task, flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import TaskRun

from pipelines.ingest import IngestOptions, RunReport
from pipelines.ingest import ingest as run
from pipelines.report import headline, markdown
from pipelines.running import IngestError, Progress

_WATCHER: Final[ContextVar[Progress | None]] = ContextVar("watcher", default=None)
"""Not a parameter of the flow: those are stored with the run, and a function cannot be."""


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
    return isinstance(error, IngestError | OSError)


@task(name="ingest-job", retries=2, retry_delay_seconds=[2, 10], retry_condition_fn=may_pass, persist_result=False)
def job(options: IngestOptions) -> RunReport:
    """The Beam job; its last step commits, so that a second try finishes what a first one left."""
    return run(options, progress=_WATCHER.get())


@flow(name="ingest", persist_result=False)
def ingest(
    inputs: list[str],
    root: str,
    workers: int = 1,
    page_limit: int = IngestOptions.page_limit,
    since: datetime | None = None,
    until: datetime | None = None,
) -> RunReport:
    """Inputs in, dataset out, and a Markdown artifact that says what was read, written and rejected.

    Args:
        inputs: files, folders, globs, or locators with a scheme.
        root: the dataset's root.
        workers: processes that do the work.
        page_limit: bytes of an input above which it is rejected unread.
        since: of what remote sources list, only what was published at or after this moment.
        until: and before this one.
    """
    options = IngestOptions(inputs=tuple(inputs), root=Path(root), workers=workers, page_limit=page_limit, since=since, until=until)
    report = job(options)
    create_markdown_artifact(key="ingest", markdown=markdown(report), description=headline(report))
    return report
