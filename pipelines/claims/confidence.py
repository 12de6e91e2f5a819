"""How often claims like this one were right: a table by modality, way, place and type, counted on annotated sets.

`data/confidence.csv` is written by `make calibrate` from the odd rows and articles of the annotated sets; the even ones only measure it
(`make eval` prints the reliability). A context that was seen seldom leans on the wider one above it (hierarchical additive smoothing).
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import Final

from pipelines.claims import lone_pair
from pipelines.claims.model import Frame
from schemas import Modality

LEAN: Final = 5.0
"""How many observations the wider context counts for."""

OPTIMISM: Final = 0.75
"""How many wrong claims are added to each context: rules were written with those rows in sight, and do a little worse on others."""

_MAIN: Final = 1
"""Triggers at most so far below the sentence's root stand in its main clause or in what its main verb reports."""


def contexts(frame: Frame, modality: Modality) -> tuple[str, ...]:
    """The contexts of a claim, from the widest to the narrowest: all; how sure the text is and whether both sides were found or one was
    guessed; in the main clause or below; the type."""
    told = "told" if modality is Modality.ASSERTED else "not-told"
    way = f"{told} {'guessed' if lone_pair.PATH in frame.path else 'found'}"
    placed = f"{way} {'main' if sum(1 for _ in frame.trigger.ancestors) <= _MAIN else 'below'}"
    return ("all", way, placed, f"{placed} {frame.claim_type}")


def confidence(frame: Frame, modality: Modality) -> float:
    """The share of claims in this context that were right, 0 … 1."""
    table = counts()
    estimate = 0.5
    for context in contexts(frame, modality):
        right, total = table.get(context, (0, 0))
        estimate = (right + LEAN * estimate) / (total + LEAN + (OPTIMISM if total else 0))
    return round(estimate, 3)


@cache
def counts() -> dict[str, tuple[int, int]]:
    """Context → (right, total)."""
    file = resources.files("pipelines.claims") / "data" / "confidence.csv"
    lines = (line for line in file.read_text(encoding="utf8").splitlines() if not line.startswith("#"))
    return {row["context"]: (int(row["right"]), int(row["total"])) for row in csv.DictReader(lines)}
