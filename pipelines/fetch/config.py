"""What an operator can set about fetching."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FetchConfig:
    """Limits and manners of fetching; sizes in bytes."""

    page_limit: int = 20 * 1024 * 1024
    """Size of a page or file, after decompression, above which it is rejected."""
    record_limit: int = 20 * 1024 * 1024
    """Size of one JSON Lines record above which it is rejected."""
