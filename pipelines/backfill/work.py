"""One slice, from start to commit, in this process."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pipelines.backfill.plan import is_complete
from pipelines.backfill.slices import Slice
from pipelines.completeness import coverage
from pipelines.context import new_run
from pipelines.dataset import Layout, commit, open_root, prepare
from pipelines.ingest import IngestOptions, RunReport, ingest
from pipelines.lease import lease
from pipelines.logs import about, logger
from pipelines.rebuild import rebuild_in_place
from pipelines.reextract import Reextracted, reextract
from pipelines.running import Progress, run_info
from schemas import Completeness

Outcome = Literal["complete", "incomplete", "busy", "failed"]


@dataclass(frozen=True, kw_only=True)
class SliceJob:
    """A slice and how it is worked on; picklable."""

    slice: Slice
    options: IngestOptions
    """Of the job, its inputs and its period left to the slice."""
    force: bool = False
    """Whether it is done although it is complete, and known articles are read again."""


@dataclass(frozen=True, kw_only=True)
class SliceResult:
    """What became of a slice."""

    slice_id: str
    outcome: Outcome
    """`incomplete`: committed, but the source kept something back, such as a list that failed or pages that a host's share of the run
    did not cover; another try goes on from there. `busy`: another run works on it."""
    error: str | None = None
    may_pass: bool = True
    """Whether trying a failure again can help."""
    report: RunReport | None = None
    again: Reextracted | None = None
    seconds: float = 0.0
    attempts: int = 1


def run_slice(job: SliceJob, progress: Progress | None = None) -> SliceResult:
    """Work on a slice unless somebody else does, and say whether it is complete now.

    Raises:
        what `ingest` and `reextract` raise.
    """
    started = time.perf_counter()
    layout = open_root(job.options.root)
    with lease(layout.lock(f"slice-{job.slice.id}")) as mine, about(slice=job.slice.id):
        if not mine:
            logger("backfill").info("another run works on it")
            return SliceResult(slice_id=job.slice.id, outcome="busy")
        prepare(layout)
        if not job.force and is_complete(job.slice, coverage(layout.root)):
            return SliceResult(slice_id=job.slice.id, outcome="complete", seconds=time.perf_counter() - started)
        done = _again(layout, job, progress) if _is_stored(job.slice) else _ingest(layout, job, progress)
        whole = not job.slice.covers or is_complete(job.slice, coverage(layout.root))
        if whole and job.force:
            _own_memory(layout, job.slice).unlink(missing_ok=True)
        result = replace(done, outcome="complete" if whole else "incomplete", seconds=time.perf_counter() - started)
        logger("backfill").info("slice done", outcome=result.outcome, seconds=round(result.seconds, 1))
        return result


def as_record(result: SliceResult) -> dict[str, Any]:
    """Plain values, for programs."""
    record: dict[str, Any] = {name: getattr(result, name) for name in ("slice_id", "outcome", "error", "attempts")}
    record["seconds"] = round(result.seconds, 3)
    if result.report is not None:
        counts = result.report.result
        record |= {"run_id": result.report.run_id, "inputs": counts.inputs, "articles": dict(counts.articles)}
        record |= {"claims_added": counts.claims_added, "rejected_by_reason": dict(counts.rejected_by_reason)}
    return record | (asdict(result.again) if result.again is not None else {})


def _ingest(layout: Layout, job: SliceJob, progress: Progress | None) -> SliceResult:
    context = replace(new_run(), slice_id=job.slice.id)
    local = [c for c in job.slice.covers if job.slice.files is not None]
    fetch = job.options.fetch
    if job.force and fetch is not None and fetch.state is not None:
        fetch = replace(fetch, state=_own_memory(layout, job.slice))  # what was listed before counts as new
    options = replace(
        job.options,
        inputs=job.slice.inputs,
        since=job.slice.since if job.slice.files is None else None,
        until=job.slice.until if job.slice.files is None else None,
        complete=tuple(Completeness(source=source, since=None, until=context.now, gap=False) for source in local),
        settles=bool(job.slice.covers),
        work=replace(job.options.work, again=job.force),
        fetch=fetch,
    )
    report = ingest(options, context=context, progress=progress)
    return SliceResult(slice_id=job.slice.id, outcome="complete", report=report)


def _is_stored(part: Slice) -> bool:
    """Whether a slice is articles that the dataset holds, or pages of its own archive."""
    return part.inputs == ("articles:",) or any(source.startswith("raw@") for source in part.covers)


def _again(layout: Layout, job: SliceJob, progress: Progress | None) -> SliceResult:
    """Stored articles of a period, or archived pages; `runs` says afterwards that today's versions have read them."""
    part, context = job.slice, replace(new_run(), slice_id=job.slice.id)
    if part.files is None:
        done = reextract(layout.root, since=part.since, until=part.until, progress=progress)
        complete = [Completeness(source=source, since=part.since, until=part.until, gap=False) for source in part.covers]
    else:
        files = [Path(name.removeprefix("raw:")) for name in part.inputs]
        done = rebuild_in_place(layout.root, only=files, work=job.options.work, progress=progress)
        complete = [Completeness(source=source, since=None, until=context.now, gap=False) for source in part.covers]
    run = run_info(context, "reextract", {"inputs": list(part.inputs), "slice": part.id}, None)
    commit(layout, [], replace(run, complete=tuple(complete), settles=True))
    return SliceResult(slice_id=part.id, outcome="complete", again=done)


def _own_memory(layout: Layout, slice_: Slice) -> Path:
    """A forced slice remembers for itself what it has listed, so that a second try goes on where the first one was stopped."""
    return layout.root / "_state" / f"force-{slice_.id}.sqlite"
