"""Which articles are near-duplicates: decided in the commit, from what `articles` holds, so that the order of arrival does not matter.

The key table keeps each article's signature with an index by its bands, so that candidates are looked up and nothing is scanned. Each
commit says up to which version of `articles` it goes; the next one takes the articles that came since.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.dataset import log
from pipelines.dataset.key_table import KeyTable, marks
from pipelines.dataset.keys import CopyKey
from pipelines.dataset.paths import Layout
from pipelines.dataset.plan import Plan
from pipelines.dataset.rows import TableRows
from pipelines.near_duplicates import WINDOW_DAYS, Signed, bands, regroup
from schemas import DATASETS

UP_TO: Final = "articles_version"
"""In a commit of `copies`: the version of `articles` that it has taken in."""


class CopyKeys(KeyTable[CopyKey]):
    """The key table of `copies`, with an index from bands to articles."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout, "copies", CopyKey)

    def like(self, signed: Collection[Signed]) -> dict[str, CopyKey]:
        """Articles that share a band with one of those, and were published near enough: a notice that returns each week adds no cost."""
        wanted = sorted({_band(b) for s in signed for b in bands(s.signature)})
        days = [s.day.toordinal() for s in signed if s.day is not None]
        query = "SELECT id FROM bands JOIN keys USING (id) WHERE band IN ({}) AND (? OR day IS NULL OR day BETWEEN ? AND ?)"
        period = (len(days) < len(signed), min(days, default=0) - WINDOW_DAYS, max(days, default=0) + WINDOW_DAYS)
        with self._open() as db:
            ids = {i for part in self._parts(wanted) for (i,) in db.execute(query.format(marks(part)), (*part, *period))}
        return self.get(ids)

    def taken_in(self) -> int | None:
        """The version of `articles` up to which copies were sought."""
        with self._open() as db:
            row = db.execute("SELECT value FROM meta WHERE name = ?", (UP_TO,)).fetchone()
        return None if row is None else int(row[0])

    def take_in(self, version: int) -> None:
        """Remember that the articles up to a version changed nothing."""
        with self._open() as db:
            self._note(db, {UP_TO: version})

    def _note(self, db: sqlite3.Connection, info: Mapping[str, Any]) -> None:
        if UP_TO in info:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (UP_TO, int(info[UP_TO])))

    def _tables(self, db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE IF NOT EXISTS bands (band INTEGER, id TEXT, PRIMARY KEY (band, id)) WITHOUT ROWID")
        db.execute("CREATE INDEX IF NOT EXISTS by_group ON keys (copy_group) WHERE copy_group <> ''")

    def _before_apply(self, db: sqlite3.Connection, keys: list[CopyKey]) -> None:
        before: dict[str, bytes] = {}
        for part in self._parts([k.id for k in keys]):
            before.update(db.execute(f"SELECT id, signature FROM keys WHERE id IN ({marks(part)})", part).fetchall())
        changed = [k for k in keys if k.gone or before.get(k.id) != k.signature]
        db.executemany(
            "DELETE FROM bands WHERE band = ? AND id = ?",
            ((_band(b), k.id) for k in changed if k.id in before for b in bands(before[k.id])),
        )
        db.executemany(
            "INSERT OR IGNORE INTO bands VALUES (?, ?)", ((_band(b), k.id) for k in changed if not k.gone for b in bands(k.signature))
        )


@dataclass(frozen=True)
class Arrivals:
    """Signed articles that came since `copies` was committed last."""

    signed: tuple[Signed, ...]
    unsigned: frozenset[str]
    """Articles without a signature: what was known of them no longer counts."""
    up_to: int
    """The version of `articles` that this goes up to."""


def arrivals(layout: Layout, since: int | None) -> Arrivals:
    """What came to `articles` after version `since`; None takes all."""
    table = log.open_table(layout, "articles")
    newest = table.version()
    try:
        entries = log.entries(layout, "articles", 0 if since is None else since + 1, newest)
        paths = {f.path for e in entries if e.data_change for f in e.added} - {p for e in entries for p in e.removed}
    except FileNotFoundError:
        paths = {f.path for f in log.files(table)}
    rows = [row for path in sorted(paths) for row in _rows(layout, path)]
    signed = tuple(
        Signed(r["article_id"], r["signature"], r["published_at"].date() if r["published_at"] else None) for r in rows if r["signature"]
    )
    return Arrivals(signed, frozenset(r["article_id"] for r in rows if not r["signature"]), newest)


def decide_copies(layout: Layout, keys: CopyKeys) -> Plan:
    """What the articles that came since the last commit of `copies` change in it."""
    came = arrivals(layout, keys.taken_in())
    plan = plan_copies(came.signed, keys, came.unsigned)
    if plan.empty:
        keys.take_in(came.up_to)
    return replace(plan, info={UP_TO: str(came.up_to)})


def plan_copies(new: Iterable[Signed], keys: CopyKeys, gone: Iterable[str] = ()) -> Plan:
    """The rows of `copies` that change when articles come, come with another text, or go."""
    came = {s.article_id: s for s in new}
    before = keys.get(came)
    came = {i: s for i, s in came.items() if i not in before or _as_signed(before[i]) != s}
    # a text that changed may have left its group: the group is found again from its members
    left = keys.get(gone)
    undone = {k.copy_group for k in (*(before[i] for i in came if i in before), *left.values())} - {""}
    again = keys.by("copy_group", undone)
    again = {i: k for i, k in again.items() if i not in came and i not in left}
    sought = [*came.values(), *map(_as_signed, again.values())]
    known = {**{i: k for i, k in keys.like(sought).items() if i not in came and i not in left}, **again}
    group_of = {i: k.copy_group for i, k in known.items() if k.copy_group and k.copy_group not in undone}
    found = regroup(sought, map(_as_signed, known.values()), group_of)
    moved = keys.by("copy_group", found.merges)
    states = {i: replace(k, copy_group=found.merges[k.copy_group]) for i, k in moved.items()}
    states |= {i: replace(k, copy_group=found.groups.get(i, "")) for i, k in known.items() if i in found.groups or i in again}
    states |= {i: _key(s, found.groups.get(i, "")) for i, s in came.items()}
    states |= {i: replace(k, copy_group="", gone=True) for i, k in left.items()}
    return _plan(states, {**moved, **known, **before, **left})


def _plan(states: Mapping[str, CopyKey], before: Mapping[str, CopyKey]) -> Plan:
    changed = {i: k for i, k in states.items() if before.get(i) != k}
    regrouped = [i for i, k in changed.items() if (before[i].copy_group if i in before else "") != k.copy_group]
    rows = [{"article_id": i, "copy_group": changed[i].copy_group} for i in sorted(regrouped) if changed[i].copy_group]
    gone = frozenset(i for i in regrouped if i in before and before[i].copy_group)
    table = pa.Table.from_pylist(rows, schema=DATASETS["copies"].schema)
    keys = tuple(changed[i] for i in sorted(changed))
    return Plan(TableRows("copies", table), {"": gone} if gone else {}, "article_id", keys, {"grouped": len(rows)})


def _rows(layout: Layout, path: str) -> list[dict[str, Any]]:
    columns = ["article_id", "signature", "published_at"]
    found: list[dict[str, Any]] = pq.ParquetFile(layout.delta("articles") / path).read(columns=columns).to_pylist()
    return found


def _key(signed: Signed, group: str) -> CopyKey:
    day = None if signed.day is None else signed.day.toordinal()
    return CopyKey(id=signed.article_id, signature=signed.signature, day=day, copy_group=group)


def _as_signed(key: CopyKey) -> Signed:
    return Signed(key.id, key.signature, None if key.day is None else date.fromordinal(key.day))


def _band(key: str) -> int:
    """A band's key as SQLite's integer; two bands share one with a chance of 1 in 2^63, and then are only compared for nothing."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)
