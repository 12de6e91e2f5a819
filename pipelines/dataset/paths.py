"""Where everything lies below a root; the only module that knows these names.

ROOT/_dyadwire.json            which data contract wrote this root
ROOT/_delta/<dataset>/         the Delta table: snapshots, history
ROOT/_keys/<dataset>.sqlite    the key table, a cache that the log can rebuild
ROOT/_keys/<dataset>/*.parquet what each commit decided; the key table is their sum
ROOT/_tmp/                     staged files, copies in the making
ROOT/<dataset>/…/*.parquet     the plain face
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from schemas import DATASETS, SCHEMA_VERSION
from schemas.version import major

MARKER: Final = "_dyadwire.json"


class RootError(ValueError):
    """A root that cannot be used; the message names the remedy."""


@dataclass(frozen=True)
class Layout:
    """The paths below one root."""

    root: Path

    def delta(self, dataset: str) -> Path:
        """The Delta table of a dataset."""
        return self.root / "_delta" / dataset

    def plain(self, dataset: str) -> Path:
        """The hive tree that plain readers and globs use."""
        return self.root / dataset

    def published(self, dataset: str) -> Path:
        """Says which version the plain face shows."""
        return self.root / "_published" / f"{dataset}.json"

    def key_table(self, dataset: str) -> Path:
        return self.root / "_keys" / f"{dataset}.sqlite"

    def decisions(self, dataset: str) -> Path:
        """Folder of the files that say what each commit decided."""
        return self.root / "_keys" / dataset

    @property
    def tmp(self) -> Path:
        return self.root / "_tmp"

    def staged(self, run_id: str, slice_id: str) -> Path:
        """Folder of what a run's workers found and nobody has committed yet."""
        return self.tmp / "staged" / run_id / slice_id

    def spool(self, run_id: str) -> Path:
        """Folder of what a run must keep to read twice, such as standard input."""
        return self.tmp / "spool" / run_id

    def progress(self, run_id: str) -> Path:
        """Folder in which workers tell how far they are."""
        return self.tmp / "progress" / run_id

    def lock(self, name: str) -> Path:
        return self.root / "_locks" / f"{name}.lock"

    def results(self, run_id: str) -> Path:
        """File in which a job's last step leaves its result for whoever started the job."""
        return self.tmp / "results" / f"{run_id}.json"


def open_root(root: str | Path, *, create: bool = True) -> Layout:
    """The layout of a root that can be worked on.

    Args:
        root: a folder; it is made where it is missing and `create` holds.
        create: False for verbs that only read.

    Raises:
        RootError: it is a file, cannot be written, does not exist, holds something else, or was written by a newer data contract.
    """
    if "://" in str(root):
        raise RootError(f"{root} is not a local folder; a dataset's root must be one, mount or sync the store")
    path = Path(root).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise RootError(f"{path} is a file; a dataset's root must be a folder: name another one with --root")
    if not path.is_dir():
        if not create:
            raise RootError(f"{path} does not exist; make a dataset there with `dyadwire ingest INPUT --root {root}`")
        _make(path)
    layout = Layout(path)
    _check_contract(layout, create)
    if create:
        _check_writable(layout)
    return layout


def _make(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RootError(f"{path} cannot be made: {error.strerror}; name another folder with --root") from error


def _check_writable(layout: Layout) -> None:
    """By writing: permission bits say little about read-only mounts, quotas and root users."""
    probe = layout.tmp / f".probe-{secrets.token_hex(4)}"
    try:
        layout.tmp.mkdir(exist_ok=True)
        probe.write_bytes(b"dyadwire")
        probe.unlink()
        for name in DATASETS:
            for folder in (layout.delta(name), layout.plain(name), layout.decisions(name)):
                folder.mkdir(parents=True, exist_ok=True)
        for folder in (layout.published("").parent, layout.lock("").parent, layout.results("").parent):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RootError(f"{layout.root} cannot be written: {error.strerror}; check its permissions and free space") from error


def _check_contract(layout: Layout, create: bool) -> None:
    marker = layout.root / MARKER
    if not marker.exists() and create:
        _write_once(marker, json.dumps({"schema_version": SCHEMA_VERSION}) + "\n")
    if not marker.exists():
        raise RootError(f"{layout.root} is no dataset's root: it has no {MARKER}; look for the folder that `dyadwire ingest --root` wrote")
    try:
        version = str(json.loads(marker.read_text(encoding="utf8"))["schema_version"])
        newer = _ordinal(version) > _ordinal(SCHEMA_VERSION)
    except (ValueError, KeyError, TypeError) as error:
        raise RootError(
            f"{marker} is damaged ({error}); write {{'schema_version': '{SCHEMA_VERSION}'}} there if the root is yours"
        ) from error
    if newer:
        raise RootError(
            f"{layout.root} was written by data contract {version}, this release knows {SCHEMA_VERSION}; install a newer release"
        )
    if create and _ordinal(version) < _ordinal(SCHEMA_VERSION):
        replace_text(marker, json.dumps({"schema_version": SCHEMA_VERSION}) + "\n")


def _ordinal(version: str) -> tuple[int, int]:
    return major(version), int(version.partition(".")[2])


def _write_once(path: Path, text: str) -> None:
    """The file appears whole, and only the first of several writers makes it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_text(text, encoding="utf8")
        if not path.exists():
            draft.replace(path)
    except OSError as error:
        raise RootError(f"{path.parent} cannot be written: {error.strerror}; check its permissions and free space") from error
    finally:
        draft.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> None:
    """Put a small file in place at once: readers see the old text or the new."""
    draft = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    draft.write_text(text, encoding="utf8")
    draft.replace(path)
