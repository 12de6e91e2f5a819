"""What was read from an input, before it becomes an article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from schemas import Origin

SCREEN: Final = "screen"
"""`extractor` of an article of which only the cheap text was taken."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Text and metadata as far as the input gives them; None and empty mean not known."""

    text: str
    extractor: str
    caller_id: str | None = None
    url: str | None = None
    canonical_url: str | None = None
    outlet: str | None = None
    outlet_country: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    language: str | None = None
    dateline_place: str | None = None
    agency: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    fetched_at: datetime | None = None
    origins: tuple[Origin, ...] = ()


class UnreadableInputError(ValueError):
    """The input gives no article; `reason` is one of the normalize stage's."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
