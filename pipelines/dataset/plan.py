"""What a commit has to do to a dataset, decided from the staged rows and the key table alone.

The rule for articles and their claims (columns.md): an id that is not known is added; the same text is known, whatever extractor
made it; another text replaces what stands when it is newer by (fetched_at, text_hash), and changes nothing when it is older.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.dataset.files import partition_folder
from pipelines.dataset.keys import FORGOTTEN, ArticleKey, RejectedKey, RowKey, micros, moment, of_text
from pipelines.dataset.staged import CAPTURE


@dataclass(frozen=True)
class Plan:
    """Rows to add, rows to drop, and what this decides."""

    rows: pa.Table
    """To add, with the partition columns."""
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


@dataclass(frozen=True, order=True)
class Capture:
    """One reading of an article, as far as deciding needs it; they sort by which one a commit prefers for the same text."""

    fetched_at: int
    """Microseconds since 1970; -1 where it is not known, so that any dated capture is newer."""
    tie: tuple[str, ...]
    """Decides between captures of the same moment, so that the order of arrival does not."""
    capture: int = field(compare=False)
    article_id: str = field(compare=False)
    text_hash: str = field(compare=False)

    @property
    def rank(self) -> tuple[int, str]:
        """Which revision is newer."""
        return self.fetched_at, self.text_hash


@dataclass(frozen=True)
class Choice:
    """The capture that a batch offers for an article, and how many older revisions the batch holds beside it."""

    capture: Capture
    older: int


def choose(articles: pa.Table) -> dict[str, Choice]:
    """Of all captures in a batch, the one that stands for each article: of the newest text, the first capture."""
    first: dict[str, dict[str, Capture]] = {}
    newest: dict[str, dict[str, tuple[int, str]]] = {}
    for found in _captures(articles):
        texts, ranks = first.setdefault(found.article_id, {}), newest.setdefault(found.article_id, {})
        texts[found.text_hash] = min(texts.get(found.text_hash, found), found)
        ranks[found.text_hash] = max(ranks.get(found.text_hash, found.rank), found.rank)
    chosen = {}
    for article_id, ranks in newest.items():
        text = max(ranks, key=lambda t: ranks[t])
        chosen[article_id] = Choice(first[article_id][text], len(ranks) - 1)
    return chosen


def _captures(articles: pa.Table) -> Iterable[Capture]:
    ties = ("doc_id", "url", "source", "extraction_status", "title")
    columns = articles.select([CAPTURE, "article_id", "text_hash", *ties]).to_pylist()
    times = articles["fetched_at"].cast(pa.int64()).to_pylist()
    for row, time in zip(columns, times, strict=True):
        tie = tuple(row[t] or "" for t in ties)
        yield Capture(-1 if time is None else time, tie, row[CAPTURE], row["article_id"], row["text_hash"])


def judge(capture: Capture, known: ArticleKey | None, *, again: bool = False) -> str:
    """`added`, `known`, `replaced`, `older`, or `forgotten` for an article that was erased on request.

    Args:
        again: another text of the same moment is the same capture, normalised anew: it replaces what stands.
    """
    if known is None:
        return "added"
    if known.text_hash == FORGOTTEN:
        return "forgotten"
    if known.text_hash == capture.text_hash:
        return "known"
    rank = (-1 if known.fetched_at is None else known.fetched_at, known.text_hash)
    if again and capture.fetched_at == rank[0]:
        return "replaced"
    return "replaced" if capture.rank > rank else "older"


def ids_of(chosen: Mapping[str, Choice]) -> list[str]:
    """What to ask the key table of `articles` for: the articles, and their texts, which may have been forgotten."""
    return [*chosen, *(of_text(c.capture.text_hash) for c in chosen.values())]


def plan_articles(
    staged: pa.Table,
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
    rows = _of_captures(staged, taken)
    revisions = {a: _revision(c, known.get(a)) for a, c in taken.items()}
    at = rows.column_names.index("revision")
    numbers = pa.array([revisions[a] for a in rows["article_id"].to_pylist()], pa.int32())
    rows = rows.set_column(at, rows.schema.field("revision"), numbers)
    folders = {row["article_id"]: partition_folder("articles", row) for row in rows.select(["article_id", "published_month"]).to_pylist()}
    keys = tuple(_article_key(taken[a].capture, revisions[a], folders[a]) for a in sorted(taken))
    return Plan(rows, _drops(known, taken), "article_id", keys, Counter(verdicts.values()))


def plan_claims(
    staged: pa.Table,
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
    rows = distinct(_of_captures(staged, taken), "claim_id")
    folders: dict[str, set[str]] = {}
    for row in rows.select(["article_id", "country_pair"]).group_by(["article_id", "country_pair"]).aggregate([]).to_pylist():
        folders.setdefault(row["article_id"], set()).add(partition_folder("claims", row))
    keys = tuple(
        _article_key(taken[a].capture, standing[a].revision, "|".join(sorted(folders.get(a, ()))), extractor) for a in sorted(taken)
    )
    return Plan(rows, _drops(known, taken), "article_id", keys, Counter(verdicts.values()))


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
            keys.append(RejectedKey(**(vars(before) | {"gone": True})))
    table = pa.Table.from_pylist(rows, schema=staged.schema)
    return Plan(table, {f: frozenset(i) for f, i in drops.items()}, "rejected_id", tuple(keys), counts)


def plan_rows(rows: pa.Table, key: str, known: Mapping[str, RowKey]) -> Plan:
    """Add the rows whose id is not known; for datasets whose rows never change."""
    new = rows.filter(pc.invert(pc.is_in(rows[key], pa.array(sorted(known), pa.string()))))
    return Plan(new, keys=tuple(RowKey(id=i) for i in sorted(new[key].to_pylist())), counts={"added": new.num_rows})


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


def _of_captures(staged: pa.Table, taken: Mapping[str, Choice]) -> pa.Table:
    captures = pa.array([c.capture.capture for c in taken.values()], pa.int64())
    return staged.filter(pc.is_in(staged[CAPTURE], captures)).drop_columns([CAPTURE])


def _drops(known: Mapping[str, ArticleKey], taken: Mapping[str, Choice]) -> dict[str, frozenset[str]]:
    """By folder, the articles whose standing rows go because a newer revision came."""
    found: dict[str, set[str]] = {}
    for article_id in taken:
        if article_id in known:
            for folder in filter(None, known[article_id].partitions.split("|")):
                found.setdefault(folder, set()).add(article_id)
    return {folder: frozenset(ids) for folder, ids in found.items()}


def _revision(choice: Choice, known: ArticleKey | None) -> int:
    """Counts the texts of an article that were seen."""
    if known is None:
        return 1 + choice.older
    return known.revision if known.text_hash == choice.capture.text_hash else known.revision + 1 + choice.older


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
