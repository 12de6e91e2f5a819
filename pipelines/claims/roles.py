"""Role nouns: the words that stand for a country once something marks whose they are, with what they are within it.

The data are in `data/roles.csv`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

from schemas import Sector

MAX_WORDS: Final = 6
"""No role in the data has more words."""


class RoleNumber(StrEnum):
    """How many a role noun means, and whether it acts by itself."""

    PERSON = "person"
    PERSONS = "persons"
    GROUP = "group"
    THING = "thing"


@dataclass(frozen=True)
class Role:
    """A role noun."""

    noun: str
    """In lower case, as it stands in the text: "prime ministers"."""
    sector: Sector
    number: RoleNumber


@cache
def roles() -> dict[str, Role]:
    """All role nouns by their words in lower case, singular and plural."""
    text = (resources.files("pipelines.claims") / "data" / "roles.csv").read_text(encoding="utf8")
    found: dict[str, Role] = {}
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        noun, sector, number = row["role"], Sector(row["sector"]), RoleNumber(row["number"])
        found.setdefault(noun, Role(noun, sector, number))
        if row["plural"] != "-":
            many = row["plural"] or plural(noun)
            found.setdefault(many, Role(many, sector, RoleNumber.PERSONS if number is RoleNumber.PERSON else number))
    return found


@cache
def first_words() -> frozenset[str]:
    """The words with which a role can begin, for a quick look before the longest match."""
    return frozenset(noun.split(" ")[0] for noun in roles())


def find(words: list[str], at: int) -> tuple[Role, int] | None:
    """The longest role that begins at a word, and how many words it takes; `words` in lower case."""
    if words[at] not in first_words():
        return None
    known = roles()
    for count in range(min(MAX_WORDS, len(words) - at), 0, -1):
        role = known.get(" ".join(words[at : at + count]))
        if role is not None:
            return role, count
    return None


def plural(noun: str) -> str:
    """The regular plural of an English noun phrase whose last word is its head."""
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"
