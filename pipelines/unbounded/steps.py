"""The work on a part, and the commit of what has gathered: DoFns around the functions of the bounded job."""

from __future__ import annotations

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

import apache_beam as beam
from apache_beam.utils.shared import Shared

from pipelines.context import RunContext, utc_now
from pipelines.dataset import CommitConflictError, CommitResult, Layout, RunInfo
from pipelines.dataset.commit import commit
from pipelines.fetch import REMOTE_KINDS, FetchConfig
from pipelines.logs import ensure, logger
from pipelines.remote_work import work_on
from pipelines.seen import SeenStore
from pipelines.stream import warm
from pipelines.stream.tidying import tidy
from pipelines.transforms import count
from pipelines.unbounded.parts import Done, Part
from pipelines.work import Work, WorkOptions
from schemas import Locator


class WorkOnPart(beam.DoFn):  # type: ignore[misc]
    """Fetch, normalize, extract and stage a part; models and connections are opened once a worker."""

    def __init__(self, layout: Layout, options: WorkOptions, build: warm.Build, fetch: FetchConfig) -> None:
        self._layout, self._options, self._build, self._fetch = layout, replace(options, told=False), build, fetch

    def setup(self) -> None:
        ensure()
        warm.stages(self._options, self._build)

    def process(self, part: Part) -> Iterator[Done]:
        stages = warm.stages(self._options, self._build)
        pages = [row for row in part.found if isinstance(row, Locator) and row.kind in REMOTE_KINDS]
        work = Work(self._layout, part.context, stages, self._options.store_text, self._options.again, told=False)
        for row in part.found:
            if not (isinstance(row, Locator) and row.kind in REMOTE_KINDS):
                work.take(row)
        staged = [work.finish()]
        if pages:
            staged.append(work_on(self._layout, part.context, stages, self._fetch, pages, self._options, warm.lent))
        for found in staged:
            count(found)
        yield Done(context=part.context, number=part.number, staged=tuple(staged))


class CommitGathered(beam.DoFn):  # type: ignore[misc]
    """Commits what has gathered under the one key, and advances the memory by the looks that are committed whole.

    Whatever the engine does again does no harm: known rows are not added, and parts whose files are gone are committed already, or are
    found again by the next look.

    Args:
        run: what `runs` says of each commit; its context is the job.
        tidy_commits: commits between two compactions.
    """

    def __init__(self, layout: Layout, run: RunInfo, fetch: FetchConfig, publish: bool, tidy_commits: int) -> None:
        self._layout, self._run, self._fetch, self._publish, self._tidy_commits = layout, run, fetch, publish, tidy_commits
        self._shared = Shared()

    def setup(self) -> None:
        ensure()
        assert self._fetch.state is not None  # a root has a memory
        self._seen: SeenStore = self._shared.acquire(partial(SeenStore, self._fetch.state))
        self._untidied = 0

    def process(self, gathered: tuple[int, Iterable[Done]]) -> Iterator[str]:
        there, looks = list[Done](), defaultdict[tuple[str, str], set[int]](set)
        for done in gathered[1]:
            if done.is_there:
                there.append(done)
                looks[done.context.run_id, done.context.slice_id].add(done.number)
            else:
                self._give_up(done.context)
        if not there:
            return
        result = self._commit(there, looks)
        for (run_id, slice_id), numbers in looks.items():
            if self._seen.parts_left(run_id, slice_id) <= numbers:
                self._seen.confirm(run_id, slice_id, recorded=result.recorded)
                shutil.rmtree(self._layout.staged(run_id, slice_id), ignore_errors=True)
            else:
                self._seen.parts_done(run_id, slice_id, numbers)
        self._tidy(result)
        yield self._run.context.run_id

    def _commit(self, there: list[Done], looks: dict[tuple[str, str], set[int]]) -> CommitResult:
        whole = [look for look, numbers in looks.items() if self._seen.parts_left(*look) <= numbers]
        complete = tuple(row for look in whole for row in self._seen.told(*look))
        names = sorted(f"{done.context.slice_id}.{done.number}" for done in there)
        context = RunContext(run_id=commit_id(self._run.context, names), now=utc_now())
        staged = sorted((s for done in there for s in done.staged), key=lambda s: (s.folder, s.articles or "", s.rejected or ""))
        result = commit(self._layout, staged, replace(self._run, context=context, complete=complete), publish_plain=self._publish)
        logger("stream").info("committed", parts=len(there), read=result.inputs, claims=result.claims_added)
        return result

    def _give_up(self, context: RunContext) -> None:
        """Files that are gone while their look still waits were cleared as left over: the look does not count, and is done anew."""
        if self._seen.waits(context.run_id, context.slice_id):
            logger("stream").warning("staged files are gone; their source is looked at again", slice=context.slice_id)
            self._seen.drop(context.run_id, context.slice_id)

    def _tidy(self, result: CommitResult) -> None:
        self._untidied += result.recorded
        if self._untidied >= self._tidy_commits:
            self._untidied = 0
            try:
                tidy(self._layout)
            except (CommitConflictError, OSError) as error:  # what was committed stands; the next time does what is left
                logger("stream").warning("compaction failed", error=f"{type(error).__name__}: {error}")


def commit_id(job: RunContext, names: Iterable[str]) -> str:
    """The id of a commit in `runs`: the job's, and what the commit took in."""
    return f"{job.run_id}-{hashlib.sha256(' '.join(names).encode()).hexdigest()[:8]}"
