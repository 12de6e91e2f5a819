"""The archive of raw responses: read back by others, healed after a crash, forgetful on request."""

from __future__ import annotations

import gzip
import multiprocessing
import os
import signal
import zlib
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from fetching import CONTEXT, PAGE, config, fetch_all
from servers import Server, answer
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from pipelines.fetch import FetchConfig, fetch
from pipelines.fetch.archive import OPEN, Archive, archive_files
from pipelines.fetch.failures import FetchError
from pipelines.fetch.remote import Fetcher
from pipelines.fetch.repair import blot_out, members, repair
from pipelines.fetch.response import Response
from pipelines.fetch.warc import page
from schemas import Document, Locator

LISTED = datetime(2026, 11, 1, 12, tzinfo=UTC)


def response(number: int, body: bytes | None = None) -> Response:
    body = body if body is not None else f"<html>{number} {os.urandom(400).hex()}</html>".encode()
    return Response(
        asked=f"https://news.example/{number}?ref=feed",
        url=f"https://news.example/{number}",
        status=200,
        reason="OK",
        headers=(("Content-Type", "text/html; charset=utf-8"), ("Transfer-Encoding", "chunked"), ("X-Sly", "a\r\nb")),
        wire=body,
        body=body,
        fetched_at=datetime(2026, 11, 24, 1, 2, 3, 456789, tzinfo=UTC),
        address="192.0.2.7",
    )


def locator(number: int) -> Locator:
    return Locator(kind="feed", uri=f"https://news.example/{number}?ref=feed", listed_at=LISTED, source_uri="feed:https://news.example/rss")


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, list[tuple[str, int]]]:
    archive = Archive(tmp_path, CONTEXT, file_limit=10**9)
    places = [archive.write(response(number), locator(number)) for number in range(20)]
    archive.close()
    return tmp_path, places


def numbers(path: Path) -> list[int]:
    """The pages of a file, as FastWARC reads them."""
    found = ArchiveIterator(str(path), record_types=WarcRecordType.response, verify_digests=True)
    return [int(str(record.headers["WARC-Target-URI"]).rsplit("/", 1)[1]) for record in found]


def test_fastwarc_and_warcio_read_the_archive_back(written: tuple[Path, list[tuple[str, int]]]) -> None:
    folder, places = written
    (path,) = archive_files(folder)
    assert numbers(path) == list(range(20))
    with path.open("rb") as file:
        records = WarcioIterator(file, check_digests=True)
        found = [
            (r.rec_headers["WARC-Target-URI"], r.content_stream().read(), records.get_record_offset())
            for r in records
            if r.rec_type == "response"
        ]
        assert all(not record.digest_checker.problems for record in records)
    assert [offset for _, _, offset in found] == [offset for _, offset in places]
    assert [body.split()[0] for _, body, _ in found] == [f"<html>{number}".encode() for number in range(20)]
    assert gzip.decompress(path.read_bytes()).startswith(b"WARC/1.1\r\n")


def test_a_page_of_the_archive_is_the_document_that_was_fetched(tmp_path: Path) -> None:
    bodies = {"/plain": answer(PAGE), "/gzip": answer(gzip.compress(PAGE.encode()), Content_Encoding="gzip")}
    bodies["/br"] = answer(brotli.compress(PAGE.encode()), Content_Encoding="br")
    bodies["/chunks"] = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n29\r\n" + PAGE.encode() + b"\n\r\n0\r\n\r\n"
    )
    with Server({**bodies, "/moved": answer("", "301 Moved", Location="/plain")}) as server:
        fetched = fetch_all([server.url(path) for path in [*bodies, "/moved"]], raw=tmp_path)
    (path,) = archive_files(tmp_path)
    again = {d.input: d for d in fetch(Locator(kind="raw", uri=str(path)), CONTEXT) if isinstance(d, Document)}
    assert again.keys() == fetched.keys()
    for url, document in fetched.items():
        assert isinstance(document, Document)
        one = page(tmp_path, str(document.raw_file), document.raw_offset or 0, config())
        assert one == again[url]
        for name in ("input", "content", "media_type", "charset", "url", "fetched_at", "raw_file", "raw_offset", "locator"):
            assert getattr(again[url], name) == getattr(document, name), name


def test_what_a_locator_knew_is_kept_for_a_rebuild(written: tuple[Path, list[tuple[str, int]]]) -> None:
    (path,) = archive_files(written[0])
    first = next(fetch(Locator(kind="raw", uri=str(path)), CONTEXT))
    assert isinstance(first, Document)
    assert first.locator == locator(0)
    assert first.fetched_at == datetime(2026, 11, 24, 1, 2, 3, 456789, tzinfo=UTC)


