"""Folders, globs and lists of URLs, looked at again and again: what changed since it was committed.

A look is a walk with one `stat` a file. Notifications of the system (inotify and the like) would save the walk, but do not exist on
network file systems, lose events when their queue is full, and would need the walk all the same after a restart.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import unquote, urlsplit

from pipelines.context import RunContext
from pipelines.seen import Seen, SeenStore
from pipelines.sources import discover
from schemas import Locator, Rejected

SCOPE: Final = "file"
"""In the memory: files that were read to their end; `etag` is their state."""
_LINES: Final = "line"
"""In the memory: lists of URLs; `etag` is how far they were read, `last_modified` what stood before that place."""
_MOST: Final = 50
"""Files of one look: the next one finds the others, so that a full folder does not become one long job."""
_PROBE: Final = 64
_CHUNK: Final = 256 * 1024
"""Bytes of a list that one look reads."""


@dataclass
class Files:
    """What lies below a path, and which of it is new.

    Args:
        given: a file, folder, glob, `file:` URL or `warc:` input.
        settle: seconds for which a file must have rested.
    """

    given: str
    settle: float
    _known: dict[str, str] = field(default_factory=dict)

    def look(self, context: RunContext, seen: SeenStore) -> list[Locator | Rejected]:
        """The locators of files that are new or have changed, a number of files at a time; noted under the run, pending its commit."""
        scheme, path = _path(self.given)
        notes, found = list[tuple[str, str, Seen]](), list[Locator | Rejected]()
        for file in _below(path):
            if (state := self._changed(file, context.now, seen)) is None:
                continue
            notes.append((SCOPE, file, Seen(etag=state)))
            found += discover([f"{scheme}{file}"], context)
            if len(notes) == _MOST:
                break
        seen.put_many(context, notes)
        return found

    def _changed(self, file: str, now: datetime, seen: SeenStore) -> str | None:
        """The state of a file that is not known, and rests; else None."""
        try:
            status = Path(file).stat()
        except OSError:
            return None  # it went between the walk and now; if it comes back, it is found then
        state = f"{status.st_mtime_ns}:{status.st_size}"
        if not stat.S_ISREG(status.st_mode) or self._known.get(file) == state:
            return None
        if 0 <= now.timestamp() - status.st_mtime < self.settle:
            return None
        before = seen.get(SCOPE, file)
        if before is not None and before.etag == state:
            self._known[file] = state
            return None
        return state


def _path(given: str) -> tuple[str, str]:
    if given.startswith("warc:"):
        return "warc:", given.removeprefix("warc:")
    return "", unquote(urlsplit(given).path) if given.startswith("file:") and not Path(given).exists() else given


def _below(path: str) -> Iterator[str]:
    """Absolute names of the files that a path stands for, hidden ones left out, in a fixed order."""
    given = Path(path)
    tops = [path] if given.exists() else sorted(glob.glob(path, recursive=True))  # noqa: PTH207 - a glob may begin at the root
    for top in tops:
        if not Path(top).is_dir():
            yield os.path.abspath(top)  # noqa: PTH100 - Path.absolute() keeps `..`
            continue
        for folder, folders, names in os.walk(os.path.abspath(top)):  # noqa: PTH100
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from (os.path.join(folder, name) for name in sorted(names) if not name.startswith("."))  # noqa: PTH118


def tail(given: str, context: RunContext, seen: SeenStore) -> list[Locator] | None:
    """The whole lines that were added to a list of URLs since it was read last, noted under the run; all of a list that was rewritten.

    Returns:
        None for a CSV or a gzipped list: those can only be read from their start.
    """
    path = Path(given.removeprefix("urls:"))
    before = seen.get(_LINES, str(path))
    try:
        with path.open("rb") as file:
            if not _is_plain(file.read(_PROBE)):
                return None
            start = _read_to(file, before)
            file.seek(start)
            added = file.read(_CHUNK)
    except FileNotFoundError:
        return []
    whole = added[: added.rfind(b"\n") + 1]
    if not whole:
        return []
    probe = whole[-_PROBE:]
    seen.put(context, _LINES, str(path), etag=f"{start + len(whole)}:{len(probe)}", last_modified=probe.hex())
    lines = (line.strip() for line in whole.decode("utf8", "replace").lstrip("\ufeff").splitlines())
    urls = dict.fromkeys(line for line in lines if line and not line.startswith("#"))
    return [Locator(kind="urls", uri=url, source_uri=given) for url in urls]


def _is_plain(head: bytes) -> bool:
    first = head.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n")[0].strip().lower()
    return not first or first.startswith((b"#", b"http"))


def _read_to(file: BinaryIO, before: Seen | None) -> int:
    """How far a list was read; 0 where other bytes stand before that place than then."""
    if before is None or before.etag is None:
        return 0
    end, size = (int(part) for part in before.etag.split(":"))
    file.seek(end - size)
    return end if file.read(size).hex() == before.last_modified else 0
