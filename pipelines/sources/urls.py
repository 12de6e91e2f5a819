"""`urls:FILE`: a list of URLs, one a line, or a CSV with a column `url` and perhaps `published_at`; gzipped or not."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pipelines.context import RunContext
from pipelines.sources.feed import iso
from pipelines.sources.web import Memory, Web, bad_source
from schemas import Locator, Rejected, RejectionStage

_MARK: Final = "\ufeff"


def locators(given: str, context: RunContext, web: Web) -> Iterator[Locator | Rejected]:
    """The URLs that were not listed before; lines that are none are rejected under `FILE#LINE`."""
    path = Path(given.removeprefix("urls:"))
    memory = Memory(web, context, given)
    yield from memory.owed()
    try:
        with _opened(path) as file:
            for number, url, date in _rows(file):
                if not _is_url(url):
                    yield bad_source(f"{path}#{number}", f"{url[:200]!r} is no http or https URL", context)
                    continue
                locator = Locator(kind="urls", uri=url, listed_at=iso(date), source_uri=given)
                if web.covers(locator.listed_at) and memory.is_new(locator):
                    yield locator
    except FileNotFoundError as error:
        yield Rejected.of(RejectionStage.DISCOVER, "not_found", input=given, error=str(error), seen=context.now, run_id=context.run_id)
    except (OSError, EOFError, csv.Error) as error:
        yield Rejected.of(RejectionStage.DISCOVER, "unreadable", input=given, error=str(error), seen=context.now, run_id=context.run_id)
    memory.flush()


def _opened(path: Path) -> io.TextIOBase:
    if path.name.endswith(".gz"):
        return gzip.open(path, "rt", encoding="utf8", errors="replace", newline="")
    return path.open(encoding="utf8", errors="replace", newline="")


def _rows(file: io.TextIOBase) -> Iterator[tuple[int, str, str | None]]:
    """Line number, URL and date of each line that is neither empty nor a comment."""
    first = file.readline().lstrip(_MARK)
    header = [name.strip().lower() for name in next(csv.reader([first]), [])]
    if "url" in header:
        table = csv.DictReader(file, fieldnames=header)
        for row in table:
            if url := (row.get("url") or "").strip():
                yield table.line_num + 1, url, row.get("published_at")
        return
    for number, line in enumerate(_chain(first, file), 1):
        text = line.strip()
        if text and not text.startswith("#"):
            yield number, text, None


def _chain(first: str, rest: io.TextIOBase) -> Iterator[str]:
    yield first
    yield from rest


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(c.isspace() for c in text)
    except ValueError:
        return False
