"""`gdelt:START/END`: the pages that GDELT 2.0's event and mention lists of a period name.

A list comes out each quarter of an hour. Columns are those of the GDELT 2.0 event codebook, counted from 0.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urljoin

from pipelines.context import RunContext
from pipelines.sources.feed import iso
from pipelines.sources.web import Memory, Web, bad_source
from schemas import Completeness, Locator, Rejected

STEP: Final = timedelta(minutes=15)
_LIMIT: Final = 100_000_000
_EVENT_SOURCE_URL, _EVENT_ADDED = 60, 59
_MENTION_TIME, _MENTION_TYPE, _MENTION_IDENTIFIER = 2, 3, 5
_WEB: Final = "1"
"""MentionType of what is named by a URL."""


def locators(given: str, context: RunContext, web: Web) -> Iterator[Locator | Rejected]:
    """Each URL once, with the time of the list that named it first; START and END are UTC, END is not included."""
    try:
        start, end = _period(given)
    except ValueError as error:
        yield bad_source(given, str(error), context)
        return
    memory = Memory(web, context, given)
    yield from memory.owed()
    listed: set[str] = set()
    whole = True
    for stamp in _stamps(start, end):
        for kind in ("export", "mentions"):
            url = urljoin(web.gdelt, f"{stamp:%Y%m%d%H%M%S}.{kind}.CSV.zip")
            answer = web.ask(url, context, input=f"gdelt:{stamp:%Y-%m-%dT%H:%M}/{stamp + STEP:%Y-%m-%dT%H:%M}", limit=_LIMIT)
            if isinstance(answer, Rejected):
                whole = False
                yield answer
                continue
            try:
                for page, moment in pages(answer.body, kind):
                    if page not in listed:
                        listed.add(page)
                        locator = Locator(kind="gdelt", uri=page, listed_at=moment or stamp, source_uri=given)
                        if memory.is_new(locator):
                            yield locator
            except (zipfile.BadZipFile, zlib.error, csv.Error, ValueError) as error:
                whole = False
                yield bad_source(url, f"{url}: {error}", context)
    memory.flush()
    if whole:
        web.tell(context, given, [Completeness(source="gdelt:", since=start, until=end, gap=False)])


def pages(body: bytes, kind: str) -> Iterator[tuple[str, datetime | None]]:
    """The URLs of a zipped list and when GDELT saw them.

    Raises:
        ValueError: the list is larger than any that GDELT publishes.
        zipfile.BadZipFile: it is no zip file.
    """
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        member = archive.infolist()[0]
        with archive.open(member) as file:
            text = file.read(_LIMIT + 1)
    if len(text) > _LIMIT:
        raise ValueError(f"{member.filename} has more than {_LIMIT} bytes when unpacked")
    url_column, time_column = (_EVENT_SOURCE_URL, _EVENT_ADDED) if kind == "export" else (_MENTION_IDENTIFIER, _MENTION_TIME)
    for line in text.decode("utf8", "replace").splitlines():
        row = line.split("\t")
        if len(row) <= url_column or (kind == "mentions" and row[_MENTION_TYPE] != _WEB):
            continue
        if row[url_column].startswith(("http://", "https://")):
            yield row[url_column].strip(), _stamp(row[time_column])


def _period(given: str) -> tuple[datetime, datetime]:
    first, slash, last = given.removeprefix("gdelt:").partition("/")
    start, end = iso(first), iso(last)
    if not slash or start is None or end is None:
        raise ValueError(f"{given!r} is not gdelt:START/END, such as gdelt:2026-11-01T00:00/2026-11-01T06:00")
    if start >= end:
        raise ValueError(f"{given!r} ends before it begins")
    return start, end


def _stamps(start: datetime, end: datetime) -> Iterator[datetime]:
    """The quarters of an hour in [start, end)."""
    stamp = datetime.fromtimestamp(-(-start.timestamp() // STEP.total_seconds()) * STEP.total_seconds(), UTC)
    while stamp < end:
        yield stamp
        stamp += STEP


def _stamp(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
