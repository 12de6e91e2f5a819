"""Carry out a plan on one dataset: write its files, commit adds and removes together, try again when somebody else was first."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.transaction import AddAction

from pipelines.context import utc_now
from pipelines.dataset import log
from pipelines.dataset.decisions import write_decisions
from pipelines.dataset.files import ordered, partition_folder, write_file
from pipelines.dataset.keys import KeyTable
from pipelines.dataset.paths import Layout
from pipelines.dataset.plan import Plan
from schemas import DATASETS

ATTEMPTS: Final = 200
"""How often a commit is tried before it gives up; with eight writers at once, a commit loses a handful of times."""

LONGEST_WAIT: Final = 0.5
"""Seconds between two attempts, at most."""


class CommitConflictError(RuntimeError):
    """A commit lost against others too often; nothing was committed."""


@dataclass(frozen=True)
class Applied:
    """What a commit did to one dataset."""

    version: int
    """The version that it made, or found when there was nothing to do."""
    plan: Plan
    committed: bool
    removed_rows: int = 0
    """Rows of replaced articles that went."""
    attempts: int = 1


@dataclass
class _Written:
    """A partition's new file, kept over attempts while what it was made from stays the same."""

    signature: tuple[Any, ...]
    add: AddAction | None
    dropped: int


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
                return Applied(table.version(), plan, False, attempts=attempt)
            adds, removes, dropped = self._files(table, plan)
            info = {"run_id": self.run_id, "decided": self._decisions(plan), **plan.info}
            try:
                version = log.append(table, self.dataset, adds, removes, info)
            except log.ConflictError:
                time.sleep(random.uniform(0, min(LONGEST_WAIT, 0.01 * attempt)))
                continue
            self.keys.catch_up(log.open_table(self.layout, self.dataset))
            return Applied(version, plan, True, dropped, attempt)
        raise CommitConflictError(
            f"{self.dataset}: others committed first in each of {ATTEMPTS} attempts; nothing was lost, run it again with fewer writers"
        )

    def _files(self, table: DeltaTable, plan: Plan) -> tuple[list[AddAction], list[Any], int]:
        parts = split(self.dataset, plan.rows)
        standing = log.in_partitions(log.files(table), set(plan.drops)) if plan.drops else {}
        now_ms = int(utc_now().timestamp() * 1000)
        adds, removes, dropped = [], [], 0
        for folder in sorted({*parts, *plan.drops}):
            touched = [f for f in standing.get(folder, ()) if self._holds(f, plan, folder)]
            if folder not in parts and not touched:
                continue
            written = self._write(folder, parts.get(folder), touched, plan)
            adds += [written.add] if written.add else []
            removes += [f.remove(now_ms, data_change=True) for f in touched]
            dropped += written.dropped
        return adds, removes, dropped

    def _holds(self, file: log.DataFile, plan: Plan, folder: str) -> bool:
        ids = pq.ParquetFile(self.layout.delta(self.dataset) / file.path).read(columns=[plan.drop_by])[plan.drop_by]
        return bool(pc.any(pc.is_in(ids, pa.array(sorted(plan.drops[folder]), pa.string()))).as_py())

    def _write(self, folder: str, new: pa.Table | None, touched: list[log.DataFile], plan: Plan) -> _Written:
        """One file with the partition's new rows and what stays of the files that hold rows to drop."""
        spec = DATASETS[self.dataset]
        dropped_ids = plan.drops.get(folder, frozenset())
        signature = (tuple(f.path for f in touched), dropped_ids, tuple(new[spec.key].to_pylist()) if new is not None else ())
        before = self._written.get(folder)
        if before and before.signature == signature:
            return before
        if before and before.add:
            (self.layout.delta(self.dataset) / before.add.path).unlink(missing_ok=True)
        rows, dropped = [new] if new is not None else [], 0
        for file in touched:
            old = pq.ParquetFile(self.layout.delta(self.dataset) / file.path).read()
            kept = old.filter(pc.invert(pc.is_in(old[plan.drop_by], pa.array(sorted(dropped_ids), pa.string()))))
            dropped += old.num_rows - kept.num_rows
            rows.append(conform(self.dataset, kept))
        table = ordered(self.dataset, pa.concat_tables(rows))
        add = write_file(self.layout, self.dataset, folder, table) if table.num_rows else None
        self._written[folder] = _Written(signature, add, dropped)
        return self._written[folder]

    def _decisions(self, plan: Plan) -> str:
        name = f"{secrets.token_hex(16)}.parquet"
        folder = self.layout.decisions(self.dataset)
        folder.mkdir(parents=True, exist_ok=True)
        write_decisions(folder / name, plan.keys, type(plan.keys[0]))
        return name


def split(dataset: str, rows: pa.Table) -> dict[str, pa.Table]:
    """The rows by partition folder, without the partition columns."""
    names = DATASETS[dataset].partitions
    if not rows.num_rows:
        return {}
    if not names:
        return {"": conform(dataset, rows)}
    rows = rows.sort_by([(name, "ascending") for name in names]).combine_chunks()
    runs = pa.table({n: rows[n] for n in names}).append_column("n", pa.array(range(rows.num_rows), pa.int64()))
    groups = runs.group_by(list(names), use_threads=False).aggregate([("n", "min"), ("n", "count")]).to_pylist()
    inner = conform(dataset, rows)
    return {partition_folder(dataset, g): inner.slice(g["n_min"], g["n_count"]) for g in groups}


def conform(dataset: str, rows: pa.Table) -> pa.Table:
    """Rows as today's file schema has them: columns that an older file lacks are null, the order is the schema's."""
    schema = DATASETS[dataset].file_schema
    columns = [rows[f.name].cast(f.type) if f.name in rows.column_names else pa.nulls(rows.num_rows, f.type) for f in schema]
    return pa.Table.from_arrays(columns, schema=schema)
