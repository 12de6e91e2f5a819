"""How long a source is left alone: within its bounds, by what it brought, and by what its server asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.fetch.response import Response
from pipelines.stream.hints import of_response
from pipelines.stream.pace import Bounds, Brought, Hints, interval, next_poll

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday
BOUNDS = Bounds(least=30, first=60, most=3600)
NONE = Hints()

histories = st.lists(st.builds(Brought, st.integers(0, 1000), st.floats(0.1, 1e5)), max_size=8)
hints = st.builds(
    Hints,
    fresh=st.none() | st.floats(0, 1e9),
    not_before=st.none() | st.integers(-(10**5), 10**6).map(lambda s: NOW + timedelta(seconds=s)),
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
)


@given(histories, st.integers(0, 100), hints)
def test_the_interval_stays_within_its_bounds(history: list[Brought], failures: int, told: Hints) -> None:
    assert BOUNDS.least <= interval(history, failures, told, BOUNDS) <= BOUNDS.most


@given(histories, st.integers(0, 100), hints)
def test_a_source_is_asked_again_within_the_bounds_or_when_its_server_says(history: list[Brought], failures: int, told: Hints) -> None:
    due = next_poll(NOW, history, failures, told, BOUNDS)
    latest = max(NOW + timedelta(seconds=BOUNDS.most), told.not_before or NOW) + timedelta(days=7)
    assert NOW + timedelta(seconds=BOUNDS.least) <= due <= latest
    assert told.not_before is None or due >= told.not_before


@given(histories, st.integers(1, 500))
def test_more_news_never_makes_it_slower(history: list[Brought], more: int) -> None:
    richer = [Brought(poll.new + more, poll.seconds) for poll in history]
    assert interval(richer, 0, NONE, BOUNDS) <= interval(history, 0, NONE, BOUNDS)


@given(histories, st.integers(0, 50))
def test_each_failure_makes_it_slower_or_leaves_it_at_the_most(history: list[Brought], failures: int) -> None:
    assert interval(history, failures + 2, NONE, BOUNDS) >= interval(history, failures + 1, NONE, BOUNDS)


@pytest.mark.parametrize(
    ("history", "failures", "told", "seconds"),
    [
        ([], 0, NONE, 60),  # nothing known
        ([Brought(1, 120.0)], 0, NONE, 80),  # about an entry a poll
        ([Brought(40, 60.0)] * 8, 0, NONE, 30),  # busy: the least
        ([Brought(0, 600.0)] * 8, 0, NONE, 3600),  # silent: the most
        ([Brought(40, 60.0)] * 8, 0, Hints(fresh=300), 300),  # its answer is good for five minutes
        ([], 0, Hints(fresh=10**8), 3600),  # a year of max-age is not believed
        ([Brought(40, 60.0)] * 8, 3, NONE, 480),
    ],
)
def test_the_interval_follows_history_failures_and_headers(history: list[Brought], failures: int, told: Hints, seconds: float) -> None:
    assert interval(history, failures, told, BOUNDS) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("told", "due"),
    [
        (Hints(skip_hours=frozenset({12, 13})), NOW.replace(hour=14)),
        (Hints(skip_days=frozenset({1})), (NOW + timedelta(days=1)).replace(hour=0)),
        (Hints(skip_hours=frozenset(range(24))), NOW + timedelta(seconds=60)),  # skips everything: not believed
        (Hints(not_before=NOW + timedelta(days=2)), NOW + timedelta(days=2)),
    ],
)
def test_skipped_hours_and_pauses_are_kept(told: Hints, due: datetime) -> None:
    assert next_poll(NOW, [], 0, told, BOUNDS) == due


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"Cache-Control": "public, max-age=300"}, "", Hints(fresh=300)),
        ({"Cache-Control": "max-age=300", "Age": "100"}, "", Hints(fresh=200)),
        ({"Expires": "Tue, 24 Nov 2026 12:05:00 GMT"}, "", Hints(fresh=300)),
        ({"Expires": "Tue, 24 Nov 2026 12:05:00 GMT", "Cache-Control": "max-age=60"}, "", Hints(fresh=60)),
        ({"Expires": "Tue, 24 Nov 2020 12:05:00 GMT"}, "", Hints(fresh=0)),
        ({"Expires": "0"}, "", NONE),
        ({"Cache-Control": "no-cache, max-age=300"}, "", NONE),
        ({"Cache-Control": "s-maxage=300"}, "", NONE),
        ({}, "<ttl> 15 </ttl>", Hints(fresh=900)),
        ({"Cache-Control": "max-age=60"}, "<ttl>15</ttl>", Hints(fresh=900)),
        ({}, "<skipHours><hour>0</hour><hour> 24 </hour><hour>5</hour></skipHours>", Hints(skip_hours=frozenset({0, 5}))),
        ({}, "<skipDays><day>Sunday</day><day>Someday</day></skipDays>", Hints(skip_days=frozenset({6}))),
        ({}, "<ttl>soon</ttl><skipHours><hour>x</hour></skipHours>", NONE),
    ],
)
def test_headers_and_elements_say_when_to_come_again(headers: dict[str, str], body: str, expected: Hints) -> None:
    response = Response(
        asked="", url="", status=200, reason="", headers=tuple(headers.items()), wire=b"", body=f"<rss>{body}".encode(), fetched_at=NOW
    )
    assert of_response(response, NOW) == expected


def test_bounds_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ValueError, match="rise"):
        Bounds(least=60, first=30, most=3600)
