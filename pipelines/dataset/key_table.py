"""What a dataset knows already: a key table with one line an id, so that asking does not scan the dataset.

Each commit writes what it decided into a small Parquet file and names it in the Delta log, so the decision becomes true together
with the rows. The key table is the sum of these files in the order of the log: an SQLite file (a B-tree by id; a lookup costs the same
whatever the dataset's size) that says up to which version it goes. It is brought up to the snapshot before it is asked, may lag but
never leads, and is rebuilt when it is lost or damaged. It holds hashes, times and partition names: no text of any article, no address.
"""

from __future__ import annotations

import dataclasses
import errno
import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable

from pipelines.dataset.decisions import CHUNK, newest_base, read_decisions, write_base
from pipelines.dataset.keys import ArticleKey, CopyKey, RejectedKey, RowKey
from pipelines.dataset.log import LogEntry, entries, files
from pipelines.dataset.paths import Layout
from schemas import DATASETS

Key = TypeVar("Key", bound=RowKey)

_FORMAT: Final = 2
"""Of the SQLite file; one of another format is made anew."""

_ROOM: Final = 128 * 1024
"""Bytes of free space below which SQLite's input and output errors are those of a full disk: its shared memory has no room."""

_LOOKUP: Final = 500
"""Ids a query: SQLite takes at most 32,766 parameters, and long statements parse slowly."""


