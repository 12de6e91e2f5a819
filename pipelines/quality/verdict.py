"""What a check says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from pipelines.context import utc_now

State = Literal["ok", "failed", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One check of one day."""

    check: str
    state: State
    """`unknown`: there is too little to judge by, such as no past."""
    told: str
    """What was found, in a line."""
    value: float | None = None
    limit: str | None = None
    """What would have been right."""
    examples: tuple[str, ...] = ()


def table_rows(verdicts: Iterable[Verdict]) -> list[dict[str, Any]]:
    """For tables: plain values."""
    return [{"check": v.check, "verdict": v.state, "found": v.told, "limit": v.limit, "examples": ", ".join(v.examples)} for v in verdicts]


def headline(verdicts: Iterable[Verdict]) -> str:
    """One line: how many failed, and which."""
    body = list(verdicts)
    failed = [v.check for v in body if v.state == "failed"]
    unknown = sum(v.state == "unknown" for v in body)
    told = f"{len(failed)} of {len(body)} checks failed{': ' if failed else ''}{', '.join(failed)}"
    return told + (f"; {unknown} could not be judged" if unknown else "")


def each_failed(verdicts: Iterable[Verdict], tell: Callable[[Verdict], None]) -> None:
    """Call `tell` for each failed check."""
    for verdict in verdicts:
        if verdict.state == "failed":
            tell(verdict)


def yesterday() -> date:
    """The last whole day, UTC."""
    return utc_now().date() - timedelta(days=1)
