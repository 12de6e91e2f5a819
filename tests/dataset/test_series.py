"""Distinct events over time, where the order of the rows could matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from generated_rows import article

from pipelines.dataset import CommitResult, Layout
from pipelines.near_duplicates import PERMUTATIONS
from pipelines.series import Period, series
from tests.dataset.conftest import Rows


def _told(seed: int, when: datetime, claim_type: str, signature: bytes) -> Rows:
    made, claims = article(seed, claims=1)
    of_claim = {"country_pair": "IRN-PAK", "source_country": "IRN", "target_country": "PAK", "claim_type": claim_type}
    of_claim |= {"claim_kind": "event", "quad_class": "verbal_conflict", "modality": "asserted", "event_precision": "unknown"}
    yield (
        replace(made, published_at=when, signature=signature),
        [replace(c, **of_claim, published_at=when, event_start=None) for c in claims],
    )


def test_an_undated_event_counts_for_the_first_day_on_which_it_was_told(layout: Layout, put: Callable[..., CommitResult]) -> None:
    """The accusation of 1 February stands first in the file; its copy's first telling was in January, in the same week."""
    one, other = bytes(4 * PERMUTATIONS), bytes([1]) * 4 * PERMUTATIONS
    put(
        [
            *_told(1, datetime(2026, 1, 30, 10, tzinfo=UTC), "REJECT", other),
            *_told(2, datetime(2026, 2, 1, 10, tzinfo=UTC), "ACCUSE", one),
            *_told(3, datetime(2026, 2, 1, 23, tzinfo=UTC), "ACCUSE", other),
        ]
    )
    assert series(layout.root, "IRN-PAK", "month") == [Period(date(2026, 1, 1), {"verbal_conflict": 2})]
