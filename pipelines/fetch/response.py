"""Response: what a server answered, headers as they came, body as it was sent and decompressed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

MAX_RETRY_AFTER: Final = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Validators:
    """What makes a request conditional (RFC 9110, section 13)."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        pairs = (("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified))
        return {name: value for name, value in pairs if value}

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True, kw_only=True)
class Response:
    """A whole answer."""

    asked: str
    url: str
    """The URL that answered, after redirects."""
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    wire: bytes = field(repr=False)
    """The body as sent: its content coding kept, its transfer coding undone."""
    body: bytes = field(repr=False)
    fetched_at: datetime
    address: str | None = None
    """The IP address that answered."""

    @property
    def not_modified(self) -> bool:
        return self.status == 304

    def header(self, name: str) -> str | None:
        """The first header of that name; None where it is absent or empty."""
        return header(self.headers, name)

    @property
    def media_type(self) -> str | None:
        """The type of `Content-Type`, in lower case, without parameters."""
        return media_type(self.header("Content-Type"))

    @property
    def charset(self) -> str | None:
        return charset(self.header("Content-Type"))

    @property
    def etag(self) -> str | None:
        return self.header("ETag")

    @property
    def last_modified(self) -> str | None:
        return self.header("Last-Modified")

    @property
    def validators(self) -> Validators:
        return Validators(etag=self.etag, last_modified=self.last_modified)


def header(headers: tuple[tuple[str, str], ...], name: str) -> str | None:
    """The first header of that name; None where it is absent or empty."""
    wanted = name.lower()
    return next((value.strip() or None for key, value in headers if key.lower() == wanted), None)


@lru_cache(maxsize=1024)
def media_type(content_type: str | None) -> str | None:
    """`text/HTML; charset=x` → `text/html`."""
    return (content_type or "").partition(";")[0].strip().lower() or None


@lru_cache(maxsize=1024)
def charset(content_type: str | None) -> str | None:
    """`text/html; charset="UTF-8"` → `UTF-8`."""
    found = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9._:+-]+)", content_type or "", re.IGNORECASE)
    return found[1] if found else None


def retry_after(value: str | None, now: datetime) -> datetime | None:
    """When a server asks us to come back, from either form of `Retry-After` (RFC 9110, section 10.2.3); never later than in 30 days."""
    value = (value or "").strip()
    try:
        when = now + min(timedelta(seconds=min(int(value), 10**9)), MAX_RETRY_AFTER) if value.isdecimal() else parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return min(max(when, now), now + MAX_RETRY_AFTER)
