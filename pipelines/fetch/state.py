"""What workers and overlapping runs share about hosts: whose turn it is, when the next one is, and their robots.txt.

One SQLite file in WAL mode; each process has a connection of its own. Times are seconds since the epoch, because processes do not
share a monotonic clock.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS turns (host TEXT PRIMARY KEY, owner TEXT, held_until REAL NOT NULL, next_at REAL NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS robots (origin TEXT PRIMARY KEY, status INTEGER NOT NULL, body BLOB NOT NULL, expires REAL NOT NULL);
"""
_BUSY: Final = 0.01
"""Seconds until a turn is asked for again that another process holds, or while the file is locked."""


class HostState:
    """Turns and robots.txt files in a file that several processes open."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode=WAL")
        # a turn lost in a power cut costs a host nothing; waiting for the disk at each request would cost us the rate
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.executescript(_TABLES)
        self._database.execute("PRAGMA busy_timeout=0")

    def close(self) -> None:
        self._database.close()

    def take_turn(self, host: str, owner: str, now: float, hold: float) -> float:
        """Takes the host's next turn for `hold` seconds at most, unless it is another's or not yet time.

        Returns:
            0.0 when it was taken, else in how many seconds to ask again.
        """
        try:
            taken = self._database.execute(
                "INSERT INTO turns VALUES (?1, ?2, ?3, 0) ON CONFLICT (host) DO UPDATE SET owner = ?2, held_until = ?3"
                " WHERE next_at <= ?4 AND (owner IS NULL OR owner = ?2 OR held_until <= ?4)",
                (host, owner, now + hold, now),
            ).rowcount
            if taken:
                return 0.0
            row = self._database.execute("SELECT next_at FROM turns WHERE host = ?", (host,)).fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return _BUSY
        return max(_BUSY, row[0] - now) if row else _BUSY

    def give_back(self, host: str, owner: str, next_at: float) -> bool:
        """Ends a turn and says when the next one is; False while the file is locked, to be tried again."""
        try:
            self._database.execute(
                "UPDATE turns SET owner = NULL, held_until = 0, next_at = max(next_at, ?) WHERE host = ? AND owner = ?",
                (next_at, host, owner),
            )
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    def robots(self, origin: str) -> tuple[int, bytes, float] | None:
        """Status, body and time of expiry of a robots.txt that some process fetched."""
        try:
            row = self._database.execute("SELECT status, body, expires FROM robots WHERE origin = ?", (origin,)).fetchone()
        except sqlite3.OperationalError:
            return None
        return None if row is None else (row[0], row[1], row[2])

    def keep_robots(self, origin: str, status: int, body: bytes, expires: float) -> None:
        """Remembers a robots.txt; a locked file costs another process one more request, not more."""
        try:
            self._database.execute("INSERT OR REPLACE INTO robots VALUES (?, ?, ?, ?)", (origin, status, body, expires))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
