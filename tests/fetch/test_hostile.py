"""Servers that mean harm, or are broken: for each the outcome, within bounded time and memory, while another host goes on undisturbed."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fetching import PAGE, fetch_all, outcome
from hostile_cases import CASES, MB, cut_after, table
from servers import Names, Server, answer

from schemas import Document, Rejected


@pytest.fixture
def friendly() -> Iterator[Server]:
    with Server({"*": answer(PAGE)}, latency=0.02) as server:
        yield server


@pytest.mark.parametrize(("case", "expected"), [(case, expected) for case, (_, expected) in CASES.items()])
def test_a_hostile_answer_ends_as_it_should_in_bounded_time_and_memory_and_slows_nobody(friendly: Server, case: str, expected: str) -> None:
    route = CASES[case][0]()
    with Server({"/page": route}) as hostile:
        bad = hostile.url("/page", "127.0.0.2")
        good = [friendly.url(f"/{i}") for i in range(10)]
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.monotonic()
        results = fetch_all([bad, *good], page_limit=2 * MB, deadline=0.5 if expected == "timeout" else 2.0)
        took = time.monotonic() - started
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert outcome(results[bad]) == expected, results[bad]
    assert {outcome(results[url]) for url in good} == {"ok"}
    last = max(asked.at for asked in friendly.asked)
    assert last - min(asked.at for asked in friendly.asked) < 10 * 0.02 + 2.0, "the friendly host was slowed"
    assert took < 6.0
    assert grown < 80_000, "kilobytes more than before"


def test_the_table_in_the_docs_is_that_of_the_tests() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "sources.md").read_text("utf8")
    assert table() in docs, "python tests/fetch/hostile_cases.py prints it anew"


def test_a_page_is_no_longer_than_its_length_says_and_the_next_one_is_its_own() -> None:
    pages = {"/a": answer(PAGE + "HTTP/1.1 200 OK\r\n", length=len(PAGE)), "/b": answer(PAGE + "b")}
    with Server(pages) as server:
        results = fetch_all([server.url("/a"), server.url("/b")])
    contents = [result.content for result in results.values() if isinstance(result, Document)]
    assert contents == [PAGE.encode(), PAGE.encode() + b"b"]


def test_what_may_pass_is_tried_again_and_says_when_it_is_due() -> None:
    broken = answer("", "503 Service Unavailable")
    with Server({"/passes": [broken, answer(PAGE)], "/stays": broken, "/gone": answer("", "404 Not Found")}) as server:
        results = fetch_all([server.url(path) for path in ("/passes", "/stays", "/gone")])
        tries = [server.paths().count(path) for path in ("/passes", "/stays", "/gone")]
    passes, stays, gone = results.values()
    assert (outcome(passes), outcome(stays), outcome(gone)) == ("ok", "http_5xx", "http_4xx")
    assert tries == [2, 2, 1]
    assert isinstance(stays, Rejected)
    assert stays.retry_after is not None
    assert isinstance(gone, Rejected)
    assert gone.retry_after is None


def test_a_host_that_fails_again_and_again_is_left_alone() -> None:
    with Server({"*": cut_after(b"")}) as server:
        results = fetch_all([server.url(f"/{i}") for i in range(10)], circuit_failures=3, attempts=1)
        asked = len(server.asked)
    assert sorted({outcome(r) for r in results.values()}) == ["circuit_open", "connection"]
    assert asked <= 8
    assert all(r.retry_after is not None for r in results.values() if isinstance(r, Rejected))


def test_a_name_that_does_not_exist_is_not_tried_again() -> None:
    names = Names()
    results = fetch_all(["http://nowhere.example/"], names=names)
    assert [outcome(r) for r in results.values()] == ["dns"]
    assert names.questions.count("nowhere.example") == 1


def test_a_port_where_nobody_listens_is_a_failed_connection() -> None:
    with Server() as server:
        url = server.url("/")
    assert outcome(fetch_all([url])[url]) == "connection"
