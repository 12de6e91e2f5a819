"""Lets tests of this folder import helpers of their own and the servers of the fetch tests; their log goes where it can be written."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipelines.logs import configure

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / name) for name in ("fetch", "sources", "faults", "dataset"))]


@pytest.fixture(autouse=True)
def log() -> None:
    """Set up anew: a test before may have left one that writes to its own, closed, capture."""
    configure("error")
