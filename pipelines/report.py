"""What a run did, in words: for the command line and the first run; `pipelines.story` tells all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow.dataset as ds

from pipelines.dataset import read
from pipelines.ingest import RunReport
from pipelines.words import counted


@dataclass(frozen=True)
class RejectedInput:
    """An input that gave no article."""

    input: str
    stage: str
    reason: str
    error: str


def headline(report: RunReport) -> str:
    """One line: what was read and what is new."""
    result = report.result
    rejected = sum(result.rejected_by_reason.values())
    read_ = f"{counted(result.inputs, 'input')} read in {report.seconds:.1f} s"
    if not result.recorded:
        return f"{read_}: nothing new" + (f"; {rejected} rejected as before" if rejected else "")
    changes = [
        counted(result.articles.get("added", 0), "new article"),
        *([f"{result.articles['replaced']} revised"] if result.articles.get("replaced") else []),
        counted(result.claims_added, "new claim"),
        *([f"{result.claims_removed} withdrawn"] if result.claims_removed else []),
        *([f"{result.known + result.articles.get('known', 0)} known already"] if result.known + result.articles.get("known", 0) else []),
        f"{rejected} rejected",
    ]
    return f"{read_}: {', '.join(changes)}"


_WITHOUT_CLAIMS: Final = {
    "no_pair": "named fewer than two countries",
    "unsupported_language": "in a language that is not read yet",
    "too_long": "too long",
    "failed": "stored, but extraction failed",
}


def without_claims(report: RunReport) -> str | None:
    """One line on the articles that were stored without being read for claims, with the status that they carry."""
    told = [
        f"{count} {_WITHOUT_CLAIMS[status]} (`{status}`)"
        for status, count in sorted(report.result.statuses.items())
        if status in _WITHOUT_CLAIMS
    ]
    return f"Stored without claims: {', '.join(told)}" if told else None


def rejected_inputs(report: RunReport) -> list[RejectedInput]:
    """The inputs that the run rejected, by stage and name."""
    rows = read(report.root, "rejected").to_table(columns=["input", "stage", "reason", "error"], filter=ds.field("run_id") == report.run_id)
    return sorted((RejectedInput(**row) for row in rows.to_pylist()), key=lambda row: (row.stage, row.input))
