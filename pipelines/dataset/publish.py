"""The plain face: make ROOT/<dataset>/… equal to the newest snapshot.

Files are linked, so both faces share their bytes; where the file system has no hard links they are copied under ROOT/_tmp and renamed in.
Missing files come before superfluous ones go, so a plain reader may for moments see old and new rows, but no gap. One publisher works at
a time (a lock), and it looks at the newest version again before it ends, so that none takes away what a newer commit added.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deltalake import DeltaTable

from pipelines.dataset import log
from pipelines.dataset.files import partition_folder, write_rows
from pipelines.dataset.locks import held
from pipelines.dataset.paths import Layout, replace_text
from schemas import DATASETS

EMPTY: Final = "empty.parquet"
"""A dataset without rows shows one file with its schema, because readers fail on an empty tree."""

_EMPTY_PARTITION: Final = {"country_pair": "XXX-XXX", "published_month": "unknown", "stage": "discover", "day": "1970-01-01"}

_NO_LINKS: Final = {errno.EPERM, errno.EXDEV, errno.ENOTSUP, errno.EMLINK, errno.EACCES, errno.ENOSYS}


class LogBehindError(RuntimeError):
    """The log lost commits that were published; publishing would take their rows away."""


@dataclass(frozen=True)
class Published:
    """What publishing did."""

    version: int
    added: int = 0
    removed: int = 0


def publish(layout: Layout, dataset: str, *, whole: bool = False) -> Published:
    """Bring the plain face of a dataset to its newest snapshot.

    Args:
        whole: compare the whole tree instead of applying the log since the last published version.
    """
    with held(layout.lock(f"publish-{dataset}")):
        added = removed = 0
        while True:
            table = log.open_table(layout, dataset)
            newest = table.version()
            shown = None if whole else shown_version(layout, dataset)
            if shown is not None and shown > newest:
                raise LogBehindError(
                    f"{layout.delta(dataset)}: the log ends at version {newest}, but version {shown} was published: log files are missing; "
                    f"put them back, or run `dyadwire verify --repair --root {layout.root}`"
                )
            if shown == newest:
                return Published(newest, added, removed)
            a, r = _bring(layout, dataset, table, shown)
            added, removed, whole = added + a, removed + r, False
            replace_text(layout.published(dataset), json.dumps({"version": newest}) + "\n")


def shown_version(layout: Layout, dataset: str) -> int | None:
    """The version that the plain face shows; None when it was never published."""
    try:
        return int(json.loads(layout.published(dataset).read_text(encoding="utf8"))["version"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _bring(layout: Layout, dataset: str, table: DeltaTable, shown: int | None) -> tuple[int, int]:
    newest = table.version()
    if shown is None:
        return _mirror(layout, dataset, table)
    try:
        entries = log.entries(layout, dataset, shown + 1, newest)
    except FileNotFoundError:
        return _mirror(layout, dataset, table)
    add: dict[str, None] = {}
    remove: dict[str, None] = {}
    for entry in entries:
        for path in entry.removed:
            add.pop(path, None)
            remove[path] = None
        for file in entry.added:
            remove.pop(file.path, None)
            add[file.path] = None
    return _change(layout, dataset, list(add), list(remove))


def _mirror(layout: Layout, dataset: str, table: DeltaTable) -> tuple[int, int]:
    """Compare the whole tree with the snapshot; for a first publication, and for repair."""
    wanted = {f.path for f in log.files(table)}
    found = plain_files(layout, dataset)
    return _change(layout, dataset, sorted(wanted), sorted(p for p in found - wanted if not p.endswith(EMPTY)), keep_empty=not wanted)


def plain_files(layout: Layout, dataset: str) -> set[str]:
    """The Parquet files of the plain face, relative to it."""
    base = layout.plain(dataset)
    return {p.relative_to(base).as_posix() for p in base.rglob("*.parquet")}


def _change(layout: Layout, dataset: str, add: list[str], remove: list[str], *, keep_empty: bool = False) -> tuple[int, int]:
    added = sum(_show(layout, dataset, path) for path in add)
    empty = empty_file(layout, dataset)
    if not add and (keep_empty or (remove and plain_files(layout, dataset) <= {*remove})):
        _write_empty(layout, dataset, empty)
    elif add:
        _hide(layout, dataset, empty.relative_to(layout.plain(dataset)).as_posix())
    removed = sum(_hide(layout, dataset, path) for path in remove)
    return added, removed


def empty_file(layout: Layout, dataset: str) -> Path:
    """Where the file stands that a dataset without rows shows."""
    return layout.plain(dataset) / partition_folder(dataset, _EMPTY_PARTITION) / EMPTY


def _write_empty(layout: Layout, dataset: str, path: Path) -> None:
    if path.exists():
        return
    draft = _draft(layout)
    write_rows(draft, dataset, DATASETS[dataset].file_schema.empty_table())
    path.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(path)


def _show(layout: Layout, dataset: str, path: str) -> bool:
    """Link or copy one file of the table into the plain face; True when it was not there."""
    source, target = layout.delta(dataset) / path, layout.plain(dataset) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        if target.samefile(source) or _is_copy(source, target):
            return False
        target.unlink()
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        draft = _draft(layout)
        shutil.copyfile(source, draft)
        draft.chmod(0o444)
        os.utime(draft, ns=(source.stat().st_atime_ns, source.stat().st_mtime_ns))
        draft.replace(target)
    return True


def _is_copy(source: Path, target: Path) -> bool:
    """Whether the target is an untouched copy: copies are given the source's time."""
    a, b = source.stat(), target.stat()
    return (a.st_size, a.st_mtime_ns) == (b.st_size, b.st_mtime_ns)


def _hide(layout: Layout, dataset: str, path: str) -> bool:
    """Take one file out of the plain face, and folders that it leaves empty; True when it was there."""
    base = layout.plain(dataset)
    target = base / path
    try:
        target.unlink()
    except FileNotFoundError:
        return False
    for folder in target.parents:
        if folder == base:
            break
        try:
            folder.rmdir()
        except OSError:  # another file stands there
            break
    return True


def _draft(layout: Layout) -> Path:
    folder = layout.tmp / "publish"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{secrets.token_hex(16)}.parquet"
