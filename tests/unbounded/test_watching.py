"""The restriction of a watched source: when the next look is, and that an engine may take it back at any moment."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.stream.pace import Bounds, Hints
from pipelines.stream.watched import Watched
from pipelines.unbounded.watching import Watching, WatchingTracker

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FEED = Watched("feed:https://news.example/rss", "list", Bounds(least=30, first=60, most=3600))


def after(watching: Watching, seconds: float) -> float:
    return watching.wait(NOW + timedelta(seconds=seconds))


def looked(watching: Watching, *, new: int = 0, failed: bool = False, seconds: float = 0) -> Watching:
    moment = NOW + timedelta(seconds=seconds)
    return watching.began("slice", moment).ended(FEED, moment, new=new, failed=failed, hints=Hints())


def test_the_first_look_is_at_once_and_the_next_one_at_the_sources_own_pace() -> None:
    assert after(Watching(), 0) == 0
    assert after(looked(Watching()), 10) == 50


def test_a_source_that_fails_is_asked_less_often_and_one_that_brings_much_more_often() -> None:
    once = looked(Watching(), new=5)
    assert after(looked(once, failed=True, seconds=60), 60) == 120
    assert after(looked(once, new=20, seconds=60), 60) == 30


@pytest.mark.parametrize(
    ("watching", "ends"),
    [
        (Watching(), False),
        (Watching(until=NOW + timedelta(seconds=1)), False),
        (Watching(until=NOW), True),
        (Watching(left=1), False),
        (Watching(left=1).began("slice", NOW), True),
    ],
)
def test_no_look_begins_past_the_end(watching: Watching, ends: bool) -> None:
    assert watching.ends(NOW) is ends


def test_whoever_waits_for_a_look_that_is_past_the_end_waits_for_the_end_only() -> None:
    assert after(looked(Watching(until=NOW + timedelta(seconds=5))), 0) == 5


def test_what_is_handed_back_is_the_source_as_it_was_claimed_last() -> None:
    tracker = WatchingTracker(Watching())
    began = Watching().began("slice", NOW)
    assert tracker.try_claim(began)

    split = tracker.try_split(0)

    assert split is not None
    assert (split[0].over, split[1]) == (True, began)
    assert not tracker.try_claim(began.asked(NOW))
    assert tracker.try_split(0) is None
    tracker.check_done()


def test_a_source_is_never_shared_by_two_workers() -> None:
    assert WatchingTracker(Watching()).try_split(0.5) is None


def test_a_look_that_ends_without_handing_its_source_back_is_an_error() -> None:
    tracker = WatchingTracker(Watching())
    with pytest.raises(ValueError, match="without handing"):
        tracker.check_done()
    tracker.try_claim(replace(Watching(), over=True))
    tracker.check_done()


def test_it_survives_the_way_into_a_checkpoint() -> None:
    watching = looked(looked(Watching(left=7), new=1), new=2, seconds=90)

    assert pickle.loads(pickle.dumps(watching)) == watching
