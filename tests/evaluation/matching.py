"""When a claim and an annotated row speak of the same thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from schemas import CLAIM_TYPES, ClaimKind

OVERLAP: Final = 0.6
"""Dice overlap of two sentences' words from which they are the same place: sentence splitters differ by half a sentence or so."""

YIELD: Final = "YIELD"
"""What PLOVER's training set calls CONCEDE and RETREAT together; it counts as material cooperation."""

_BOTH_ACT: Final = frozenset({"AGREE", "CONSULT", "COOPERATE"})


def same_place(sentence: str, evidence: str) -> bool:
    """Whether two stretches of text are largely the same words."""
    a, b = _words(sentence), _words(evidence)
    shared = (a & b).total()
    return shared > 0 and 2 * shared >= OVERLAP * (a.total() + b.total())


def same_direction(gold: Mapping[str, Any], claim: Mapping[str, Any]) -> bool:
    """Source and target as annotated; either way where both act, or for a state of things."""
    return bool(gold.get("reciprocal")) or _is_relation(claim) or _ends(gold) == _ends(claim)


def as_labelled(gold: Mapping[str, Any], claim: Mapping[str, Any]) -> bool:
    """Source and target as labelled; either way for types in which both take part."""
    return claim["claim_type"] in _BOTH_ACT or _is_relation(claim) or _ends(gold) == _ends(claim)


def label(claim_type: str, labels: set[str]) -> str:
    """A claim's type in the words of a set of labels."""
    return YIELD if claim_type in ("CONCEDE", "RETREAT") and YIELD in labels else claim_type


def quadrant(type_: str) -> str | None:
    """The quad class of a type or label; None for relations."""
    if type_ == YIELD:
        return "material_cooperation"
    return CLAIM_TYPES[type_].quad_class


def _is_relation(claim: Mapping[str, Any]) -> bool:
    return CLAIM_TYPES[claim["claim_type"]].kind is ClaimKind.RELATION


def _ends(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["source_country"], row["target_country"]


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))
