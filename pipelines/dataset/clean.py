"""Clear what nobody needs any more: superseded files past the retention, and what crashed runs left."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deltalake import DeltaTable

from pipelines.dataset import log
from pipelines.dataset.paths import Layout
from schemas import DATASETS

RETENTION_DAYS: Final = 7.0
"""How long older snapshots can be read."""

GRACE_DAYS: Final = 1.0
"""How old staged files and drafts must be before they count as left over; no run works that long on one bundle."""


@dataclass(frozen=True)
class Cleaned:
    """How many files went."""

    superseded: int
    """Data files that no snapshot within the retention names, orphans of crashed commits among them."""
    left_over: int
    """Staged files and drafts."""


def clean(layout: Layout, *, retention_days: float = RETENTION_DAYS, grace_days: float = GRACE_DAYS) -> Cleaned:
    """Delete superseded files past the retention, and leftovers past the grace period.

    Readers of a snapshot older than the retention may fail with file-not-found from then on; the newest one is never touched.
    """
    superseded = sum(len(_vacuum(layout, name, retention_days)) for name in DATASETS)
    before = time.time() - grace_days * 86_400
    left = [p for p in layout.tmp.rglob("*") if p.is_file() and p.stat().st_mtime < before]
    left += [p for name in DATASETS for p in _unnamed_decisions(layout, name) if p.stat().st_mtime < before]
    for path in left:
        path.unlink(missing_ok=True)
    for folder in sorted((p for p in layout.tmp.rglob("*") if p.is_dir()), reverse=True):
        if folder.stat().st_mtime < before and not any(folder.iterdir()):
            shutil.rmtree(folder, ignore_errors=True)
    return Cleaned(superseded, len(left))


def _vacuum(layout: Layout, dataset: str, retention_days: float) -> list[str]:
    table: DeltaTable = log.open_table(layout, dataset)
    gone: list[str] = table.vacuum(round(retention_days * 24), dry_run=False, enforce_retention_duration=False, full=True)
    return gone


def _unnamed_decisions(layout: Layout, dataset: str) -> list[Path]:
    named = {e.info.get("decided") for e in log.entries(layout, dataset, 0, log.open_table(layout, dataset).version())}
    return [p for p in layout.decisions(dataset).glob("*.parquet") if p.name not in named]
