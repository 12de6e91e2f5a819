"""Rejected inputs as a report tells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

TOLD: Final = 1000
"""Failures that a result names; `rejected` has all."""


@dataclass(frozen=True)
class Failure:
    """An input that gave no article."""

    input: str
    stage: str
    reason: str
    error: str


def failures(rejected: pa.Table) -> tuple[Failure, ...]:
    """The first failures by input, each once."""
    found = {Failure(**row) for row in rejected.select(["input", "stage", "reason", "error"]).to_pylist()}
    return tuple(sorted(found, key=lambda f: (f.input, f.stage, f.reason, f.error))[:TOLD])
