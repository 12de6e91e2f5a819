"""Clear what nobody needs any more, so that a root grows with its rows and not with its age.

Superseded data files and log entries past the retention, decisions that a base sums up, and what crashed runs left.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.context import utc_now
from pipelines.dataset import log
from pipelines.dataset.commit import key_table
from pipelines.dataset.decisions import bases
from pipelines.dataset.locks import held
from pipelines.dataset.paths import Layout, open_root
from schemas import DATASETS

RETENTION: Final = timedelta(days=7)
"""How long older snapshots can be read."""

GRACE: Final = timedelta(days=1)
"""How old staged files, drafts and files that no commit names must be before they count as left over; no run works that long on one."""


@dataclass(frozen=True)
class Cleaned:
    """How many files went."""

    superseded: int = 0
    """Data files that no snapshot within the retention names, orphans of crashed commits among them."""
    log_files: int = 0
    """Log entries and checkpoints that only older snapshots need, and the decisions that they name."""
    left_over: int = 0
    """Staged files and drafts."""


def clean(root: str | Path | Layout, now: datetime | None = None, retention: timedelta = RETENTION, *, grace: timedelta = GRACE) -> Cleaned:
    """Delete superseded files and log entries past the retention, and leftovers past the grace period.

    May run beside writers, readers, compaction and itself. The newest snapshot is never touched; readers of a snapshot that was replaced
    longer ago than the retention may fail with file-not-found from then on, and its version can no longer be opened.

    Args:
        root: the dataset's root.
        now: the moment that ages count from, UTC; None is the clock's.
        retention: how long replaced snapshots stay readable.
        grace: how old leftovers must be.

    Raises:
        RootError: the root cannot be used.
        pipelines.dataset.log.DamagedLogError: a log cannot be read; nothing of that dataset was deleted.
    """
    layout = root if isinstance(root, Layout) else open_root(root)
    now = now or utc_now()
    superseded = log_files = 0
    for name in DATASETS:
        with held(layout.lock(f"clean-{name}")):
            superseded += _delete(_superseded(layout, name, now - retention, now - grace))
            log_files += _shorten(layout, name, now - retention)
            log_files += _delete(_unnamed_decisions(layout, name, now - grace))
    return Cleaned(superseded, log_files, _left_over(layout, now - grace))


def _superseded(layout: Layout, dataset: str, kept_since: datetime, made_before: datetime) -> list[Path]:
    """Data files that neither the snapshot nor one within the retention names.

    A file that the log says was removed goes at once; one that it does not know may be a writer's who has not committed yet.
    """
    base = layout.delta(dataset)
    found = {p for p in base.rglob("*.parquet") if "_delta_log" not in p.parts}
    standing = {base / f.path for f in log.files(log.open_table(layout, dataset))}  # after the listing, which then holds no newer ones
    kept, removed = set[Path](), set[Path]()
    for version in _versions(layout, dataset):
        young = _moment(_entry_path(layout, dataset, version)) > kept_since
        (kept if young else removed).update(base / p for p in log.entry(layout, dataset, version).removed)
    return [p for p in sorted(found - standing - kept) if p in removed or _moment(p) < made_before]


def _shorten(layout: Layout, dataset: str, kept_since: datetime) -> int:
    """Delete log entries that only snapshots past the retention need; a base keeps what they decided."""
    versions = _versions(layout, dataset)
    first = _first_needed(layout, dataset, versions, kept_since)
    if first is None or versions[0] >= first:
        return 0
    table = log.open_table(layout, dataset)
    keys = key_table(layout, dataset)
    keys.catch_up(table)
    if keys.save(str(table.metadata().id)) < first:
        return 0
    folder = _entry_path(layout, dataset, 0).parent
    old = [_entry_path(layout, dataset, v) for v in versions if v < first]
    old += [p for v, p in _checkpoints(folder).items() if v < first]
    return _delete(old)


def _first_needed(layout: Layout, dataset: str, versions: list[int], kept_since: datetime) -> int | None:
    """The newest checkpoint from which every snapshot within the retention can be read; None where there is none.

    The snapshot that stood when the retention began counts, too.
    """
    old = [v for v in versions if _moment(_entry_path(layout, dataset, v)) <= kept_since]
    if not old:
        return None
    folder = _entry_path(layout, dataset, 0).parent
    stood = min(set(versions) - set(old), default=versions[-1] + 1) - 1
    usable = [(v, p) for v, p in _checkpoints(folder).items() if v <= min(stood, _hinted(folder, stood))]
    return next((v for v, p in sorted(usable, reverse=True) if _is_sound(p)), None)


def _hinted(folder: Path, otherwise: int) -> int:
    """The checkpoint that readers start from: it must stay, even where a crash left an older one named."""
    try:
        return int(json.loads((folder / "_last_checkpoint").read_text(encoding="utf8"))["version"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return otherwise


def _is_sound(checkpoint: Path) -> bool:
    try:
        return bool(pq.read_table(checkpoint, partitioning=None).num_rows)
    except (OSError, pa.ArrowException):
        return False


def _checkpoints(folder: Path) -> dict[int, Path]:
    return {int(p.name.partition(".")[0]): p for p in folder.glob("*.checkpoint.parquet") if p.name.partition(".")[0].isdigit()}


def _versions(layout: Layout, dataset: str) -> list[int]:
    return sorted(int(p.stem) for p in _entry_path(layout, dataset, 0).parent.glob("*.json") if p.stem.isdigit())


def _entry_path(layout: Layout, dataset: str, version: int) -> Path:
    return layout.delta(dataset) / "_delta_log" / f"{version:020d}.json"


def _unnamed_decisions(layout: Layout, dataset: str, made_before: datetime) -> Iterator[Path]:
    """Decisions of commits that never came to be, or that a base sums up, and bases that a newer one replaces."""
    written = list(layout.decisions(dataset).iterdir())
    named = {log.entry(layout, dataset, v).info.get("decided") for v in _versions(layout, dataset)}
    named |= {p.name for p in bases(layout.decisions(dataset))[-1:]}
    yield from (p for p in written if p.name not in named and _moment(p) < made_before)


def _left_over(layout: Layout, made_before: datetime) -> int:
    gone = _delete(p for p in list(layout.tmp.rglob("*")) if p.is_file() and _moment(p) < made_before)
    for folder in sorted((p for p in layout.tmp.rglob("*") if p.is_dir()), reverse=True):
        if _moment(folder) < made_before and not any(folder.iterdir()):
            shutil.rmtree(folder, ignore_errors=True)
    return gone


def _moment(path: Path) -> datetime:
    """When a file was written; for one that has just gone, now."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    except FileNotFoundError:
        return utc_now()


def _delete(paths: Iterator[Path] | list[Path]) -> int:
    count = 0
    for path in paths:
        path.unlink(missing_ok=True)
        count += 1
    return count
