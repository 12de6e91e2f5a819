"""The commit: staged rows become part of the datasets, once, whoever else is writing.

Each dataset commits for itself, in the order articles, claims, copies, rejected, and `runs` last, which records the version of each.
Each decides by its own content, so a crash between two of them is finished by the next commit of the same articles.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.context import RunContext, utc_now
from pipelines.dataset import log
from pipelines.dataset.apply import Applied, Committer
from pipelines.dataset.captures import choose, ids_of
from pipelines.dataset.copies import CopyKeys, decide_copies
from pipelines.dataset.evolve import evolve
from pipelines.dataset.failures import Failure, failures
from pipelines.dataset.files import folder_values
from pipelines.dataset.key_table import KeyTable
from pipelines.dataset.keys import KINDS, ArticleKey, RejectedKey, RowKey, of_input
from pipelines.dataset.paths import Layout, open_root
from pipelines.dataset.plan import distinct, plan_articles, plan_claims, plan_rejected, plan_runs
from pipelines.dataset.publish import publish
from pipelines.dataset.staged import Staged, candidates, read_staged, total
from schemas import DATASETS, SCHEMA_VERSION, Completeness, Count, Run, Seconds, Version, to_dict


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """What a run says about itself in `runs`."""

    context: RunContext
    flow: str = "ingest"
    options: str = "{}"
    """JSON, without secrets."""
    code_version: str
    extractor_version: str
    complete: tuple[Completeness, ...] = ()
    again: bool = False
    """Whether known articles were read again: claims that another version of the extractor read from the same text are replaced."""
    settles: bool = False
    """Whether the run is recorded although it brought nothing new: a backfill must find out which of its slices are complete."""


@dataclass(frozen=True, kw_only=True)
class Again:
    """A re-extraction: the staged articles are stored ones, or pages of the archive; they replace what other versions made of them."""

    judged: frozenset[str] = frozenset()
    """Articles whose row is another one now though their text is the same: another `extraction_status`, or metadata read anew."""


@dataclass(frozen=True, kw_only=True)
class CommitResult:
    """What a commit changed."""

    articles: Mapping[str, int] = field(default_factory=dict)
    """`added`, `replaced`, `known`, `older`: how many articles."""
    claims_added: int = 0
    claims_removed: int = 0
    claims_by_pair: Mapping[str, int] = field(default_factory=dict)
    """Claims added, by pair."""
    rejected: Mapping[str, int] = field(default_factory=dict)
    """`added`, `again`, `cleared`, `known`: how many failures."""
    versions: Mapping[str, int] = field(default_factory=dict)
    """The version of each dataset that the commit made, or found."""
    recorded: bool = False
    """Whether it wrote a row in `runs`: it brought something new."""
    inputs: int = 0
    known: int = 0
    """Articles that the workers left out because the dataset had them."""
    statuses: Mapping[str, int] = field(default_factory=dict)
    rejected_by_reason: Mapping[str, int] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    """The inputs that were rejected, at most `failures.TOLD` of them."""
    seconds: Mapping[str, float] = field(default_factory=dict)


def commit(
    root: str | Path | Layout, staged: Sequence[Staged], run: RunInfo, *, publish_plain: bool = True, again: Again | None = None
) -> CommitResult:
    """Commit what the workers staged, publish it, and record the run.

    Calling it again with the same files changes nothing, also after a crash anywhere within it.

    Args:
        root: the dataset's root.
        staged: all bundles of a slice.
        run: for `runs`, and for the commits' metadata.
        publish_plain: whether the plain face is brought up, too.
        again: for a re-extraction.

    Raises:
        RootError: the root cannot be used.
        CommitConflictError: others committed first too often.
        OSError: the disk is full or not writable; what was committed stays, the next run finishes the rest.
    """
    started = time.perf_counter()
    layout = root if isinstance(root, Layout) else open_root(root)
    job = _Job(layout, run, staged, again or (Again() if run.again else None))
    applied = {"articles": job.articles(), "claims": job.claims(), "copies": job.copies(), "rejected": job.rejected()}
    for name in applied if publish_plain else ():
        publish(layout, name)
    result = _result(applied, total(staged), job.failures, time.perf_counter() - started)
    news = any(a.committed and {"added", "replaced"} & {k for k, n in a.counts.items() if n} for a in applied.values())
    news = news or any(row.gap for row in run.complete)  # a loss is told in the run that found it
    recorded = job.runs(result, news or run.settles)
    if publish_plain:
        publish(layout, "runs")
    return _with_run(result, recorded)


class _Job:
    """One commit, dataset by dataset."""

    def __init__(self, layout: Layout, run: RunInfo, staged: Sequence[Staged], again: Again | None) -> None:
        self._layout, self._run, self._staged, self._again = layout, run, staged, again
        self._articles = candidates(staged, "articles")
        self._chosen = choose(self._articles.rows)
        self.failures = read_staged(staged, "rejected")

    def _committer(self, dataset: str, keys: KeyTable[Any]) -> Committer:
        return Committer(self._layout, dataset, keys, self._run.context.run_id)

    def articles(self) -> Applied:
        keys = KeyTable(self._layout, "articles", ArticleKey)
        judged = self._again.judged if self._again else frozenset()
        return self._committer("articles", keys).commit(
            lambda: plan_articles(self._articles, self._chosen, keys.get(ids_of(self._chosen)), judged, again=bool(self._again))
        )

    def claims(self) -> Applied:
        staged = candidates(self._staged, "claims")
        keys, standing = KeyTable(self._layout, "claims", ArticleKey), KeyTable(self._layout, "articles", ArticleKey)
        judged, version = self._again.judged if self._again else frozenset(), self._run.extractor_version
        return self._committer("claims", keys).commit(
            lambda: plan_claims(
                staged, self._chosen, keys.get(self._chosen), standing.get(self._chosen), version, judged, again=bool(self._again)
            )
        )

    def copies(self) -> Applied:
        keys = CopyKeys(self._layout)
        return self._committer("copies", keys).commit(lambda: decide_copies(self._layout, keys))

    def rejected(self) -> Applied:
        keys = KeyTable(self._layout, "rejected", RejectedKey)
        succeeded = total(self._staged).succeeded
        ids = self.failures["rejected_id"].to_pylist()
        return self._committer("rejected", keys).commit(
            lambda: plan_rejected(self.failures, succeeded, keys.get(ids), keys.by("input", map(of_input, succeeded)))
        )

    def runs(self, result: CommitResult, news: bool) -> Applied:
        keys = KeyTable(self._layout, "runs", RowKey)
        schema = DATASETS["runs"].schema
        row = pa.Table.from_pylist([to_dict(_row(self._run, result))], schema=schema) if news else schema.empty_table()
        ids = row["run_id"].to_pylist()
        return self._committer("runs", keys).commit(lambda: plan_runs(row, keys.get(ids)))


def _result(applied: Mapping[str, Applied], staged: Staged, rejected: pa.Table, seconds: float) -> CommitResult:
    claims = applied["claims"]
    pairs = Counter({folder_values(folder)["country_pair"]: n for folder, n in claims.added_rows.items()})
    return CommitResult(
        articles=dict(applied["articles"].counts),
        claims_added=pairs.total(),
        claims_removed=claims.removed_rows,
        claims_by_pair=dict(pairs.most_common()),
        rejected=dict(applied["rejected"].counts),
        versions={name: a.version for name, a in applied.items()},
        inputs=staged.inputs,
        known=staged.known,
        statuses=dict(staged.statuses),
        rejected_by_reason=dict(sorted(Counter(distinct(rejected, "rejected_id")["reason"].to_pylist()).items())),
        failures=failures(rejected),
        seconds=dict(staged.seconds) | {"store": seconds},
    )


def _with_run(result: CommitResult, applied: Applied) -> CommitResult:
    versions = dict(result.versions) | {"runs": applied.version}
    return replace(result, versions=versions, recorded=applied.committed)


def _row(run: RunInfo, result: CommitResult) -> Run:
    return Run(
        run_id=run.context.run_id,
        flow=run.flow,
        options=run.options,
        code_version=run.code_version,
        extractor_version=run.extractor_version,
        schema_version=SCHEMA_VERSION,
        started_at=run.context.now,
        ended_at=utc_now(),
        inputs=result.inputs,
        articles=result.articles.get("added", 0) + result.articles.get("replaced", 0),
        claims=result.claims_added,
        rejected=tuple(Count(name=n, count=c) for n, c in result.rejected_by_reason.items()),
        timings=tuple(Seconds(name=n, seconds=s) for n, s in result.seconds.items()),
        versions=tuple(Version(name=n, version=v) for n, v in result.versions.items()),
        complete=run.complete,
    )


def prepare(layout: Layout) -> None:
    """Before any work: all datasets exist with today's columns, both faces agree, key tables stand at their logs."""
    for name in DATASETS:
        evolve(layout, name)
        key_table(layout, name).catch_up(log.open_table(layout, name))
        publish(layout, name)


def key_table(layout: Layout, dataset: str) -> KeyTable[Any]:
    """The key table of a dataset."""
    return CopyKeys(layout) if dataset == "copies" else KeyTable(layout, dataset, KINDS[dataset])
