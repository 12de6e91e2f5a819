"""News outlets and agencies as sources of what an article tells."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent / "data" / "attribution"


@dataclass(frozen=True)
class Outlet:
    """An outlet of the lexicon."""

    name: str
    country: str | None
    """ISO 3166-1 alpha-3, None where it is of no single country."""
    common: bool
    """Whether the name alone is a common word or an ambiguous acronym, so that it needs a verb of reporting beside it."""


@dataclass(frozen=True)
class OutletMention:
    """An outlet named as a source; offsets within the text."""

    outlet: Outlet
    start: int
    end: int


@cache
def _words(key: str) -> str:
    """An alternation of the phrases of a list in `reporting.toml`."""
    phrases = tomllib.loads((DATA / "reporting.toml").read_text(encoding="utf8"))["outlets"][key]
    return "|".join(re.escape(p) for p in sorted(phrases, key=len, reverse=True))


@cache
def _before() -> re.Pattern[str]:
    """What stands before an outlet that is a source: "according to the", "told state news agency"."""
    name = r"[A-Z][\w’'.]+(?:’s|'s)?"
    return re.compile(rf"(?i:\b(?:{_words('before')}))\s(?:(?i:(?:{_words('kinds')}|the|a|an|its))\s|{name}\s){{0,6}}$")


@cache
def _after() -> re.Pattern[str]:
    """What stands behind it: "news agency reported", "later said", "as saying"."""
    title = rf"(?:\s(?:{_words('kinds')}))*"
    between = r"(?:,?\s\w+ly)?(?:\s(?:also|has|had|have|later|first|on \w+|in \w+))*,?"
    return re.compile(rf"^{title}(?:{between}\s(?:{_words('verbs')})\b|\s(?:\w+\s){{0,3}}as\s(?:saying|reporting)\b)")


@cache
def lexicon() -> Mapping[str, Outlet]:
    """The outlets of `data/attribution/outlets.csv` by name."""
    lines = [line for line in (DATA / "outlets.csv").read_text(encoding="utf8").splitlines() if line and not line.startswith("#")]
    return {r["name"]: Outlet(r["name"], r["country"] or None, r["needs"] == "verb") for r in csv.DictReader(lines)}


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted(lexicon(), key=len, reverse=True)
    return re.compile(r"(?<![\w.-])(?:" + "|".join(re.escape(n) for n in names) + r")(?![\w-])")


@lru_cache(maxsize=512)
def named(text: str) -> tuple[OutletMention, ...]:
    """All outlets that a text names, in whatever role; those with common names only where they report."""
    found = [OutletMention(lexicon()[m[0]], m.start(), m.end()) for m in _pattern().finditer(text)]
    return tuple(m for m in found if not m.outlet.common or _reports(text, m))


def cited(text: str) -> tuple[OutletMention, ...]:
    """The outlets that a text names as its sources: "Reuters reported", "citing The Diplomat", "told the BBC"."""
    all_named = named(text)
    kept = [_reports(text, m) for m in all_named]
    order = list(range(1, len(all_named)))
    for i in (*order, *reversed(order)):
        joined = _JOINED.fullmatch(text[all_named[i - 1].end : all_named[i].start])
        if joined is not None and (kept[i - 1] or kept[i]):
            kept[i - 1] = kept[i] = True
    return tuple(m for m, keep in zip(all_named, kept, strict=True) if keep)


_JOINED: Final = re.compile(r"(?:,| and| or|, and) (?:the |The )?")


def _reports(text: str, mention: OutletMention) -> bool:
    before, after = text[max(0, mention.start - 160) : mention.start], text[mention.end : mention.end + 160]
    if re.match(r"[’']?s?\s(?:reporter|correspondent|journalist|editor|bureau|office|staff)", after):
        return False
    return bool(_before().search(before) or _after().match(after))
