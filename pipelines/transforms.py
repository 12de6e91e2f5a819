"""The stages as Beam transforms: wiring only, the work is in the functions that they call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.shared import Shared
from apache_beam.utils.windowed_value import WindowedValue

from pipelines.context import RunContext
from pipelines.dataset import Layout, RunInfo, Staged
from pipelines.dataset.results import commit_and_leave
from pipelines.fetch import REMOTE_KINDS, FetchConfig
from pipelines.remote_work import OpenFetcher, shard_of, work_on
from pipelines.sources import Web
from pipelines.web import covered
from pipelines.work import Stages, Work, WorkOptions, real_stages
from schemas import Locator, Rejected

NAMESPACE = "dyadwire"
"""Of the counters in Beam's metrics."""


@dataclass
class Discover(beam.PTransform):  # type: ignore[misc]
    """From the inputs to their locators.

    Attributes:
        inputs: what `pipelines.sources.discover` takes.
        context: the run.
        spool: folder for a copy of standard input.
        web: opens the net for sources that lie there.
        listed: what was listed before the job.
    """

    inputs: Sequence[str]
    context: RunContext
    spool: Path
    web: Callable[[], AbstractContextManager[Web]] | None = None
    listed: Sequence[Locator | Rejected] = ()

    def expand(self, pipeline: beam.Pipeline) -> beam.PCollection[Locator | Rejected]:
        located = (
            pipeline
            | "Inputs" >> beam.Create([tuple(self.inputs)])
            | "Locate" >> beam.FlatMap(partial(_discover, context=self.context, spool=self.spool, web=self.web))
        )
        if not self.listed:
            return located
        return (located, pipeline | "Listed" >> beam.Create(self.listed)) | "All" >> beam.Flatten()


@dataclass
class ExtractAndStage(beam.PTransform):  # type: ignore[misc]
    """Fetch, normalize, screen, extract and write, fused: only the names of staged files come out.

    Attributes:
        layout: of the root.
        context: the run.
        options: what the stages need to know.
        stages: builds the stages, once a worker.
        fetch: how remote locators are fetched; they come to the workers in shards, by host.
        shards: how many.
        fetcher: see `work_on`.
    """

    layout: Layout
    context: RunContext
    options: WorkOptions = WorkOptions()
    stages: Callable[[WorkOptions], Stages] = real_stages
    fetch: FetchConfig = FetchConfig()
    shards: int = 1
    fetcher: OpenFetcher | None = None

    def expand(self, located: beam.PCollection[Locator | Rejected]) -> beam.PCollection[Staged]:
        near = (
            located
            | "Near" >> beam.Filter(_is_near)
            | "Spread" >> beam.Reshuffle()
            | "Work" >> beam.ParDo(_StageBundle(self.layout, self.context, self.options, self.stages))
        )
        far = (
            located
            | "Far" >> beam.Filter(_is_far)
            | "By host" >> beam.Map(partial(_with_shard, shards=self.shards))
            | "Shard" >> beam.GroupByKey()
            | "Fetch and work" >> beam.ParDo(_StageShard(self.layout, self.context, self.options, self.stages, self.fetch, self.fetcher))
        )
        return (near, far) | "Staged" >> beam.Flatten()


@dataclass
class Commit(beam.PTransform):  # type: ignore[misc]
    """All staged files of the slice go into the datasets together, by one worker.

    Attributes:
        layout: of the root.
        run: for `runs`.
        publish: whether the plain face is brought up too.
        state: where sources noted what the run makes complete; None where all are local.
    """

    layout: Layout
    run: RunInfo
    publish: bool = True
    state: Path | None = None

    def expand(self, staged: beam.PCollection[Staged]) -> beam.PCollection[str]:
        nothing = staged.pipeline | "Nothing" >> beam.Create([Staged(folder="")])  # so that a slice without inputs is committed, too
        return (
            (staged, nothing)
            | beam.Flatten()
            | "One key" >> beam.Map(_under_one_key)
            | "Gather" >> beam.GroupByKey()
            | "Commit" >> beam.Map(partial(_commit, layout=self.layout, run=self.run, publish=self.publish, state=self.state))
        )


