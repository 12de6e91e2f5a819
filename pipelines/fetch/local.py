"""Files and standard input, gzipped or not, as documents."""

from __future__ import annotations

import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, cast

from pipelines.context import RunContext
from pipelines.fetch.config import FetchConfig
from pipelines.fetch.records import read_records
from pipelines.fetch.sniff import HEAD, is_json_lines, sniff
from schemas import Document, Locator, MediaType, Rejected, RejectionStage

KINDS: Final = frozenset({"file", "jsonl"})
_GZIP_MAGIC: Final = b"\x1f\x8b"
_ENDINGS: Final = {
    ".html": MediaType.HTML,
    ".htm": MediaType.HTML,
    ".xhtml": MediaType.HTML,
    ".txt": MediaType.TEXT,
    ".text": MediaType.TEXT,
}


def read(locator: Locator, context: RunContext, config: FetchConfig) -> Iterator[Document | Rejected]:
    """The one document of a file, or one for each line of JSON Lines.

    A document's `fetched_at` is the file's time of change: an edited file is a newer revision. None lies after the run's start.
    """
    name = readable_name(locator)
    try:
        with _opened(locator) as (file, changed):
            captured = min(changed or context.now, context.now)
            head = file.peek(HEAD)
            if not head and locator.offset is None:
                yield _rejected("empty", f"{name} is empty", name, context)
            elif locator.kind == "jsonl" or (_suffix(name) not in _ENDINGS and is_json_lines(head)):
                yield from read_records(file, locator, name, captured, context, config)
            else:
                yield _page(file, locator, name, captured, context, config)
    except FileNotFoundError as error:
        yield _rejected("not_found", str(error), name, context)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield _rejected("decompression", f"{name}: {error}", name, context)
    except OSError as error:
        yield _rejected("unreadable", str(error), name, context)


def readable_name(locator: Locator) -> str:
    """The input's name as it stands in rows: `-` for a copy of standard input; bytes that are no text are escaped."""
    name = locator.source_uri or locator.uri
    return name.encode("utf8", "backslashreplace").decode()


def name_without_endings(path: str) -> str | None:
    """`a.html.gz` → `a`; None for standard input."""
    if path == "-":
        return None
    name = Path(path).name
    if name.lower().endswith(".gz"):
        name = name[:-3]
    stem, _ = os.path.splitext(name)  # noqa: PTH122, Path.stem leaves `.html` as it is
    return stem or None


def _page(
    file: io.BufferedReader, locator: Locator, name: str, captured: datetime, context: RunContext, config: FetchConfig
) -> Document | Rejected:
    content = file.read(config.page_limit + 1)
    if len(content) > config.page_limit:
        error = f"{name} is larger than the {config.page_limit} bytes that a page may have; raise page_limit to take it"
        return _rejected("too_large", error, name, context)
    if not content:
        return _rejected("empty", f"{name} is empty", name, context)
    return Document(
        locator=locator,
        input=name,
        content=content,
        media_type=_ENDINGS.get(_suffix(name)) or sniff(content[:HEAD]),
        doc_id=name_without_endings(name),
        fetched_at=captured,
    )


@contextmanager
def _opened(locator: Locator) -> Iterator[tuple[io.BufferedReader, datetime | None]]:
    """The bytes of a locator, decompressed if need be, with the time of the file's last change."""
    if locator.uri == "-":
        yield _decompressed(sys.stdin.buffer), None
        return
    with Path(locator.uri).open("rb") as file:
        changed = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
        if locator.offset is not None:
            file.seek(locator.offset)
            yield file, changed
        else:
            yield _decompressed(file), changed


def _decompressed(file: BinaryIO) -> io.BufferedReader:
    buffered = file if isinstance(file, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", file))
    if buffered.peek(2)[:2] != _GZIP_MAGIC:
        return buffered
    return io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=buffered)), 256 * 1024)


def _suffix(name: str) -> str:
    name = name.lower().removesuffix(".gz")
    return os.path.splitext(name)[1]  # noqa: PTH122


def _rejected(reason: str, error: str, name: str, context: RunContext) -> Rejected:
    error = error.encode("utf8", "backslashreplace").decode()
    return Rejected.of(RejectionStage.FETCH, reason, input=name, error=error, seen=context.now, run_id=context.run_id)