class KeyTable(Generic[Key]):
    """The key table of one dataset."""

    def __init__(self, layout: Layout, dataset: str, kind: type[Key]) -> None:
        self._layout, self._dataset, self._kind = layout, dataset, kind
        self._names = [f.name for f in dataclasses.fields(kind) if f.name != "gone"]

    def catch_up(self, table: DeltaTable) -> None:
        """Bring it to the snapshot that `table` holds, or leave it where it is further already.

        Raises:
            OSError: the disk is full; the table is as it was, and the next call goes on.
        """
        try:
            self._catch_up(table)
        except (sqlite3.DatabaseError, FileNotFoundError) as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise
            self.discard()
            self._catch_up(table)

    def get(self, ids: Iterable[str]) -> dict[str, Key]:
        """The keys of those ids that are known."""
        return self._select("id", ids)

    @contextmanager
    def opened(self) -> Iterator[Callable[[Iterable[str]], dict[str, Key]]]:
        """`get` for many calls: it stays open meanwhile."""
        with self._open() as db:
            yield partial(self._find, db, "id")

    def by(self, column: str, values: Iterable[str]) -> dict[str, Key]:
        """The keys, by id, whose `column` is one of `values`."""
        return self._select(column, values)

    def all(self) -> Iterator[Key]:
        """Every key, by id; for repair, not for lookups."""
        with self._open() as db:
            for values in db.execute(f"SELECT {', '.join(self._names)} FROM keys ORDER BY id"):
                yield self._kind(**dict(zip(self._names, values, strict=True)))

    def count_by(self, column: str) -> dict[str | None, int]:
        """How many keys have each value of a column."""
        with self._open() as db:
            return dict(db.execute(f"SELECT {column}, count(*) FROM keys GROUP BY {column} ORDER BY 2 DESC, 1").fetchall())

    def save(self, table_id: str) -> int:
        """Write what it holds as a base, so that it can be made anew without the log entries that it sums up.

        Args:
            table_id: of the Delta table.

        Returns:
            The version up to which the base goes.
        """
        with self._open() as db:
            db.execute("BEGIN")  # one view of the table, whoever else catches it up
            noted = dict(db.execute("SELECT name, value FROM meta").fetchall())
            version = int(noted.pop("version"))
            rows = db.execute(f"SELECT {', '.join(self._names)} FROM keys ORDER BY id")
            keys = (self._kind(**dict(zip(self._names, values, strict=True))) for values in rows)
            write_base(self._layout.decisions(self._dataset), version, table_id, noted, keys, self._kind)
            db.execute("COMMIT")
        return version

    def version(self) -> int | None:
        """Up to which commit it goes; None when it is not there."""
        if not self._layout.key_table(self._dataset).exists():
            return None
        with self._open() as db:
            return _version(db)

    def _select(self, column: str, values: Iterable[str]) -> dict[str, Key]:
        with self._open() as db:
            return self._find(db, column, values)

    def _find(self, db: sqlite3.Connection, column: str, values: Iterable[str]) -> dict[str, Key]:
        found: dict[str, Key] = {}
        for part in self._parts(sorted(set(values))):
            query = f"SELECT {', '.join(self._names)} FROM keys WHERE {column} IN ({marks(part)})"
            for values_ in db.execute(query, part):
                key = self._kind(**dict(zip(self._names, values_, strict=True)))
                found[key.id] = key
        return found

    @staticmethod
    def _parts(values: list[Any]) -> Iterator[list[Any]]:
        for i in range(0, len(values), _LOOKUP):
            yield values[i : i + _LOOKUP]

    def _note(self, db: sqlite3.Connection, info: Mapping[str, Any]) -> None:
        """What else a commit says that the table keeps."""

    def _tables(self, db: sqlite3.Connection) -> None:
        """Further tables and indexes of a dataset's own."""

    def _before_apply(self, db: sqlite3.Connection, keys: list[Key]) -> None:
        """What must follow in them when keys change."""

    def _catch_up(self, table: DeltaTable) -> None:
        newest = table.version()
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            at = _version(db)
            if at is not None and db.execute("PRAGMA user_version").fetchone() != (_FORMAT,):
                raise sqlite3.DatabaseError(f"the key table of {self._dataset} was written by another release")
            if at is not None and at > newest and at > DeltaTable(table.table_uri).version():
                raise sqlite3.DatabaseError(f"the key table of {self._dataset} is ahead of its log: the dataset was put back")
            for keys, version, info in self._missing(table, at, newest):
                self._apply(db, keys, version)
                self._note(db, info)
            db.execute(f"PRAGMA user_version = {_FORMAT}")
            db.execute("COMMIT")

    def _missing(self, table: DeltaTable, at: int | None, newest: int) -> Iterator[tuple[Iterable[Key], int, dict[str, Any]]]:
        """What the commits after `at` decided; where the log no longer tells, what the snapshot's rows say."""
        if at is None:
            base = newest_base(self._layout.decisions(self._dataset), str(table.metadata().id), newest)
            try:
                log = entries(self._layout, self._dataset, 0 if base is None else base.version + 1, newest)
                if gone := [n for e in log if (n := e.info.get("decided")) and not (self._layout.decisions(self._dataset) / n).exists()]:
                    raise FileNotFoundError(gone[0])
            except FileNotFoundError:
                yield self._of_files([f.path for f in files(table)]), newest, {}
                return
            if base is not None:
                yield read_decisions(base.path, self._kind), base.version, dict(base.noted)
        else:
            log = entries(self._layout, self._dataset, at + 1, newest)
        for entry in log:
            yield self._decided(entry), entry.version, entry.info

    def _decided(self, entry: LogEntry) -> Iterable[Key]:
        if name := entry.info.get("decided"):
            return read_decisions(self._layout.decisions(self._dataset) / name, self._kind)
        return self._of_files([f.path for f in entry.added]) if entry.data_change else ()

    def _of_files(self, paths: Iterable[str]) -> list[Key]:
        """The keys that the rows of some files show, where no commit of ours says it."""
        found: dict[str, Key] = {}
        for path in paths:
            for key in keys_of_file(self._layout, self._dataset, path, self._kind):
                known = found.get(key.id)
                merged = {*filter(None, known.partitions.split("|"))} if known else set()
                found[key.id] = dataclasses.replace(key, partitions="|".join(sorted(merged | {*filter(None, key.partitions.split("|"))})))
        return list(found.values())

    def _apply(self, db: sqlite3.Connection, keys: Iterable[Key], version: int) -> None:
        names, marks = ", ".join(self._names), ", ".join("?" * len(self._names))
        rest = iter(keys)
        while rows := list(itertools.islice(rest, CHUNK)):
            self._before_apply(db, rows)
            db.executemany(
                f"INSERT OR REPLACE INTO keys ({names}) VALUES ({marks})",
                ([getattr(k, n) for n in self._names] for k in rows if not k.gone),
            )
            db.executemany("DELETE FROM keys WHERE id = ?", ((k.id,) for k in rows if k.gone))
        db.execute("INSERT OR REPLACE INTO meta VALUES ('version', ?)", (version,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        # a worker's tables are closed by the thread that collects them; no two threads use one at once
        path = self._layout.key_table(self._dataset)
        with (
            _full_disk_as_os_error(self._layout.root),
            closing(sqlite3.connect(path, timeout=120, isolation_level=None, check_same_thread=False)) as db,
        ):
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
            columns = ", ".join(f"{n} PRIMARY KEY" if n == "id" else n for n in self._names)
            db.execute(f"CREATE TABLE IF NOT EXISTS keys ({columns}) WITHOUT ROWID")
            if "input" in self._names:
                db.execute("CREATE INDEX IF NOT EXISTS by_input ON keys (input)")
            db.execute("CREATE TABLE IF NOT EXISTS meta (name PRIMARY KEY, value)")
            self._tables(db)
            yield db

    def discard(self) -> None:
        """Delete it: a cache that may be wrong is made anew from the log."""
        path = self._layout.key_table(self._dataset)
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)


def keys_of_file(layout: Layout, dataset: str, path: str, kind: type[Key]) -> list[Key]:
    """What the rows of one file of a table say about their ids."""
    folder = path.rpartition("/")[0]
    if kind is RejectedKey:
        wanted = {"rejected_id": "id", "input": "input", "run_id": "run_id", "attempts": "attempts", "first_seen": "first_seen"}
    elif kind is ArticleKey:
        wanted = {"article_id": "id", "text_hash": "text_hash", "fetched_at": "fetched_at"}
        wanted |= {"revision": "revision"} if dataset == "articles" else {"extractor_version": "extractor"}
    elif kind is CopyKey:
        return []  # its rows have no signatures: all articles are looked at again
    else:
        wanted = {f"{DATASETS[dataset].key}": "id"}
    rows = pq.ParquetFile(layout.delta(dataset) / path).read(columns=list(wanted)).rename_columns(list(wanted.values()))
    for name in ("fetched_at", "first_seen"):
        if name in rows.column_names:
            rows = rows.set_column(rows.column_names.index(name), name, rows[name].cast(pa.int64()))
    defaults: dict[str, Any] = {"revision": 1} if kind is ArticleKey else {}
    return [kind(**(defaults | row), partitions=folder) for row in rows.group_by(rows.column_names).aggregate([]).to_pylist()]


def marks(values: list[Any]) -> str:
    """As many parameters of a statement."""
    return ", ".join("?" * len(values))


def _version(db: sqlite3.Connection) -> int | None:
    row = db.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
    return None if row is None else int(row[0])


@contextmanager
def _full_disk_as_os_error(root: Path) -> Iterator[None]:
    """SQLite has errors of its own for what the rest of the commit tells as an `OSError`."""
    try:
        yield
    except sqlite3.OperationalError as error:
        kind = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest tells what it was doing
        if kind == sqlite3.SQLITE_FULL or (kind == sqlite3.SQLITE_IOERR and shutil.disk_usage(root).free < _ROOM):
            raise OSError(errno.ENOSPC, f"{os.strerror(errno.ENOSPC)}, in the key table") from error
        raise
