"""What sources have seen, and what they still owe: remembered between runs, and advanced only after the commit.

A run writes what it sees as pending. `confirm`, called when the datasets are committed, makes it count, in one transaction. A run that
dies before leaves pending rows that nobody reads: the next run sees the same feed entries as new. SQLite in WAL mode, so that workers
of several processes write to the same file.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipelines.context import RunContext
from schemas import Completeness, Locator

PAGE: Final = "page"
"""Scope of fetched pages: their validators, by URL."""
LISTED: Final = "url"
"""Scope of URLs that some source listed."""
COVERED: Final = "covered"
"""Scope of sources: `listed_at` is the end of their last complete period."""

_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS seen (
        scope TEXT, key TEXT, etag TEXT, last_modified TEXT, listed_at TEXT, PRIMARY KEY (scope, key)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS owed (uri TEXT PRIMARY KEY, kind TEXT, listed_at TEXT, source_uri TEXT, not_before TEXT) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS pending (
        run_id TEXT, slice_id TEXT, what TEXT, scope TEXT, key TEXT, value TEXT, made_at TEXT,
        PRIMARY KEY (run_id, slice_id, what, scope, key)) WITHOUT ROWID;
"""
_SEEN, _OWED, _PAID, _TOLD, _PART = "seen", "owed", "paid", "told", "part"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is remembered of one thing."""

    etag: str | None = None
    last_modified: str | None = None
    listed_at: datetime | None = None


class SeenStore:
    """The memory of sources in one SQLite file; may be used by several threads and opened by several processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute("PRAGMA secure_delete=ON")  # what is forgotten must not stay in free pages
        self._database.executescript(_TABLES)

    def close(self) -> None:
        self._database.close()

    def get(self, scope: str, key: str) -> Seen | None:
        """What is known for certain; never what an unfinished run saw."""
        with self._lock:
            row = self._database.execute(
                "SELECT etag, last_modified, listed_at FROM seen WHERE scope = ? AND key = ?", (scope, key)
            ).fetchone()
        return None if row is None else Seen(etag=row[0], last_modified=row[1], listed_at=_moment(row[2]))

    def put(
        self,
        context: RunContext,
        scope: str,
        key: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        listed_at: datetime | None = None,
    ) -> None:
        """Notes what a run has seen, pending until its commit."""
        value = json.dumps([etag, last_modified, _iso(listed_at)])
        self._note(context, _SEEN, [(scope, key, value)])

    def put_many(self, context: RunContext, notes: Iterable[tuple[str, str, Seen]]) -> None:
        """`put` for many things at once: (scope, key, what)."""
        rows = [(scope, key, json.dumps([seen.etag, seen.last_modified, _iso(seen.listed_at)])) for scope, key, seen in notes]
        self._note(context, _SEEN, rows)

    def defer(self, context: RunContext, locator: Locator, not_before: datetime | None) -> None:
        """Notes a locator that a run leaves to the next one; it is owed from the commit on."""
        self.defer_many(context, [locator], not_before)

    def defer_many(self, context: RunContext, locators: Iterable[Locator], not_before: datetime | None = None) -> None:
        """`defer` for many at once."""
        until = _iso(not_before)
        notes = [(found.uri, json.dumps([found.kind, _iso(found.listed_at), found.source_uri, until])) for found in locators]
        self._note(context, _OWED, [("", uri, value) for uri, value in notes])

    def owed(self, context: RunContext, source_uri: str | None = None) -> list[Locator]:
        """Locators that earlier runs left and that are due, of one source or of all; paid once this run is committed."""
        found = [locator for locator in self.owing(context.now) if source_uri in (None, locator.source_uri)]
        self.pay(context, (locator.uri for locator in found))
        return sorted(found, key=lambda locator: locator.uri)

    def owing(self, now: datetime, most: int | None = None) -> list[Locator]:
        """Locators that committed runs left and that are due, newest first; nobody promises to fetch them yet.

        Args:
            most: so many of them.
        """
        query = "SELECT uri, kind, listed_at, source_uri FROM owed WHERE (not_before IS NULL OR not_before <= ?)"
        with self._lock:
            rows = self._database.execute(
                f"{query} ORDER BY listed_at DESC, uri LIMIT ?", (_iso(now), -1 if most is None else most)
            ).fetchall()
        return [Locator(kind=kind, uri=uri, listed_at=_moment(listed), source_uri=source) for uri, kind, listed, source in rows]

    def pay(self, context: RunContext, uris: Iterable[str]) -> None:
        """Notes that a run takes owed locators: they are owed no more once it is committed, unless it defers them again."""
        self._note(context, _PAID, [("", uri, "") for uri in uris])

    def adopt(self, runs: Iterable[str], context: RunContext) -> None:
        """Makes what other runs noted this run's own: it works on what they listed, and its commit is the one that counts."""
        with self._transaction() as database:
            for run_id in runs:
                database.execute(
                    "UPDATE OR REPLACE pending SET run_id = ?, slice_id = ? WHERE run_id = ?", (context.run_id, context.slice_id, run_id)
                )

    def divide(self, context: RunContext, parts: int) -> None:
        """Notes that what a slice leads to is committed in so many parts, `0` to `parts - 1`."""
        self._note(context, _PART, [("", str(part), "") for part in range(parts)])

    def parts_left(self, run_id: str, slice_id: str) -> set[int]:
        """The parts of a slice that are not committed."""
        mine, arguments = _of_run(run_id, slice_id)
        with self._lock:
            rows = self._database.execute(f"SELECT key FROM pending WHERE {mine} AND what = ?", [*arguments, _PART]).fetchall()
        return {int(key) for (key,) in rows}

    def parts_done(self, run_id: str, slice_id: str, parts: Iterable[int]) -> None:
        """Notes that parts are committed; twice is harmless."""
        mine, arguments = _of_run(run_id, slice_id)
        with self._transaction() as database:
            for part in parts:
                database.execute(f"DELETE FROM pending WHERE {mine} AND what = ? AND key = ?", [*arguments, _PART, str(part)])

    def waits(self, run_id: str, slice_id: str) -> bool:
        """Whether a slice's notes wait for a commit."""
        mine, arguments = _of_run(run_id, slice_id)
        with self._lock:
            return self._database.execute(f"SELECT 1 FROM pending WHERE {mine} LIMIT 1", arguments).fetchone() is not None

    def tell(self, context: RunContext, row: Completeness, given: str) -> None:
        """Notes what a run's list covers; `given` is the input that was listed, under which pages are owed."""
        value = json.dumps([row.source, _iso(row.since), _iso(row.until), row.gap])
        self._note(context, _TOLD, [(given, f"{row.source} {'lost' if row.gap else 'complete'}", value)])

    def told(self, run_id: str, slice_id: str | None = None) -> tuple[Completeness, ...]:
        """What a run makes complete once it is committed, and what was lost; a source that still owes pages is not complete."""
        mine, arguments = _of_run(run_id, slice_id)
        with self._lock:
            return tuple(row for row, _ in self._told(mine, arguments))

    def confirm(self, run_id: str, slice_id: str | None = None, *, recorded: bool = True) -> int:
        """Makes count what a run, or one slice of it, noted. To be called after the commit of what it led to; twice is harmless.

        Args:
            recorded: whether the run wrote a row: only then the periods that it makes complete have been told.

        Returns:
            How many notes there were.
        """
        mine, arguments = _of_run(run_id, slice_id)
        with self._transaction() as database:
            for row, _ in self._told(mine, arguments) if recorded else ():
                if not row.gap and row.until is not None:
                    database.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, NULL, NULL, ?)", (COVERED, row.source, _iso(row.until)))
            notes = database.execute(f"SELECT what, scope, key, value FROM pending WHERE {mine} ORDER BY what DESC", arguments).fetchall()
            for what, scope, key, value in notes:  # paid before owed: what is put off again stays owed
                if what in (_TOLD, _PART):
                    continue
                if what == _PAID:
                    database.execute("DELETE FROM owed WHERE uri = ?", (key,))
                elif what == _OWED:
                    kind, listed_at, source_uri, not_before = json.loads(value)
                    database.execute("INSERT OR REPLACE INTO owed VALUES (?, ?, ?, ?, ?)", (key, kind, listed_at, source_uri, not_before))
                else:
                    database.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)", (scope, key, *json.loads(value)))
            database.execute(f"DELETE FROM pending WHERE {mine}", arguments)
        return len(notes)

    def drop(self, run_id: str, slice_id: str | None = None) -> None:
        """Forgets what a run noted, because it will never be committed."""
        mine, arguments = _of_run(run_id, slice_id)
        with self._transaction() as database:
            database.execute(f"DELETE FROM pending WHERE {mine}", arguments)

    def drop_before(self, moment: datetime) -> int:
        """Forgets the notes of runs that died before `moment`; how many there were."""
        with self._transaction() as database:
            return database.execute("DELETE FROM pending WHERE made_at < ?", (_iso(moment),)).rowcount

    def forget(self, matches: Callable[[str], bool]) -> int:
        """Removes every trace of the URLs that match; how many rows held one."""
        gone = 0
        with self._transaction() as database:
            for table, column in (("seen", "key"), ("owed", "uri"), ("pending", "key")):
                keys = [row[0] for row in database.execute(f"SELECT DISTINCT {column} FROM {table}") if matches(row[0])]
                gone += sum(database.execute(f"DELETE FROM {table} WHERE {column} = ?", (key,)).rowcount for key in keys)
        with self._lock:
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # nor in the log of what was written
        return gone

    def _told(self, mine: str, arguments: list[str]) -> list[tuple[Completeness, str]]:
        """The rows that a run may tell, each with its input."""
        query = f"SELECT scope, value FROM pending WHERE {mine} AND what = ? ORDER BY scope, key"
        owing = self._owing(mine, arguments)
        rows = []
        for given, value in self._database.execute(query, [*arguments, _TOLD]).fetchall():
            source, since, until, gap = json.loads(value)
            if gap or given not in owing:
                rows.append((Completeness(source=source, since=_moment(since), until=_moment(until), gap=gap), given))
        return rows

    def _owing(self, mine: str, arguments: list[str]) -> set[str | None]:
        """The inputs that owe pages after a run: what it put off, and what was owed before and is not paid."""
        notes = f"SELECT key, value FROM pending WHERE {mine} AND what = ?"
        paid = {key for key, _ in self._database.execute(notes, [*arguments, _PAID])}
        late = {json.loads(value)[2] for _, value in self._database.execute(notes, [*arguments, _OWED])}
        return late | {source for uri, source in self._database.execute("SELECT uri, source_uri FROM owed") if uri not in paid}

    def _note(self, context: RunContext, what: str, notes: list[tuple[str, str, str]]) -> None:
        made_at = _iso(context.now)
        rows = [(context.run_id, context.slice_id, what, scope, key, value, made_at) for scope, key, value in notes]
        with self._transaction() as database:
            database.executemany("INSERT OR REPLACE INTO pending VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")


def _of_run(run_id: str, slice_id: str | None) -> tuple[str, list[str]]:
    return ("run_id = ?", [run_id]) if slice_id is None else ("run_id = ? AND slice_id = ?", [run_id, slice_id])


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
