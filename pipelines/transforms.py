"""The stages as Beam transforms: wiring only, the work is in the functions that they call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
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
from pipelines.work import Stages, Work, WorkOptions, real_stages
from schemas import Locator, Rejected

NAMESPACE = "dyadwire"
"""Of the counters in Beam's metrics."""


@dataclass
class Discover(beam.PTransform):  # type: ignore[misc]
    """From the inputs to their locators, spread evenly over the workers.

    Attributes:
        inputs: what `pipelines.sources.discover` takes.
        context: the run.
        spool: folder for a copy of standard input.
    """

    inputs: Sequence[str]
    context: RunContext
    spool: Path

    def expand(self, pipeline: beam.Pipeline) -> beam.PCollection[Locator | Rejected]:
        return (
            pipeline
            | "Inputs" >> beam.Create([tuple(self.inputs)])
            | "Locate" >> beam.FlatMap(partial(_discover, context=self.context, spool=self.spool))
            | "Spread" >> beam.Reshuffle()
        )


@dataclass
class ExtractAndStage(beam.PTransform):  # type: ignore[misc]
    """Fetch, normalize, screen, extract and write, fused: only the names of staged files come out.

    Attributes:
        layout: of the root.
        context: the run.
        options: what the stages need to know.
        stages: builds the stages, once a worker.
    """

    layout: Layout
    context: RunContext
    options: WorkOptions = WorkOptions()
    stages: Callable[[WorkOptions], Stages] = real_stages

    def expand(self, located: beam.PCollection[Locator | Rejected]) -> beam.PCollection[Staged]:
        return located | beam.ParDo(_StageBundle(self.layout, self.context, self.options, self.stages))


@dataclass
class Commit(beam.PTransform):  # type: ignore[misc]
    """All staged files of the slice go into the datasets together, by one worker.

    Attributes:
        layout: of the root.
        run: for `runs`.
        publish: whether the plain face is brought up too.
    """

    layout: Layout
    run: RunInfo
    publish: bool = True

    def expand(self, staged: beam.PCollection[Staged]) -> beam.PCollection[str]:
        nothing = staged.pipeline | "Nothing" >> beam.Create([Staged(folder="")])  # so that a slice without inputs is committed, too
        return (
            (staged, nothing)
            | beam.Flatten()
            | "One key" >> beam.Map(_under_one_key)
            | "Gather" >> beam.GroupByKey()
            | "Commit" >> beam.Map(partial(_commit, layout=self.layout, run=self.run, publish=self.publish))
        )


def _discover(inputs: tuple[str, ...], context: RunContext, spool: Path) -> Iterable[Locator | Rejected]:
    from pipelines.sources import discover

    return discover(inputs, context, spool=spool)


def _under_one_key(staged: Staged) -> tuple[int, Staged]:
    return 0, staged


def _commit(gathered: tuple[int, Iterable[Staged]], layout: Layout, run: RunInfo, publish: bool) -> str:
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
            self._work = Work(self._layout, self._context, self._stages)
        self._work.take(found)

    def finish_bundle(self) -> Iterator[Any]:
        if self._work is not None:
            staged = self._work.finish()
            _count(staged)
            yield WindowedValue(staged, GlobalWindow().max_timestamp(), [GlobalWindow()])


def _count(staged: Staged) -> None:
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
