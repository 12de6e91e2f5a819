"""Care of the archive: torn tails are cut, single records are blotted out."""

from __future__ import annotations

import fcntl
import io
import os
import struct
import zlib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final

from pipelines.fetch.archive import INPUT, OPEN, archive_files
from pipelines.fetch.warc_records import Record, responses

_CHUNK: Final = 1 << 20


def repair(folder: Path) -> dict[str, int]:
    """Closes the files that a crashed writer left open: cuts each after its last whole record and gives it its own name.

    Files that a living writer holds are left alone.

    Returns:
        For each file that was closed, the number of bytes that were cut.
    """
    cut: dict[str, int] = {}
    for path in archive_files(folder):
        if not path.name.endswith(OPEN):
            continue
        with path.open("r+b") as file:
            try:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            size = file.seek(0, io.SEEK_END)
            end = max((stop for _, stop in members(file)), default=0)
            file.truncate(end)
            os.fsync(file.fileno())
            closed = path.with_name(path.name.removesuffix(OPEN))
            path.rename(closed)
            cut[closed.name] = size - end
    return cut


def forget_pages(folder: Path, matches: Callable[[str], bool]) -> int:
    """Blots out every archived page whose URL, as asked for or as answered, matches; also of captures that no row names any more.

    Files that a living writer holds cannot be rewritten; they are left alone.

    Returns:
        How many pages are gone.
    """
    gone = 0
    for path in archive_files(folder):
        if path.name.endswith(OPEN):
            continue
        found = (record for record in responses(path, 0) if isinstance(record, Record))
        names = ("warc-target-uri", INPUT.lower())
        offsets = {record.offset for record in found if any(matches(record.headers[name]) for name in names if name in record.headers)}
        gone += blot_out(path, offsets) if offsets else 0
    return gone


def members(file: io.BufferedRandom | io.BufferedReader) -> Iterator[tuple[int, int]]:
    """Start and end of the whole gzip members from the beginning of a file, up to the first that is torn or damaged."""
    file.seek(0)
    start, buffer = 0, b""
    while True:
        decoder, read = zlib.decompressobj(zlib.MAX_WBITS | 16), 0
        try:
            while not decoder.eof:
                buffer = buffer or file.read(_CHUNK)
                if not buffer:
                    return
                decoder.decompress(buffer, _CHUNK)
                rest = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
                read += len(buffer) - len(rest)
                buffer = rest
        except zlib.error:
            return
        yield start, start + read
        start += read


def blot_out(path: Path, offsets: Collection[int]) -> int:
    """Replaces records by empty ones of the same length, so that the offsets of all others stay right.

    The file is written anew and renamed: a crash leaves the old one or the new one. How many records were found.
    """
    with path.open("rb") as file:
        spans = [(start, end) for start, end in members(file) if start in offsets]
        file.seek(0)
        copy = path.with_name(path.name + ".tmp")
        with copy.open("wb") as out:
            for start, end in spans:
                _copy(file, out, start - file.tell())
                out.write(_filler(end - start))
                file.seek(end)
            _copy(file, out, None)
            out.flush()
            os.fsync(out.fileno())
    copy.rename(path)
    return len(spans)


def _copy(file: io.BufferedReader, out: io.BufferedWriter, length: int | None) -> None:
    while length is None or length > 0:
        chunk = file.read(_CHUNK if length is None else min(_CHUNK, length))
        if not chunk:
            return
        out.write(chunk)
        length = None if length is None else length - len(chunk)


def _filler(length: int) -> bytes:
    """A gzip member of exactly `length` bytes with a WARC record that says nothing.

    Stored blocks make its length predictable; a comment in the gzip header (RFC 1952, section 2.3.1) makes up the rest.

    Raises:
        ValueError: `length` is less than the record's own headers, which no record of ours is.
    """
    shortest = _member(0, 0)
    if length < len(shortest):
        raise ValueError(f"a record of {length} bytes is too short to be blotted out; {len(shortest)} are needed")
    blank = max(0, (length - len(shortest)) * 65535 // 65540 - 64)
    member = _member(blank, 0)
    return _member(blank, length - len(member) - 1) if len(member) < length else member


def _member(blank: int, comment: int) -> bytes:
    """A member whose record has `blank` bytes of content and whose header a comment of `comment` characters, if any."""
    record = (
        "WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
        f"WARC-Date: 1970-01-01T00:00:00Z\r\nContent-Length: {blank:012d}\r\n\r\n"
    ).encode() + bytes(blank)
    record += b"\r\n\r\n"
    packer = zlib.compressobj(0, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(record) + packer.flush()
    flag, text = (16, b" " * comment + b"\0") if comment > 0 else (0, b"")
    header = b"\x1f\x8b\x08" + bytes([flag]) + bytes(6) + text
    return header + body + struct.pack("<II", zlib.crc32(record), len(record) & 0xFFFFFFFF)
