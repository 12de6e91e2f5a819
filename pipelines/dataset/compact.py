"""Merge small files, across slices and runs, into files that read well; while writers and readers go on.

A compaction is no news: it commits with `data_change=False`. When a writer comes first, only what the compaction rests on is checked
again (are the files that it merged still there?), and the merge itself is kept, so that busy writers cannot starve it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake.transaction import AddAction

from pipelines.context import utc_now
from pipelines.dataset import log
from pipelines.dataset.apply import ATTEMPTS, LONGEST_WAIT, CommitConflictError
from pipelines.dataset.files import ordered, write_file
from pipelines.dataset.paths import Layout
from pipelines.dataset.publish import publish
from pipelines.dataset.rows import conform
from schemas import DATASETS

TARGET_BYTES: Final = 128 * 1024 * 1024
"""Size of a merged file, about: large enough to read fast, small enough to rewrite for a correction."""

TARGET_ROWS: Final = 250_000
"""Rows of a merged file, at most about: they are in memory while they are sorted, and when one of them is corrected."""

MIN_FILES: Final = 4
"""A partition with fewer small files is left alone: merging it would cost readers more than it gives."""

_BATCH_BYTES: Final = 256 * 1024 * 1024
"""What is merged between two commits, at most; bounds what a crash can waste."""


@dataclass(frozen=True)
class Merge:
    """Files of one partition that become one."""

    folder: str
    files: tuple[log.DataFile, ...]


@dataclass
class Compacted:
    """What a compaction did to one dataset."""

    dataset: str
    partitions: int = 0
    files_before: int = 0
    files_after: int = 0
    given_up: int = 0
    """Merges that a writer made void by correcting one of their files."""
    conflicts: int = 0
    """How often a writer came first."""


def compact(layout: Layout, dataset: str, *, target_bytes: int = TARGET_BYTES, min_files: int = MIN_FILES, at_least: int = 0) -> Compacted:
    """Merge the small files of a dataset and publish the result.

    Args:
        target_bytes: size of a merged file, about; files of at least half of it, or of half of `TARGET_ROWS`, are left as they are.
        min_files: how many small files a partition must have.
        at_least: bytes below which a file is left alone, too: who merges every minute merges like sizes, or rewrites large files for
            a row.

    Raises:
        CommitConflictError: writers came first too often.
    """
    done, merged, size = Compacted(dataset), list[tuple[Merge, AddAction]](), 0
    found = [file for file in log.files(log.open_table(layout, dataset)) if file.size >= at_least]
    for merge in merges(found, target_bytes, min_files):
        merged.append((merge, _merged(layout, dataset, merge)))
        size += sum(f.size for f in merge.files)
        if size >= _BATCH_BYTES:
            _commit(layout, done, merged)
            merged, size = [], 0
    _commit(layout, done, merged)
    publish(layout, dataset)
    return done


def compact_all(layout: Layout, *, target_bytes: int = TARGET_BYTES, min_files: int = MIN_FILES) -> list[Compacted]:
    """`compact` for every dataset."""
    return [compact(layout, name, target_bytes=target_bytes, min_files=min_files) for name in DATASETS]


def merges(files: Sequence[log.DataFile], target_bytes: int, min_files: int) -> Iterator[Merge]:
    """What is to be merged, in order of partitions: neighbours until the target size is reached."""
    by_folder: dict[str, list[log.DataFile]] = {}
    for file in files:
        if _fullness([file], target_bytes) < 0.5:
            by_folder.setdefault(file.path.rpartition("/")[0], []).append(file)
    for folder, small in sorted(by_folder.items()):
        if len(small) < min_files:
            continue
        group: list[log.DataFile] = []
        for file in small:
            if group and _fullness([*group, file], target_bytes) > 1:
                yield Merge(folder, tuple(group))
                group = []
            group.append(file)
        if len(group) > 1:
            yield Merge(folder, tuple(group))


def _fullness(files: Sequence[log.DataFile], target_bytes: int) -> float:
    """The share of a merged file that they would fill, by bytes or by rows, whichever is more."""
    return max(sum(f.size for f in files) / target_bytes, sum(f.rows or 0 for f in files) / TARGET_ROWS)


def _merged(layout: Layout, dataset: str, merge: Merge) -> AddAction:
    tables = [conform(dataset, pq.ParquetFile(layout.delta(dataset) / f.path).read()) for f in merge.files]
    return write_file(layout, dataset, merge.folder, ordered(dataset, pa.concat_tables(tables)), data_change=False)


def _commit(layout: Layout, done: Compacted, merged: list[tuple[Merge, AddAction]]) -> None:
    """Put merged files in place of those that they are made of, where these still stand."""
    for attempt in range(1, ATTEMPTS + 1):
        table = log.open_table(layout, done.dataset)
        present = {f.path for f in log.files(table)}
        for merge, add in [m for m in merged if not {f.path for f in m[0].files} <= present]:
            merged.remove((merge, add))
            done.given_up += 1
            (layout.delta(done.dataset) / add.path).unlink(missing_ok=True)
        if not merged:
            return
        at = int(utc_now().timestamp() * 1000)
        removes = [f.remove(at, data_change=False) for merge, _ in merged for f in merge.files]
        try:
            log.append(table, done.dataset, [add for _, add in merged], removes, {"run_id": "compact"})
        except log.ConflictError:
            done.conflicts += 1
            time.sleep(random.uniform(0, min(LONGEST_WAIT, 0.002 * attempt)))
            continue
        done.partitions += len({merge.folder for merge, _ in merged})
        done.files_before += len(removes)
        done.files_after += len(merged)
        return
    raise CommitConflictError(
        f"{done.dataset}: writers came first in each of {ATTEMPTS} attempts to compact; nothing was lost, run it again later"
    )
