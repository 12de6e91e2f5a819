"""What lies around a root's datasets and may hold something that is to be forgotten: history, drafts, staged files, notes of runs."""

from __future__ import annotations

import fcntl
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.dataset import log
from pipelines.dataset.paths import Layout, replace_text
from schemas import DATASETS

GONE: Final = "forgotten"
"""Stands where an address stood."""


@dataclass(frozen=True)
class Target:
    """What is to be forgotten."""

    articles: frozenset[str]
    """Their ids."""
    urls: frozenset[str]
    """Where they were."""
    host: str | None = None
    """With its subdomains."""

    def names(self, given: str | None) -> bool:
        """Whether an input or a URL is one of those pages. A feed or a list of pages (`feed:https://…`) is none: it is a setting."""
        return given is not None and (given in self.urls or (self.host is not None and is_of(given, self.host)))

    def holds(self, rows: pa.Table) -> pa.Array:
        """Which rows tell of it: a boolean each."""
        if "article_id" in rows.column_names:
            found = pc.is_in(rows["article_id"], pa.array(sorted(self.articles), pa.string()))
            return found.combine_chunks()
        column = next(c for c in _TELLS if c in rows.column_names)
        return pa.array([_TELLS[column](self, value) for value in rows[column].to_pylist()], pa.bool_())

    def redacted(self, said: str) -> str:
        """JSON without the addresses; the same text where it has none."""
        value = json.loads(said)
        without = self._without(value)
        return said if without == value else json.dumps(without, ensure_ascii=False, sort_keys=True)

    def _without(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {k: self._without(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self._without(v) for v in value]
        return GONE if isinstance(value, str) and self.names(value) else value


def is_of(url: str, host: str) -> bool:
    """Whether a URL is of a host or of its subdomains."""
    try:
        name = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return False
    return name == host.lower() or name.endswith(f".{host.lower()}")


_TELLS: Final[dict[str, Callable[[Target, str], bool]]] = {
    "input": Target.names,
    "options": lambda target, said: target.redacted(said) != said,
}
"""By which column, and how, rows that are of no single article tell of what is to be forgotten."""


def purge(layout: Layout, target: Target) -> int:
    """Erase superseded, set-aside and staged files of what is to be forgotten, and its addresses from the notes of runs.

    Returns:
        How many files were deleted or written anew.
    """
    history = sum(_purge_history(layout, name, target) for name in DATASETS)
    return history + _purge_drafts(layout, target) + _purge_notes(layout, target)


def _purge_history(layout: Layout, dataset: str, target: Target) -> int:
    """Delete superseded and set-aside files that tell of it; no others, for another writer may be at work."""
    standing = {f.path for f in log.files(log.open_table(layout, dataset))}
    base, aside, removed = layout.delta(dataset), layout.root / "_damaged", 0
    old = [p for p in base.rglob("*.parquet") if "_delta_log" not in p.parts and p.relative_to(base).as_posix() not in standing]
    for path in [*old, *(aside / dataset).rglob("*.parquet"), *(aside / "foreign" / dataset).rglob("*.parquet")]:
        if _tells(path, target):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _purge_drafts(layout: Layout, target: Target) -> int:
    """Rewrite staged files and copies in the making without the rows: a job that runs keeps the others.

    A file that a job is writing at this moment is left alone: the job's commit will not take the rows in, and the file goes with the job.
    """
    changed = 0
    for path in list(layout.tmp.rglob("*.parquet")):
        rows = _readable(path)
        if rows is None:
            changed += _delete_unless_held(path)
        elif pc.any(told := target.holds(rows)).as_py():
            draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            pq.write_table(rows.filter(pc.invert(told)), draft, compression="zstd")
            draft.replace(path)
            changed += 1
    return changed


def _delete_unless_held(path: Path) -> bool:
    """Delete a half-written file whose writer is dead: it may hold anything, and nobody will read it."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
    except (BlockingIOError, FileNotFoundError):
        return False
    return True


def _purge_notes(layout: Layout, target: Target) -> int:
    """Results that nobody has fetched name failed inputs; copies of standard input hold whole articles."""
    changed = 0
    for path in layout.results("").parent.glob("*.json"):
        said = path.read_text(encoding="utf8")
        if (without := target.redacted(said)) != said:
            replace_text(path, without)
            changed += 1
    for path in layout.spool("").rglob("*"):
        changed += path.is_file() and _blot(path, target)
    return changed


def _blot(path: Path, target: Target) -> bool:
    """Overwrite with blanks, in place, the records of a JSON Lines file that name one of the URLs: a job may be reading it."""
    blotted, start = False, 0
    with path.open("rb") as lines, path.open("r+b") as file:
        for line in lines:
            if _names_target(line, target):
                file.seek(start)
                file.write(b" " * len(line.rstrip(b"\r\n")))
                blotted = True
            start += len(line)
    return blotted


def _names_target(line: bytes, target: Target) -> bool:
    try:
        record = json.loads(line)
    except ValueError:
        return False
    return isinstance(record, dict) and any(isinstance(v, str) and target.names(v) for v in record.values())


def _tells(path: Path, target: Target) -> bool:
    try:
        file = pq.ParquetFile(path)
        column = next(c for c in ("article_id", *_TELLS) if c in file.schema_arrow.names)
        return bool(pc.any(target.holds(file.read(columns=[column]))).as_py())
    except FileNotFoundError:
        return False
    except (OSError, pa.ArrowException, StopIteration):
        return True  # nobody can tell what a damaged file holds: forgetting outranks keeping it


def _readable(path: Path) -> pa.Table | None:
    """What a draft holds; nothing where it is gone, None where it is half-written."""
    try:
        return pq.ParquetFile(path).read()
    except FileNotFoundError:
        return pa.table({"article_id": pa.array([], pa.string())})
    except (OSError, pa.ArrowException):
        return None
