"""WARC files as documents: other people's archives, Common Crawl's news among them, and our own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipelines.context import RunContext
from pipelines.fetch import archive
from pipelines.fetch.body import decompress
from pipelines.fetch.client import PAGE_TYPES
from pipelines.fetch.config import FetchConfig
from pipelines.fetch.failures import FetchError
from pipelines.fetch.response import charset, media_type
from pipelines.fetch.sniff import HEAD, sniff
from pipelines.fetch.warc_records import Damage, Record, responses
from schemas import Document, Locator, MediaType, Rejected, RejectionStage

KINDS: Final = frozenset({"warc", "raw"})
"""`raw` is a file of our own archive: its articles keep the source, the URL and the time that they had when they were fetched."""


def read(locator: Locator, context: RunContext, config: FetchConfig) -> Iterator[Document | Rejected]:
    """A document for each response record, `PATH@OFFSET`; damage and what is no page are rejected, each under its own offset."""
    path = Path(locator.uri)
    last, same = -1, 0
    try:
        for found in responses(path, config.page_limit, locator.offset or 0):
            same = same + 1 if found.offset == last else 0
            last = found.offset
            input = f"{locator.uri}@{found.offset}" + (f"+{same}" if same else "")
            try:
                if isinstance(found, Damage):
                    raise FetchError("bad_record", found.words)
                yield _document(found, locator, input, config)
            except FetchError as error:
                yield _rejected(error.reason, f"{input}: {error.words}", input, context)
        if last < 0:
            yield _rejected("empty", f"{locator.uri} has no responses", locator.uri, context)
    except FileNotFoundError as error:
        yield _rejected("not_found", str(error), locator.uri, context)
    except OSError as error:
        yield _rejected("unreadable", str(error), locator.uri, context)


def page(folder: Path, raw_file: str, raw_offset: int, config: FetchConfig) -> Document:
    """One archived page.

    Raises:
        FileNotFoundError: the archive has no such file.
        FetchError: there is no page at that offset (any more).
    """
    path = archive.archived(folder, raw_file)
    locator = Locator(kind="raw", uri=str(path), offset=raw_offset)
    found = next(responses(path, config.page_limit, raw_offset), None)
    if not isinstance(found, Record) or found.offset != raw_offset:
        raise FetchError("bad_record", f"{raw_file} has no page at offset {raw_offset}; it was forgotten or the file is damaged")
    return _document(found, locator, f"{raw_file}@{raw_offset}", config)


def _document(record: Record, locator: Locator, input: str, config: FetchConfig) -> Document:
    status, http = record.status, record.http
    if status is None:
        raise FetchError("bad_record", "the record holds no HTTP message")
    if not 200 <= status < 300:
        reason = "redirects" if status in range(300, 400) else "http_5xx" if status in range(500, 600) else "http_4xx"
        raise FetchError(reason, f"the archived answer has the status {status}")
    kind = media_type(http.get("content-type"))
    if kind is not None and kind not in PAGE_TYPES:
        raise FetchError("not_html", f"the archived answer is {kind}")
    if record.payload is None:
        raise FetchError("too_large", f"{record.payload_length} bytes are more than {config.page_limit}")
    body = record.payload
    if "transfer-encoding" in http:
        body = _dechunked(body, http["transfer-encoding"])
    if "content-encoding" in http:
        body = decompress(body, http["content-encoding"], config.page_limit)
    if not body:
        raise FetchError("empty", "the archived answer has no body")
    document = Document(
        locator=Locator(kind=locator.kind, uri=locator.uri, offset=record.offset),
        input=input,
        content=body,
        media_type=page_type(kind, body),
        charset=charset(http.get("content-type")),
        url=record.headers.get("warc-target-uri"),
        fetched_at=_moment(record.headers.get("warc-date")),
    )
    return _as_it_was(document, record.headers) if locator.kind == "raw" else document


def page_type(kind: str | None, body: bytes) -> MediaType:
    """What a page is, by its header where it has one."""
    if kind is None or kind == "text/plain":
        return sniff(body[:HEAD])
    return MediaType.HTML


def _as_it_was(document: Document, headers: dict[str, str]) -> Document:
    """A document of our own archive, as it was when it was fetched."""
    uri = headers.get(archive.INPUT.lower()) or document.url or document.input
    path = Path(document.locator.uri)
    return replace(
        document,
        locator=Locator(
            kind=headers.get(archive.KIND.lower()) or "raw",
            uri=uri,
            listed_at=_moment(headers.get(archive.LISTED.lower())),
            source_uri=headers.get(archive.SOURCE.lower()),
        ),
        input=uri,
        raw_file=path.name.removesuffix(archive.OPEN),
        raw_offset=document.locator.offset,
    )


def _dechunked(payload: bytes, codings: str) -> bytes:
    """A body without chunks (RFC 9112, section 7.1). Many archives keep the header though they undid the coding: then it has none."""
    if "chunked" not in codings.lower():
        return payload
    out, position = bytearray(), 0
    while size := re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,200}\r?\n").match(payload, position):
        length = int(size[1], 16)
        out += payload[size.end() : size.end() + length]
        position = size.end() + length
        if length == 0:
            return bytes(out)
        position += 2 if payload[position : position + 2] == b"\r\n" else 1
    if position == 0:
        return payload
    raise FetchError("bad_record", "the chunked body breaks off")


def _moment(value: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _rejected(reason: str, error: str, input: str, context: RunContext) -> Rejected:
    return Rejected.of(RejectionStage.FETCH, reason, input=input, error=error, seen=context.now, run_id=context.run_id)
