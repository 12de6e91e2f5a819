"""A value and where it was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True)
class Found(Generic[Value]):
    """A metadata value with its origin, as `articles.origins` names it: `json-ld`, `meta:og:title`, `h1`, `url` …"""

    value: Value
    origin: str
