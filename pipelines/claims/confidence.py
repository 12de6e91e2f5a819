"""How often claims like this one were right: a table by type, rule and context, counted on annotated sets.

`data/confidence.csv` is written by `make calibrate` from the odd rows and articles of the annotated sets; the even ones only measure it
(`make eval` prints the reliability). A context that was seen seldom leans on the wider one above it.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import Final

from pipelines.claims.model import Frame, MentionKind

LEAN: Final = 3.0
"""How many observations the wider context counts for (additive smoothing towards the parent)."""

_FAR: Final = frozenset({"anyone", "complement", "pair", "other", "clause", "speaker"})
"""Slots that look beyond the trigger's own phrase."""


def contexts(frame: Frame) -> tuple[str, ...]:
    """The contexts of a claim, from the widest to the narrowest: all, how it was reached, the type with that, the rule with that."""
    kinds = {frame.source.mention.kind, frame.target.mention.kind}
    named = "referred" if kinds & {MentionKind.PRONOUN, MentionKind.DESCRIPTION} else "named"
    reached = f"{named}-far" if _FAR.intersection(frame.path) else f"{named}-near"
    return ("all", reached, f"{frame.claim_type} {reached}", f"{frame.rule.id} {reached}")


def confidence(frame: Frame) -> float:
    """The share of claims in this context that were right, 0 … 1."""
    table = counts()
    estimate = 0.5
    for context in contexts(frame):
        right, total = table.get(context, (0, 0))
        estimate = (right + LEAN * estimate) / (total + LEAN)
    return round(estimate, 3)


@cache
def counts() -> dict[str, tuple[int, int]]:
    """Context → (right, total)."""
    file = resources.files("pipelines.claims") / "data" / "confidence.csv"
    lines = (line for line in file.read_text(encoding="utf8").splitlines() if not line.startswith("#"))
    return {row["context"]: (int(row["right"]), int(row["total"])) for row in csv.DictReader(lines)}
