"""What every row of a run has in common: the run, the slice, and the one clock."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """Identity and time of a run; handed to each stage so that none of them asks a clock of its own."""

    run_id: str
    slice_id: str = "0000"
    now: datetime
    """When the run started, UTC: `ingested_at` of its articles and `first_seen` of what it rejects."""


def utc_now() -> datetime:
    """The one clock of the project."""
    return datetime.now(UTC)


def new_run(now: datetime | None = None) -> RunContext:
    """A context for a new run; ids sort by start time."""
    now = now or utc_now()
    return RunContext(run_id=f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}", now=now)
