"""What a commit has to do to a dataset, decided from the staged rows and the key table alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.dataset.captures import Capture, Choice, judge, revision
from pipelines.dataset.files import partition_folder
from pipelines.dataset.keys import ArticleKey, RejectedKey, RowKey, micros, moment, of_text
from pipelines.dataset.rows import Rows, TableRows, partition_folders, staged_rows
from pipelines.dataset.staged import CAPTURE, Candidates


@dataclass(frozen=True)
class Plan:
    """Rows to add, rows to drop, and what this decides."""

    rows: Rows
    """To add."""
    drops: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By folder, the ids (see `drop_by`) whose rows go."""
    drop_by: str = ""
    keys: tuple[Any, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    """What became of the staged rows: `added`, `replaced`, `known`, `older` …"""
    info: Mapping[str, str] = field(default_factory=dict)
    """Kept with the commit."""

    @property
    def empty(self) -> bool:
        return not self.keys


def plan_articles(
    staged: Candidates,
    chosen: Mapping[str, Choice],
    known: Mapping[str, ArticleKey],
    judged_again: frozenset[str] = frozenset(),
    *,
    again: bool = False,
) -> Plan:
    """Which articles `articles` takes in.

    Args:
        judged_again: articles whose row is replaced although the text is the same, because its status or metadata are others now.
        again: see `judge`.
    """
    verdicts = {a: judge(c.capture, known.get(a), again=again) for a, c in chosen.items()}
    verdicts |= {a: "forgotten" for a, c in chosen.items() if of_text(c.capture.text_hash) in known}
    verdicts |= {a: "replaced" for a, v in verdicts.items() if v == "known" and a in judged_again}
    taken = {a: chosen[a] for a, v in verdicts.items() if v in ("added", "replaced")}
    revisions = {a: revision(c, known.get(a)) for a, c in taken.items()}
    kept, folder = _of_captures(staged, taken), partition_folders("articles", staged.rows)
    ids = staged.rows["article_id"].filter(kept).to_pylist()
    given = {"revision": pa.array([revisions[a] for a in ids], pa.int32())}
    folders = dict(zip(ids, folder.filter(kept).to_pylist(), strict=True))
    keys = tuple(_article_key(taken[a].capture, revisions[a], folders[a]) for a in sorted(taken))
    return Plan(
        staged_rows("articles", staged.files, kept, folder, given), _drops(known, taken), "article_id", keys, Counter(verdicts.values())
    )


def plan_claims(
    staged: Candidates,
    chosen: Mapping[str, Choice],
    known: Mapping[str, ArticleKey],
    standing: Mapping[str, ArticleKey],
    extractor: str,
    judged_again: frozenset[str] = frozenset(),
    *,
    again: bool = False,
) -> Plan:
    """Which articles' claims `claims` takes in.

    Args:
        standing: what `articles` holds now; claims of a revision that does not stand there are left out, for nobody could trace them.
        extractor: the version that read the staged articles.
        judged_again: articles whose claims are replaced whatever version read them, because their row is.
        again: a re-extraction: claims that another version of the extractor read from the same text are replaced.
    """
    verdicts = {a: judge(c.capture, known.get(a), again=again) for a, c in chosen.items()}
    if again:
        verdicts |= {a: "replaced" for a, v in verdicts.items() if v == "known" and (known[a].extractor != extractor or a in judged_again)}
    for article_id, choice in chosen.items():
        if article_id not in standing or standing[article_id].text_hash != choice.capture.text_hash:
            verdicts[article_id] = "older"
    taken = {a: chosen[a] for a, v in verdicts.items() if v in ("added", "replaced")}
    kept, folder = _first_of_each(staged.rows["claim_id"], _of_captures(staged, taken)), partition_folders("claims", staged.rows)
    ids = staged.rows["article_id"].filter(kept)
    folders = _folders_by_article(ids, folder.filter(kept))
    rows = {r["values"]: r["counts"] for r in ids.value_counts().to_pylist()}
    keys = tuple(
        replace(_article_key(taken[a].capture, standing[a].revision, folders.get(a, ""), extractor), rows=rows.get(a, 0))
        for a in sorted(taken)
    )
    return Plan(staged_rows("claims", staged.files, kept, folder), _drops(known, taken), "article_id", keys, Counter(verdicts.values()))


def plan_rejected(
    staged: pa.Table, succeeded: Iterable[str], known: Mapping[str, RejectedKey], failed_before: Mapping[str, RejectedKey]
) -> Plan:
    """Which failures are new, which happened again, and which a success has taken back.

    Args:
        staged: failures of this run; the same one twice in a run is one.
        succeeded: inputs that gave an article in this run.
        known: the keys of the staged ids.
        failed_before: the keys whose input is in `succeeded`.
    """
    fresh = {row["rejected_id"]: row for row in sorted(staged.to_pylist(), key=lambda r: (r["last_seen"], r["error"]), reverse=True)}
    counts: Counter[str] = Counter()
    keys: list[RejectedKey] = []
    rows: list[dict[str, Any]] = []
    drops: dict[str, set[str]] = {}
    for rejected_id, row in sorted(fresh.items()):
        before = known.get(rejected_id)
        if before and before.run_id == row["run_id"]:
            counts["known"] += 1
            continue
        counts["again" if before else "added"] += 1
        if before:
            first_seen = moment(before.first_seen)
            row = row | {"attempts": before.attempts + 1, "first_seen": first_seen, "day": first_seen.date()}
            drops.setdefault(before.partitions, set()).add(rejected_id)
        rows.append(row)
        keys.append(_rejected_key(row))
    for rejected_id, before in sorted(failed_before.items()):
        if rejected_id not in fresh:
            counts["cleared"] += 1
            drops.setdefault(before.partitions, set()).add(rejected_id)
            keys.append(replace(before, gone=True))
    table = pa.Table.from_pylist(rows, schema=staged.schema)
    return Plan(TableRows("rejected", table), {f: frozenset(i) for f, i in drops.items()}, "rejected_id", tuple(keys), counts)


def plan_runs(rows: pa.Table, known: Mapping[str, RowKey]) -> Plan:
    """Add the runs whose id is not known."""
    new = rows.filter(pc.invert(pc.is_in(rows["run_id"], pa.array(sorted(known), pa.string()))))
    return Plan(TableRows("runs", new), keys=tuple(RowKey(id=i) for i in sorted(new["run_id"].to_pylist())), counts={"added": new.num_rows})


def distinct(rows: pa.Table, key: str) -> pa.Table:
    """The first row of each id: claims with one id are one row."""
    ids = rows[key]
    if pc.count_distinct(ids).as_py() == len(ids):
        return rows
    seen: set[str] = set()
    keep = []
    for value in ids.to_pylist():
        keep.append(value not in seen)
        seen.add(value)
    return rows.filter(pa.array(keep))


def _of_captures(staged: Candidates, taken: Mapping[str, Choice]) -> pa.Array:
    """Which staged rows belong to the captures that are taken in."""
    captures = pa.array([c.capture.capture for c in taken.values()], pa.int64())
    return pc.is_in(staged.rows[CAPTURE], captures).combine_chunks()


def _first_of_each(ids: pa.ChunkedArray, kept: pa.Array) -> pa.Array:
    """Of the rows that are kept, the first of each id: claims with one id are one row."""
    if pc.count_distinct(ids.filter(kept)).as_py() == kept.true_count:
        return kept
    numbered = pa.table({"id": ids, "n": pa.array(np.arange(len(ids)))}).filter(kept)
    first = np.zeros(len(ids), dtype=bool)
    first[numbered.group_by("id").aggregate([("n", "min")])["n_min"].to_numpy()] = True
    return pa.array(first)


def _folders_by_article(articles: pa.ChunkedArray, folders: pa.Array) -> dict[str, str]:
    """The folders that hold each article's rows, sorted, separated by `|`."""
    pairs = pa.table({"id": articles, "folder": folders}).group_by(["id", "folder"]).aggregate([])
    lists = pairs.sort_by([("id", "ascending"), ("folder", "ascending")]).group_by("id", use_threads=False).aggregate([("folder", "list")])
    return dict(zip(lists["id"].to_pylist(), pc.binary_join(lists["folder_list"], "|").to_pylist(), strict=True))


def _drops(known: Mapping[str, ArticleKey], taken: Mapping[str, Choice]) -> dict[str, frozenset[str]]:
    """By folder, the articles whose standing rows go because a newer revision came."""
    found: dict[str, set[str]] = {}
    for article_id in taken:
        if article_id in known:
            for folder in filter(None, known[article_id].partitions.split("|")):
                found.setdefault(folder, set()).add(article_id)
    return {folder: frozenset(ids) for folder, ids in found.items()}


def _article_key(capture: Capture, revision: int, partitions: str, extractor: str | None = None) -> ArticleKey:
    return ArticleKey(
        id=capture.article_id,
        text_hash=capture.text_hash,
        fetched_at=None if capture.fetched_at < 0 else capture.fetched_at,
        revision=revision,
        partitions=partitions,
        extractor=extractor,
    )


def _rejected_key(row: dict[str, Any]) -> RejectedKey:
    return RejectedKey(
        id=row["rejected_id"],
        input=row["input"],
        run_id=row["run_id"],
        attempts=row["attempts"],
        first_seen=micros(row["first_seen"]),
        partitions=partition_folder("rejected", row),
    )
