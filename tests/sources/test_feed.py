"""Feeds: every form of them, what is new in them, and nothing skipped for ever."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fetching import PAGE, config
from listing import confirm, listed, run, uris
from servers import Asked, Server, Writer, answer

from pipelines.fetch import Deferred
from pipelines.fetch.remote import Fetcher
from pipelines.seen import SeenStore
from pipelines.sources.feed import FeedError, parse
from pipelines.sources.feeds import read_list
from schemas import Completeness, Locator, Rejected

BASE = "https://news.example/rss"
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><title>Second</title><link>https://news.example/2</link><guid>g2</guid>
<pubDate>Mon, 02 Nov 2026 10:00:00 +0300</pubDate></item>
<item><title>First</title><link>/1?a=1&amp;b=2</link><guid>g1</guid>
<pubDate>Sun, 01 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><entry><id>tag:1</id><link href="https://news.example/2"/>
<updated>2026-11-02T07:00:00Z</updated></entry><entry><id>tag:2</id><link rel="alternate" href="/1?a=1&amp;b=2"/></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"/>
<item rdf:about="a"><link>https://news.example/2</link></item><item rdf:about="b"><link>https://news.example/1?a=1&amp;b=2</link></item></rdf:RDF>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": 2, "url": "https://news.example/2", "date_published": "2026-11-02T07:00:00Z"},
            {"id": "1", "external_url": "/1?a=1&b=2"},
        ],
    }
)
FORMS = {
    "RSS": RSS,
    "Atom": ATOM,
    "RDF": RDF,
    "JSON Feed": JSON_FEED,
    "a byte order mark": "\ufeff" + RSS,
    "blanks in front": "\n\n  " + RSS,
    "a bare ampersand": RSS.replace("First", "A & B"),
    "an unknown entity": RSS.replace("First", "A&nbsp;B"),
    "cut off": RSS[:-30],
    "a control character": RSS.replace("First", "Fi\x0brst"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_of_every_form_gives_its_entries(form: str) -> None:
    entries = parse(FORMS[form].encode(), BASE)
    assert [entry.url for entry in entries] == ["https://news.example/2", "https://news.example/1?a=1&b=2"]


def test_an_entry_has_its_date_in_utc_and_its_guid() -> None:
    first, second = parse(RSS.encode(), BASE)
    assert (first.guid, first.listed_at) == ("https://news.example/g2", datetime(2026, 11, 2, 7, tzinfo=UTC))
    assert parse(JSON_FEED.encode(), BASE)[0].listed_at == datetime(2026, 11, 2, 7, tzinfo=UTC)
    assert second.listed_at == datetime(2026, 11, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>no feed</body></html>", b"{", b'{"items": 5}', b"[]", b"\x00\x01", b"https://elsewhere.example/feed"]
)
def test_what_is_no_feed_is_an_error(body: bytes) -> None:
    with pytest.raises(FeedError):
        parse(body, BASE)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "mailto:a@b.example", "file:///etc/passwd", "http://[", ""])
def test_a_link_that_leads_nowhere_is_no_entry(link: str) -> None:
    assert parse(RSS.replace("https://news.example/2", link).encode(), BASE)[-1].url == "https://news.example/1?a=1&b=2"
    assert len(parse(RSS.replace("https://news.example/2", link).replace("g2", "").encode(), BASE)) == 1


def test_a_bomb_of_entities_costs_neither_time_nor_memory() -> None:
    levels = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    types = f'<!DOCTYPE x [<!ENTITY e0 "lol">{levels}]>'
    bomb = f'<?xml version="1.0"?>{types}<rss version="2.0"><channel><item><link>&e11;</link></item></channel></rss>'
    started = time.process_time()
    try:
        entries = parse(bomb.encode(), BASE)
    except FeedError:
        entries = []
    assert all(len(entry.url) < 10_000 for entry in entries)
    assert time.process_time() - started < 5


def feed_of(*numbers: int, date: str = "") -> str:
    items = "".join(f"<item><link>/{n}</link><guid>g{n}</guid>{date}</item>" for n in numbers)
    return f'<rss version="2.0"><channel>{items}</channel></rss>'


def rss(*numbers: int, **headers: str) -> bytes:
    return answer(feed_of(*numbers), type="application/rss+xml", **headers)


def test_a_feeds_entries_are_locators_oldest_first() -> None:
    with Server({"/rss": answer(RSS.replace("https://news.example", ""), type="application/rss+xml")}) as server:
        found = listed(f"feed:{server.url('/rss')}")
    assert uris(found) == [server.url("/1?a=1&b=2"), server.url("/2")]
    first = found[0]
    assert isinstance(first, Locator)
    assert (first.kind, first.source_uri, first.listed_at) == ("feed", f"feed:{server.url('/rss')}", datetime(2026, 11, 1, 10, tzinfo=UTC))


def test_only_what_is_new_since_the_last_committed_poll_is_listed(tmp_path: Path) -> None:
    state = tmp_path / "seen.sqlite"
    with Server({"/rss": [rss(2, 1), rss(3, 2), rss(3, 2)]}) as server:
        feed = f"feed:{server.url('/rss')}"
        assert uris(listed(feed, context=run(1), state=state)) == [server.url("/1"), server.url("/2")]
        confirm(state, run(1))
        assert uris(listed(feed, context=run(2), state=state)) == [server.url("/3")]
        confirm(state, run(2))
        assert listed(feed, context=run(3), state=state) == []


def test_a_run_that_is_never_committed_skips_nothing(tmp_path: Path) -> None:
    state = tmp_path / "seen.sqlite"
    with Server({"/rss": rss(2, 1, ETag='"a"')}) as server:
        feed = f"feed:{server.url('/rss')}"
        for number in (1, 2):
            assert uris(listed(feed, context=run(number), state=state)) == [server.url("/1"), server.url("/2")]
        assert all("if-none-match" not in asked.headers for asked in server.asked)


def _poll_and_hang(feed: str, state: Path, ready: Any) -> None:
    listed(feed, context=run(1), state=state)
    ready.set()
    time.sleep(60)


def test_a_run_killed_between_poll_and_commit_skips_nothing(tmp_path: Path) -> None:
    state, spawn = tmp_path / "seen.sqlite", multiprocessing.get_context("spawn")
    with Server({"/rss": rss(2, 1, ETag='"a"')}) as server:
        feed, ready = f"feed:{server.url('/rss')}", spawn.Event()
        worker = spawn.Process(target=_poll_and_hang, args=(feed, state, ready))
        worker.start()
        assert ready.wait(60)
        os.kill(worker.pid or 0, signal.SIGKILL)
        worker.join()
        assert uris(listed(feed, context=run(2), state=state)) == [server.url("/1"), server.url("/2")]
        confirm(state, run(2))
        assert listed(feed, context=run(3), state=state) == []


def test_an_unchanged_feed_costs_one_conditional_request(tmp_path: Path) -> None:
    state = tmp_path / "seen.sqlite"
    tag = {"ETag": '"v1"', "Last_Modified": "Sun, 01 Nov 2026 10:00:00 GMT"}
    with Server({"/rss": [rss(1, **tag), b"HTTP/1.1 304 Not Modified\r\n\r\n"]}) as server:
        feed = f"feed:{server.url('/rss')}"
        listed(feed, context=run(1), state=state)
        confirm(state, run(1))
        before = len(server.asked)
        assert listed(feed, context=run(2), state=state) == []
        (asked,) = server.asked[before:]
    assert asked.headers["if-none-match"] == '"v1"'
    assert asked.headers["if-modified-since"] == "Sun, 01 Nov 2026 10:00:00 GMT"


def test_an_entry_with_a_later_date_is_listed_again(tmp_path: Path) -> None:
    state = tmp_path / "seen.sqlite"
    dated = [answer(feed_of(1, date=f"<pubDate>Sun, 0{day} Nov 2026 10:00:00 GMT</pubDate>")) for day in (1, 2)]
    with Server({"/rss": [dated[0], dated[1], dated[1]]}) as server:
        feed = f"feed:{server.url('/rss')}"
        counts = []
        for number in (1, 2, 3):
            counts.append(len(listed(feed, context=run(number), state=state)))
            confirm(state, run(number))
    assert counts == [1, 1, 0]


def test_a_feed_that_cannot_be_had_or_read_is_one_rejected_row_and_is_not_remembered(tmp_path: Path) -> None:
    state, told = tmp_path / "seen.sqlite", list[Completeness]()
    with Server({"/gone": answer("", "404 Not Found"), "/page": answer(PAGE, ETag='"x"')}) as server:
        found = listed(f"feed:{server.url('/gone')}", f"feed:{server.url('/page')}", context=run(1), state=state, complete=told)
    assert uris(found) == ["!http_4xx", "!bad_source"]
    assert [f.input for f in found if isinstance(f, Rejected)] == [f"feed:{server.url('/gone')}", f"feed:{server.url('/page')}"]
    assert told == []


def test_what_a_run_put_off_comes_back_though_its_feed_has_not_changed(tmp_path: Path) -> None:
    state = tmp_path / "seen.sqlite"

    async def unchanged(asked: Asked, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n" if "if-none-match" in asked.headers else rss(3, 2, 1, ETag='"v1"'))

    with Server({"/rss": unchanged, "*": answer(PAGE)}) as server:
        feed = f"feed:{server.url('/rss')}"
        first = [f for f in listed(feed, context=run(1), state=state) if isinstance(f, Locator)]
        with Fetcher(config(state=state, host_requests=2)) as fetcher:
            results = list(fetcher.fetch_many(first, run(1)))
        late = sorted(r.locator.uri for r in results if isinstance(r, Deferred))
        assert len(late) == 1
        assert uris(listed(feed, context=run(2), state=state)) == [server.url("/1"), server.url("/2"), server.url("/3")], (
            "not committed yet"
        )
        confirm(state, run(1))
        assert uris(listed(feed, context=run(3), state=state)) == late
        assert uris(listed(feed, context=run(4), state=state)) == late, "run 3 was not committed"
        confirm(state, run(4))
        assert listed(feed, context=run(5), state=state) == []


def test_a_page_that_has_not_changed_since_its_commit_gives_nothing(tmp_path: Path) -> None:
    state = tmp_path / "seen.sqlite"
    with Server({"/a": [answer(PAGE, ETag='"1"'), answer(PAGE, ETag='"1"'), b"HTTP/1.1 304 Not Modified\r\n\r\n"]}) as server:
        found = []
        for number, committed in ((1, False), (2, True), (3, True)):
            with Fetcher(config(state=state)) as fetcher:
                found.append(len(list(fetcher.fetch_many([Locator(kind="url", uri=server.url("/a"))], run(number)))))
            if committed:
                confirm(state, run(number))
        conditional = ["if-none-match" in a.headers for a in server.asked if a.path == "/a"]
    assert found == [1, 1, 0]
    assert conditional == [False, False, True]


def test_a_list_of_feeds_gives_the_entries_of_all_of_them(tmp_path: Path) -> None:
    with Server({"/a": rss(1), "/b": answer("", "500 Broken"), "/c": rss(3)}) as server:
        rows = "".join(f'[[feed]]\nname = "N"\nurl = "{server.url(p)}"\ncountry = "PAK"\nlanguage = "en"\n' for p in ("/a", "/b", "/c"))
        (tmp_path / "feeds.toml").write_text(rows)
        assert uris(listed(f"feeds:{tmp_path}/feeds.toml")) == [server.url("/1"), "!http_5xx", server.url("/3")]


def test_the_default_feed_list_has_the_right_form() -> None:
    feeds = read_list(Path(__file__).parents[2] / "seeds" / "feeds.toml")
    assert len(feeds) >= 30
    assert len({feed.country for feed in feeds}) >= 15
    assert all(feed.url.startswith("https://") for feed in feeds)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("", r"no \[\[feed\]\]"),
        ('[[feed]]\nname = "N"\nurl = "https://a.example/"\ncountry = "PAK"', "has name, url, country and language"),
        ('[[feed]]\nname = "N"\nurl = "ftp://a.example/"\ncountry = "PAK"\nlanguage = "en"', "no http or https URL"),
        ('[[feed]]\nname = "N"\nurl = "https://a.example/"\ncountry = "XXX"\nlanguage = "en"', "alpha-3"),
        ('[[feed]]\nname = "N"\nurl = "https://a.example/"\ncountry = "PAK"\nlanguage = "english"', "639-1"),
        ("[[feed]", "line 1"),
    ],
)
def test_a_feed_list_of_another_form_is_one_rejected_row_that_names_what_is_wrong(tmp_path: Path, row: str, words: str) -> None:
    (tmp_path / "feeds.toml").write_text(row)
    (found,) = listed(f"feeds:{tmp_path}/feeds.toml")
    assert isinstance(found, Rejected)
    with pytest.raises(ValueError, match=words):
        read_list(tmp_path / "feeds.toml")


def test_forgotten_urls_leave_no_trace(tmp_path: Path) -> None:
    store = SeenStore(tmp_path / "seen.sqlite")
    store.put(run(1), "url", "https://a.example/1")
    store.put(run(1), "page", "https://a.example/1", etag="x")
    store.confirm(run(1).run_id)
    store.defer(run(2), Locator(kind="url", uri="https://a.example/1"), None)
    assert store.forget(lambda key: key == "https://a.example/1") == 3
    assert store.get("url", "https://a.example/1") is None
    assert store.confirm(run(2).run_id) == 0


def test_what_dead_runs_noted_is_dropped_in_time_and_confirming_twice_is_harmless(tmp_path: Path) -> None:
    store = SeenStore(tmp_path / "seen.sqlite")
    store.put(run(1), "url", "a")
    assert store.confirm(run(1).run_id) == 1
    assert store.confirm(run(1).run_id) == 0
    store.put(run(2), "url", "b")
    store.put(run(3), "url", "c")
    store.drop(run(3).run_id)
    assert store.drop_before(datetime(2027, 1, 1, tzinfo=UTC)) == 1
    assert (store.get("url", "a") is not None, store.get("url", "b"), store.get("url", "c")) == (True, None, None)
