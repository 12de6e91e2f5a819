"""The log of these tests goes where it can be written."""

from __future__ import annotations

import pytest

from pipelines.logs import configure


@pytest.fixture(autouse=True)
def log() -> None:
    """Set up anew: a test before may have left one that writes to its own, closed, capture."""
    configure("error")
