"""News outlets and agencies as sources of what an article tells."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
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


_REPORTING: Final = (
    r"(?:reports?|reported|reporting|says?|said|quotes?|quoted|quoting|writes?|wrote|notes?|noted|adds?|added|cites?|cited|announced|revealed|claims?|claimed|learned|understands"
    r"|tweeted|published|publishes|carried|broadcasts?|showed|has learned|has reported|has said|did not say|confirmed|suggested|disclosed|described|alleged|told)"
)
_TITLE: Final = r"(?:\s(?:news|state|official|semi-official|public|daily|weekly))*(?:\s(?:agency|news agency|newspaper|daily|website|magazine|television|TV|radio|broadcaster|network|service|channel|outlet|paper|portal))?"
_BEFORE: Final = re.compile(
    r"(?:\b(?:according to|citing|cited|quoting|quoted|told|tells|telling|quoted by|cited by|reported by|published by|published in|published on|interview with|interviewed by|carried by|carried on|released by|seen by|reports? (?:in|by|from)|"
    r"written (?:in|for)|writing (?:in|for)|op-ed(?: \w+)? (?:in|for)|article in|interview (?:in|on)|wrote in|said in|obtained by|statement to|aired on|aired by|broadcast by|broadcast on|speaking to|spoke to|spoken to|comments? to|editorial in|as)\s"
    r"(?:(?:the|The|a|an|its|state|state-run|state-owned|state-controlled|official|semi-official|private|pro-government|independent|local|daily|weekly|newspaper|news|agency|agencies|broadcaster|[A-Z][\w’'.]+(?:’s|'s)?)\s){0,6})$"
)
_AFTER: Final = re.compile(rf"^{_TITLE}(?:,?\s\w+ly)?(?:\s(?:also|has|had|have|later|first|on \w+|in \w+))*,?\s{_REPORTING}\b")
_ALONE: Final = re.compile(rf"^{_TITLE}\s(?:\w+\s){{0,3}}as\s(?:saying|reporting)\b")


@cache
def lexicon() -> Mapping[str, Outlet]:
    """The outlets of `data/attribution/outlets.csv` by name."""
    lines = [line for line in (DATA / "outlets.csv").read_text(encoding="utf8").splitlines() if line and not line.startswith("#")]
    return {r["name"]: Outlet(r["name"], r["country"] or None, r["needs"] == "verb") for r in csv.DictReader(lines)}


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted(lexicon(), key=len, reverse=True)
    return re.compile(r"(?<![\w.-])(?:" + "|".join(re.escape(n) for n in names) + r")(?![\w-])")


def named(text: str) -> tuple[OutletMention, ...]:
    """All outlets that a text names, in whatever role; those with common names only where they report."""
    found = [OutletMention(lexicon()[m[0]], m.start(), m.end()) for m in _pattern().finditer(text)]
    return tuple(m for m in found if not m.outlet.common or _reports(text, m))


def cited(text: str) -> tuple[OutletMention, ...]:
    """The outlets that a text names as its sources: "Reuters reported", "citing The Diplomat", "told the BBC"."""
    found: list[OutletMention] = []
    for mention in named(text):
        joined = len(found) > 0 and re.fullmatch(r"(?:,| and| or|, and) (?:the |The )?", text[found[-1].end : mention.start]) is not None
        if joined or _reports(text, mention):
            found.append(mention)
    return tuple(found)


def _reports(text: str, mention: OutletMention) -> bool:
    before, after = text[: mention.start], text[mention.end :]
    if re.match(r"[’']s?\s(?:reporter|correspondent|journalist|editor|bureau|office|staff)", after):
        return False
    return bool(_BEFORE.search(before) or _AFTER.match(after) or _ALONE.match(after))