def test_files_are_rotated_by_size(tmp_path: Path) -> None:
    archive = Archive(tmp_path, CONTEXT, file_limit=2000)
    places = [archive.write(response(number), locator(number)) for number in range(20)]
    archive.close()
    files = archive_files(tmp_path)
    assert len(files) > 3
    assert [n for path in files for n in numbers(path)] == list(range(20))
    assert {name for name, _ in places} == {path.name for path in files}


@pytest.mark.parametrize("torn", [1, 10, 200, 400])
def test_a_torn_tail_is_cut_and_all_whole_records_stay(tmp_path: Path, torn: int) -> None:
    archive = Archive(tmp_path, CONTEXT, file_limit=10**9)
    places = [archive.write(response(number), locator(number)) for number in range(5)]
    archive.close()
    (path,) = archive_files(tmp_path)
    crashed = path.rename(path.with_name(path.name + OPEN))
    os.truncate(crashed, places[-1][1] + torn)
    assert repair(tmp_path) == {path.name: torn}
    assert numbers(path) == [0, 1, 2, 3]
    assert repair(tmp_path) == {}


def test_a_file_that_is_being_written_is_left_alone_and_can_be_read(tmp_path: Path) -> None:
    archive = Archive(tmp_path, CONTEXT, file_limit=10**9)
    name, offset = archive.write(response(7), locator(7))
    assert repair(tmp_path) == {}
    assert page(tmp_path, name, offset, FetchConfig()).url == "https://news.example/7"
    archive.close()


def _fetch_until_killed(urls: list[str], folder: Path) -> None:
    with Fetcher(config(raw=folder)) as fetcher:
        for _ in fetcher.fetch_many([Locator(kind="url", uri=url) for url in urls], CONTEXT):
            pass


def test_a_killed_worker_leaves_an_archive_that_repair_makes_whole(tmp_path: Path) -> None:
    with Server({"*": answer(PAGE)}, latency=0.01) as server:
        urls = [server.url(f"/{i}", f"127.0.1.{i % 50}") for i in range(5000)]
        worker = multiprocessing.get_context("spawn").Process(target=_fetch_until_killed, args=(urls, tmp_path))
        worker.start()
        while len(server.asked) < 300 and worker.is_alive():
            worker.join(0.02)
        os.kill(worker.pid or 0, signal.SIGKILL)
        worker.join()
    (crashed,) = archive_files(tmp_path)
    assert crashed.name.endswith(OPEN)
    repair(tmp_path)
    (path,) = archive_files(tmp_path)
    documents = list(fetch(Locator(kind="raw", uri=str(path)), CONTEXT))
    assert len(documents) > 150
    assert all(isinstance(d, Document) for d in documents)


def test_a_forgotten_page_is_gone_and_every_other_page_stays_where_it_was(written: tuple[Path, list[tuple[str, int]]]) -> None:
    folder, places = written
    (path,) = archive_files(folder)
    size, secret = path.stat().st_size, page(folder, *places[7], FetchConfig()).content
    assert blot_out(path, {places[7][1], places[8][1]}) == 2
    assert path.stat().st_size == size
    assert numbers(path) == [n for n in range(20) if n not in (7, 8)]
    assert secret not in gzip.decompress(path.read_bytes())
    assert page(folder, *places[9], FetchConfig()).url == "https://news.example/9"
    with pytest.raises(FetchError, match="forgotten"):
        page(folder, *places[7], FetchConfig())
    with path.open("rb") as file:
        assert len(list(members(file))) == 21
        file.seek(0)
        assert sum(1 for _ in WarcioIterator(file)) == 21


@pytest.mark.parametrize("length", [*range(250, 420), 65_500, 65_550, 70_000, 131_080, 1_000_003])
def test_a_filler_has_every_length_that_is_asked_for(length: int) -> None:
    from pipelines.fetch.repair import _filler

    filler = _filler(length)
    assert len(filler) == length
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
    assert decoder.decompress(filler).startswith(b"WARC/1.1\r\n")
    assert decoder.eof


def test_an_archive_that_is_switched_off_keeps_nothing(tmp_path: Path) -> None:
    from pipelines.settings import Settings
    from pipelines.web import RAW, fetch_config

    assert fetch_config(Settings(), tmp_path).raw == tmp_path / RAW
    off = fetch_config(Settings(keep_raw=False), tmp_path)
    with Server({"/": answer(PAGE)}) as server:
        found = fetch_all([server.url("/")], raw=off.raw, state=off.state)[server.url("/")]
    assert isinstance(found, Document)
    assert (found.raw_file, found.raw_offset) == (None, None)
    assert not list(tmp_path.rglob("*.warc*"))


def test_a_name_that_leads_out_of_the_archive_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "secret.warc.gz").write_bytes(b"x")
    with pytest.raises(FileNotFoundError):
        page(tmp_path / "raw", "../secret.warc.gz", 0, FetchConfig())
