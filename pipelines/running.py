"""Around the job: progress, the result, and what is cleared away afterwards."""

from __future__ import annotations

import json
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from pipelines.context import RunContext
from pipelines.dataset import CommitResult, Layout, RunInfo
from pipelines.dataset.results import leftover
from pipelines.settings import masked
from pipelines.version import RELEASE
from pipelines.work import ticks

if TYPE_CHECKING:
    import apache_beam as beam

Progress = Callable[[int], None]
"""Called about twice a second with the number of inputs that are done, from a thread of its own, and once at the end."""

_INTERVAL: Final = 0.5
"""Seconds between two calls of a `Progress`."""


class IngestError(RuntimeError):
    """The job could not be finished; what it had committed stays, and running it again finishes the rest."""


def run_info(context: RunContext, flow: str, options: dict[str, Any], extractor: str | None) -> RunInfo:
    """What the run says about itself in `runs`.

    Args:
        extractor: the extractor's version; None asks the project's own.
    """
    if extractor is None:
        from pipelines.claims import extractor_version

        extractor = extractor_version()
    return RunInfo(
        context=context,
        flow=flow,
        options=json.dumps({key: masked(value) for key, value in options.items()}, ensure_ascii=False, sort_keys=True),
        code_version=RELEASE,
        extractor_version=extractor,
    )


def result_of(job: beam.Pipeline, layout: Layout, context: RunContext) -> tuple[CommitResult, dict[str, int]]:
    """Run the job and take what its last step left, and Beam's counters (see `pipelines.transforms`).

    Raises:
        IngestError: it failed; the message is the cause's own.
    """
    try:
        ran = job.run()
        ran.wait_until_finish()
    except Exception as error:
        left = leftover(layout, context.run_id)
        raise IngestError(left if isinstance(left, str) else str(error)) from error
    result = leftover(layout, context.run_id)
    if not isinstance(result, CommitResult):
        raise IngestError(f"run {context.run_id} ended without a result: {result or 'its last step did not run'}; run it again")
    return result, counted(ran.metrics().query()["counters"])


def counted(counters: Iterable[Any]) -> dict[str, int]:
    """Our counters by name, of all steps together; engines know of some what was attempted only, or nothing, and add their own."""
    from pipelines.transforms import NAMESPACE

    sums: Counter[str] = Counter()
    for counter in counters:
        if counter.key.metric.namespace != NAMESPACE:
            continue
        known = counter.attempted if counter.committed is None else counter.committed
        sums[counter.key.metric.name] += known or 0
    return dict(sums)


@contextmanager
def told(progress: Progress | None, layout: Layout, context: RunContext) -> Iterator[None]:
    """Tell `progress` how far the workers are while the block runs."""
    folder, stop = layout.progress(context.run_id), threading.Event()

    def tell() -> None:
        while progress and not stop.wait(_INTERVAL):
            progress(ticks(folder))

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        stop.set()
        teller.join()
        if progress:
            progress(ticks(folder))


@contextmanager
def cleaned(layout: Layout, context: RunContext) -> Iterator[None]:
    """Clear what the run left below ROOT/_tmp; its staged files only once they are committed."""
    try:
        yield
        shutil.rmtree(layout.staged(context.run_id, ""), ignore_errors=True)
    finally:
        shutil.rmtree(layout.spool(context.run_id), ignore_errors=True)
        shutil.rmtree(layout.progress(context.run_id), ignore_errors=True)
        layout.results(context.run_id).unlink(missing_ok=True)
