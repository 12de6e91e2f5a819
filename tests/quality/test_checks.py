"""Each check fails when what it watches goes wrong, passes when it does not, and holds its tongue where nothing can be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pipelines.quality import Day, check_day

TODAY = date(2026, 11, 23)
USUAL = {TODAY - timedelta(days=n): 100 + n for n in range(29)}
GOOD = Day(
    TODAY,
    articles=USUAL,
    claims=USUAL,
    read=100,
    read_before=2800,
    undated=3,
    copied=10,
    hosts={"a.example": 60, "b.example": 40},
    rejected={"http_4xx": 5},
    rejected_before={"http_4xx": 140},
    rejected_hosts={"a.example": 5},
    pairs={"IRN-PAK": 100, "CHN-USA": 300},
    pairs_before={"IRN-PAK": 400, "CHN-USA": 1200},
)


def states(day: Day) -> dict[str, str]:
    return {verdict.check: verdict.state for verdict in check_day(day)}


def test_an_ordinary_day_passes_every_check() -> None:
    assert set(states(GOOD).values()) == {"ok"}


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        ("volume of articles", {"articles": USUAL | {TODAY: 20}}),
        ("volume of articles", {"articles": USUAL | {TODAY: 900}}),
        ("volume of articles", {"articles": {day: n for day, n in USUAL.items() if day != TODAY}}),
        ("volume of claims", {"claims": USUAL | {TODAY: 3}}),
        ("rejected", {"rejected": {"http_4xx": 60}}),
        ("rejected by reason", {"rejected": {"http_4xx": 5, "paywall": 25}}),
        ("rejected by host", {"rejected_hosts": {"b.example": 45}}),
        ("pairs that vanished", {"pairs": {"CHN-USA": 300}}),
        ("pairs that exploded", {"pairs": {"CHN-USA": 300, "IRN-PAK": 700}}),
        ("unknown dates", {"undated": 40}),
        ("copies", {"copied": 70}),
    ],
)
def test_a_check_fails_on_what_it_watches_and_names_the_numbers(check: str, changes: dict[str, object]) -> None:
    bad = replace(GOOD, **changes)  # type: ignore[arg-type]

    assert states(bad)[check] == "failed"
    (verdict,) = [v for v in check_day(bad) if v.check == check]
    assert verdict.limit
    assert any(c.isdigit() for c in verdict.told)


def test_a_monday_is_compared_with_mondays() -> None:
    quiet = {day: 10 if day.weekday() == TODAY.weekday() else 500 for day in USUAL}

    assert states(replace(GOOD, articles=quiet))["volume of articles"] == "ok"


def test_a_dataset_without_a_past_is_not_judged_by_it() -> None:
    young = replace(GOOD, articles={TODAY: 5}, claims={}, read_before=0, rejected_before={}, pairs_before={}, read=4, rejected={})

    assert set(states(young).values()) - {"ok"} == {"unknown"}
    assert "failed" not in states(young).values()
