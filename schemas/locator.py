"""Locator: where an input is, before anybody has read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Locator:
    """Where one input, or one container of inputs (a JSON Lines or WARC file), can be read.

    Small and picklable: it is what crosses a shuffle.
    """

    kind: str
    """Which source named it, the `source` of its articles: `file`, `jsonl`, `url`, `feed`, `sitemap`, `warc`, `gdelt` …"""
    uri: str
    """A path, `-` for standard input, or a URL."""
    offset: int | None = None
    """First byte within the container, for a part of it; None for the whole."""
    length: int | None = None
    """How many bytes from `offset`; None to the end."""
    first_line: int = 1
    """Number of the line that begins at `offset`, for parts of a file of lines."""
    listed_at: datetime | None = None
    """When the source says that it was published or changed (a feed's or a sitemap's date)."""
    source_uri: str | None = None
    """The feed, sitemap or list that named it."""

    def __str__(self) -> str:
        """As a person reads it in a log or in `rejected`."""
        return self.uri if self.offset is None else f"{self.uri}@{self.offset}"
