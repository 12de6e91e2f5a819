"""What is complete and what is lost follows from the rows of `runs`, in whatever order and overlap they were written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.completeness import Period, of_rows
from schemas import Completeness


def at(hour: int) -> datetime:
    return datetime(2026, 1, 1, hour, tzinfo=UTC)


def row(since: int | None, until: int, *, gap: bool = False) -> Completeness:
    return Completeness(source="feed:x", since=None if since is None else at(since), until=at(until), gap=gap)


@pytest.mark.parametrize(
    ("rows", "since", "until", "covered"),
    [
        ([row(0, 6)], 1, 5, True),
        ([row(0, 3), row(3, 6)], 1, 5, True),
        ([row(4, 6), row(0, 5)], 1, 6, True),
        ([row(0, 3), row(4, 6)], 1, 5, False),
        ([row(None, 6)], 1, 6, True),
        ([row(None, 6)], 1, 7, False),
        ([row(0, 6), row(2, 3, gap=True)], 1, 5, False),
        ([row(0, 6), row(2, 3, gap=True)], 3, 5, True),
        ([], 1, 2, False),
    ],
)
def test_a_period_is_covered_when_rows_leave_no_hole_and_nothing_was_lost(rows, since: int, until: int, covered: bool) -> None:
    found = of_rows(rows).get("feed:x")

    assert (found is not None and found.covers(at(since), at(until))) is covered


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        ([row(0, 9)], []),
        ([row(3, 5)], [(2, 3), (5, 8)]),
        ([row(0, 4), row(6, 9)], [(4, 6)]),
        ([row(0, 9), row(4, 5, gap=True)], [(4, 5)]),
        ([row(0, 4), row(3, 6, gap=True)], [(3, 8)]),
    ],
)
def test_what_is_missing_of_a_day_are_holes_and_losses(rows, missing) -> None:
    found = of_rows(rows)["feed:x"].missing(at(2), at(8))

    assert found == tuple(Period(at(a), at(b)) for a, b in missing)
