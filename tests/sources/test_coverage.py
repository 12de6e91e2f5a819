"""What runs say about completeness: periods without holes, gaps between the polls of a feed, nothing while pages are owed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fetching import PAGE, config
from listing import listed, moment_run, told
from servers import Asked, Server, Writer, answer

from pipelines.fetch.remote import Fetcher
from pipelines.seen import SeenStore
from pipelines.sources.coverage import Poll, of_poll, within
from schemas import Completeness, Locator


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def dated(*days: int) -> bytes:
    items = "".join(f"<item><link>/{d}</link><guid>g{d}</guid><pubDate>{at(d):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>" for d in days)
    return answer(f'<rss version="2.0"><channel>{items}</channel></rss>', type="application/rss+xml", ETag=f'"{days}"')


def undated(*numbers: int) -> bytes:
    items = "".join(f"<item><link>/{n}</link></item>" for n in numbers)
    return answer(f'<rss version="2.0"><channel>{items}</channel></rss>', type="application/rss+xml")


def polls(
    state: Path, answers: list[bytes], *, days: list[int], recorded: bool = True
) -> list[list[tuple[datetime | None, datetime | None, bool]]]:
    """What each poll of a feed tells, each on its day and committed."""
    found = []
    with Server({"/rss": answers}) as server:
        for day in days:
            context = moment_run(at(day))
            listed(f"feed:{server.url('/rss')}", context=context, state=state)
            found.append([(row.since, row.until, row.gap) for row in told(state, context, recorded=recorded)])
    return found


def test_polls_of_a_feed_that_reaches_back_are_complete_without_a_hole(tmp_path: Path) -> None:
    assert polls(tmp_path / "s", [dated(3, 2), dated(5, 4, 3), b"HTTP/1.1 304 Not Modified\r\n\r\n"], days=[4, 6, 7]) == [
        [(at(2), at(4), False)],
        [(at(4), at(6), False)],
        [(at(6), at(7), False)],
    ]


def test_a_feed_whose_oldest_entry_is_newer_than_the_newest_of_the_last_poll_leaves_a_gap(tmp_path: Path) -> None:
    assert polls(tmp_path / "s", [dated(3, 2), dated(9, 8), dated(11, 9)], days=[4, 10, 12]) == [
        [(at(2), at(4), False)],
        [(at(8), at(10), False), (at(3), at(8), True)],
        [(at(10), at(12), False)],
    ]


def test_without_dates_a_feed_that_lists_nothing_known_leaves_a_gap_between_the_polls(tmp_path: Path) -> None:
    assert polls(tmp_path / "s", [undated(1, 2), undated(2, 3), undated(8, 9)], days=[4, 5, 6]) == [
        [(None, at(4), False)],
        [(at(4), at(5), False)],
        [(None, at(6), False), (at(5), at(6), True)],
    ]


def test_an_article_that_another_source_listed_does_not_hide_a_gap(tmp_path: Path) -> None:
    state = tmp_path / "s"
    store = SeenStore(state)
    with Server({"/rss": [dated(3, 2), dated(9, 8)]}) as server:
        feed = f"feed:{server.url('/rss')}"
        listed(feed, context=moment_run(at(4)), state=state)
        told(state, moment_run(at(4)))
        store.put(moment_run(at(5)), "url", server.url("/8"))
        store.confirm(moment_run(at(5)).run_id)
        listed(feed, context=moment_run(at(10)), state=state)
        assert [row.gap for row in told(state, moment_run(at(10)))] == [False, True]


def test_an_empty_feed_and_one_that_gives_every_entry_a_new_date_leave_no_gap(tmp_path: Path) -> None:
    again = dated(9, 8).replace(b"/9", b"/3").replace(b"g9", b"g3")
    empty = answer('<rss version="2.0"><channel></channel></rss>', type="application/rss+xml")
    found = polls(tmp_path / "s", [dated(3, 2), empty, again], days=[4, 5, 10])
    assert [[gap for _, _, gap in rows] for rows in found] == [[False], [False], [False]]


def test_a_run_that_wrote_no_row_leaves_its_period_to_the_next_one(tmp_path: Path) -> None:
    state, answers = tmp_path / "s", [dated(3, 2), dated(3, 2), dated(5, 3)]
    with Server({"/rss": answers}) as server:
        rows = []
        for day, recorded in ((4, True), (5, False), (6, True)):
            listed(f"feed:{server.url('/rss')}", context=moment_run(at(day)), state=state)
            rows.append(told(state, moment_run(at(day)), recorded=recorded))
    assert [[(r.since, r.until) for r in found] for found in rows] == [[(at(2), at(4))], [(at(4), at(5))], [(at(4), at(6))]]


def test_a_run_that_is_never_committed_tells_nothing_and_its_gap_is_told_by_the_next_one(tmp_path: Path) -> None:
    state = tmp_path / "s"
    with Server({"/rss": [dated(3, 2), dated(9, 8), dated(9, 8)]}) as server:
        feed = f"feed:{server.url('/rss')}"
        listed(feed, context=moment_run(at(4)), state=state)
        told(state, moment_run(at(4)))
        listed(feed, context=moment_run(at(10)), state=state)
        listed(feed, context=moment_run(at(11)), state=state)
        assert [(r.since, r.until) for r in told(state, moment_run(at(11))) if r.gap] == [(at(3), at(8))]


def test_a_source_that_owes_pages_is_not_complete_until_they_are_paid_and_then_from_where_it_was(tmp_path: Path) -> None:
    state = tmp_path / "s"

    async def feed(asked: Asked, writer: Writer) -> None:
        writer.write(dated(3, 2, 1))

    with Server({"/rss": feed, "*": answer(PAGE)}) as server:
        rows = []
        for day, share in ((4, 2), (5, 10), (6, 10)):
            context = moment_run(at(day))
            locators = [f for f in listed(f"feed:{server.url('/rss')}", context=context, state=state) if isinstance(f, Locator)]
            with Fetcher(config(state=state, host_requests=share)) as fetcher:
                list(fetcher.fetch_many(locators, context))
            rows.append([(r.since, r.until, r.gap) for r in told(state, context)])
    assert rows == [[], [(at(1), at(5), False)], [(at(5), at(6), False)]]


def test_what_lies_outside_of_the_period_asked_for_is_neither_complete_nor_skipped_for_ever(tmp_path: Path) -> None:
    state = tmp_path / "s"

    async def feed(asked: Asked, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n" if "if-none-match" in asked.headers else dated(3, 2, 1))

    with Server({"/rss": feed}) as server:
        found = listed(f"feed:{server.url('/rss')}", context=moment_run(at(5)), state=state, since=at(2), until=at(3))
        assert [f.uri for f in found if isinstance(f, Locator)] == [server.url("/2")]
        assert [(r.since, r.until) for r in told(state, moment_run(at(5)))] == [(at(2), at(3))]
        rest = listed(f"feed:{server.url('/rss')}", context=moment_run(at(6)), state=state)
        assert [f.uri for f in rest if isinstance(f, Locator)] == [server.url("/1"), server.url("/3")]


POLL = Poll(source="feed:x", at=at(10), oldest=at(8), known=False, covered_until=at(4), before=at(3))


@pytest.mark.parametrize(
    ("poll", "since", "until", "expected"),
    [
        (POLL, None, None, [(at(3), at(8), True), (at(8), at(10), False)]),
        (POLL, at(9), at(20), [(at(3), at(8), True), (at(9), at(10), False)]),
        (POLL, at(1), at(2), [(at(3), at(8), True)]),
    ],
)
def test_a_gap_is_told_whatever_period_was_asked_for(
    poll: Poll, since: datetime | None, until: datetime | None, expected: list[tuple[datetime, datetime, bool]]
) -> None:
    assert [(r.since, r.until, r.gap) for r in of_poll(poll, since, until)] == expected


def test_a_period_that_is_open_stays_open() -> None:
    row = Completeness(source="sitemap:x", since=None, until=at(5), gap=False)
    assert within(row, None, at(9)) == row
    assert within(row, at(6), None) is None
