"""Countries: the ISO 3166-1 alpha-3 codes that a row can hold, and lookup by name.

`countries.csv` has one line a code. Dependent territories other than PSE, TWN, HKG, MAC and ESH are not countries here: they count
as their sovereign (codebook section 1). XKX stands for Kosovo, as user-assigned codes of ISO 3166-1 allow.
"""

from __future__ import annotations

import csv
import difflib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from schemas.claim import country_pair


class UnknownCountryError(ValueError):
    """A name or code that is no country of the codebook; the message suggests near ones."""


@dataclass(frozen=True)
class Country:
    """A country of the codebook."""

    code: str
    """ISO 3166-1 alpha-3, or XKX."""
    alpha2: str
    name: str
    """The short English name."""
    aliases: tuple[str, ...]
    """Further names that a person may type."""


def _load() -> dict[str, Country]:
    text = (resources.files("schemas") / "countries.csv").read_text(encoding="utf8")
    lines = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {r["code"]: Country(r["code"], r["alpha2"], r["name"], tuple(a for a in r["aliases"].split("|") if a)) for r in lines}


COUNTRIES: Final[dict[str, Country]] = _load()


@cache
def _by_name() -> dict[str, Country]:
    names: dict[str, Country] = {}
    for c in COUNTRIES.values():
        for name in (c.code, c.alpha2, c.name, *c.aliases):
            names.setdefault(name.casefold(), c)
    return names


def country(name: str) -> Country:
    """The country of a code or an English name, whatever its case.

    Raises:
        UnknownCountryError: there is none; the message names near ones.
    """
    found = _by_name().get(name.strip().casefold())
    if found is None:
        near = difflib.get_close_matches(name.strip().casefold(), _by_name(), n=3, cutoff=0.6)
        hint = " or ".join(f"{_by_name()[n].name} ({_by_name()[n].code})" for n in dict.fromkeys(near))
        raise UnknownCountryError(
            f"no country is called {name!r}" + (f"; did you mean {hint}?" if hint else "; give an ISO code such as PAK or an English name")
        )
    return found


def parse_pair(text: str) -> str:
    """`IRN-PAK` from `PAK-IRN`, `pakistan-iran` or `Guinea-Bissau-France`: the hyphen that leaves two countries is the one between them.

    Raises:
        UnknownCountryError: no hyphen leaves two countries.
        ValueError: both are the same country.
    """
    parts = text.replace("–", "-").split("-")
    failure: UnknownCountryError | None = None
    for i in range(1, len(parts)):
        try:
            a, b = country("-".join(parts[:i])), country("-".join(parts[i:]))
        except UnknownCountryError as error:
            failure = failure or error
        else:
            return country_pair(a.code, b.code)
    raise failure or UnknownCountryError(f"{text!r} is no pair of countries; write it like IRN-PAK or Iran-Pakistan")
