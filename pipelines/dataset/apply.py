"""Carry out a plan on one dataset: write its files, commit adds and removes together, try again when somebody else was first."""

from __future__ import annotations

import os
import random
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, TypeAlias, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.transaction import AddAction

from pipelines.context import utc_now
from pipelines.dataset import log
from pipelines.dataset.decisions import write_decisions
from pipelines.dataset.files import ordered, write_file
from pipelines.dataset.key_table import KeyTable
from pipelines.dataset.paths import Layout
from pipelines.dataset.plan import Plan
from pipelines.dataset.rows import conform

Result = TypeVar("Result")

ATTEMPTS: Final = 200
"""How often a commit is tried before it gives up; with eight writers at once, a commit loses a handful of times."""

LONGEST_WAIT: Final = 0.5
"""Seconds between two attempts, at most."""

WRITERS: Final = min(4, os.cpu_count() or 1)
"""Files that are written at once: compressing does not hold Python's lock."""


class CommitConflictError(RuntimeError):
    """A commit lost against others too often; nothing was committed."""


@dataclass(frozen=True)
class Applied:
    """What a commit did to one dataset."""

    version: int
    """The version that it made, or found when there was nothing to do."""
    committed: bool
    counts: Mapping[str, int]
    """What became of the staged rows, as the plan says."""
    added_rows: Mapping[str, int] = field(default_factory=dict)
    """Rows that came, by partition."""
    removed_rows: int = 0
    """Rows of replaced articles that went."""
    attempts: int = 1


@dataclass
class _Written:
    """A partition's new files, kept over attempts while what they were made from stays the same."""

    signature: tuple[Any, ...]
    adds: list[AddAction] = field(default_factory=list)
    dropped: int = 0


