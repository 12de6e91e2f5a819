"""What the tests of this folder share: a root, sources, and the steps of the job by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipelines.context import RunContext, new_run
from pipelines.dataset import Layout, open_root, prepare
from pipelines.engines import EngineChoice
from pipelines.fetch import FetchConfig
from pipelines.running import run_info
from pipelines.stream.options import StreamOptions
from pipelines.stream.watched import watched
from pipelines.unbounded.look import Looker, look, parts
from pipelines.unbounded.options import UnboundedOptions
from pipelines.unbounded.parts import Done, Part
from pipelines.unbounded.steps import CommitGathered, WorkOnPart
from pipelines.web import STATE
from tests.faults import stand_in_stages


def stream_of(root: Path, *sources: str | Path) -> StreamOptions:
    return StreamOptions(sources=tuple(map(str, sources)), root=root, fetch=FetchConfig(state=root / STATE), settle=0.0, gather=0.5)


def once(root: Path, *sources: str | Path) -> UnboundedOptions:
    """One look at each source, in this process."""
    return UnboundedOptions(stream=stream_of(root, *sources), engine=EngineChoice(), looks=1)


def write_news(folder: Path, numbers: Iterable[int], name: str = "day.jsonl") -> Path:
    """Articles, one a line, and after them a line that is none."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [{"id": str(n), "text": f"Report {n} of the desk. Norway thanked Peru for shipment {n}. More follows."} for n in numbers]
    file = folder / name
    file.write_text("".join(json.dumps(row) + "\n" for row in rows) + "no record\n")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    return file


@dataclass
class Steps:
    """The steps of a job, called by hand as an engine would, in any order and as often as a test likes."""

    options: StreamOptions
    layout: Layout
    job: RunContext

    @classmethod
    def of(cls, root: Path, *sources: str | Path) -> Steps:
        layout = open_root(root)
        prepare(layout)
        return cls(stream_of(root, *sources), layout, new_run())

    def look(self, slice_id: str) -> list[Part]:
        (source,) = watched(self.options)
        looker = Looker.of(self.options)
        context = RunContext(run_id=self.job.run_id, slice_id=slice_id, now=self.job.now)
        return parts(looker.seen, context, look(looker, source, context), 1)

    def work(self, part: Part) -> Done:
        step = WorkOnPart(self.layout, self.options.work, stand_in_stages.build, self.options.job_fetch)
        step.setup()
        (done,) = step.process(part)
        return done

    def commit(self, *done: Done) -> None:
        info = run_info(self.job, "stream", {}, "0+stand-in")
        step = CommitGathered(self.layout, info, self.options.job_fetch, publish=True, tidy_commits=100)
        step.setup()
        list(step.process((0, done)))
