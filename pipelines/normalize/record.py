"""One JSON Lines record: the text as it is, and the metadata that the caller gives with it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from pipelines.normalize.characters import normalize_unicode, one_line
from pipelines.normalize.dateline import dateline_of
from pipelines.normalize.dates import parse_time
from pipelines.normalize.facts import Facts, UnreadableInputError
from schemas import Origin

_LANGUAGE: Final = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE)
_METADATA: Final = (
    "url",
    "canonical_url",
    "title",
    "outlet",
    "section",
    "language",
    "authors",
    "published_at",
    "modified_at",
    "fetched_at",
)


def read_text(text: str) -> Facts:
    """Plain text as it is, Unicode-normalised. A dateline is read and left where it stands: offsets into given texts must hold.

    Raises:
        UnreadableInputError: there is none (`no_text`).
    """
    text = normalize_unicode(text)
    if not text.strip():
        raise UnreadableInputError("no_text", "the input holds no text, only white space")
    dateline = dateline_of(text)
    return Facts(
        text=text,
        extractor="text",
        dateline_place=dateline.place if dateline else None,
        agency=dateline.agency if dateline else None,
    )


def read_record(line: str, now: datetime) -> Facts:
    """The record of one line. Fields of a wrong type, or doubtful ones, are not known.

    Raises:
        UnreadableInputError: it is no JSON object (`bad_json`), or has no `text` (`missing_text`).
    """
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableInputError("bad_json", f"not JSON: {error}") from error
    if not isinstance(data, dict):
        raise UnreadableInputError("bad_json", f"a record is a JSON object with `text`, got {type(data).__name__}")
    text = data.get("text")
    if not isinstance(text, str) or not text.strip():
        raise UnreadableInputError("missing_text", "the record has no `text`, a string that is not empty")
    return _facts(data, text, now)


def _facts(data: Mapping[str, Any], text: str, now: datetime) -> Facts:
    plain = read_text(text)
    values: dict[str, Any] = {name: _string(data.get(name)) for name in ("url", "canonical_url", "title", "outlet", "section")}
    values |= {name: parse_time(data.get(name), now) for name in ("published_at", "modified_at", "fetched_at")}
    values |= {"language": _language(data.get("language")), "authors": _names(data.get("authors"))}
    return Facts(
        text=plain.text,
        extractor="record",
        caller_id=_scalar(data.get("doc_id")) or _scalar(data.get("id")),
        dateline_place=plain.dateline_place,
        agency=plain.agency,
        origins=tuple(Origin(field=name, origin="record") for name in _METADATA if values[name]),
        **values,
    )


def _string(value: Any) -> str | None:
    return one_line(value) if isinstance(value, str) else None


def _scalar(value: Any) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _string(value)


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return ()
    names = (_string(v) for v in value)
    return tuple(dict.fromkeys(n for n in names if n))


def _language(value: Any) -> str | None:
    found = _LANGUAGE.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1].lower() if found else None
