"""Work off the slices of a plan: side by side, failed ones again, and none of them stops the others."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextvars import copy_context
from dataclasses import dataclass, replace

from pipelines.backfill.plan import Plan
from pipelines.backfill.work import SliceJob, SliceResult
from pipelines.backfill.workers import Workers
from pipelines.ingest import IngestOptions
from pipelines.words import counted

Watch = Callable[[SliceResult, float], None]
"""Told a slice's result when it is final, and how many per cent of the slices are done then."""
Do = Callable[[SliceJob], SliceResult]


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often and when a slice is tried again."""

    attempts: int = 3
    pause: float = 5.0
    """Seconds before the second try; doubled for each further one, give or take a half, so that slices that failed together do not
    come back together."""

    def before(self, attempt: int) -> float:
        return self.pause * float(2 ** (attempt - 2)) * random.uniform(0.5, 1.5)


def work_off(
    jobs: Sequence[SliceJob], do: Do, concurrency: int, *, watch: Watch | None = None, on_stop: Callable[[], None] | None = None
) -> list[SliceResult]:
    """All slices, in the order of `jobs`.

    Args:
        do: works on one; called in threads, in the context of the caller.
        concurrency: slices at a time.
        watch: see `Watch`; called in the caller's thread.
        on_stop: called when the caller is interrupted, to end what `do` waits for.
    """
    with ThreadPoolExecutor(concurrency, thread_name_prefix="slice") as threads:
        try:
            futures = [threads.submit(copy_context().run, do, job) for job in jobs]
            for number, future in enumerate(as_completed(futures), 1):
                result = future.result()
                if watch is not None:
                    watch(result, 100 * number / len(jobs))
            return [future.result() for future in futures]
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            if on_stop is not None:
                on_stop()
            raise


def tried(job: SliceJob, workers: Workers, patience: Patience) -> SliceResult:
    """One slice, again while that can help."""
    for attempt in _attempts(patience, workers.stopped):
        result = replace(workers.run(job), attempts=attempt)
        if result.outcome in ("complete", "busy") or not result.may_pass:
            break
    return result


def _attempts(patience: Patience, stop: threading.Event) -> Iterator[int]:
    yield 1
    for attempt in range(2, patience.attempts + 1):
        if stop.wait(patience.before(attempt)):
            return
        yield attempt


class SliceError(RuntimeError):
    """A slice that failed, or that is not complete."""

    def __init__(self, result: SliceResult) -> None:
        super().__init__(f"{result.slice_id} is {result.outcome}: {result.error or 'its source kept something back, see `rejected`'}")
        self.result = result


def unless_done(result: SliceResult) -> SliceResult:
    """The result of a slice that needs no other try.

    Raises:
        SliceError: it does.
    """
    if result.outcome in ("failed", "incomplete"):
        raise SliceError(result)
    return result


def result_of(done: Sequence[SliceResult]) -> list[SliceResult]:
    """All results.

    Raises:
        SliceError: one of them asks for another run.
    """
    return [unless_done(result) for result in done]


def jobs_of(plan: Plan, options: IngestOptions) -> list[SliceJob]:
    """The jobs of a plan's open slices.

    Args:
        options: of each job; its inputs, its period and what started it come from the plan.
    """
    mine = replace(options, root=plan.request.root, flow="backfill")
    return [SliceJob(slice=part, options=mine, force=plan.request.force) for part in plan.todo]


def summary(plan: Plan, done: Sequence[SliceResult]) -> str:
    """One line: slices by what became of them, and what is new."""
    outcomes = Counter(result.outcome for result in done)
    told = [f"{outcomes[outcome]} {outcome}" for outcome in ("complete", "incomplete", "failed", "busy") if outcomes[outcome]]
    before = plan.count("complete")
    told += [f"{before} complete before"] if before else []
    reports = [result.report.result for result in done if result.report is not None]
    articles = sum(r.articles.get("added", 0) + r.articles.get("replaced", 0) for r in reports)
    claims = sum(r.claims_added for r in reports) + sum(r.again.claims_added for r in done if r.again is not None)
    slices = counted(len(plan.slices), "slice")
    return f"{slices}: {', '.join(told) or 'nothing to do'}; {counted(articles, 'new article')}, {counted(claims, 'new claim')}"
