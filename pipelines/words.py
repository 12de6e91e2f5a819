"""Small phrases that every report uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_LONGEST_ERROR: Final = 300


def counted(number: int, what: str) -> str:
    """`1 article`, `2 articles`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def reasons(rejected: Mapping[str, int]) -> str:
    """` (2 empty, 1 binary)`, or nothing."""
    return f" ({', '.join(f'{count} {reason}' for reason, count in sorted(rejected.items()))})" if rejected else ""


def rejection(input: str, reason: str, error: str) -> str:
    """A rejected input in one line."""
    return f"rejected {input}: {reason} ({' '.join(error.split())[:_LONGEST_ERROR]})"
