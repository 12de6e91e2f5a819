"""Deferred: a locator that goes back, for a later run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schemas import Locator


@dataclass(frozen=True, kw_only=True)
class Deferred:
    """A locator that this run did not come to, because its host had had its share or asked for a pause."""

    locator: Locator
    not_before: datetime | None
    """When the host may be asked again, UTC; None: in the next run."""
    why: str
