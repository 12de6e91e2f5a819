"""Servers that mean harm, or are broken: for each the outcome, within bounded time and memory, while another host goes on undisturbed."""

from __future__ import annotations

import asyncio
import gzip
import resource
import time
import zlib
from collections.abc import Callable, Iterator

import brotli
import pytest
import zstandard
from fetching import PAGE, fetch_all, outcome
from servers import Asked, Handler, Server, Writer, answer

from schemas import Document, Rejected

MB = 1_000_000
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


async def never_ending(asked: Asked, writer: Writer) -> None:
    writer.write(HEAD + b"\r\n")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def never_ending_chunks(asked: Asked, writer: Writer) -> None:
    writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        await writer.drain()


async def a_byte_a_moment(asked: Asked, writer: Writer) -> None:
    writer.write(HEAD + b"Content-Length: 1000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def a_header_byte_a_moment(asked: Asked, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def silence(asked: Asked, writer: Writer) -> None:
    await asyncio.sleep(60)


async def endless_headers(asked: Asked, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: " + b"y" * 1000 + b"\r\n")
        await writer.drain()


async def one_endless_header(asked: Asked, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        writer.write(b"y" * 65536)
        await writer.drain()


async def endless_status_line(asked: Asked, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 ")
    while True:
        writer.write(b"O" * 65536)
        await writer.drain()


def cut_after(sent: bytes) -> Handler:
    async def handler(asked: Asked, writer: Writer) -> None:
        writer.write(sent)
        await writer.drain()
        writer.transport.abort() if not sent else writer.close()

    return handler


def zeros(pack: Callable[[], tuple[Callable[[bytes], bytes], Callable[[], bytes]]]) -> bytes:
    feed, end = pack()
    return b"".join([feed(bytes(MB)) for _ in range(500)]) + end()


def gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return zeros(lambda: (packer.compress, packer.flush))


def deflate_bomb() -> bytes:
    packer = zlib.compressobj(9)
    return zeros(lambda: (packer.compress, packer.flush))


def brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=1)
    return zeros(lambda: (packer.process, packer.finish))


def zstd_bomb() -> bytes:
    packer = zstandard.ZstdCompressor(level=1).compressobj()
    return zeros(lambda: (packer.compress, packer.flush))


def coded(body: bytes, coding: str) -> bytes:
    return answer(body, Content_Encoding=coding)


CASES: dict[str, tuple[Callable[[], bytes | Handler], str]] = {
    "a body that never ends": (lambda: never_ending, "too_large"),
    "chunks that never end": (lambda: never_ending_chunks, "too_large"),
    "an announced length above the limit": (lambda: answer("x", length=10**12), "too_large"),
    "a byte a moment": (lambda: a_byte_a_moment, "timeout"),
    "a header byte a moment": (lambda: a_header_byte_a_moment, "timeout"),
    "no answer at all": (lambda: silence, "timeout"),
    "10,000 headers": (lambda: answer(PAGE, **{f"X-{i}": "y" for i in range(10_000)}), "headers"),
    "headers that never end": (lambda: endless_headers, "headers"),
    "one header that never ends": (lambda: one_endless_header, "headers"),
    "a status line that never ends": (lambda: endless_status_line, "headers"),
    "no HTTP at all": (lambda: b"SSH-2.0-OpenSSH_9.9\r\n\r\n", "headers"),
    "a gzip bomb": (lambda: coded(gzip_bomb(), "gzip"), "too_large"),
    "a gzip bomb in a gzip": (lambda: coded(gzip.compress(gzip_bomb()), "gzip, gzip"), "too_large"),
    "a deflate bomb": (lambda: coded(deflate_bomb(), "deflate"), "too_large"),
    "a brotli bomb": (lambda: coded(brotli_bomb(), "br"), "too_large"),
    "a zstd bomb": (lambda: coded(zstd_bomb(), "zstd"), "too_large"),
    "codings on codings": (lambda: coded(b"x", "gzip, gzip, gzip, gzip, gzip"), "decompression"),
    "an unknown coding": (lambda: coded(b"x", "compress"), "decompression"),
    "a cut gzip body": (lambda: coded(gzip.compress(PAGE.encode() * 50)[:-20], "gzip"), "decompression"),
    "a cut brotli body": (lambda: coded(brotli.compress(PAGE.encode() * 50)[:-3], "br"), "decompression"),
    "a cut zstd body": (lambda: coded(zstandard.compress(PAGE.encode() * 50)[:-5], "zstd"), "decompression"),
    "rubbish for gzip": (lambda: coded(b"\x01\x02rubbish", "gzip"), "decompression"),
    "a page for gzip": (lambda: coded(PAGE.encode(), "gzip"), "ok"),
    "a length that is too long": (lambda: cut_after(answer(PAGE, length=len(PAGE) + 500)), "connection"),
    "a length that is too short": (lambda: answer(PAGE + "GET rubbish", length=len(PAGE)), "headers"),
    "a length that is none": (lambda: HEAD + b"Content-Length: -5\r\n\r\n" + PAGE.encode(), "headers"),
    "two lengths": (lambda: HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + PAGE.encode(), "headers"),
    "broken chunks": (lambda: HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nxx\r\n", "headers"),
    "cut before a byte": (lambda: cut_after(b""), "connection"),
    "cut in the status line": (lambda: cut_after(b"HTTP/1.1 2"), "connection"),
    "cut in the headers": (lambda: cut_after(b"HTTP/1.1 200 OK\r\nContent-Ty"), "connection"),
    "cut in the body": (lambda: cut_after(HEAD + b"Content-Length: 1000\r\n\r\n<html>"), "connection"),
    "cut in a chunk": (lambda: cut_after(HEAD + b"Transfer-Encoding: chunked\r\n\r\nfff\r\nabc"), "connection"),
    "an empty page": (lambda: answer(""), "empty"),
    "no content": (lambda: b"HTTP/1.1 204 No Content\r\n\r\n", "empty"),
    "a picture": (lambda: answer("x", type="image/png"), "not_html"),
    "a page without a type": (lambda: answer(PAGE, type=None), "ok"),
    "a type that is none": (lambda: answer(PAGE, type=";;;"), "ok"),
    "payment required": (lambda: answer("pay", "402 Payment Required"), "paywall"),
    "gone": (lambda: answer("gone", "410 Gone"), "http_4xx"),
    "broken inside": (lambda: answer("oops", "500 Internal Server Error"), "http_5xx"),
    "a status that is none": (lambda: answer(PAGE, "999 Request denied"), "http_5xx"),
    "not modified, unasked": (lambda: b"HTTP/1.1 304 Not Modified\r\n\r\n", "redirects"),
    "many choices": (lambda: answer(PAGE, "300 Multiple Choices"), "redirects"),
}


@pytest.fixture
def friendly() -> Iterator[Server]:
    with Server({"*": answer(PAGE)}, latency=0.02) as server:
        yield server


@pytest.mark.parametrize(("case", "expected"), [(case, expected) for case, (_, expected) in CASES.items()])
def test_a_hostile_answer_ends_as_it_should_in_bounded_time_and_memory_and_slows_nobody(friendly: Server, case: str, expected: str) -> None:
    route = CASES[case][0]()
    with Server({"/page": route}) as hostile:
        bad = hostile.url("/page", "127.0.0.2")
        good = [friendly.url(f"/{i}") for i in range(20)]
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.monotonic()
        results = fetch_all([bad, *good], page_limit=2 * MB, deadline=1.0)
        took = time.monotonic() - started
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert outcome(results[bad]) == expected, results[bad]
    assert {outcome(results[url]) for url in good} == {"ok"}
    last = max(asked.at for asked in friendly.asked)
    assert last - min(asked.at for asked in friendly.asked) < 20 * 0.02 + 2.0, "the friendly host was slowed"
    assert took < 6.0
    assert grown < 80_000, "kilobytes more than before"


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
    from servers import Names

    names = Names()
    results = fetch_all(["http://nowhere.example/"], names=names)
    assert [outcome(r) for r in results.values()] == ["dns"]
    assert names.questions.count("nowhere.example") == 1


def test_a_port_where_nobody_listens_is_a_failed_connection() -> None:
    with Server() as server:
        url = server.url("/")
    assert outcome(fetch_all([url])[url]) == "connection"
