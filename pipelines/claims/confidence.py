"""How often claims like this one were right: a table by rule and context, counted on annotated sets.

`data/confidence.csv` is written by `make calibrate` from the odd rows and articles of the annotated sets; the even ones only measure it
(`make eval` prints the reliability table). A context that was seen too seldom falls back to a wider one.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import Final

from pipelines.claims.model import Frame, MentionKind, ModalityReading

PRIOR_WEIGHT: Final = 4.0
"""How many observations the wider context counts for (additive smoothing towards the parent)."""

_DIRECT: Final = frozenset({"subject", "object", "poss", "adj", "by", "between", "with", "indirect"})


def contexts(frame: Frame, modality: ModalityReading) -> tuple[str, ...]:
    """The contexts of a claim, from the widest to the narrowest."""
    reached = "named"
    for actor in (frame.source, frame.target):
        if actor.mention.kind in (MentionKind.PRONOUN, MentionKind.DESCRIPTION):
            reached = "referred"
    slots = "near" if all(set(p.replace("+place", "").split(",")) <= _DIRECT for p in frame.path) else "far"
    return ("all", f"{reached}.{slots}", f"{frame.claim_type}.{reached}.{slots}", f"{frame.rule.id}.{reached}.{slots}")


def confidence(frame: Frame, modality: ModalityReading) -> float:
    """The share of claims in this context that were right, 0 … 1."""
    table = counts()
    estimate = 0.5
    for context in contexts(frame, modality):
        right, total = table.get(context, (0, 0))
        estimate = (right + PRIOR_WEIGHT * estimate) / (total + PRIOR_WEIGHT)
    return round(estimate, 3)


@cache
def counts() -> dict[str, tuple[int, int]]:
    """Context → (right, total)."""
    file = resources.files("pipelines.claims") / "data" / "confidence.csv"
    lines = (line for line in file.read_text(encoding="utf8").splitlines() if not line.startswith("#"))
    return {row["context"]: (int(row["right"]), int(row["total"])) for row in csv.DictReader(lines)}
