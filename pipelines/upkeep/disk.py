"""How much a root takes, how fast it grows, and when the disk is full.

Each look is noted in ROOT/_state/disk.jsonl; growth is the slope from the oldest look of the last weeks to this one. At a first look it
is the average since the first run.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pyarrow.compute as pc

from pipelines.dataset import Layout, read
from pipelines.dataset.paths import replace_text

_WINDOW: Final = timedelta(days=30)
_LEAST: Final = timedelta(hours=1)
"""Two looks that lie closer together say nothing about growth."""


@dataclass(frozen=True)
class Look:
    """The disk at one moment."""

    at: datetime
    bytes: int


@dataclass(frozen=True)
class Forecast:
    """Sizes in bytes."""

    used: int
    """By the root; a file with two names counts once."""
    raw: int
    """By the raw archive, a part of it."""
    free: int
    daily: float | None
    """Growth; None where nothing tells it yet."""
    days_left: float | None
    """Until the disk is full at that growth; None where it does not grow, or nothing tells."""


def forecast(layout: Layout, now: datetime) -> Forecast:
    """Look at the disk, note it, and say when it will be full."""
    used = size_of(layout.root)
    free = shutil.disk_usage(layout.root).free
    history = [look for look in _history(layout) if now - _WINDOW <= look.at <= now - _LEAST]
    daily = _growth(history[0] if history else _first(layout, now), Look(now, used))
    _note(layout, [*history, Look(now, used)])
    left = free / daily if daily is not None and daily > 0 else None
    return Forecast(used, size_of(layout.root / "raw"), free, daily, left)


def size_of(folder: Path) -> int:
    """Bytes on disk of all files below a folder, each once however many names it has."""
    seen: dict[tuple[int, int], int] = {}
    for at, _, names in os.walk(folder):
        for name in names:
            try:
                status = (Path(at) / name).stat()
            except FileNotFoundError:
                continue  # a writer cleared it away meanwhile
            seen[status.st_dev, status.st_ino] = status.st_size
    return sum(seen.values())


def _growth(before: Look | None, after: Look) -> float | None:
    if before is None or after.at - before.at < _LEAST:
        return None
    return (after.bytes - before.bytes) / ((after.at - before.at) / timedelta(days=1))


def _first(layout: Layout, now: datetime) -> Look | None:
    started = read(layout.root, "runs").to_table(columns=["started_at"]).column("started_at")
    first = pc.min(started).as_py()
    return None if first is None or first >= now else Look(first, 0)


def _path(layout: Layout) -> Path:
    return layout.root / "_state" / "disk.jsonl"


def _history(layout: Layout) -> list[Look]:
    path = _path(layout)
    if not path.exists():
        return []
    rows = (json.loads(line) for line in path.read_text(encoding="utf8").splitlines())
    return [Look(datetime.fromisoformat(row["at"]), row["bytes"]) for row in rows]


def _note(layout: Layout, looks: list[Look]) -> None:
    _path(layout).parent.mkdir(exist_ok=True)
    replace_text(_path(layout), "".join(json.dumps({"at": look.at.isoformat(), "bytes": look.bytes}) + "\n" for look in looks))
