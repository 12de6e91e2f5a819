"""The unbounded job: the picture of `pipelines.ingest` for input that has no end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pipelines.context import RunContext, new_run
from pipelines.dataset import Layout, open_root, prepare
from pipelines.engines import EngineError
from pipelines.lease import lease
from pipelines.logs import logger
from pipelines.running import IngestError, counted, run_info
from pipelines.sources import is_remote
from pipelines.stream import warm
from pipelines.stream.options import StreamOptions
from pipelines.stream.process import StreamBusyError
from pipelines.stream.watched import Watched, watched
from pipelines.unbounded.options import UnboundedOptions
from pipelines.work import real_stages

if TYPE_CHECKING:
    import apache_beam as beam


def run(
    options: UnboundedOptions,
    *,
    build: warm.Build = real_stages,
    extractor: str | None = None,
    started: Callable[[Any], None] = lambda _: None,
) -> dict[str, int]:
    """Submit the job and wait for its end.

    Args:
        options: what to do.
        build: builds the stages in each worker.
        extractor: version of the extractor in them; None is the project's own.
        started: told Beam's result once the job runs, to cancel it, say.

    Returns:
        Beam's counters.

    Raises:
        RootError, UnwatchableError, UnknownSchemeError, NoContactError: it cannot begin; nothing was done.
        EngineError: the engine is not there, does not stream, or an option for it cannot be used; nothing was done.
        StreamBusyError: another stream runs on the root.
        IngestError: the job failed; what it had committed stays, and starting it again goes on from there.
    """
    from apache_beam.options.pipeline_options import StandardOptions

    from pipelines.engines.flags import checked_options
    from pipelines.engines.start import serving

    if options.engine.name_is("in-process") and options.looks != 1:
        raise EngineError("in-process does not stream; name an engine that does, such as prism, or leave --runner out")
    given = checked_options(options.engine, options.workers)
    given.view_as(StandardOptions).streaming = not options.engine.name_is("in-process")
    layout, sources = open_root(options.stream.root), _sources(options.stream)
    with lease(layout.lock("stream")) as mine:
        if not mine:
            raise StreamBusyError(f"another stream runs on {options.stream.root}; stop it first, or give it these sources, too")
        _prepare(layout, options.stream)
        context = new_run()
        with serving(options.engine, given):
            job = _pipeline(given, layout, sources, options, context, build, extractor)
            logger("stream").info("started", sources=len(sources), root=str(layout.root), job=context.run_id, engine=options.engine.name)
            return _waited(job, started)


def _pipeline(
    given: Any,
    layout: Layout,
    sources: list[Watched],
    options: UnboundedOptions,
    context: RunContext,
    build: warm.Build,
    extractor: str | None,
) -> beam.Pipeline:
    import apache_beam as beam

    from pipelines.unbounded.gather import UnderOneKey
    from pipelines.unbounded.look import OWED, Look
    from pipelines.unbounded.steps import CommitGathered, WorkOnPart

    stream = options.stream
    until = None if options.seconds is None else context.now + timedelta(seconds=options.seconds)
    said = {"inputs": [source.given for source in sources], "workers": options.workers, "engine": options.engine.name}
    info = run_info(context, "stream", said, extractor)
    owed = [Watched(OWED, "list", stream.files)] if any(is_remote(source.given) for source in sources) else []
    job = beam.Pipeline(options=given)
    (
        job
        | "Sources" >> beam.Create([*sources, *owed])
        | "Each" >> beam.Reshuffle()
        | "Look" >> beam.ParDo(Look(context.run_id, stream, options.workers, until, options.looks))
        | "Spread" >> beam.Reshuffle()
        | "Work" >> beam.ParDo(WorkOnPart(layout, stream.work, build, stream.job_fetch))
        | "Gather" >> UnderOneKey(None if options.engine.name_is("in-process") else stream.gather)
        | "Commit" >> beam.ParDo(CommitGathered(layout, info, stream.job_fetch, stream.publish, stream.tidy_jobs))
    )
    return job


def _sources(stream: StreamOptions) -> list[Watched]:
    """What is watched; a list of what lies in the net without a contact is refused before any work."""
    sources = watched(stream)
    if any(is_remote(source.given) for source in sources):
        _ = stream.job_fetch.user_agent
    return sources


def _prepare(layout: Layout, stream: StreamOptions) -> None:
    prepare(layout)
    if stream.job_fetch.raw is not None:
        from pipelines.fetch.repair import repair

        repair(stream.job_fetch.raw)


def _waited(job: beam.Pipeline, started: Callable[[Any], None]) -> dict[str, int]:
    result: Any = None
    try:
        result = job.run()
        started(result)
        result.wait_until_finish()
    except Exception as error:
        raise IngestError(str(error)) from error
    except BaseException:  # somebody stops it: so does the job, wherever it runs
        with suppress(Exception):
            result.cancel()
        raise
    return counted(result.metrics().query()["counters"])
