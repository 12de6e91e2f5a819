"""Local inputs: files, folders, globs and standard input.

A locator's path is absolute: a caller's record ids are unique only within their file, and two folders may each have a `day.jsonl`.
"""

from __future__ import annotations

import glob
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from pipelines.context import RunContext
from schemas import Locator, Rejected, RejectionStage

JSON_LINES: Final = (".jsonl", ".ndjson", ".json")
"""Endings of files that hold one record a line, each also with `.gz`."""
PART: Final = 8 * 1024 * 1024
"""Bytes of uncompressed JSON Lines that one locator covers, about: enough work to be worth a worker's start."""


def exists(path: str) -> bool:
    """Whether something of that name is there, or the name cannot be one of a file."""
    try:
        return os.path.lexists(path)
    except ValueError:
        return False


def standard_input(context: RunContext, spool: Path | None) -> Iterator[Locator | Rejected]:
    """Standard input as one locator, or copied to `spool` and then treated as a file that is still called `-`."""
    if spool is None:
        yield Locator(kind="file", uri="-")
        return
    spool.mkdir(parents=True, exist_ok=True)
    copy = spool / f"{context.run_id}.stdin"
    with copy.open("wb") as out:
        shutil.copyfileobj(sys.stdin.buffer, out)
    yield Locator(kind="file", uri=str(copy.absolute()), source_uri="-")


def from_url(given: str, context: RunContext) -> Iterator[Locator | Rejected]:
    """A `file:` URL."""
    parts = urlsplit(given)
    if parts.netloc not in ("", "localhost"):
        yield _rejected(
            given, "not_found", f"{given!r} names the host {parts.netloc!r}; write file:///path for a file of this machine", context
        )
        return
    yield from from_path(unquote(parts.path), context)


def from_path(given: str, context: RunContext) -> Iterator[Locator | Rejected]:
    """A file, all files below a folder, or all that a glob finds, sorted."""
    if exists(given):
        yield from _path(given, context)
        return
    matches = sorted(glob.glob(given, recursive=True)) if glob.has_magic(given) else []  # noqa: PTH207, a glob may begin at the root
    if not matches:
        yield _rejected(given, "not_found", f"{given!r}: no such file or folder, and nothing matches it as a glob", context)
    for match in matches:
        yield from _path(match, context)


def _path(path: str, context: RunContext) -> Iterator[Locator | Rejected]:
    if Path(path).is_dir():
        yield from _folder(path, context)
    else:
        yield from _file(path, context)


def _folder(top: str, context: RunContext) -> Iterator[Locator | Rejected]:
    errors: list[OSError] = []
    found = False
    for folder, folders, files in os.walk(top, onerror=errors.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                found = True
                yield from _file(os.path.join(folder, name), context)  # noqa: PTH118, Path would cost more than the walk
    for error in errors:
        yield _rejected(str(error.filename), "unreadable", str(error), context)
    if not found and not errors:
        yield _rejected(top, "empty", f"the folder {top!r} has no files; hidden ones are not read", context)


def _file(path: str, context: RunContext) -> Iterator[Locator | Rejected]:
    path = os.path.abspath(path)  # noqa: PTH100, Path.absolute() keeps `..`
    try:
        status = Path(path).stat()
    except (OSError, ValueError) as error:
        yield _rejected(path, "unreadable", str(error), context)
        return
    if not stat.S_ISREG(status.st_mode):
        yield _rejected(path, "unreadable", f"{path!r} is not a regular file", context)
    elif path.lower().endswith(JSON_LINES):
        yield from _parts(path, status.st_size, context)
    else:
        kind = "jsonl" if path.lower().endswith(tuple(f"{ending}.gz" for ending in JSON_LINES)) else "file"
        yield Locator(kind=kind, uri=path)


def _parts(path: str, size: int, context: RunContext) -> Iterator[Locator | Rejected]:
    """A file of lines as byte ranges that begin and end at line ends, so that workers share it."""
    if size <= PART:
        yield Locator(kind="jsonl", uri=path)
        return
    start, line = 0, 1
    try:
        with Path(path).open("rb") as file:
            while start < size:
                lines = file.read(PART).count(b"\n")
                while rest := file.readline(PART):
                    if rest.endswith(b"\n"):
                        lines += 1
                        break
                end = file.tell()
                yield Locator(kind="jsonl", uri=path, offset=start, length=end - start, first_line=line)
                start, line = end, line + lines
    except OSError as error:
        yield _rejected(path, "unreadable", str(error), context)


def _rejected(given: str, reason: str, error: str, context: RunContext) -> Rejected:
    name = given.encode("utf8", "backslashreplace").decode()  # a file's name may hold bytes that are no text
    error = error.encode("utf8", "backslashreplace").decode()
    return Rejected.of(RejectionStage.DISCOVER, reason, input=name, error=error, seen=context.now, run_id=context.run_id)
