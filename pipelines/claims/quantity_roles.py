"""What a quantity is for its claim: the words before and behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from pipelines.claims import numbers
from schemas import QuantityRole, Unit

if TYPE_CHECKING:
    from pipelines.claims.quantities import FoundQuantity

_REACH: Final = 160
"""Code points on either side within which a role is told."""
_WINDOW: Final = 6
"""Words that are looked at on either side."""


def assign(text: str, offset: int, found: Sequence[FoundQuantity]) -> Iterator[FoundQuantity]:
    """The quantities with their roles; "from X to Y" gives both."""
    for i, item in enumerate(found):
        role: str | None = item.quantity.role
        start, end = item.start - offset, item.end - offset
        left = _left(text, start, found[i - 1].end - offset if i else 0)
        right = _right(text, end, found[i + 1].start - offset if i + 1 < len(found) else len(text))
        role = role or _casualties(item, left, right) or _from_to(text, offset, found, i) or _by_words(item, left, right)
        yield replace(item, quantity=replace(item.quantity, role=role)) if role else item


def _left(text: str, start: int, floor: int) -> str:
    clause = re.split(r"[;:.](?=\s)|[(]", text[max(floor, start - _REACH) : start])[-1]
    return " ".join(re.findall(r"[\w’'%$€£-]+", clause)[-_WINDOW:]).lower()


def _right(text: str, end: int, ceiling: int) -> str:
    clause = re.split(r"[;:.](?=\s|$)|[)]", text[end : min(ceiling, end + _REACH)])[0]
    return " ".join(re.findall(r"[\w’'%$€£-]+", clause)[:_WINDOW]).lower()


@cache
def _phrases(role: str, anchored: bool) -> re.Pattern[str]:
    body = "|".join(re.escape(p) for p in sorted(numbers.words()["roles"][role], key=len, reverse=True))
    return re.compile(
        rf"\b(?:{body})\b(?: (?:the|a|an|about|around|some|nearly|almost|over|more than|at least|approximately|roughly|an estimated))*$"
        if anchored
        else rf"\b(?:{body})\b"
    )


def _casualties(item: FoundQuantity, left: str, right: str) -> str | None:
    if item.quantity.unit != Unit.PEOPLE:
        return None
    words = numbers.words()["roles"]["casualties"]
    own = item.quantity.text.lower().split()
    if any(w in words for w in own):
        return QuantityRole.CASUALTIES
    near = (
        re.split(r"\b(?:and|but|while|after|before)\b", left)[-1].split()[-_WINDOW:],
        re.split(r"\b(?:but|while|who|after)\b", right)[0].split()[:5],
    )
    return QuantityRole.CASUALTIES if any(w in words for side in near for w in side) else None


def _from_to(text: str, offset: int, found: Sequence[FoundQuantity], i: int) -> str | None:
    """ "from $3 billion to $10 billion": where it stands and is to go; told in the past, where it stood and stands."""
    for first, second in ((i, i + 1), (i - 1, i)):
        if first < 0 or second >= len(found) or found[first].quantity.unit != found[second].quantity.unit:
            continue
        head = text[max(0, found[first].start - offset - _REACH) : found[first].start - offset].lower()
        if found[second].start - found[first].end > _REACH:
            continue
        between = text[found[first].end - offset : found[second].start - offset].lower()
        before = re.search(r"([\w’' ,-]*?)\bfrom (?:(?:the|a|an|about|around|its|current|present|previous|some|nearly|just) )*$", head)
        if before is None or not re.match(r"^[\w ,’'-]*\bto\b[\w ’'-]*$", between) or len(between.split()) > 8:
            continue
        told = any(w in numbers.words()["roles"]["raised"] for w in re.findall(r"\w+", head)[-8:])
        if "current" in head[-20:] or "present" in head[-20:]:
            told = False
        if first == i:
            return QuantityRole.PREVIOUS if told else QuantityRole.CURRENT
        return QuantityRole.CURRENT if told else QuantityRole.TARGET
    return None


def _by_words(item: FoundQuantity, left: str, right: str) -> str | None:
    """The roles that single words give, the most telling first."""
    for role in ("limit", "total", "target", "previous", "current"):
        if _phrases(role, anchored=True).search(left):
            return role
    if re.match(r"(?:\w+ ){0,2}(?:target|goal|objective)\b", right):
        return QuantityRole.TARGET
    if _planned_level(left):
        return QuantityRole.TARGET
    return QuantityRole.CHANGE if item.quantity.unit in _CHANGING and _is_change(item, left, right) else None


_CHANGING: Final = frozenset({Unit.PERCENT, Unit.CURRENCY, Unit.PEOPLE, Unit.BPD, Unit.BARREL, Unit.T, Unit.KM2})
_ABOUT: Final = r"(?: (?:about|around|some|nearly|almost|over|more than|at least|a further|another|up to|an estimated))*$"
_NO_CHANGE_BY: Final = re.compile(
    r"\b(?:held|owned|made|signed|used|followed|carried|attended|killed|led|caused|joined|backed|sent|given) by$"
)
_CHANGE_NOUN: Final = r"(?:increase|rise|drop|fall|decline|growth|reduction|cut|jump|hike|surge)"
_CHANGE_BEFORE: Final = re.compile(
    rf"\b{_CHANGE_NOUN} of{_ABOUT}|\b(?:grew|rose|fell|dropped|jumped|climbed|soared|plunged|slumped|surged|declined|up|down){_ABOUT}"
)
_CHANGE_BEHIND: Final = re.compile(rf"(?:[\w-]+ )?(?:{_CHANGE_NOUN}|higher|lower)\b")


def _is_change(item: FoundQuantity, left: str, right: str) -> bool:
    """ "by 20%", "rose 12%", "a 5% cut"."""
    if re.search(rf"\bby{_ABOUT}", left) and not _NO_CHANGE_BY.search(left):
        return True
    if _CHANGE_BEFORE.search(left):
        return True
    return item.quantity.unit == Unit.PERCENT and _CHANGE_BEHIND.match(right) is not None


def _planned_level(left: str) -> bool:
    """ "to boost trade to", "will raise imports to", "aims to reach": a level that is to come."""
    verbs = "|".join(numbers.words()["roles"]["raise"])
    level = r"(?: (?:about|around|some|nearly|almost|over|more than|at least|a))*$"
    return (
        re.search(rf"\b(?:to|will|would|can|could|should|and|must|may) (?:\w+ly )?(?:{verbs})\b(?: [\w’'-]+){{1,4}} to{level}", left)
        is not None
        or re.search(rf"\b(?:to|will|would|should) (?:reach|hit|achieve|surpass|exceed|total){level}", left) is not None
        or re.search(
            rf"\b(?:boosting|raising|increasing|expanding|lifting|taking|bringing|doubling|growing)\b(?: [\w’'-]+){{1,4}} to{level}", left
        )
        is not None
    )
