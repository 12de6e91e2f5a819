"""Answers that mean harm, or are broken, and what becomes of each: the test's table, and the one of docs/sources.md.

python tests/fetch/hostile_cases.py        prints the table
"""

from __future__ import annotations

import asyncio
import gzip
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent))

import brotli
import zstandard
from fetching import PAGE
from servers import Asked, Handler, Writer, answer

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


def zeros(feed: Callable[[bytes], bytes], end: Callable[[], bytes]) -> bytes:
    """500 MB of zeros, packed."""
    return b"".join([feed(bytes(MB)) for _ in range(500)]) + end()


def deflated_zeros(wbits: int) -> bytes:
    """As `zeros`, without packing the same megabyte 500 times: after a full flush a block's bytes do not depend on those before it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    first = packer.compress(bytes(MB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + (packer.compress(bytes(MB)) + packer.flush(zlib.Z_FULL_FLUSH)) * 499


def gzip_bomb() -> bytes:
    return deflated_zeros(zlib.MAX_WBITS | 16)


def deflate_bomb() -> bytes:
    return deflated_zeros(zlib.MAX_WBITS)


def brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=1)
    return zeros(packer.process, packer.finish)


def zstd_bomb() -> bytes:
    packer = zstandard.ZstdCompressor(level=1).compressobj()
    return zeros(packer.compress, packer.flush)


def coded(body: bytes, coding: str) -> bytes:
    return answer(body, Content_Encoding=coding)


CASES: Final[dict[str, tuple[Callable[[], bytes | Handler], str]]] = {
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
    "a charset that does not exist": (lambda: answer(PAGE, type="text/html; charset=no-such"), "ok"),
    "a charset that is not the body's": (lambda: answer("<p>Straße</p>".encode("utf-16"), type="text/html; charset=utf-8"), "ok"),
    "payment required": (lambda: answer("pay", "402 Payment Required"), "paywall"),
    "gone": (lambda: answer("gone", "410 Gone"), "http_4xx"),
    "broken inside": (lambda: answer("oops", "500 Internal Server Error"), "http_5xx"),
    "a status that is none": (lambda: answer(PAGE, "999 Request denied"), "http_5xx"),
    "not modified, unasked": (lambda: b"HTTP/1.1 304 Not Modified\r\n\r\n", "redirects"),
    "many choices": (lambda: answer(PAGE, "300 Multiple Choices"), "redirects"),
}


def table() -> str:
    """The cases as a Markdown table."""
    lines = [f"| {case} | {'taken' if outcome == 'ok' else f'`{outcome}`'} |" for case, (_, outcome) in CASES.items()]
    return "\n".join(["| a server answers with | outcome |", "|---|---|", *lines])


if __name__ == "__main__":
    print(table())
