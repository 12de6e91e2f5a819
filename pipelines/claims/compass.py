""" "The two Koreas", and "the North" and "the South" in a text that names them or the two Sudans."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipelines.claims.model import Mention, MentionKind
from schemas import Sector

_SIDES: Final = {frozenset({"PRK", "KOR"}): {"North": "PRK", "South": "KOR"}, frozenset({"SDN", "SSD"}): {"North": "SDN", "South": "SSD"}}
_TELLING: Final = frozenset({"PRK", "KOR", "SSD"})
"""States in whose texts "the North" and "the South" are the two; those of Sudan alone have a north of their own."""

_TWINS: Final = {"Koreas": ("KOR", "PRK"), "Sudans": ("SDN", "SSD"), "Congos": ("COD", "COG")}
_BOTH: Final = re.compile(r"\b(?:[Tt]he|[Bb]oth|[Tt]wo|[Tt]he two|[Tt]he rival) (Koreas|Sudans|Congos)\b")
_SIDE: Final = re.compile(
    r"\b(?:(?<=[Tt]he )(?:[a-z]+(?:-[a-z]+)? |[Cc]ommunist |nuclear-armed )?|(?<=and )|(?<=between )|(?<=^)|(?<=[\"“'\n]))(North|South)"
    r"(?=['’]s\b|[ ,.;:!?\"”'’)-]|$)(?! (?:of (?:[A-Z]|the\b)|and East|[A-Z](?!orth\b|outh\b)))"
)


def sides(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """The mentions of twins ("the two Koreas") and of "the North" and "the South" in a text; of the latter none where it names neither."""
    for match in _BOTH.finditer(text):
        yield Mention(*match.span(), match[0], MentionKind.NAME, _TWINS[match[1]], Sector.STATE, source=f"compass:{match[1]}")
    if "North" not in text and "South" not in text:
        return
    named = {code for m in mentions if m.kind in (MentionKind.NAME, MentionKind.DEMONYM, MentionKind.SEAT) for code in m.countries}
    codes = next((c for pair, c in _SIDES.items() if pair & named and (pair <= named or named & _TELLING)), None)
    if codes is None:
        return
    for match in _SIDE.finditer(text):
        start, end = match.span(1)
        yield Mention(start, end, match[1], MentionKind.NAME, (codes[match[1]],), Sector.STATE, source=f"compass:{match[1]}")