@dataclass
class Committer:
    """Commits plans to one dataset.

    Args:
        layout: of the root.
        dataset: its name.
        keys: its key table.
        run_id: kept with the commit.
    """

    layout: Layout
    dataset: str
    keys: KeyTable[Any]
    run_id: str
    _written: dict[str, _Written] = field(default_factory=dict)

    def commit(self, decide: Callable[[], Plan]) -> Applied:
        """Decide against the newest snapshot and commit on it.

        Args:
            decide: makes the plan; asked again after each conflict, when the key table stands at the newer snapshot.

        Raises:
            CommitConflictError: others came first in every attempt.
            OSError: the disk is full, or not writable; nothing was committed.
        """
        for attempt in range(1, ATTEMPTS + 1):
            table = log.open_table(self.layout, self.dataset)
            self.keys.catch_up(table)
            plan = decide()
            if plan.empty:
                return Applied(table.version(), False, plan.counts, attempts=attempt)
            adds, removes, dropped = self._files(table, plan)
            info = {"run_id": self.run_id, "decided": self._decisions(plan), **plan.info}
            try:
                version = log.append(table, self.dataset, adds, removes, info)
            except log.ConflictError:
                time.sleep(random.uniform(0, min(LONGEST_WAIT, 0.01 * attempt)))
                continue
            self.keys.catch_up(log.open_table(self.layout, self.dataset))
            return Applied(version, True, plan.counts, plan.rows.folders, dropped, attempt)
        raise CommitConflictError(
            f"{self.dataset}: others committed first in each of {ATTEMPTS} attempts; nothing was lost, run it again with fewer writers"
        )

    def _files(self, table: DeltaTable, plan: Plan) -> tuple[list[AddAction], list[Any], int]:
        standing = log.in_partitions(log.files(table), set(plan.drops)) if plan.drops else {}
        touched = {folder: [f for f in standing.get(folder, ()) if self._holds(f, plan, folder)] for folder in plan.drops}
        wanted = sorted({*plan.rows.folders, *(folder for folder, found in touched.items() if found)})
        self._write(plan, touched, wanted)
        written = [self._written[folder] for folder in wanted]
        now_ms = int(utc_now().timestamp() * 1000)
        removes = [f.remove(now_ms, data_change=True) for folder in wanted for f in touched.get(folder, ())]
        return [add for w in written for add in w.adds], removes, sum(w.dropped for w in written)

    def _holds(self, file: log.DataFile, plan: Plan, folder: str) -> bool:
        ids = pq.ParquetFile(self.layout.delta(self.dataset) / file.path).read(columns=[plan.drop_by])[plan.drop_by]
        return bool(pc.any(pc.is_in(ids, pa.array(sorted(plan.drops[folder]), pa.string()))).as_py())

    def _write(self, plan: Plan, touched: Mapping[str, list[log.DataFile]], wanted: list[str]) -> None:
        """The files of the wanted partitions; those that an earlier attempt wrote from the same rows stay."""
        new = plan.rows.folders
        signatures = {
            folder: (
                tuple(f.path for f in touched.get(folder, ())),
                plan.drops.get(folder),
                plan.rows.signature(folder) if folder in new else b"",
            )
            for folder in wanted
        }
        for folder in [f for f, w in self._written.items() if w.signature != signatures.get(f)]:
            for old in self._written.pop(folder).adds:
                (self.layout.delta(self.dataset) / old.path).unlink(missing_ok=True)
        stale = [folder for folder in wanted if folder not in self._written]
        self._written |= {folder: _Written(signatures[folder]) for folder in stale}
        parts = chain(
            plan.rows.read([folder for folder in stale if folder in new]), ((folder, None) for folder in stale if folder not in new)
        )
        jobs = ((f, part, touched.get(f, []), plan) for f, part in parts)
        for folder, add, dropped in _in_threads(self._write_part, self._with_old_rows_once(jobs)):
            self._written[folder].adds += [add] if add else []
            self._written[folder].dropped += dropped

    @staticmethod
    def _with_old_rows_once(jobs: Iterable[_Job]) -> Iterator[_Job]:
        """A partition's first part takes the rows that stay of its old files; further parts have none to take."""
        before = None
        for folder, part, touched, plan in jobs:
            yield folder, part, [] if folder == before else touched, plan
            before = folder

    def _write_part(self, job: _Job) -> tuple[str, AddAction | None, int]:
        """One file with new rows and what stays of the files that hold rows to drop."""
        folder, new, touched, plan = job
        rows, dropped = [new] if new is not None else [], 0
        for file in touched:
            old = pq.ParquetFile(self.layout.delta(self.dataset) / file.path).read()
            kept = old.filter(pc.invert(pc.is_in(old[plan.drop_by], pa.array(sorted(plan.drops[folder]), pa.string()))))
            dropped += old.num_rows - kept.num_rows
            rows.append(conform(self.dataset, kept))
        table = ordered(self.dataset, pa.concat_tables(rows)) if touched else rows[0]
        return folder, write_file(self.layout, self.dataset, folder, table) if table.num_rows else None, dropped

    def _decisions(self, plan: Plan) -> str:
        name = f"{secrets.token_hex(16)}.parquet"
        folder = self.layout.decisions(self.dataset)
        folder.mkdir(parents=True, exist_ok=True)
        write_decisions(folder / name, plan.keys, type(plan.keys[0]))
        return name


_Job: TypeAlias = "tuple[str, pa.Table | None, list[log.DataFile], Plan]"
"""A partition, its new rows, its files that hold rows to drop, and the plan."""


def _in_threads(work: Callable[[_Job], Result], jobs: Iterable[_Job]) -> Iterator[Result]:
    """Do the jobs in a few threads, in order; only a few are taken up ahead, so that their rows do not pile up."""
    with ThreadPoolExecutor(WRITERS) as pool:
        running: deque[Future[Result]] = deque()
        for job in jobs:
            running.append(pool.submit(work, job))
            if len(running) > 2 * WRITERS:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
