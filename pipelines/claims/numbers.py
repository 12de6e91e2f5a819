"""Numbers in running text: digits, words, magnitudes and ranges."""

from __future__ import annotations

import math
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
    joint = r"(?:[ -]|(?<=hundred) and |(?<=thousand) and |(?<=million) and )"
    spelled = rf"(?:{unit})(?:{joint}(?:{unit}|{magnitude})(?![\w]))*"
    return re.compile(
        rf"(?<![\w/:#+])(?<![^\W\d]-)(?<![\d][.,])"
        rf"(?:(?P<half>half an?|one and a half|a half) (?P<half_of>million|billion|trillion|dozen)"
        rf"|(?P<digits>{digits})(?P<scale>(?:[ -]?(?:{magnitude})(?![\w]))*)"
        rf"|(?P<words>{spelled})(?P<and_half> and a half)?(?P<more> (?:{magnitude})(?![\w]))?"
        rf"|(?P<article>an? (?:hundred|thousand|million|billion|trillion|dozen|lakh|crore)(?: and (?:{unit})(?:-(?:{unit}))?)?))",
        re.IGNORECASE,
    )


def find(text: str) -> Iterator[Number]:
    """The numbers of a text, left to right. A short magnitude ("$3m") is left for the caller, who knows of currencies."""
    for match in _pattern().finditer(text):
        number = _number(text, match)
        if number is not None:
            yield number


def _number(text: str, match: re.Match[str]) -> Number | None:
    start, end = match.span()
    magnitudes = words()["magnitudes"]
    if match["half"]:
        scale = float(magnitudes[match["half_of"].lower()])
        return Number((1.5 if match["half"].lower().startswith("one") else 0.5) * scale, start, end, False, scale)
    if text[end : end + 1].isalpha() and not (match["digits"] and _unit_follows(text, end)):
        return None
    if match["digits"]:
        scale = math.prod(float(magnitudes[m]) for m in re.findall(r"[a-z]+", match["scale"].lower()))
        value = float(re.sub(r"[,\u00a0\u202f\u2009]", "", match["digits"]))
        return Number(clean(value * scale), start, end, True, scale)
    if match["article"]:
        value, scale = _spelled("one " + match["article"].split(maxsplit=1)[1])
        return Number(value, start, end, False, scale)
    value, scale = _spelled(match["words"])
    if match["and_half"]:
        value += 0.5
    if match["more"]:
        scale *= float(magnitudes[match["more"].strip().lower()])
        value *= scale
    return Number(clean(value), start, end, False, scale)


def _spelled(text: str) -> tuple[float, float]:
    """The value of number words, and the last magnitude in them: "two thousand five hundred" is 2500."""
    tables = words()
    total, current, scale = 0.0, 0.0, 1.0
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in tables["numbers"]:
            current += float(tables["numbers"][word])
        elif word in tables["magnitudes"]:
            scale = float(tables["magnitudes"][word])
            if scale <= 100:
                current = (current or 1.0) * scale
            else:
                total, current = total + (current or 1.0) * scale, 0.0
    return clean(total + current), scale


def _unit_follows(text: str, end: int) -> bool:
    return (
        re.match(
            r"(?:km|kms|kg|m|mw|gw|kwh|mwh|gwh|twh|bpd|bcm|t|ft|cm|ha|pc|bn|mn|tn|trn|mln|bln|k|b)(?:[²³2])?(?![\w])",
            text[end : end + 8],
            re.IGNORECASE,
        )
        is not None
    )


def clean(value: float) -> float:
    """10.2 million is 10200000, not 10199999.999999998."""
    return float(f"{value:.12g}")
