"""Document: bytes as they were fetched or read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from schemas.locator import Locator


class MediaType(StrEnum):
    """What the bytes are, as far as the stage that got them knows."""

    HTML = "text/html"
    TEXT = "text/plain"
    RECORD = "application/json"
    """One JSON Lines record with `text` and optional metadata."""
    UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class Document:
    """One input as it was fetched. Never crosses a shuffle: it is as large as the page."""

    locator: Locator
    input: str
    """How a person finds this very input again: a path, `path#LINE`, or the URL that was asked for."""
    content: bytes = field(repr=False)
    media_type: MediaType
    charset: str | None = None
    """The charset that the transport named; the content may say otherwise."""
    url: str | None = None
    """The URL that answered, after redirects."""
    doc_id: str | None = None
    """The caller's own id. For files it is the file's name without its endings, which is no identity."""
    doc_id_is_identity: bool = False
    """Whether `doc_id` was given by the caller (JSON Lines) and so, with its input's name, identifies the article."""
    fetched_at: datetime | None = None
    """When the bytes were captured, UTC; orders revisions."""
    raw_file: str | None = None
    raw_offset: int | None = None
    """Where the raw response lies in the archive."""
    headers: dict[str, Any] = field(default_factory=dict, repr=False)
