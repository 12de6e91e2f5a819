"""The gazetteer's tables as entries: what each surface form can stand for.

Every CSV in `data/gazetteer/` has a `#` header that explains its columns.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib import resources

from pipelines.claims.model import MentionKind
from schemas import Sector

TABLES = ("seats", "bodies", "groups", "companies", "places", "cities")
"""Tables with the common columns code, names, sector, from, until, source, in the order in which a name that stands in two is believed."""

_KINDS = {
    "seats": MentionKind.SEAT,
    "bodies": MentionKind.ORGANISATION,
    "groups": MentionKind.ORGANISATION,
    "companies": MentionKind.ORGANISATION,
    "places": MentionKind.PLACE,
    "cities": MentionKind.PLACE,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a surface form can stand for. `kind` None: a phrase that holds a country's name and means no country."""

    kind: MentionKind | None
    code: str | None
    sector: Sector | None
    source: str
    start: date | None = None
    end: date | None = None
    bare: bool = True
    """For a person's short name: whether it may stand without an introduction while he is in office."""
    full: bool = False
    """Whether the form is a person's full name."""


def rows(table: str) -> list[dict[str, str]]:
    """The rows of a table, without its comment header."""
    text = (resources.files("pipelines.claims") / "data" / "gazetteer" / f"{table}.csv").read_text(encoding="utf8")
    return list(csv.DictReader(line for line in text.splitlines() if line and not line.startswith("#")))


def entries() -> Iterator[tuple[str, Entry]]:
    """Every surface form with an entry, in order of precedence."""
    yield from _exclusions()
    yield from _countries("countries")
    yield from _countries("former")
    for table in TABLES:
        yield from _common(table)
    yield from _international()
    yield from _people()


def _names(cell: str) -> list[str]:
    return [name for name in cell.split("|") if name]


def _countries(table: str) -> Iterator[tuple[str, Entry]]:
    for row in rows(table):
        code = row["code"]
        for name in _names(row["names"]):
            yield name, Entry(MentionKind.NAME, code, Sector.STATE, f"{table}:{code}")
        for name in _names(row["adjectives"]):
            yield name, Entry(MentionKind.DEMONYM, code, Sector.STATE, f"{table}:{code}:adjective")
        for name in _names(row["people"]):
            yield name, Entry(MentionKind.DEMONYM, code, Sector.CIVILIAN, f"{table}:{code}:people")
        for name in _names(row.get("capitals") or ""):
            yield name, Entry(MentionKind.SEAT, code, Sector.GOVERNMENT, f"{table}:{code}:capital")


def _common(table: str) -> Iterator[tuple[str, Entry]]:
    for row in rows(table):
        sector = Sector(row["sector"]) if row["sector"] else None
        start, end = _day(row["from"], first=True), _day(row["until"], first=False)
        for name in _names(row["names"]):
            yield name, Entry(_KINDS[table], row["code"], sector, f"{table}:{row['code']}:{name}", start, end)


def _international() -> Iterator[tuple[str, Entry]]:
    for row in rows("international"):
        sector = Sector(row["sector"]) if row["sector"] else None
        for name in _names(row["names"]):
            yield name, Entry(MentionKind.INTERNATIONAL, None, sector, f"international:{name}")


def _exclusions() -> Iterator[tuple[str, Entry]]:
    for row in rows("exclusions"):
        for name in _names(row["phrases"]):
            yield name, Entry(None, None, None, f"exclusions:{name}")


def _people() -> Iterator[tuple[str, Entry]]:
    for row in rows("people"):
        sector = Sector(row["sector"])
        start, end = _day(row["from"], first=True), _day(row["until"], first=False)
        full, *others = _names(row["names"])
        source = f"people:{row['code']}:{full}"
        for name in (full, *others):
            yield name, Entry(MentionKind.PERSON, row["code"], sector, source, start, end, full=" " in name)
        for name in _names(row["short"]):
            bare = not name.startswith("~")
            yield name.lstrip("~"), Entry(MentionKind.PERSON, row["code"], sector, source, start, end, bare)


def _day(cell: str, *, first: bool) -> date | None:
    """A day from `YYYY-MM-DD` or from a year, its first or last day."""
    if not cell:
        return None
    if len(cell) == 4:
        return date(int(cell), 1, 1) if first else date(int(cell), 12, 31)
    return date.fromisoformat(cell)
