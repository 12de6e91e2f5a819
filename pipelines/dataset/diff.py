"""What two roots claim differently: to judge an upgrade of the extractor before it is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from pipelines.dataset import log
from pipelines.dataset.paths import open_root
from pipelines.dataset.read import read

PROVENANCE: Final = ("extractor_version", "schema_version", "run_id", "slice_id", "ingested_at")
"""Columns that say how a row came about; a row that differs in these alone is the same."""

ADDED, DROPPED, CHANGED = "added", "dropped", "changed"


@dataclass(frozen=True)
class Change:
    """A claim that differs."""

    what: str
    """`added`, `dropped` or `changed`."""
    claim_id: str
    country_pair: str
    claim_type: str
    rule: str
    columns: tuple[str, ...]
    """Which columns changed."""
    evidence: str


@dataclass
class Difference:
    """How many claims differ, by what a reader groups them by."""

    same: int = 0
    totals: Counter[str] = field(default_factory=Counter)
    by_pair: dict[str, Counter[str]] = field(default_factory=dict)
    by_type: dict[str, Counter[str]] = field(default_factory=dict)
    by_rule: dict[str, Counter[str]] = field(default_factory=dict)
    by_column: Counter[str] = field(default_factory=Counter)
    """How often each column changed."""
    examples: list[Change] = field(default_factory=list)
    """The first changes of each kind, for looking at."""

    def add(self, change: Change, examples: int) -> None:
        """Count a change."""
        self.totals[change.what] += 1
        self.by_column.update(change.columns)
        for group, name in ((self.by_pair, change.country_pair), (self.by_type, change.claim_type), (self.by_rule, change.rule)):
            group.setdefault(name, Counter())[change.what] += 1
        if self.totals[change.what] <= examples:
            self.examples.append(change)


def diff(root_a: str | Path, root_b: str | Path, *, examples: int = 10) -> Difference:
    """The claims of B that A has not, those that B lacks, and those that changed; claims are the same by their id.

    Raises:
        RootError: a root cannot be read.
    """
    found = Difference()
    for pair in sorted(_pairs(root_a) | _pairs(root_b)):
        for change in _changes(read(root_a, pair=pair).to_table(), read(root_b, pair=pair).to_table()):
            if change is None:
                found.same += 1
            else:
                found.add(change, examples)
    return found


def _pairs(root: str | Path) -> set[str]:
    layout = open_root(root, create=False)
    return {f.partition["country_pair"] for f in log.files(log.open_table(layout, "claims"))}


def _changes(a: pa.Table, b: pa.Table) -> Iterator[Change | None]:
    """A change for each claim of either table; None for one that is the same."""
    before, after = _by_id(a), _by_id(b)
    for claim_id in sorted(before.keys() | after.keys()):
        old, new = before.get(claim_id), after.get(claim_id)
        columns = tuple(n for n in old if old[n] != new[n] and n not in PROVENANCE) if old and new else ()
        if old and new and not columns:
            yield None
            continue
        row: dict[str, Any] = new or old or {}
        what = CHANGED if old and new else ADDED if new else DROPPED
        yield Change(what, claim_id, row["country_pair"], row["claim_type"], row["rule"], columns, row["evidence"])


def _by_id(claims: pa.Table) -> dict[str, dict[str, Any]]:
    return {row["claim_id"]: row for row in claims.to_pylist()}