def _discover(
    inputs: tuple[str, ...], context: RunContext, spool: Path, web: Callable[[], AbstractContextManager[Web]] | None
) -> Iterable[Locator | Rejected]:
    from pipelines.sources import discover

    return discover(inputs, context, spool=spool, web=web)


def _is_far(found: Locator | Rejected) -> bool:
    return isinstance(found, Locator) and found.kind in REMOTE_KINDS


def _is_near(found: Locator | Rejected) -> bool:
    return not _is_far(found)


def _with_shard(locator: Locator, shards: int) -> tuple[int, Locator]:
    return shard_of(locator, shards), locator


def _under_one_key(staged: Staged) -> tuple[int, Staged]:
    return 0, staged


def _commit(gathered: tuple[int, Iterable[Staged]], layout: Layout, run: RunInfo, publish: bool, state: Path | None) -> str:
    run = replace(run, complete=(*run.complete, *covered(state, run.context)))
    commit_and_leave(layout, sorted(gathered[1], key=lambda s: (s.articles or "", s.rejected or "")), run, publish=publish)
    return run.context.run_id


class _StageBundle(beam.DoFn):  # type: ignore[misc]
    """A `Work` a bundle; the stages are built once a worker."""

    def __init__(self, layout: Layout, context: RunContext, options: WorkOptions, build: Callable[[WorkOptions], Stages]) -> None:
        self._layout, self._context, self._options, self._build = layout, context, options, build
        self._shared = Shared()

    def setup(self) -> None:
        self._stages = self._shared.acquire(lambda: self._build(self._options))

    def start_bundle(self) -> None:
        self._work: Work | None = None

    def process(self, found: Locator | Rejected) -> None:
        if self._work is None:
            self._work = Work(self._layout, self._context, self._stages, self._options.store_text, self._options.again)
        self._work.take(found)

    def finish_bundle(self) -> Iterator[Any]:
        if self._work is not None:
            staged = self._work.finish()
            count(staged)
            yield WindowedValue(staged, GlobalWindow().max_timestamp(), [GlobalWindow()])


class _StageShard(beam.DoFn):  # type: ignore[misc]
    """A `Fetcher` and a `Work` a shard."""

    def __init__(
        self,
        layout: Layout,
        context: RunContext,
        options: WorkOptions,
        build: Callable[[WorkOptions], Stages],
        fetch: FetchConfig,
        fetcher: OpenFetcher | None,
    ) -> None:
        self._layout, self._context, self._options, self._build, self._fetch, self._fetcher = (
            layout,
            context,
            options,
            build,
            fetch,
            fetcher,
        )
        self._shared = Shared()

    def process(self, shard: tuple[int, Iterable[Locator]]) -> Iterator[Staged]:
        stages = self._shared.acquire(lambda: self._build(self._options))
        staged = work_on(self._layout, self._context, stages, self._fetch, shard[1], self._options, self._fetcher)
        count(staged)
        yield staged


def count(staged: Staged) -> None:
    """The bundle's counts as Beam counters, once a bundle."""
    Metrics.counter(NAMESPACE, "inputs").inc(staged.inputs)
    Metrics.counter(NAMESPACE, "known").inc(staged.known)
    for name, count in (
        *staged.rows,
        *((f"articles_{s}", n) for s, n in staged.statuses),
        *((f"rejected_{r}", n) for r, n in staged.reasons),
    ):
        Metrics.counter(NAMESPACE, name).inc(count)
    for name, seconds in staged.seconds:
        Metrics.counter(NAMESPACE, f"milliseconds_{name}").inc(round(seconds * 1000))
