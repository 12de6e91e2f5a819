"""Numbers in running text: digits, words, magnitudes and ranges."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).parent / "data" / "quantities"


@dataclass(frozen=True)
class Number:
    """A number as it stands in the text."""

    value: float
    start: int
    end: int
    digits: bool
    """Written with digits."""
    scale: float = 1.0
    """Its magnitude: a million in "3 million"."""

    @property
    def scaled(self) -> bool:
        """Whether it has a magnitude, so that it is no year."""
        return self.scale != 1.0


@cache
def words() -> Mapping[str, Any]:
    """The tables of `data/quantities/words.toml`."""
    return tomllib.loads((DATA / "words.toml").read_text(encoding="utf8"))


@cache
def _pattern() -> re.Pattern[str]:
    tables = words()
    unit = "|".join(sorted(tables["numbers"], key=len, reverse=True))
    magnitude = "|".join(sorted(tables["magnitudes"], key=len, reverse=True))
    digits = r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d{1,3}(?:[\u00a0\u202f\u2009]\d{3})+|\d+(?:\.\d+)?"
    compound = rf"(?:{unit})(?:[ -](?:{unit}))?"
    return re.compile(
        rf"(?<![\w/:#+])(?<![^\W\d]-)(?<![\d][.,])(?:(?P<half>half an?|one and a half|a half) (?P<halfmag>million|billion|trillion|dozen)"
        rf"|(?:(?P<digits>{digits})|(?P<words>{compound})|(?P<article>an?(?= (?:hundred|thousand|million|billion|trillion|dozen|lakh|crore)\b)))"
        rf"(?P<and_half> and a half)?(?P<mags>(?:[ -]?(?:{magnitude})(?:s(?= of\b))?(?![\w]))*)"
        rf"(?P<rest>(?: and)? (?:{compound})(?![\w-]))?)(?P<short>(?:[kmbt])(?![\w²³/]))?",
        re.IGNORECASE,
    )


def find(text: str) -> Iterator[Number]:
    """The numbers of a text, left to right. A short magnitude ("$3m") is left for the caller, who knows of currencies."""
    for match in _pattern().finditer(text):
        number = _number(text, match)
        if number is not None:
            yield number


def _number(text: str, match: re.Match[str]) -> Number | None:
    tables = words()
    start, end = match.span()
    if match["short"]:
        end = match.start("short")
    if match["half"]:
        factor = 1.5 if match["half"].lower().startswith("one") else 0.5
        scale = float(tables["magnitudes"][match["halfmag"].lower()])
        return Number(factor * scale, start, end, False, scale)
    following = text[end : end + 1]
    if following.isalpha() and not match["short"] and not (match["digits"] and _unit_follows(text, end)):
        return None
    scale = 1.0
    for magnitude in re.findall(r"[a-z]+", (match["mags"] or "").lower()):
        scale *= tables["magnitudes"].get(magnitude, tables["magnitudes"].get(magnitude.rstrip("s"), 1.0))
    value = _value(match) + (0.5 if match["and_half"] else 0.0)
    if match["and_half"] and scale == 1.0:
        end = match.end("and_half")
    value *= scale
    if match["rest"]:
        if scale in (100.0, 1000.0, 1e5) and not match["digits"]:
            value += sum(_word_value(w) for w in re.findall(r"[a-z]+", match["rest"].lower()) if w != "and")
        else:
            end = match.start("rest")
    return Number(clean(value), start, end, bool(match["digits"]), scale)


def _unit_follows(text: str, end: int) -> bool:
    return (
        re.match(
            r"(?:km|kms|kg|m|mw|gw|kwh|mwh|gwh|twh|bpd|bcm|t|ft|cm|ha|pc|bn|mn|tn|trn|mln|bln|k|b)(?:[²³2])?(?![\w])",
            text[end:],
            re.IGNORECASE,
        )
        is not None
    )


def _value(match: re.Match[str]) -> float:
    if match["digits"]:
        return float(re.sub(r"[,\u00a0\u202f\u2009]", "", match["digits"]))
    if match["article"]:
        return 1.0
    return sum(_word_value(w) for w in re.findall(r"[a-z]+", match["words"].lower()))


def _word_value(word: str) -> float:
    return float(words()["numbers"].get(word, 0))


def clean(value: float) -> float:
    """10.2 million is 10200000, not 10199999.999999998."""
    return float(f"{value:.12g}")
