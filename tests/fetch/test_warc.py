"""WARC files of others: each good record once, each bad one rejected once."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import random
import tracemalloc
import zlib
from collections import Counter
from pathlib import Path

import pytest
from fetching import CONTEXT, PAGE

from pipelines.fetch import FetchConfig, fetch
from schemas import Document, Locator, MediaType, Rejected

GOOD_BODY = PAGE.encode() * 20


def record(
    number: int, body: bytes = GOOD_BODY, *, status: str = "200 OK", headers: str = "", length: int | None = None, kind: str = "response"
) -> bytes:
    """An uncompressed record as Common Crawl writes it."""
    http = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{headers}\r\n".encode() + body
    digest = base64.b32encode(hashlib.sha1(body).digest()).decode()
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: 2026-11-01T00:00:{number % 60:02d}Z\r\nWARC-Record-ID: <urn:uuid:{number:032d}>\r\n"
        f"WARC-Target-URI: https://news.example/{number}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"WARC-Payload-Digest: sha1:{digest}\r\nContent-Length: {len(http) if length is None else length}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def read(path: Path, **limits: int) -> list[Document | Rejected]:
    return list(fetch(Locator(kind="warc", uri=str(path)), CONTEXT, FetchConfig(**limits)))


def numbers(results: list[Document | Rejected]) -> list[int]:
    return [int(str(d.url).rsplit("/", 1)[1]) for d in results if isinstance(d, Document)]


def reasons(results: list[Document | Rejected]) -> list[str]:
    return [r.reason for r in results if isinstance(r, Rejected)]


def put(tmp_path: Path, *parts: bytes, name: str = "a.warc.gz") -> Path:
    path = tmp_path / name
    path.write_bytes(b"".join(parts))
    return path


def test_a_record_is_a_document_under_its_offset_with_the_time_of_its_capture(tmp_path: Path) -> None:
    parts = [gzip.compress(record(number)) for number in range(3)]
    results = read(put(tmp_path, *parts))
    second = results[1]
    assert isinstance(second, Document)
    assert second.input == f"{tmp_path}/a.warc.gz@{len(parts[0])}"
    assert (second.url, second.media_type, second.charset) == ("https://news.example/1", MediaType.HTML, "utf-8")
    assert str(second.fetched_at) == "2026-11-01 00:00:01+00:00"
    assert second.content == GOOD_BODY
    assert (second.locator.kind, second.locator.offset, second.raw_file) == ("warc", len(parts[0]), None)


def test_codings_are_undone_and_a_header_that_names_one_which_was_undone_before_does_no_harm(tmp_path: Path) -> None:
    chunked = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(GOOD_BODY), GOOD_BODY) for _ in range(2)) + b"0\r\n\r\n"
    cases = [
        record(0, chunked, headers="Transfer-Encoding: chunked\r\n"),
        record(1, headers="Transfer-Encoding: chunked\r\n"),
        record(2, gzip.compress(GOOD_BODY), headers="Content-Encoding: gzip\r\n"),
        record(3, headers="Content-Encoding: gzip\r\n"),
        record(4, headers="X-Crawler-Transfer-Encoding: chunked\r\nX-Crawler-Content-Encoding: gzip\r\n"),
    ]
    results = read(put(tmp_path, *map(gzip.compress, cases)))
    assert [d.content for d in results if isinstance(d, Document)] == [GOOD_BODY * 2, GOOD_BODY, GOOD_BODY, GOOD_BODY, GOOD_BODY]


def test_what_is_no_page_is_rejected_with_its_reason_and_other_record_types_are_passed_over(tmp_path: Path) -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    packed = b"".join(bomb.compress(bytes(1_000_000)) for _ in range(100)) + bomb.flush()
    cases = [
        record(0, status="404 Not Found"),
        record(1, status="503 Service Unavailable"),
        record(2, status="301 Moved", headers="Location: /x\r\n"),
        record(3).replace(b"text/html; charset=utf-8", b"application/pdf; x=12345"),
        record(4, b""),
        record(5, packed, headers="Content-Encoding: gzip\r\n"),
        record(6, b"x" * 300_000),
        record(7).replace(b"HTTP/1.1 200 OK", b"NOT HTTP AT ALL"),
        record(8, kind="request"),
        record(9, kind="metadata"),
        record(10),
    ]
    results = read(put(tmp_path, *map(gzip.compress, cases)), page_limit=200_000)
    assert reasons(results) == ["http_4xx", "http_5xx", "redirects", "not_html", "empty", "too_large", "too_large", "bad_record"]
    assert numbers(results) == [10]


def damaged(kind: str, good: bytes, plain: bytes) -> bytes:
    middle = len(good) // 2
    return {
        "bits flipped in the middle": good[:middle] + bytes(b ^ 0xFF for b in good[middle : middle + 4]) + good[middle + 4 :],
        "a wrong checksum": good[:-8] + bytes(4) + good[-4:],
        "a wrong gzip header": b"\x1f\x8b\xff" + good[3:],
        "cut off": good[:middle],
        "rubbish": b"rubbish " * 40,
        "zeros": bytes(500),
        "a length that is too long": gzip.compress(plain.replace(b"Content-Length: 9", b"Content-Length: 99", 1)),
        "a length that is too short": gzip.compress(plain.replace(b"Content-Length: 9", b"Content-Length: ", 1)),
        "no WARC line": gzip.compress(plain[10:]),
    }[kind]


KINDS = [
    "bits flipped in the middle",
    "a wrong checksum",
    "a wrong gzip header",
    "cut off",
    "rubbish",
    "zeros",
    "a length that is too long",
    "a length that is too short",
    "no WARC line",
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", [0, 2, 5])
@pytest.mark.parametrize("large", [False, True])
def test_around_a_damaged_record_every_good_one_arrives_and_the_bad_one_is_rejected_once(
    tmp_path: Path, kind: str, place: int, large: bool
) -> None:
    source = random.Random(place)
    bodies = [b"<html>" + source.randbytes(200_000 if large else 300).hex().encode() for _ in range(6)]
    plain = [record(number, body) for number, body in enumerate(bodies)]
    parts = [gzip.compress(p, 1) for p in plain]
    length = plain[place].split(b"Content-Length: ", 1)[1].split(b"\r\n", 1)[0]
    plain[place] = plain[place].replace(b"Content-Length: " + length, b"Content-Length: 9" + length[1:], 1)
    parts[place] = damaged(
        kind, parts[place], record(place, bodies[place], length=int(b"9" + length[1:])) if "length" in kind else plain[place]
    )
    results = read(put(tmp_path, *parts))
    assert numbers(results) == [n for n in range(6) if n != place], reasons(results)
    assert reasons(results) == ["bad_record"]
    inputs = [r.input for r in results]
    assert len(set(inputs)) == len(inputs)


@pytest.mark.parametrize("place", [0, 2, 5])
@pytest.mark.parametrize("kind", ["rubbish", "cut off", "a length that is too long", "a length that is too short"])
def test_a_file_without_compression_is_read_on_behind_damage_too(tmp_path: Path, kind: str, place: int) -> None:
    parts = [record(number) for number in range(6)]
    good = parts[place]
    wrong = {"a length that is too long": len(GOOD_BODY) + 500, "a length that is too short": 300}
    parts[place] = record(place, length=wrong[kind]) if kind in wrong else good[:200] if kind == "cut off" else b"rubbish " * 40
    results = read(put(tmp_path, *parts, name="a.warc"))
    assert numbers(results) == [n for n in range(6) if n != place], reasons(results)
    assert reasons(results) == ["bad_record"]


def test_a_file_in_one_gzip_member_is_read_though_its_records_share_an_offset(tmp_path: Path) -> None:
    results = read(put(tmp_path, gzip.compress(b"".join(record(number) for number in range(5)))))
    assert numbers(results) == [0, 1, 2, 3, 4]
    assert len({r.input for r in results}) == 5


def test_a_page_that_quotes_a_warc_file_is_a_page(tmp_path: Path) -> None:
    quoting = b"<pre>" + record(99) + b"</pre>"
    results = read(put(tmp_path, *(gzip.compress(record(n, quoting if n == 1 else GOOD_BODY)) for n in range(3))))
    assert numbers(results) == [0, 1, 2]
    assert reasons(results) == []


@pytest.mark.parametrize("content", [b"", b"no WARC at all\n" * 100, gzip.compress(b"no WARC at all\n" * 100), os.urandom(5000)])
def test_a_file_that_is_no_warc_is_one_rejected_row(tmp_path: Path, content: bytes) -> None:
    results = read(put(tmp_path, content))
    assert len(results) == 1
    assert isinstance(results[0], Rejected)
    assert results[0].reason in ("bad_record", "empty")


def test_a_missing_file_is_one_rejected_row(tmp_path: Path) -> None:
    assert reasons(read(tmp_path / "gone.warc.gz")) == ["not_found"]


def test_a_record_of_many_gigabytes_of_zeros_costs_no_memory(tmp_path: Path) -> None:
    size = 400_000_000
    head = record(1, b"", length=size + 64).rstrip(b"\r\n") + b"\r\n\r\n"
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    parts = [packer.compress(head), *(packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000)), packer.flush()]
    path = put(tmp_path, gzip.compress(record(0)), *parts, gzip.compress(record(2)))
    tracemalloc.start()
    results = read(path, page_limit=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0 in numbers(results)
    assert numbers(results)[-1] == 2
    assert len(reasons(results)) == 1
    assert peak < 20_000_000


def test_of_a_thousand_records_like_those_of_cc_news_every_good_one_arrives_once_and_each_bad_one_is_rejected_once(tmp_path: Path) -> None:
    source = random.Random(7)
    words = [source.randbytes(4).hex().encode() for _ in range(3000)]
    bad = sorted(source.sample(range(1000), 60))
    parts = [gzip.compress(record(0, b"software: test", kind="warcinfo"))]
    for number in range(1000):
        plain = record(number, b"<html>" + b" ".join(source.choices(words, k=source.randrange(50, 3000))))
        part = gzip.compress(plain, 4)
        if number in bad:
            part = damaged(KINDS[bad.index(number) % 4], part, plain)
        parts += [gzip.compress(record(number, b"GET / HTTP/1.1\r\n", kind="request")), part]
    results = read(put(tmp_path, *parts))
    assert numbers(results) == [n for n in range(1000) if n not in bad]
    assert Counter(reasons(results)) == {"bad_record": len(bad)}
    assert len({r.input for r in results}) == 1000
