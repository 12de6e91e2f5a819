"""Who is due: nobody too early, nobody twice at a time, nobody forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pipelines.stream.choose import choose, job_size, under_pressure, workable
from pipelines.stream.pace import Bounds, Hints
from pipelines.stream.schedule import Schedule
from pipelines.stream.watched import Watched
from schemas import Locator

START = datetime(2026, 11, 24, tzinfo=UTC)
BOUNDS = Bounds(least=30, first=60, most=3600)


class Days(RuleBasedStateMachine):
    """A stream's days: time passes, looks begin, end and are released, in any order that can be."""

    @initialize(count=st.integers(1, 6))
    def begin(self, count: int) -> None:
        self.now = START
        self.sources = [Watched(f"feed:https://{n}.example/rss", "list", BOUNDS) for n in range(count)]
        self.schedule = Schedule(self.sources, self.now)
        self.looking: set[Watched] = set()
        self.uncommitted: set[Watched] = set()
        self.began: dict[Watched, datetime] = {}

    @rule(seconds=st.floats(0.1, 5000))
    def time_passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(room=st.integers(0, 4))
    def looks_begin(self, room: int) -> None:
        due = self.schedule.due(self.now, room)
        assert len(due) <= room
        assert len(set(due)) == len(due)
        for source in due:
            assert source not in self.looking | self.uncommitted
            if (before := self.began.get(source)) is not None:
                assert self.now - before >= timedelta(seconds=BOUNDS.least)
            self.schedule.started(source)
            self.began[source] = self.now
            self.looking.add(source)

    @rule(data=st.data(), new=st.integers(0, 50), failed=st.booleans())
    def a_look_ends(self, data: st.DataObject, new: int, failed: bool) -> None:
        if self.looking:
            source = data.draw(st.sampled_from(sorted(self.looking, key=str)))
            self.schedule.ended(source, self.now, new=new, failed=failed, hints=Hints())
            self.looking.remove(source)
            self.uncommitted.add(source)

    @rule(data=st.data())
    def a_look_is_committed(self, data: st.DataObject) -> None:
        if self.uncommitted:
            source = data.draw(st.sampled_from(sorted(self.uncommitted, key=str)))
            self.schedule.released(source)
            self.uncommitted.remove(source)

    @invariant()
    def nobody_is_forgotten(self) -> None:
        free = set(self.sources) - self.looking - self.uncommitted
        later = self.now + timedelta(seconds=BOUNDS.most)
        assert set(self.schedule.due(later, 100)) == free
        next_due = self.schedule.next_due()
        assert (next_due is None) == (not free)


Days.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestDays = Days.TestCase


pages = st.lists(
    st.builds(lambda host, path: Locator(kind="feed", uri=f"https://{host}.example/{path}"), st.sampled_from("abcd"), st.integers(0, 60)),
    max_size=60,
    unique_by=lambda locator: locator.uri,
)


@given(pages, pages, st.integers(1, 40), st.integers(1, 20))
def test_a_job_loses_no_page_takes_none_twice_and_keeps_its_limits(
    fresh: list[Locator], owed: list[Locator], most: int, per_host: int
) -> None:
    chosen = choose(fresh, owed, most=most, per_host=per_host)
    taken = [*chosen.fresh, *chosen.owed]
    hosts = [locator.uri.split("/")[2] for locator in taken]
    assert sorted(map(str, (*chosen.fresh, *chosen.put_off))) == sorted(map(str, fresh)), "a listed page is taken or put off"
    assert set(chosen.owed) <= set(owed)
    assert len(taken) == len(set(map(str, taken))) <= most
    assert max((hosts.count(host) for host in hosts), default=0) <= per_host
    assert taken or not (fresh or owed), "there is always something to do while pages wait"


@given(pages, st.integers(1, 20))
def test_one_host_with_many_pages_does_not_count_as_much_work(waiting: list[Locator], per_host: int) -> None:
    hosts = {locator.uri.split("/")[2] for locator in waiting}
    assert len(hosts) <= workable(waiting, per_host) <= len(hosts) * per_host or not waiting


def test_local_files_are_always_taken() -> None:
    files = [Locator(kind="file", uri=f"/news/{n}.html") for n in range(20)]
    assert choose(files, [], most=5, per_host=1).fresh == tuple(files)


@given(st.integers(0, 1000), st.floats(0, 1000))
def test_a_job_is_as_large_as_can_be_done_in_time(pages_done: int, seconds: float) -> None:
    assert 10 <= job_size(pages_done, seconds, wanted=12, least=10, most=150) <= 150
    assert job_size(100, 20.0, wanted=12, least=10, most=150) == 60


@pytest.mark.parametrize(("size", "waiting", "pages"), [(60, 30, 60), (60, 120, 60), (60, 200, 100), (60, 900, 150), (150, 10, 150)])
def test_a_job_is_larger_while_many_pages_wait(size: int, waiting: int, pages: int) -> None:
    assert under_pressure(size, waiting, 150) == pages
