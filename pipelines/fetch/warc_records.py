"""Records of WARC files, found again behind damage.

FastWARC stops at the first byte that makes no sense. Here each good record arrives once, each damaged stretch is told once, and
reading goes on at the next record that can be found: at a gzip member, or at a `WARC/1.` line in files that are not compressed.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from fastwarc.warc import ArchiveIterator, HeaderMap, WarcRecord, WarcRecordType

_GZIP: Final = b"\x1f\x8b\x08"
_PLAIN: Final = re.compile(rb"WARC/1\.[01]\r\n(?=[A-Za-z-]+:)")
_CHUNK: Final = 1 << 20
_END: Final = b"\r\n\r\n"


class Record(NamedTuple):
    """A whole HTTP response of a WARC file."""

    offset: int
    """Of the record in the file; records of one gzip member share it."""
    headers: dict[str, str]
    """Names in lower case; of a name that is repeated the first value."""
    repeated: bool
    """Whether a name is repeated."""
    status: int | None
    """None: it holds no HTTP message."""
    http: dict[str, str]
    """As `headers`."""
    payload: bytes | None
    """None: it is larger than the limit."""
    payload_length: int


@dataclass(frozen=True)
class Damage:
    """A stretch that could not be read."""

    offset: int
    words: str


def responses(path: Path, limit: int, start: int = 0) -> Iterator[Record | Damage]:
    """The response records from `start` on.

    Args:
        limit: bytes of payload above which it is passed over unread.

    Raises:
        OSError: the file cannot be opened.
    """
    with path.open("rb") as file:
        position: int | None = start
        while position is not None:
            position = yield from _stretch(file, position, limit)


def _stretch(file: io.BufferedReader, position: int, limit: int) -> Generator[Record | Damage, None, int | None]:
    """Records up to the first damage; returns where to go on, None at the end of the file.

    A record is given only when the next one has begun: an error while moving on may be its own.
    """
    file.seek(position)
    held: Record | None = None
    where, words = position, "the record is cut off, or its length is wrong"
    try:
        for record in ArchiveIterator(file, record_types=WarcRecordType.response, auto_decode="none"):
            if held is not None:
                yield held
            held, where = None, record.stream_pos
            held = _read(record, limit)
            if _suspicious(held):
                break
        else:
            if held is not None:
                yield held
            return None
    except OSError as error:
        words = str(error)
    return (yield from _after_damage(file, where, held, words))


def _read(record: WarcRecord, limit: int) -> Record:
    length = record.content_length
    payload = None if length > limit else record.reader.read(length) if length else b""
    headers, repeated = _fields(record.headers)
    status: int | None = None
    http: dict[str, str] = {}
    if record.is_http_parsed:
        status, (http, _) = record.http_headers.status_code, _fields(record.http_headers)
    return Record(record.stream_pos, headers, repeated, status, http, payload, length)


def _fields(headers: HeaderMap) -> tuple[dict[str, str], bool]:
    """The fields of a head, taken over at once: asking FastWARC for each costs more than decompressing does."""
    pairs = headers.items()
    fields = {name.lower(): value for name, value in pairs[::-1]}
    return fields, len(fields) < len(pairs)


def _suspicious(record: Record) -> bool:
    """Whether a record is shorter than it says, or another one's head stands in it, as it does when a length is wrong or a head is cut."""
    payload = record.payload
    if payload is None:
        return False
    if len(payload) != record.payload_length:
        return True
    # two heads that agree about the length spare the search, which is the dearest thing done with a record
    return record.http.get("content-length") != str(len(payload)) and b"\r\n\r\nWARC/1." in payload


def _after_damage(file: io.BufferedReader, where: int, held: Record | None, words: str) -> Generator[Record | Damage, None, int | None]:
    """Gives the held record if it is whole, tells the damage, and returns where the next record may begin."""
    if held is not None:
        end = _end_of_record(file, held.offset)
        if end is not None:
            yield held
            if _starts(file, end) or not _peek(file, end):
                return end
            where = end
    else:
        where = _first_bad(file, where)
    if _peek(file, where):
        yield Damage(where, words)
    return _next_start(file, where + 1)


def _first_bad(file: io.BufferedReader, where: int) -> int:
    """Where the damage is that FastWARC met: it reads ahead, so whole records that are no responses may stand before it."""
    while True:
        end = _end_of_record(file, where)
        if end is None or _is_response(file, where):
            return where
        where = end


def _end_of_record(file: io.BufferedReader, offset: int) -> int | None:
    """Where a record ends that is whole and as long as it says; None for one that is not."""
    return _end_of_member(file, offset) if _peek(file, offset).startswith(_GZIP) else _end_of_plain(file, offset)


def _is_response(file: io.BufferedReader, offset: int) -> bool:
    head = _peek(file, offset)
    if head.startswith(_GZIP):
        head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, 512)
    return re.search(rb"^WARC-Type:\s*response\b", head, re.IGNORECASE | re.MULTILINE) is not None


def _end_of_member(file: io.BufferedReader, offset: int) -> int | None:
    file.seek(offset)
    decoder, text, size, read = zlib.decompressobj(zlib.MAX_WBITS | 16), b"", 0, 0
    tail = b""
    try:
        while not decoder.eof:
            buffer = decoder.unconsumed_tail or file.read(_CHUNK)
            if not buffer:
                return None
            out = decoder.decompress(buffer, _CHUNK)
            read += len(buffer) - len(decoder.unused_data or decoder.unconsumed_tail)
            text, size, tail = (text + out if len(text) < _CHUNK else text), size + len(out), (tail + out)[-4:]
    except zlib.error:
        return None
    said = re.search(rb"\r\nContent-Length:\s*(\d+)\r\n", text, re.IGNORECASE)
    head = text.find(_END) + len(_END)
    whole = said is not None and head + int(said[1]) + len(_END) == size and tail == _END
    return offset + read if whole else None


def _end_of_plain(file: io.BufferedReader, offset: int) -> int | None:
    file.seek(offset)
    head = file.read(64 * 1024)
    said = re.search(rb"\r\nContent-Length:\s*(\d+)\r\n", head, re.IGNORECASE)
    if said is None or _END not in head:
        return None
    if len(re.findall(rb"WARC/1\.[01]\r\n", head[: head.index(_END)])) > 1:
        return None
    end = offset + head.index(_END) + len(_END) + int(said[1])
    file.seek(end)
    return end + len(_END) if file.read(len(_END)) == _END else None


def _starts(file: io.BufferedReader, position: int) -> bool:
    """Whether a record begins there."""
    head = _peek(file, position)
    if not head.startswith(_GZIP):
        return _PLAIN.match(head) is not None
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, 16).startswith(b"WARC/1.")
    except zlib.error:
        return False


def _next_start(file: io.BufferedReader, position: int) -> int | None:
    """The next place at which a record begins, None when there is none."""
    overlap = 64
    while True:
        file.seek(position)
        chunk = file.read(_CHUNK)
        for found in re.finditer(rb"\x1f\x8b\x08|WARC/1\.", chunk):
            if _starts(file, position + found.start()):
                return position + found.start()
        if len(chunk) < _CHUNK:
            return None
        position += len(chunk) - overlap


def _peek(file: io.BufferedReader, position: int) -> bytes:
    file.seek(position)
    return file.read(512)
