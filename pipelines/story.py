"""What a run of several jobs did, as Markdown: the artifact that an operator opens after a night.

Everything is told by Beam's counters and the commits' results; nothing is counted here a second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from pipelines.backfill.work import SliceResult
from pipelines.dataset import RootError, open_root
from pipelines.dataset import log as table_log
from pipelines.ingest import RunReport
from pipelines.report import headline
from pipelines.version import RELEASE
from pipelines.words import counted
from schemas import SCHEMA_VERSION
from schemas.ontology import REJECTION_REASONS, RejectionStage

PAIRS_SHOWN: Final = 20
_BEFORE_A_DOCUMENT: Final = REJECTION_REASONS[RejectionStage.DISCOVER] | REJECTION_REASONS[RejectionStage.FETCH]
_MILLISECONDS: Final = "milliseconds_"


def summary(results: Sequence[SliceResult]) -> str:
    """One line: the headline of a single job, or the sums of several."""
    reports = _reports(results)
    if len(results) == 1 and reports:
        return headline(reports[0])
    outcomes = Counter(result.outcome for result in results)
    told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    articles = sum(r.result.articles.get("added", 0) + r.result.articles.get("replaced", 0) for r in reports)
    claims = sum(r.result.claims_added for r in reports) + sum(r.again.claims_added for r in results if r.again is not None)
    return (
        f"{counted(len(results), 'slice')} ({told or 'nothing to do'}): {counted(articles, 'new article')}, {counted(claims, 'new claim')}"
    )


def story(title: str, root: str | Path, results: Sequence[SliceResult]) -> str:
    """Slices, what was read and rejected, claims by pair, new pairs, time and rate of each stage, versions."""
    reports = _reports(results)
    counters = sum((Counter(report.counters) for report in reports), Counter[str]())
    pairs = sum((Counter(report.result.claims_by_pair) for report in reports), Counter[str]())
    parts = [
        f"# {title}",
        summary(results),
        _read(counters, reports),
        _table("Slices", ("slice", "outcome", "attempts", "seconds", "error"), map(_slice, results))
        if len(results) > 1
        else _errors(results),
        _counts("Rejected by reason", "reason", _rejected(reports)),
        _counts("Claims by pair", "pair", dict(pairs.most_common(PAIRS_SHOWN)), more=len(pairs) - PAIRS_SHOWN),
        _new_pairs(root, reports),
        _counts("Articles by status", "status", sum((Counter(r.result.statuses) for r in reports), Counter[str]())),
        _stages(counters),
        _versions(reports),
        f"The dataset lies in `{root}`.",
    ]
    return "\n\n".join(part for part in parts if part)


def new_pairs(root: str | Path, reports: Iterable[RunReport]) -> list[str]:
    """The pairs that had no claims before these jobs."""
    found: set[str] = set()
    for report in reports:
        version = report.result.versions.get("claims", 0)
        if report.result.claims_by_pair and version > 0:
            found |= set(report.result.claims_by_pair) - _pairs_of(root, version - 1)
    return sorted(found)


def _pairs_of(root: str | Path, version: int) -> set[str]:
    from deltalake import DeltaTable

    files = table_log.files(DeltaTable(str(open_root(root, create=False).delta("claims")), version=version))
    return {file.path.partition("/")[0].partition("=")[2] for file in files}


def _reports(results: Sequence[SliceResult]) -> list[RunReport]:
    return [result.report for result in results if result.report is not None]


def _rejected(reports: Iterable[RunReport]) -> Counter[str]:
    return sum((Counter(report.result.rejected_by_reason) for report in reports), Counter[str]())


def _read(counters: Mapping[str, int], reports: Sequence[RunReport]) -> str:
    if not reports:
        return ""
    unread = sum(n for reason, n in _rejected(reports).items() if reason in _BEFORE_A_DOCUMENT)
    inputs = counters.get("inputs", 0)
    known = counters.get("known", 0)
    told = f"{counted(inputs, 'input')} found, {counted(inputs - unread, 'document')} fetched, {counted(known, 'article')} known before"
    return f"{told}, {sum(_rejected(reports).values())} rejected."


def _slice(result: SliceResult) -> tuple[object, ...]:
    return result.slice_id, result.outcome, result.attempts, f"{result.seconds:.1f}", (result.error or "")[:200].replace("|", "/")


def _errors(results: Sequence[SliceResult]) -> str:
    return "\n".join(f"{result.slice_id}: {result.outcome}, {result.error}" for result in results if result.error)


def _stages(counters: Mapping[str, int]) -> str:
    times = {name.removeprefix(_MILLISECONDS): ms / 1000 for name, ms in counters.items() if name.startswith(_MILLISECONDS)}
    read = counters.get("inputs", 0)
    rows = [(stage, f"{seconds:.1f}", f"{read / seconds:.1f}" if seconds else "") for stage, seconds in sorted(times.items())]
    return _table("Time of each stage, over all workers", ("stage", "seconds", "inputs a second"), rows)


def _versions(reports: Sequence[RunReport]) -> str:
    if not reports:
        return ""
    from pipelines.claims import extractor_version

    rows: list[tuple[object, ...]] = [("release", RELEASE), ("extractor", extractor_version()), ("data contract", SCHEMA_VERSION)]
    rows += sorted(reports[-1].result.versions.items())
    return _table("Versions; those of datasets are for reading them in step", ("of", "version"), rows)


def _new_pairs(root: str | Path, reports: Sequence[RunReport]) -> str:
    try:
        found = new_pairs(root, reports)
    except (RootError, OSError) as error:
        return f"New pairs are not known: {error}"
    if not found:
        return ""
    more = f" and {len(found) - PAIRS_SHOWN} more" if len(found) > PAIRS_SHOWN else ""
    return f"**New pairs**: {', '.join(found[:PAIRS_SHOWN])}{more}"


def _counts(title: str, what: str, counts: Mapping[str, int], *, more: int = 0) -> str:
    """Largest first; nothing where there is nothing to count."""
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return _table(title, (what, ""), rows, more=more)


def _table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]], *, more: int = 0) -> str:
    lines = [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    if not lines:
        return ""
    head = [f"**{title}**", "", f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    return "\n".join([*head, *lines, *(["", f"… and {more} more."] if more > 0 else [])])
