"""The job: inputs in, claims out, committed once.

Discover ──▶ ExtractAndStage ──▶ Commit
locators      fetch, normalize,    articles, claims, copies,
              screen, extract      rejected, runs; plain face
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from pipelines.context import RunContext, new_run
from pipelines.dataset import CommitResult, RunInfo, open_root, prepare
from pipelines.engines import EngineChoice
from pipelines.fetch import FetchConfig
from pipelines.logs import about, logger
from pipelines.remote_work import OpenFetcher
from pipelines.running import IngestError, Progress, cleaned, result_of, run_info, told
from pipelines.web import advance, net
from pipelines.work import Stages, WorkOptions, real_stages
from schemas import Completeness, Locator, Rejected

__all__ = ["IngestError", "IngestOptions", "RunReport", "ingest"]


@dataclass(frozen=True, kw_only=True)
class IngestOptions:
    """What a job is to do."""

    inputs: tuple[str, ...]
    root: str | Path
    listed: tuple[Locator | Rejected, ...] | None = None
    """What was listed before the job, such as by the polls of a stream; it is worked on besides the inputs. Empty: only what the polls
    noted is committed."""
    workers: int = 1
    """Processes that do the work."""
    engine: EngineChoice = EngineChoice()
    """What runs the job."""
    flow: str = "ingest"
    """What started it, for `runs`."""
    work: WorkOptions = WorkOptions()
    """What workers need to know."""
    publish: bool = True
    """Whether the plain face is brought up after the commit."""
    fetch: FetchConfig | None = None
    """How remote inputs are fetched; None: as the settings say."""
    since: datetime | None = None
    until: datetime | None = None
    """Which period of what remote sources list is wanted, half-open; what they do not date is always."""
    complete: tuple[Completeness, ...] = ()
    """What the job makes complete besides what its remote sources tell: local inputs, which cannot be listed in part."""
    settles: bool = False
    """Whether the run is recorded although it brought nothing new; see `RunInfo`."""


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """What a job did."""

    run_id: str
    root: Path
    result: CommitResult
    counters: Mapping[str, int] = field(default_factory=dict)
    """Beam's counters: `inputs`, `known`, `rejected_<reason>`, `milliseconds_<stage>` and the like."""
    seconds: float
    """Wall time."""


def ingest(
    options: IngestOptions,
    *,
    progress: Progress | None = None,
    context: RunContext | None = None,
    stages: Callable[[WorkOptions], Stages] = real_stages,
    extractor_version: str | None = None,
    fetcher: OpenFetcher | None = None,
) -> RunReport:
    """Run the job and wait for it.

    Args:
        options: what to do.
        progress: told how far it is.
        context: the run; None makes a new one.
        stages: builds the stages in each worker.
        extractor_version: of the extractor in `stages`; None is the project's own.
        fetcher: opens the workers' way to the net; None opens one for each shard of the job.

    Raises:
        RootError: the root cannot be used; nothing was done.
        pipelines.sources.UnknownSchemeError: an input names a source that does not exist; nothing was done.
        pipelines.fetch.NoContactError: an input is remote, and no contact is set; nothing was done.
        EngineError: the engine is not there, or an option for it cannot be used; nothing was done.
        IngestError: the job failed.
    """
    import apache_beam as beam

    from pipelines.engines.flags import checked_options
    from pipelines.engines.in_process import runner_of
    from pipelines.engines.start import serving
    from pipelines.sources import discover
    from pipelines.transforms import Commit, Discover, ExtractAndStage

    started = time.perf_counter()
    given = checked_options(options.engine, options.workers)
    layout, context = open_root(options.root), context or new_run()
    fetch, web = net(options, layout)  # refuses remote inputs without a contact before any work, …
    discover(options.inputs, context, web=web)  # … and this unknown schemes
    prepare(layout)
    remembers = web is not None or options.listed is not None
    run = _run_info(options, context, extractor_version)
    with (
        cleaned(layout, context),
        told(progress, layout, context),
        about(run=context.run_id, slice=context.slice_id),
        serving(options.engine, given),
    ):
        logger("ingest").info("started", inputs=len(options.inputs), root=str(layout.root))
        job = beam.Pipeline(runner=runner_of(options.engine.engine), options=given)
        (
            job
            | Discover(options.inputs, context, layout.spool(context.run_id), web, options.listed or ())
            | ExtractAndStage(layout, context, options.work, stages, fetch, options.workers, fetcher)
            | Commit(layout, run, options.publish, fetch.state if remembers else None)
        )
        result, counters = result_of(job, layout, context)
        logger("ingest").info("committed", read=result.inputs, claims=result.claims_added, versions=dict(result.versions))
    if remembers:
        advance(fetch, context, recorded=result.recorded)
    return RunReport(run_id=context.run_id, root=layout.root, result=result, counters=counters, seconds=time.perf_counter() - started)


def _run_info(options: IngestOptions, context: RunContext, extractor_version: str | None) -> RunInfo:
    sources = sorted({found.source_uri for found in options.listed or () if isinstance(found, Locator) and found.source_uri})
    said = {"inputs": [*options.inputs, *sources], "slice": context.slice_id, "workers": options.workers, "engine": options.engine.name}
    run = run_info(context, options.flow, said, extractor_version)
    return replace(run, complete=options.complete, settles=options.settles, again=options.work.again)
