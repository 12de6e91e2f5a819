"""The archive of raw responses: WARC 1.1 files, one gzip member a record (ISO 28500:2017, annex D).

While a file is written it is called `NAME.warc.gz.open` and locked; when it is closed it takes its own name. An article refers to
it by that name from the start, and readers look for both. What a crash leaves is an `.open` file that nobody locks: `repair` cuts
its torn tail.
"""

from __future__ import annotations

import fcntl
import io
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Final

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from pipelines.context import RunContext
from pipelines.fetch.response import Response
from schemas import Locator

OPEN: Final = ".open"
SUFFIX: Final = ".warc.gz"
KIND, INPUT, LISTED, SOURCE = (f"X-Dyadwire-{name}" for name in ("Kind", "Input", "Listed-At", "Source"))
"""Extension fields of a record: what a locator knew that the response does not say, for `reextract --from raw`."""
_LEVEL: Final = 6
_FRAMING: Final = frozenset({"transfer-encoding", "content-length"})
"""Headers about the transfer, which a stored body no longer matches; kept under the names that Common Crawl gives them."""


class Archive:
    """The archive file that one worker writes."""

    def __init__(self, folder: Path, context: RunContext, *, file_limit: int) -> None:
        self._folder = folder
        self._prefix = f"{context.run_id}-{context.slice_id}-{secrets.token_hex(3)}"
        self._context = context
        self._file_limit = file_limit
        self._number = 0
        self._file: io.FileIO | None = None
        self._name = ""

    def write(self, response: Response, locator: Locator) -> tuple[str, int]:
        """Appends a response; the file's name and the offset of the record.

        Raises:
            OSError: the folder cannot be written.
        """
        if self._file is not None and self._file.tell() >= self._file_limit:
            self.close()
        file = self._file or self._begin()
        offset = file.tell()
        self._append(file, _record(response, locator))
        return self._name, offset

    def sync(self) -> None:
        """Waits until what was written would survive a power cut: before rows that refer to it are committed."""
        if self._file is not None:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Ends the file and gives it its own name."""
        if self._file is None:
            return
        self.sync()
        path = self._folder / self._name
        path.with_name(path.name + OPEN).rename(path)
        self._file.close()
        self._file = None

    def _begin(self) -> io.FileIO:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._number += 1
        self._name = f"{self._prefix}-{self._number:05d}{SUFFIX}"
        self._file = io.FileIO(self._folder / (self._name + OPEN), "xb")
        fcntl.flock(self._file.fileno(), fcntl.LOCK_EX)
        self._append(self._file, _warcinfo(self._name, self._context))
        return self._file

    def _append(self, file: io.FileIO, record: WarcRecord) -> None:
        """One write a record, so that a crash tears at most the last one."""
        buffer = io.BytesIO()
        writer = GzipWriter(buffer, compression_level=_LEVEL)
        record.write(writer, checksum_data=True)
        writer.finish()
        view = memoryview(buffer.getbuffer())
        while view:
            view = view[file.write(view) :]


def archived(folder: Path, name: str) -> Path:
    """Where a file of the archive lies now, open or closed.

    Raises:
        FileNotFoundError: it is not there, or `name` leads out of the folder.
    """
    for path in (folder / name, folder / (name + OPEN)):
        if path.parent == folder and path.is_file():
            return path
    raise FileNotFoundError(f"{name!r} is not in the archive {folder}")


def archive_files(folder: Path) -> list[Path]:
    """The files of an archive, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name.removesuffix(OPEN).endswith(SUFFIX))


def _record(response: Response, locator: Locator) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(record_type=WarcRecordType.response)
    record.record_date = response.fetched_at
    fields = {
        "WARC-Target-URI": response.url,
        "WARC-IP-Address": response.address,
        "Content-Type": "application/http; msgtype=response",
        KIND: locator.kind,
        INPUT: response.asked,
        LISTED: _iso(locator.listed_at),
        SOURCE: locator.source_uri,
    }
    for name, value in fields.items():
        if value:
            record.headers[name] = _one_line(value)
    record.is_http = True
    record.set_bytes_content(_http(response))
    return record


def _http(response: Response) -> bytes:
    """The message as HTTP/1.1, its body with the content coding but without the transfer coding."""
    lines = [f"HTTP/1.1 {response.status} {_one_line(response.reason)}".rstrip()]
    for name, value in response.headers:
        lines.append(f"{'X-Crawler-' if name.lower() in _FRAMING else ''}{_one_line(name)}: {_one_line(value)}")
    lines.append(f"Content-Length: {len(response.wire)}")
    return "\r\n".join(lines).encode("utf8", "surrogateescape") + b"\r\n\r\n" + response.wire


def _warcinfo(name: str, context: RunContext) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(record_type=WarcRecordType.warcinfo)
    record.record_date = context.now
    record.headers["WARC-Filename"] = name
    record.headers["Content-Type"] = "application/warc-fields"
    record.set_bytes_content(f"software: dyadwire\r\nformat: WARC File Format 1.1\r\nrun: {context.run_id}\r\n".encode())
    return record


def _one_line(text: str) -> str:
    return " ".join(text.split("\n")).replace("\r", " ")


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
