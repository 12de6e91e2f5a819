"""`normalizer_version`: the release and a digest of everything that decides what a page becomes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipelines.version import versioned


@cache
def normalizer_version() -> str:
    """For example `0.1.0+77aa12cd`: the release, and eight hex digits over this package's code and data."""
    return versioned([Path(__file__).parent])
