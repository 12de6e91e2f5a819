"""Who speaks a quotation, from the words beside its marks: for sentences that were not parsed, and where the parse fails."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pipelines.claims.outlets import DATA
from pipelines.claims.quotations import Quotation


@dataclass(frozen=True)
class SpeakerWords:
    """The words that name a speaker, with offsets in the article."""

    start: int
    end: int
    text: str


@cache
def reporting() -> Mapping[str, Any]:
    """The tables of `data/attribution/reporting.toml`."""
    return tomllib.loads((DATA / "reporting.toml").read_text(encoding="utf8"))


@cache
def _verb_forms() -> frozenset[str]:
    """Finite forms of the verbs of saying: past, and third person where it is no plural noun ("reports", "claims")."""
    tables = reporting()
    forms = set(tables["irregular"].values()) | set(tables["present"])
    for verb in tables["verbs"]:
        if verb in tables["irregular"] or " " in verb:
            continue
        stem = verb.removesuffix("e")
        forms.add(f"{verb[:-1]}ied" if verb.endswith("y") else f"{stem}ed")
    return frozenset(forms)


_WORD: Final = re.compile(r"[\w’'.&-]+|,")
_SENTENCE_END: Final = re.compile(r"[.;](?=\s+[A-Z“\"])|\n|[“\"«]")
_LIMIT: Final = 18
"""Words behind a quotation in which the verb of saying has to come."""


def behind(text: str, quotation: Quotation, limit: int) -> SpeakerWords | None:
    """The speaker named right behind a quotation: "…," he said; "…," said the minister, who …"""
    segment = _SENTENCE_END.split(text[quotation.end : limit])[0]
    stripped = segment.lstrip(" ,-–—")
    offset = quotation.end + len(segment) - len(stripped)
    words = list(_WORD.finditer(stripped))
    verb = next((i for i, w in enumerate(words[:_LIMIT]) if _plain(w) in _verb_forms()), None)
    if verb is None:
        return None
    return _phrase_after(words, verb, offset) if verb == 0 else _phrase_before(words, verb, offset)


def before(text: str, quotation: Quotation, limit: int) -> SpeakerWords | None:
    """The speaker named right before a quotation: The minister said: "…"; He told reporters, "…"."""
    raw = text[limit : quotation.start]
    boundary = max((m.end() for m in re.finditer(r"[.!?][”\"’']?\s+(?=[A-Z“\"])|\n|[”\"»]\s*", raw)), default=0)
    segment = raw[boundary:]
    lead = _lead().match(segment)
    offset = limit + boundary + (lead.end() if lead else 0)
    words = list(_WORD.finditer(segment[lead.end() if lead else 0 :]))
    verb = next((i for i, w in enumerate(words) if _plain(w) in _verb_forms() and i > 0), None)
    return _phrase_before(words, verb, offset) if verb is not None else None


@cache
def _lead() -> re.Pattern[str]:
    """What may stand before the subject: "On Friday, …", "Asked about it, …", "But …"."""
    openers = "|".join(re.escape(w) for w in reporting()["leads"])
    return re.compile(rf"^\s*(?:(?:{openers})\b[^,]*,\s*|(?:But|And|Meanwhile|However|Separately),?\s)+")


def _plain(word: re.Match[str]) -> str:
    return word[0].lower().rstrip(".")


def _phrase_after(words: list[re.Match[str]], verb: int, offset: int) -> SpeakerWords | None:
    chosen: list[re.Match[str]] = []
    for word in words[verb + 1 :]:
        if word[0] == "," or (_plain(word) in reporting()["stops"] and chosen) or len(chosen) > 12:
            break
        chosen.append(word)
    return _span(chosen, offset)


def _phrase_before(words: list[re.Match[str]], verb: int, offset: int) -> SpeakerWords | None:
    chosen = words[:verb]
    while chosen and (_plain(chosen[-1]) in reporting()["between"] or chosen[-1][0] == "," or _plain(chosen[-1]).endswith("ly")):
        chosen.pop()
    relative = next((i for i, w in enumerate(chosen) if w[0].lower() in ("who", "whose") and i > 0), len(chosen))
    chosen = chosen[:relative]
    while chosen and chosen[-1][0] == ",":
        chosen.pop()
    return _span(chosen, offset) if len(chosen) <= 16 else None


def _span(words: list[re.Match[str]], offset: int) -> SpeakerWords | None:
    if not words:
        return None
    text = words[0].string[words[0].start() : words[-1].end()].rstrip(".")
    return SpeakerWords(offset + words[0].start(), offset + words[0].start() + len(text), text) if text else None
