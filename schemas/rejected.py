"""Rejected: an input that gave no article, with why and enough to try again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Self

import pyarrow as pa

from schemas.columns import column
from schemas.ontology import REJECTION_REASONS, RejectionStage

PAYLOAD_LIMIT: Final = 64 * 1024
"""Bytes of the input that are kept with the row."""


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """A row of `rejected`."""

    rejected_id: str = column("hash of input, stage, reason and content_hash", example="5f0c…")
    stage: str = column("partition: the stage that gave up", example="normalize", partition=True)
    day: date = column("partition: the day of first_seen, UTC", example=date(2026, 11, 24), partition=True)
    input: str = column("the locator, or file and line", example="news/a.jsonl#17")
    reason: str = column("why, from the stage's closed list", example="missing_text")
    error: str = column("the error's own words", example="line 17 has no 'text'")
    content_hash: str | None = column("SHA-256 of the input's bytes", example="9f86…")
    attempts: int = column("how often it failed in the same way", example=1, arrow=pa.int32())
    first_seen: datetime = column("when it failed first")
    last_seen: datetime = column("when it failed last")
    retry_after: datetime | None = column("when trying again makes sense; null: only when asked")
    payload: bytes | None = column("the input itself, up to 64 KiB", arrow=pa.binary())
    run_id: str = column("the run that saw it last", example="20261124T061122Z-1f3a")

    @classmethod
    def of(
        cls,
        stage: RejectionStage,
        reason: str,
        *,
        input: str,
        error: str,
        seen: datetime,
        run_id: str,
        content: bytes | None = None,
        retry_after: datetime | None = None,
    ) -> Self:
        """A row for a failure seen now.

        Raises:
            ValueError: `reason` is not in the closed list of `stage`.
        """
        if reason not in REJECTION_REASONS[stage]:
            raise ValueError(f"{reason!r} is no reason of stage {stage}; these are: {', '.join(sorted(REJECTION_REASONS[stage]))}")
        content_hash = None if content is None else hashlib.sha256(content).hexdigest()
        identity = "\x1f".join((input, stage, reason, content_hash or ""))
        return cls(
            rejected_id=hashlib.sha256(identity.encode("utf8", "surrogatepass")).hexdigest()[:32],
            stage=stage,
            day=seen.date(),
            input=input,
            reason=reason,
            error=error,
            content_hash=content_hash,
            attempts=1,
            first_seen=seen,
            last_seen=seen,
            retry_after=retry_after,
            payload=None if content is None else content[:PAYLOAD_LIMIT],
            run_id=run_id,
        )
