"""What is no claim (codebook section 10): sentences about sports, links to other stories, film and book titles.

The word lists stand in `data/exclusions.toml`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Exclusion:
    """A kind of sentence that tells of no act between countries."""

    name: str
    pattern: re.Pattern[str]
    at_least: int
    """How many different matches it takes: one alone may be a figure of speech."""
    unless: re.Pattern[str] | None


@cache
def load() -> tuple[Exclusion, ...]:
    """The exclusions in the order of the file."""
    tables = tomllib.loads((resources.files("pipelines.claims") / "data" / "exclusions.toml").read_text(encoding="utf8"))
    return tuple(
        Exclusion(
            e["name"],
            re.compile(e["pattern"], re.IGNORECASE),
            e.get("at_least", 1),
            re.compile(e["unless"], re.IGNORECASE) if "unless" in e else None,
        )
        for e in tables["exclusion"]
    )


def reason(sentence: str) -> str | None:
    """The name of the exclusion that a sentence falls under, or None."""
    for exclusion in load():
        words = {m.lower() for m in exclusion.pattern.findall(sentence)}
        if len(words) >= exclusion.at_least and not (exclusion.unless and exclusion.unless.search(sentence)):
            return exclusion.name
    return None
