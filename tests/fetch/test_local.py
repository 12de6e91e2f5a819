"""Local files become documents."""

from __future__ import annotations

import gzip
import os
import time
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.context import RunContext
from pipelines.fetch import FetchConfig, fetch
from schemas import Document, Locator, MediaType, Rejected

CONTEXT = RunContext(run_id="20261124T000000Z-0000", now=datetime(2026, 11, 24, tzinfo=UTC))
MB = 1024 * 1024


def read(path: Path, kind: str = "file", **limits: int) -> list[Document | Rejected]:
    return list(fetch(Locator(kind=kind, uri=str(path)), CONTEXT, FetchConfig(**limits)))


def one(path: Path, kind: str = "file", **limits: int) -> Document:
    (document,) = read(path, kind, **limits)
    assert isinstance(document, Document), document
    return document


def refused(path: Path, kind: str = "file", **limits: int) -> Rejected:
    (row,) = read(path, kind, **limits)
    assert isinstance(row, Rejected), row
    return row


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.html", b"anything", MediaType.HTML),
        ("a.HTM", b"anything", MediaType.HTML),
        ("a.xhtml", b"anything", MediaType.HTML),
        ("a.txt", b"<html>shown as it is</html>", MediaType.TEXT),
        ("a.text", b"words", MediaType.TEXT),
        ("a", b"<!DOCTYPE html><p>x", MediaType.HTML),
        ("a.php", b"\xef\xbb\xbf  <!-- made by hand -->\n<HTML lang=en>", MediaType.HTML),
        ("a.xml", b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', MediaType.HTML),
        ("a.dat", "<html>".encode("utf-16"), MediaType.HTML),
        ("a.dat", b"Just words in Latin-1: caf\xe9.", MediaType.TEXT),
        ("a.dat", b"{ braces, but no JSON", MediaType.TEXT),
        ("a.pdf", b"%PDF-1.7\n\x00\x01\x02", MediaType.UNKNOWN),
        ("a.dat", b"\x7fELF\x02\x01", MediaType.UNKNOWN),
        ("a.dat", b'{"text": "one record", "id": 5}', MediaType.RECORD),
    ],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_the_ending_or_else_the_content_says_what_a_file_is(
    tmp_path: Path, name: str, content: bytes, media_type: MediaType, compressed: bool
) -> None:
    file = tmp_path / (name + ".gz" * compressed)
    file.write_bytes(gzip.compress(content) if compressed else content)
    document = one(file)
    assert (document.media_type, document.content, document.charset) == (media_type, content, None)


def test_a_page_is_called_after_its_file_which_is_no_identity(tmp_path: Path) -> None:
    for name in ("talks.v2.html.gz", "talks.v2.txt", "talks.v2"):
        (tmp_path / name).write_bytes(b"words")
    documents = [one(tmp_path / name) for name in ("talks.v2.html.gz", "talks.v2.txt")]
    assert [(d.doc_id, d.doc_id_is_identity) for d in documents] == [("talks.v2", False)] * 2


