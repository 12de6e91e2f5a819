"""What a check says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

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
