"""JSON Lines: a document for each line.

A line's bytes go on as they are: whether they are a record with text is for the next stage to say.
Only the id and the time of capture are read here.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from pipelines.context import RunContext
from pipelines.fetch.config import FetchConfig
from schemas import Document, Locator, MediaType, Rejected, RejectionStage

_GIVE_UP: Final = 64
"""A line of more than so many times the record limit ends the reading: it is no JSON Lines, or a bomb."""


def read_records(
    file: io.BufferedReader, locator: Locator, name: str, captured: datetime, context: RunContext, config: FetchConfig
) -> Iterator[Document | Rejected]:
    """The lines from where `file` stands to the end of the locator, each named `name#LINE`; empty lines are counted and passed over."""
    number, position = locator.first_line, 0
    blank = True
    while locator.length is None or position < locator.length:
        line = file.readline(config.record_limit + 1)
        if not line:
            break
        position += len(line)
        input = f"{name}#{number}"
        if len(line) > config.record_limit and not line.endswith(b"\n"):
            skipped, ended = _skip_line(file, config.record_limit * _GIVE_UP)
            position += skipped
            yield _rejected("too_large", f"{input} is longer than the {config.record_limit} bytes that a record may have", input, context)
            blank = False
            if not ended:
                break
        elif line.strip(b"\xef\xbb\xbf \t\r\n"):
            yield record(line, locator, input, captured, context)
            blank = False
        number += 1
    if blank and locator.offset is None:
        yield _rejected("empty", f"{name} has no records", name, context)


def record(line: bytes, locator: Locator, input: str, captured: datetime, context: RunContext) -> Document:
    """The document of one record, captured at `captured` where it names no time of its own."""
    line = line.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")
    fields = _fields(line)
    doc_id = _identifier(fields.get("doc_id")) or _identifier(fields.get("id"))
    own = _moment(fields.get("fetched_at"))
    return Document(
        locator=locator,
        input=input,
        content=line,
        media_type=MediaType.RECORD,
        doc_id=doc_id,
        doc_id_is_identity=doc_id is not None,
        fetched_at=captured if own is None else min(own, context.now),
    )


def _fields(line: bytes) -> dict[str, Any]:
    """The record, or nothing for a line that is none: the next stage rejects it by its words."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _identifier(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).encode("utf8", "backslashreplace").decode().strip() or None


def _moment(value: object) -> datetime | None:
    """An ISO 8601 time, UTC where it names no zone."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _skip_line(file: io.BufferedReader, limit: int) -> tuple[int, bool]:
    """Passes over the rest of a line; how many bytes, and whether its end came within `limit`."""
    skipped = 0
    while skipped < limit:
        rest = file.readline(1024 * 1024)
        skipped += len(rest)
        if not rest or rest.endswith(b"\n"):
            return skipped, True
    return skipped, False


def _rejected(reason: str, error: str, input: str, context: RunContext) -> Rejected:
    return Rejected.of(RejectionStage.FETCH, reason, input=input, error=error, seen=context.now, run_id=context.run_id)