def test_an_edited_file_is_a_newer_capture_but_never_one_of_the_future(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    assert one(file).fetched_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    os.utime(file, (1_900_000_000, 1_900_000_000))
    assert one(file).fetched_at == CONTEXT.now


def test_each_line_of_json_lines_is_a_document_and_a_broken_one_is_left_to_the_next_stage(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    lines = [
        b'\xef\xbb\xbf{"doc_id": "one", "id": "other", "text": "a"}',
        b'{"id": 7, "text": "b", "fetched_at": "2026-01-02T03:04:05+01:00"}',
        b"",
        b"{broken",
        b'["no object"]',
        b'{"id": true, "doc_id": "  ", "fetched_at": "never", "text": "c"}',
        b'{"id": "' + b"[" * 10 + b'", "text": "d"}',
        b'{"x":' * 100_000,
        b'{"id": "\\ud800", "text": "e"}',
    ]
    file.write_bytes(b"\r\n".join(lines))
    documents = [d for d in read(file, "jsonl") if isinstance(d, Document)]
    assert [(d.input.rsplit("#")[1], d.doc_id) for d in documents] == [
        ("1", "one"),
        ("2", "7"),
        ("4", None),
        ("5", None),
        ("6", None),
        ("7", "[[[[[[[[[["),
        ("8", None),
        ("9", "\\ud800"),
    ]
    assert all(d.doc_id_is_identity == (d.doc_id is not None) and d.media_type is MediaType.RECORD for d in documents)
    assert documents[0].content == b'{"doc_id": "one", "id": "other", "text": "a"}'
    assert documents[1].fetched_at == datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(("name", "kind"), [("a.html", "file"), ("a.jsonl", "jsonl"), ("a.dat", "file"), ("a.html.gz", "file")])
def test_an_empty_file_is_rejected_as_empty(tmp_path: Path, name: str, kind: str) -> None:
    file = tmp_path / name
    file.write_bytes(gzip.compress(b"") if name.endswith(".gz") else b"")
    assert refused(file, kind).reason == "empty"


def test_json_lines_of_blank_lines_alone_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\n \r\n\n")
    assert refused(tmp_path / "a.jsonl", "jsonl").reason == "empty"


def test_a_file_that_went_away_is_rejected_as_not_found(tmp_path: Path) -> None:
    row = refused(tmp_path / "gone.html")
    assert (row.stage, row.reason, row.input) == ("fetch", "not_found", str(tmp_path / "gone.html"))


def test_a_page_of_50_megabytes_is_too_large_and_is_not_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    with file.open("wb") as out:
        out.truncate(50 * MB)
    tracemalloc.start()
    row = refused(file, page_limit=MB)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert row.reason == "too_large"
    assert peak < 4 * MB


@pytest.mark.parametrize("kind", ["file", "jsonl"])
def test_a_gzip_bomb_is_too_large_within_bounded_time_and_memory(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "bomb.gz"
    with gzip.open(file, "wb", compresslevel=1) as out:
        for _ in range(400):
            out.write(b"A" * MB)
    started = time.monotonic()
    tracemalloc.start()
    row = refused(file, kind, page_limit=MB, record_limit=MB)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert row.reason == "too_large"
    assert peak < 8 * MB
    assert time.monotonic() - started < 10


def test_a_line_above_the_limit_is_rejected_and_the_lines_after_it_are_read_under_their_numbers(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"text": "a"}\n{"text": "' + b"x" * 5000 + b'"}\n{"text": "c"}\n')
    first, second, third = read(file, "jsonl", record_limit=1000)
    assert isinstance(second, Rejected)
    assert (second.reason, second.input) == ("too_large", f"{file}#2")
    assert [d.input for d in (first, third)] == [f"{file}#1", f"{file}#3"]


def test_a_cut_gzip_file_gives_its_whole_lines_and_a_rejected_row(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    lines = b"".join(b'{"id": "%d", "text": "%s"}\n' % (i, os.urandom(40).hex().encode()) for i in range(20_000))
    file.write_bytes(gzip.compress(lines)[:-300_000])
    *documents, row = read(file, "jsonl")
    assert isinstance(row, Rejected)
    assert row.reason == "decompression"
    assert len(documents) > 10_000
    assert [d.doc_id for d in documents if isinstance(d, Document)] == [str(i) for i in range(len(documents))]


def test_a_gzip_file_of_rubbish_after_its_header_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.html.gz").write_bytes(b"\x1f\x8b\x08\x00" + b"rubbish" * 100)
    assert refused(tmp_path / "a.html.gz").reason == "decompression"


def test_a_kind_without_a_reader_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no reader takes a locator of kind 'pigeon'"):
        fetch(Locator(kind="pigeon", uri="x"), CONTEXT)
