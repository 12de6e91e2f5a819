"""Manners: robots.txt, one request at a time, pauses, and the host's own wish to be left alone."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest
from fetching import CONTEXT, PAGE, config, fetch_all, fetch_one, outcome
from servers import Asked, Handler, Names, Server, Writer, answer

from pipelines.context import utc_now
from pipelines.fetch import Deferred
from pipelines.fetch.remote import Fetcher
from pipelines.fetch.response import retry_after
from schemas import Document, Locator, Rejected

ROBOTS: dict[str, tuple[bytes, dict[str, str]]] = {
    "missing": (answer("none", "404 Not Found"), {"/a": "ok"}),
    "forbidden": (answer("no", "403 Forbidden"), {"/a": "ok"}),
    "login wanted": (answer("no", "401 Unauthorized"), {"/a": "ok"}),
    "broken": (answer("no", "500 Internal Server Error"), {"/a": "robots"}),
    "unavailable": (answer("no", "503 Service Unavailable"), {"/a": "robots"}),
    "too many requests": (answer("no", "429 Too Many Requests"), {"/a": "robots"}),
    "empty": (answer(""), {"/a": "ok"}),
    "everything": (answer("User-agent: *\nDisallow: /"), {"/a": "robots"}),
    "nothing": (answer("User-agent: *\nDisallow:"), {"/a": "ok"}),
    "a byte order mark": (answer(b"\xef\xbb\xbfUser-agent: *\nDisallow: /a"), {"/a": "robots", "/b": "ok"}),
    "carriage returns": (answer("User-agent: *\rDisallow: /a\r"), {"/a": "robots", "/b": "ok"}),
    "wildcards": (
        answer("User-agent: *\nDisallow: /*/private/\nDisallow: /*.pdf$\nAllow: /x/private/open"),
        {"/x/private/a": "robots", "/x/private/open": "ok", "/a.pdf": "robots", "/a.pdf?x": "ok"},
    ),
    "the longest rule": (answer("User-agent: *\nDisallow: /news\nAllow: /news/open"), {"/news/a": "robots", "/news/open/a": "ok"}),
    "us by name": (answer("User-agent: dyadwire\nDisallow: /a\n\nUser-agent: *\nDisallow: /b"), {"/a": "robots", "/b": "ok"}),
    "another by name": (answer("User-agent: othercrawler\nDisallow: /"), {"/a": "ok"}),
    "capitals": (answer("USER-AGENT: DyadWire\nDISALLOW: /a"), {"/a": "robots", "/b": "ok"}),
    "Latin-1": (answer("# caf\xe9\nUser-agent: *\nDisallow: /a".encode("latin-1")), {"/a": "robots", "/b": "ok"}),
    "a page instead": (answer("<html><body>Not here</body></html>"), {"/a": "ok"}),
    "rubbish": (answer(bytes(range(256)) * 100), {"/a": "ok"}),
    "huge": (answer("User-agent: *\nDisallow: /a\n" + "# comment\n" * 1_000_000 + "Disallow: /b\n"), {"/a": "robots", "/b": "ok"}),
    "many wildcards": (answer("User-agent: *\n" + f"Disallow: /{'*a' * 2000}$\n" * 50), {"/" + "a" * 3000 + "b": "ok"}),
}


@pytest.mark.parametrize("case", ROBOTS)
def test_robots_txt_is_obeyed(case: str) -> None:
    robots, expected = ROBOTS[case]
    with Server({"*": answer(PAGE), "/robots.txt": robots}) as server:
        started = time.monotonic()
        results = fetch_all([server.url(path) for path in expected])
        assert {path: outcome(results[server.url(path)]) for path in expected} == expected
        assert time.monotonic() - started < 8
        asked = [a.path for a in server.asked]
        assert asked[0] == "/robots.txt"
        assert set(asked[1:]) - {"/robots.txt"} == {path for path, result in expected.items() if result == "ok"}


def test_a_robots_txt_that_cannot_be_had_forbids_everything_and_says_when_to_come_back() -> None:
    with Server({"*": answer(PAGE), "/robots.txt": answer("", "500 Broken")}) as server:
        result = fetch_one(server.url("/"))
    assert isinstance(result, Rejected)
    assert result.retry_after is not None
    assert result.retry_after > utc_now()


def test_a_robots_txt_elsewhere_is_followed_to_and_a_loop_is_like_none() -> None:
    with Server({"*": answer(PAGE)}) as server:
        server.routes["127.0.0.2 /robots.txt"] = answer("", "301 Moved", Location=server.url("/rules", "127.0.0.3"))
        server.routes["127.0.0.3 /rules"] = answer("User-agent: *\nDisallow: /a")
        server.routes["127.0.0.4 /robots.txt"] = answer("", "301 Moved", Location="/robots.txt")
        urls = [server.url("/a", "127.0.0.2"), server.url("/b", "127.0.0.2"), server.url("/a", "127.0.0.4")]
        results = fetch_all(urls)
    assert [outcome(results[url]) for url in urls] == ["robots", "ok", "ok"]


def test_the_target_of_a_redirect_is_asked_for_its_own_robots_txt() -> None:
    with Server({"*": answer(PAGE)}) as server:
        server.routes["127.0.0.2 /"] = answer("", "302 Found", Location=server.url("/private", "127.0.0.3"))
        server.routes["127.0.0.3 /robots.txt"] = answer("User-agent: *\nDisallow: /private")
        result = fetch_one(server.url("/", "127.0.0.2"))
        assert server.paths("127.0.0.3") == []
    assert outcome(result) == "robots"


def test_robots_txt_is_asked_for_once_and_remembered_between_runs(tmp_path: Path) -> None:
    with Server({"*": answer(PAGE)}) as server:
        for _ in range(2):
            fetch_all([server.url(f"/{i}") for i in range(5)], state=tmp_path / "state.sqlite")
        assert [a.path for a in server.asked].count("/robots.txt") == 1
        fetch_all([server.url("/x")], state=tmp_path / "state.sqlite", robots_seconds=0.0)


def test_an_expired_robots_txt_is_asked_for_again() -> None:
    with Server({"*": answer(PAGE)}) as server:
        fetch_all([server.url(f"/{i}") for i in range(3)], robots_seconds=0.0)
        assert [a.path for a in server.asked].count("/robots.txt") == 3


def test_we_say_who_we_are() -> None:
    with Server({"*": answer(PAGE)}) as server:
        fetch_one(server.url("/"), contact="https://example.org/crawler")
        assert {a.headers["user-agent"] for a in server.asked} == {server.asked[0].headers["user-agent"]}
        assert server.asked[0].headers["user-agent"].startswith("dyadwire/")
        assert "(+https://example.org/crawler)" in server.asked[0].headers["user-agent"]


def gaps(server: Server, host: str) -> list[float]:
    """Seconds between the requests that a host saw."""
    return [later.at - earlier.at for earlier, later in pairwise(a for a in server.asked if a.host == host)]


def test_a_host_sees_one_request_at_a_time_and_a_pause_between_them_while_hosts_run_side_by_side() -> None:
    hosts = [f"127.0.0.{i}" for i in range(2, 10)]
    with Server({"*": answer(PAGE)}, latency=0.02) as server:
        started = time.monotonic()
        fetch_all([server.url(f"/{i}", host) for i in range(4) for host in hosts], delay=0.2)
        took = time.monotonic() - started
    assert set(server.most_at_once.values()) == {1}
    # a request may reach a busy server late, so single gaps are judged less strictly than their sum
    assert all(min(gaps(server, host)) > 0.03 and sum(gaps(server, host)) > 0.6 for host in hosts)
    assert took < 8 * 4 * 0.2, "the hosts waited for each other"


def test_a_pause_is_counted_from_the_request_where_it_had_to_wait_for_other_hosts() -> None:
    async def slow(asked: Asked, writer: Writer) -> None:
        await asyncio.sleep(0.6)
        writer.write(answer(PAGE))

    with Server({"*": answer(PAGE), "127.0.0.2 /0": slow}) as server:
        urls = [server.url("/0", "127.0.0.2"), *(server.url(f"/{i}", "127.0.0.3") for i in range(3))]
        assert {outcome(r) for r in fetch_all(urls, concurrency=1, delay=0.3).values()} == {"ok"}
        assert min(gaps(server, "127.0.0.3")) > 0.15
    assert server.most_at_once == {"127.0.0.2": 1, "127.0.0.3": 1}


def test_the_crawl_delay_of_a_host_is_kept_and_concerns_no_other() -> None:
    with Server({"*": answer(PAGE)}) as server:
        server.routes["127.0.0.2 /robots.txt"] = answer("User-agent: *\nCrawl-delay: 0.3")
        server.routes["127.0.0.3 /robots.txt"] = answer("User-agent: *\nRequest-rate: 4/1s")
        fetch_all([server.url(f"/{i}", f"127.0.0.{host}") for host in (2, 3, 4) for i in range(3)])
    assert min(gaps(server, "127.0.0.2")[1:]) > 0.29
    assert min(gaps(server, "127.0.0.3")[1:]) > 0.24
    assert max(gaps(server, "127.0.0.4")) < 0.24


@pytest.mark.parametrize(("status", "form"), [("429 Too Many Requests", "seconds"), ("503 Service Unavailable", "date")])
def test_retry_after_is_waited_for_where_it_is_short(status: str, form: str) -> None:
    with Server() as server:
        when = "1" if form == "seconds" else format_datetime((datetime.now(UTC) + timedelta(seconds=2)).replace(microsecond=0), usegmt=True)
        server.routes["/"] = [answer("", status, Retry_After=when), answer(PAGE)]
        assert outcome(fetch_one(server.url("/"))) == "ok"
        assert gaps(server, "127.0.0.1")[-1] > 0.9


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_where_retry_after_is_long_the_hosts_pages_go_back_for_the_next_run_and_no_worker_waits(status: str) -> None:
    with Server({"*": answer(PAGE)}) as server:
        server.routes["127.0.0.2 /0"] = answer("", status, Retry_After="3600")
        urls = [server.url(f"/{i}", host) for host in ("127.0.0.2", "127.0.0.3") for i in range(3)]
        started = time.monotonic()
        results = fetch_all(urls)
        assert time.monotonic() - started < 3
    assert [outcome(results[url]) for url in urls] == ["deferred"] * 3 + ["ok"] * 3
    late = results[urls[1]]
    assert isinstance(late, Deferred)
    assert late.not_before is not None
    assert timedelta(seconds=3000) < late.not_before - utc_now() <= timedelta(seconds=3600)


def test_a_host_that_says_too_many_is_asked_more_slowly_and_faster_again_when_it_recovers() -> None:
    many = answer("", "429 Too Many Requests")
    with Server({"*": answer(PAGE), "/0": [many, many, answer(PAGE)]}) as server:
        results = fetch_all([server.url(f"/{i}") for i in range(12)], backoff=0.1, attempts=3)
    assert {outcome(r) for r in results.values()} == {"ok"}
    waits = gaps(server, "127.0.0.1")[1:]
    assert waits[0] > 0.09
    assert waits[1] > 0.19
    assert waits[-1] < waits[1]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("99999999999999", 30 * 86_400),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0),
    ],
)
def test_retry_after_is_read_in_both_forms_and_never_means_more_than_a_month(value: str | None, seconds: int | None) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert retry_after(value, now) == (None if seconds is None else now + timedelta(seconds=seconds))


def test_what_exceeds_a_hosts_share_of_a_run_goes_back_for_the_next_run() -> None:
    with Server({"*": answer(PAGE)}) as server:
        locators = [Locator(kind="url", uri=server.url(f"/{i}", host)) for host in ("127.0.0.2", "127.0.0.3") for i in range(6)]
        with Fetcher(config(host_requests=5)) as fetcher:
            first = list(fetcher.fetch_many(locators, CONTEXT))
            late = [result.locator for result in first if isinstance(result, Deferred)]
            second = list(fetcher.fetch_many(late, replace(CONTEXT, run_id="20261124T010000Z-0001")))
    assert [sum(isinstance(r, kind) for r in first) for kind in (Document, Deferred)] == [8, 4]
    assert {outcome(r) for r in second} == {"ok"}


def test_a_pause_longer_than_a_runs_share_leaves_the_rest_to_the_next_run() -> None:
    with Server({"*": answer(PAGE), "/robots.txt": answer("User-agent: *\nCrawl-delay: 3600")}) as server:
        started = time.monotonic()
        results = fetch_all([server.url(f"/{i}") for i in range(3)])
        assert time.monotonic() - started < 3
    assert [outcome(results[server.url(f"/{i}")]) for i in range(3)] == ["ok", "deferred", "deferred"]


def _fetch_elsewhere(urls: list[str], state: Path, delay: float) -> None:
    fetch_all(urls, state=state, delay=delay)


def test_two_processes_share_one_hosts_pace(tmp_path: Path) -> None:
    state, delay = tmp_path / "state.sqlite", 0.2
    spawn = multiprocessing.get_context("spawn")
    with Server({"*": answer(PAGE)}, latency=0.05) as server:
        workers = [
            spawn.Process(target=_fetch_elsewhere, args=([server.url(f"/{w}-{i}") for i in range(6)], state, delay)) for w in range(2)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        assert [worker.exitcode for worker in workers] == [0, 0]
    assert len(server.paths()) == 12
    assert server.most_at_once == {"127.0.0.1": 1}
    assert min(gaps(server, "127.0.0.1")) > delay * 0.9


def test_a_turn_that_a_dead_process_held_is_free_again_after_its_deadline(tmp_path: Path) -> None:
    from pipelines.fetch.state import HostState

    dead = HostState(tmp_path / "state.sqlite")
    assert dead.take_turn("127.0.0.1", "dead", time.time(), 0.4) == 0.0
    with Server({"*": answer(PAGE)}) as server:
        started = time.monotonic()
        assert outcome(fetch_one(server.url("/"), state=tmp_path / "state.sqlite")) == "ok"
        assert 0.3 < time.monotonic() - started < 4
    dead.close()


@pytest.mark.parametrize("before", ["on a new connection", "on one that was kept"])
def test_a_connection_that_breaks_off_before_the_answer_costs_one_request_a_try_and_each_waits_for_its_turn(before: str) -> None:
    async def hang_up(asked: Asked, writer: Writer) -> None:
        writer.close()

    routes: dict[str, bytes | list[bytes] | Handler] = {"/broken": hang_up, "/kept": answer(PAGE)}
    if before == "on a new connection":
        routes["/robots.txt"] = answer("", "404 Not Found", Connection="close")
    with Server(routes) as server:
        paths = ["/broken"] if before == "on a new connection" else ["/kept", "/broken"]
        results = fetch_all([server.url(path) for path in paths], attempts=3, delay=0.1)
        assert server.paths().count("/broken") == 3
        assert sum(gaps(server, "127.0.0.1")) > 0.25, "a request may reach a busy server late, so single gaps say little"
    assert outcome(results[server.url("/broken")]) == "connection"


def test_names_of_one_host_in_other_spellings_share_its_pace() -> None:
    with Server({"*": answer(PAGE)}) as server:
        names = Names(default="127.0.0.1")
        fetch_all(
            [server.url(f"/{i}", host) for i, host in enumerate(("News.example", "news.EXAMPLE", "news.example."))], names=names, delay=0.2
        )
        times = [a.at for a in server.asked]
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.18
