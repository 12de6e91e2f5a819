"""Near-duplicates from MinHash signatures: which articles tell the same text, whatever the order in which they came.

Two articles are copies when their signatures agree in at least `THRESHOLD` of the values (an estimate of the Jaccard similarity of
their shingles; Broder 1997) and they were published at most `WINDOW_DAYS` apart. A group is a connected component of that relation and
is named after its smallest article id, so that it depends on the articles alone. Candidates are found by locality-sensitive hashing:
similar signatures share at least one of `BANDS` keys with high probability, unrelated ones share none, so that a lookup by key takes
the place of comparing all.

Pure functions on bytes; the stage that makes signatures and the one that stores groups both use them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from operator import eq
from typing import Final

PERMUTATIONS: Final = 128
"""Values a signature: the estimate's standard error is at most 0.044."""
_WIDTH: Final = 4
BANDS: Final = 42
ROWS: Final = 3
"""42 bands of 3: a pair of similarity 0.4 shares a band with probability 0.94, one of 0.5 with 0.996, one of 0.05 with 0.005."""
THRESHOLD: Final = 0.4
"""A copy that lost half of its text keeps 0.5; different reports of one event stay below 0.2."""
WINDOW_DAYS: Final = 7
"""Copies spread within days; what returns after weeks (a weather notice, a horoscope) is no copy."""


@dataclass(frozen=True)
class Signed:
    """What near-duplicates need to know of an article."""

    article_id: str
    signature: bytes
    day: date | None
    """When it was published; None is within every window."""


@dataclass(frozen=True)
class Regrouping:
    """What new articles change."""

    groups: dict[str, str]
    """article_id → copy_group, for every article that was handed in and is in a group of two or more."""
    merges: dict[str, str]
    """Old copy_group → the one that it became, for groups that were renamed or merged: applies to all their members."""


def bands(signature: bytes) -> tuple[str, ...]:
    """The `BANDS` keys of a signature, to look up candidates by.

    Raises:
        ValueError: it is no signature of `PERMUTATIONS` values.
    """
    _check(signature)
    step = ROWS * _WIDTH
    return tuple(f"{i:02d}{signature[i * step : (i + 1) * step].hex()}" for i in range(BANDS))


def resemblance(a: bytes, b: bytes) -> float:
    """The estimated Jaccard similarity of two texts, 0 … 1, by their signatures."""
    _check(a)
    _check(b)
    equal: int = sum(map(eq, memoryview(a).cast("I"), memoryview(b).cast("I")))
    return equal / PERMUTATIONS


def similar(a: bytes, b: bytes) -> bool:
    """Whether two signatures are those of copies."""
    return resemblance(a, b) >= THRESHOLD


def within_window(a: date | None, b: date | None, window_days: int = WINDOW_DAYS) -> bool:
    """Whether two days are close enough for copies."""
    return a is None or b is None or abs(a - b) <= timedelta(days=window_days)


def regroup(
    new: Iterable[Signed], known: Iterable[Signed] = (), group_of: Mapping[str, str] | None = None, *, window_days: int = WINDOW_DAYS
) -> Regrouping:
    """The groups after `new` came.

    Args:
        new: the articles that came, or whose group is to be found again.
        known: stored articles that share a band with a new one (more do no harm). Among themselves they are grouped already.
        group_of: the stored group of each of `known` that has one.
        window_days: how far apart copies may be published.
    """
    group_of = group_of or {}
    came = {a.article_id: a for a in new}
    stored = {a.article_id: a for a in known if a.article_id not in came}
    forest = _Forest()
    for article_id in (*stored, *came):
        if article_id in group_of:
            forest.join(article_id, group_of[article_id])
    for a, b in links(came.values(), stored.values(), forest, window_days):
        forest.join(a, b)
    groups = {a: forest.root(a) for a in (*stored, *came) if forest.size(a) > 1}
    merges = {old: forest.root(old) for old in set(group_of.values()) if forest.root(old) != old}
    return Regrouping(groups, merges)


def links(new: Collection[Signed], known: Iterable[Signed], forest: _Forest, window_days: int) -> Iterator[tuple[str, str]]:
    """Pairs of copies of which one is new, as many as are needed to connect what `forest` does not connect yet."""
    coming = dict.fromkeys(a.signature for a in new)
    alike: dict[bytes, list[Signed]] = defaultdict(list)
    for article in (*known, *new):
        alike[article.signature].append(article)
    shelves = _Shelves()
    for signature in alike:
        if signature not in coming:
            shelves.put(signature)
    for signature in coming:
        same = alike[signature]
        yield from _chain(same, window_days)
        for other in shelves.near(signature):
            if not _connected(same, alike[other], forest) and similar(signature, other):
                yield from _across(same, alike[other], window_days)
        shelves.put(signature)


class _Shelves:
    """Signatures by band."""

    def __init__(self) -> None:
        self._first: dict[str, bytes] = {}
        self._further: dict[str, list[bytes]] = {}  # few: unrelated texts share no band, so most keys need no list of their own

    def put(self, signature: bytes) -> None:
        for key in bands(signature):
            if key in self._first:
                self._further.setdefault(key, []).append(signature)
            else:
                self._first[key] = signature

    def near(self, signature: bytes) -> set[bytes]:
        """Those that share a band with it."""
        keys = [key for key in bands(signature) if key in self._first]
        return {self._first[key] for key in keys}.union(*(self._further.get(key, ()) for key in keys))


def _chain(same: list[Signed], window_days: int) -> Iterator[tuple[str, str]]:
    """Equal signatures, in the order of days: neighbours suffice."""
    dated = sorted((a for a in same if a.day is not None), key=lambda a: (a.day, a.article_id))
    undated = [a for a in same if a.day is None]
    for a, b in pairwise(dated):
        if within_window(a.day, b.day, window_days):
            yield a.article_id, b.article_id
    for a in undated:
        yield from ((a.article_id, b.article_id) for b in (dated or undated[:1]))


def _across(these: list[Signed], those: list[Signed], window_days: int) -> Iterator[tuple[str, str]]:
    for a in these:
        for b in those:
            if within_window(a.day, b.day, window_days):
                yield a.article_id, b.article_id


def _connected(these: list[Signed], those: list[Signed], forest: _Forest) -> bool:
    return len({forest.root(a.article_id) for a in (*these, *those)}) == 1


def _check(signature: bytes) -> None:
    if len(signature) != PERMUTATIONS * _WIDTH:
        raise ValueError(f"a signature has {PERMUTATIONS * _WIDTH} bytes, got {len(signature)}")


class _Forest:
    """Union-find whose roots are the smallest members."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._size: dict[str, int] = {}

    def root(self, a: str) -> str:
        self._parent.setdefault(a, a)
        while self._parent[a] != a:
            self._parent[a] = self._parent[self._parent[a]]
            a = self._parent[a]
        return a

    def join(self, a: str, b: str) -> None:
        small, large = sorted((self.root(a), self.root(b)))
        if small != large:
            self._parent[large] = small
            self._size[small] = self.size(small) + self.size(large)

    def size(self, a: str) -> int:
        return self._size.get(self.root(a), 1)
