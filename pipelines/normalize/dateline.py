"""The dateline of an agency story: `ISLAMABAD (Reuters) — `, `WASHINGTON, Nov. 24 (AP) - `."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pipelines.normalize.tables import table

AGENCIES: Final = {row["name"]: row["agency"] for row in table("agencies.csv")}
"""Names that count as an agency anywhere in a dateline; between brackets after a place in capitals, any name does."""
_AGENCY: Final = "|".join(sorted((re.escape(a) for a in AGENCIES), key=len, reverse=True))
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)(?:[a-z]*|\.)"
_PLACE: Final = (
    r"(?P<place>(?:[A-Z][A-Z.'’-]{2,}|[A-Z]\.[A-Z]\.)(?:[ /][A-Z][A-Z.'’-]+){0,3}(?:, [A-Z][A-Za-z.]+(?: [A-Z][A-Za-z.]+){0,2})?)"
)
_DATE: Final = rf"(?:,? {_MONTH} \d{{1,2}}(?:, \d{{4}})?)?"
_BY: Final = rf"(?P<agency>{_AGENCY})(?:[/,-] ?(?:[A-Z][\w-]+))?"
_DASH: Final = r"\s?(?:[—–―-]{1,2}|:)\s+"
_ANY: Final = r"(?P<agency>[A-Z][\w.&'’ -]{1,30}?)"
_DATELINES: Final = (
    re.compile(rf"{_PLACE}{_DATE}\s?\({_BY}\){_DATE}{_DASH}"),
    re.compile(rf"{_PLACE}{_DATE}[,/ ]+{_BY}{_DATE}{_DASH}"),
    re.compile(rf"(?P<place>[A-Z][a-z]+(?: [A-Z][a-z]+){{0,2}}(?:, [A-Z][A-Za-z.]+)?){_DATE}\s?\({_BY}\){_DASH}"),
    re.compile(rf"{_PLACE}{_DATE}\s?\({_ANY}(?:/[\w -]{{1,30}})?\){_DATE}{_DASH}"),
    re.compile(rf"\({_BY}\){_DASH}"),
    re.compile(rf"{_PLACE}{_DATE}\s?(?:[—–―]|--|-)\s+(?=[A-Z“\"‘'])"),
)


@dataclass(frozen=True)
class Dateline:
    """Place and agency of a dateline, and where the story proper begins."""

    place: str | None
    agency: str | None
    end: int
    """First code point after the dateline."""


def dateline_of(text: str) -> Dateline | None:
    """The dateline that a text begins with, or None. A place counts in capitals alone, or with an agency beside it."""
    head = text[:160]
    for pattern in _DATELINES:
        found = pattern.match(head)
        if found:
            groups = found.groupdict()
            agency = groups.get("agency")
            return Dateline(groups.get("place"), agency and AGENCIES.get(agency, agency), found.end())
    return None
