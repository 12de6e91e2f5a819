"""Amounts with unit, currency and role: codebook section 7, closed lists of columns.md."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from pipelines.claims import numbers, quantity_roles
from pipelines.claims.clauses import in_clause_of
from pipelines.claims.model import ParsedSentence
from pipelines.claims.numbers import DATA, Number
from schemas import Quantity, Unit

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True)
class FoundQuantity:
    """A quantity and where it stands in the article."""

    quantity: Quantity
    start: int
    end: int


@dataclass(frozen=True)
class _Measure:
    """What a number counts, and how far the words for it reach."""

    unit: Unit
    end: int
    factor: float = 1.0
    currency: str | None = None
    role: str | None = None


def rows(name: str) -> list[dict[str, str]]:
    """A data file's rows; lines that start with # explain the columns."""
    lines = [line for line in (DATA / name).read_text(encoding="utf8").splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(lines))


@cache
def _units() -> Mapping[str, tuple[Unit, float, str | None]]:
    return {r["word"]: (Unit(r["unit"]), float(r["factor"]), r["role"] or None) for r in rows("units.csv")}


@cache
def _counted() -> Mapping[str, Unit]:
    return {r["noun"]: Unit(r["unit"]) for r in rows("counted.csv")}


@cache
def _currencies(place: str) -> Mapping[str, tuple[str | None, float]]:
    return {r["form"]: (r["currency"] or None, float(r["factor"])) for r in rows("currencies.csv") if r["place"] in (place, "both")}


@cache
def _by_country() -> Mapping[tuple[str, str], str]:
    return {(r["word"], r["country"]): r["currency"] for r in rows("by_country.csv")}


@cache
def _before() -> re.Pattern[str]:
    forms = sorted(_currencies("before"), key=len, reverse=True)
    return re.compile(r"(?:^|(?<=[^\w]))(?P<form>" + "|".join(re.escape(f) for f in forms) + r")\s?$")


@cache
def _behind() -> re.Pattern[str]:
    forms = sorted([*_units(), *(f for f in _currencies("after"))], key=len, reverse=True)
    body = "|".join(re.escape(f).replace(r"\ ", r"[ \u00a0-]") for f in forms)
    return re.compile(rf"(?P<gap>[ \u00a0-]?)(?P<form>{body})(?![\w²³])", re.IGNORECASE)


_NEAR: Final = 80
"""Code points before and behind a number that tell what it is; bounds the work on text without a full stop."""
_WORD: Final = re.compile(r"[ \u00a0-]*(?P<word>[^\W\d_][\w’'.-]*|\d[\w-]*)")
_RATE: Final = re.compile(
    r"[ -](?:annually|a year|per year|per annum|a month|per month|yearly|each year|every year|in annual)\b", re.IGNORECASE
)
_MONTH: Final = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DATE_BEFORE: Final = re.compile(rf"\b{_MONTH}\s(?:\d{{1,2}}(?:st|nd|rd|th)?\s?(?:-|–|to|and)\s?)?$", re.IGNORECASE)
_DATE_AFTER: Final = re.compile(rf"^(?:st|nd|rd|th)?(?:\s?(?:-|–|to|and)\s?\d{{1,2}})?\s(?:of\s)?{_MONTH}(?![a-z])", re.IGNORECASE)
_RANGE: Final = re.compile(r"^\s?(?:-|–|—|to|and|or)\s?$", re.IGNORECASE)
_QUALIFIED: Final = re.compile(
    r"(?:\b(?:about|around|some|nearly|almost|over|than|least|most|approximately|roughly|another|up to|estimated)\s)$", re.IGNORECASE
)


def find(text: str, offset: int = 0, countries: Collection[str] = ()) -> tuple[FoundQuantity, ...]:
    """All quantities of a sentence, left to right.

    `offset` is the sentence's start in the article. `countries` are those that the sentence names: they decide what "pesos" or
    "rupees" are where exactly one reading fits; else the currency stays null.
    """
    found: list[FoundQuantity] = []
    waiting: Number | None = None
    for number in numbers.find(text):
        if _is_name(text, number):
            waiting = None
            continue
        measure, start, number = _measure(text, number, countries)
        if measure is None:
            measure = _second_of_range(text, number, found, offset)
            if measure is None:
                waiting = number
                continue
        elif waiting is not None and _RANGE.match(text[waiting.end : start]):
            low = _low_end(waiting, number)
            found.append(_found(text, low, low.start, replace(measure, end=low.end), offset))
        waiting = None
        found.append(_found(text, number, start, measure, offset))
    return tuple(quantity_roles.assign(text, offset, found))


def for_claim(found: Collection[FoundQuantity], trigger: Token, parsed: ParsedSentence, claim_type: str) -> tuple[FoundQuantity, ...]:
    """The quantities that belong to a claim: those of its trigger's clause, its arguments and the infinitives under it.

    Casualties belong to deeds of force alone, so that "condemned the attack that killed 12" gives them to the attack.
    """
    kept = []
    for quantity in found:
        token = _token_at(parsed, quantity)
        if token is None or not in_clause_of(token, trigger):
            continue
        if quantity.quantity.role == "casualties" and claim_type not in ("ASSAULT", "COERCE", "TIES_BAD", "PROTEST", "MOBILIZE"):
            continue
        kept.append(quantity)
    return tuple(kept)


def _token_at(parsed: ParsedSentence, quantity: FoundQuantity) -> Token | None:
    """The head of the words of a quantity."""
    start, end = quantity.start - parsed.sentence.start, quantity.end - parsed.sentence.start
    tokens = [t for t in parsed.doc if t.idx < end and t.idx + len(t.text) > start]
    inside = {t.i for t in tokens}
    return next((t for t in tokens if t.head.i not in inside or t.head == t), tokens[-1] if tokens else None)


def _found(text: str, number: Number, start: int, measure: _Measure, offset: int) -> FoundQuantity:
    end = measure.end
    rate = _RATE.match(text, end)
    if rate:
        end = rate.end()
    value = numbers.clean(number.value * measure.factor)
    quantity = Quantity(value=value, unit=measure.unit, currency=measure.currency, role=measure.role, text=text[start:end])
    return FoundQuantity(quantity, offset + start, offset + end)


def _measure(text: str, number: Number, countries: Collection[str]) -> tuple[_Measure | None, int, Number]:
    """What a number counts, where the expression starts, and the number with the magnitude that only a currency reveals ("$3m")."""
    before = _before().search(text[max(0, number.start - _NEAR) : number.start])
    if before:
        currency, factor = _currencies("before")[before["form"]]
        number = _short_magnitude(text, number)
        if currency is None:
            currency = _national(before["form"].lower().rstrip("."), countries)
        return _Measure(Unit.CURRENCY, number.end, factor, currency), number.start - len(before[0]), number
    behind = _behind().match(text, number.end)
    if behind and (measure := _from_word(text, number, behind, countries)) is not None:
        return measure, number.start, number
    scaled = _short_magnitude(text, number)
    if scaled is not number and text[number.end : number.end + 1] in "kK":
        number = scaled
    return _counts(text, number) or _bare_casualties(text, number), number.start, number


def _short_magnitude(text: str, number: Number) -> Number:
    match = re.match(r"\s?(?P<m>[kmbt])(?![\w²³/])", text[number.end : number.end + _NEAR], re.IGNORECASE)
    if match is None or number.scaled:
        return number
    factor = numbers.words()["short_magnitudes"][match["m"].lower()]
    return Number(numbers.clean(number.value * factor), number.start, number.end + match.end(), number.digits, factor)


def _from_word(text: str, number: Number, behind: re.Match[str], countries: Collection[str]) -> _Measure | None:
    form, end = re.sub(r"[\u00a0-]", " ", behind["form"]).lower(), behind.end("form")
    key = next((k for k in (behind["form"], behind["form"].lower(), form) if k in _units() or k in _currencies("after")), None)
    if key is None:
        return None
    if key in _units():
        unit, factor, role = _units()[key]
        if text[end : end + _NEAR].startswith(("-old", " old", " ago", "-long war")) or (unit is Unit.YEAR and _is_year_span(text, number)):
            return None
        if key == "m" and not number.digits:
            return None
        return _Measure(unit, end, factor, None, role)
    if not number.digits and number.value == 1 and not number.scaled and key in ("dollar", "pound", "real", "won", "som", "mark"):
        return None
    currency, factor = _currencies("after")[key]
    if key in ("pound", "pounds") and re.match(r"\s(?:of|per square)\b", text[end : end + _NEAR]):
        return _Measure(Unit.T, end, 0.00045359237)
    if key == "real" and behind["gap"] == " " and text[end : end + 1] == " " and number.value != 1:
        return None
    country_reading = _national(key, countries)
    return _Measure(Unit.CURRENCY, end, factor, country_reading if currency is None or country_reading else currency)


def _national(word: str, countries: Collection[str]) -> str | None:
    """What a currency word means in a sentence about these countries: the one reading that fits, or None."""
    singular = {"rs": "rupee", "reais": "real", "kroner": "krone", "crowns": "crown"}.get(
        word, word.rstrip("s") if word.endswith("s") else word
    )
    fitting = {c for country in countries if (c := _by_country().get((singular, country))) is not None}
    return fitting.pop() if len(fitting) == 1 else None


def _is_year_span(text: str, number: Number) -> bool:
    return number.digits and 1000 <= number.value <= 2100 and not number.scaled and "," not in text[number.start : number.end]


def _counts(text: str, number: Number) -> _Measure | None:
    """A counted noun behind a number: "20 North Korean vessels", "six shipping and trading companies", "400 wounded", "12-member"."""
    at, seen, joined = number.end, 0, text[number.end : number.end + 1] == "-"
    while seen < 6:
        match = _WORD.match(text, at)
        if match is None:
            return None
        word = match["word"].rstrip(".’'-")
        lower = word.lower()
        of_the = lower == "the" and text[number.end : number.end + 8].lower().startswith(" of the")
        partitive = of_the or (lower in ("their", "its") and seen == 1)
        if lower in numbers.words()["stops"] and not partitive and not (lower == "and" and seen > 0):
            return None
        at, seen = match.end("word") - (len(match["word"]) - len(word)), seen + 1
        noun, plural = _lemma(lower)
        unit = _counted().get(noun)
        if unit is not None and (plural or number.value == 1 or joined):
            if number.value == 1 and not number.digits and seen > 2:
                return None
            return None if _names_parties(text, number, noun) else _Measure(unit, at)
        if joined and lower.startswith("strong"):
            return _Measure(Unit.PEOPLE, at)
    return None


_HARMED: Final = re.compile(
    r"\b(?:killed|killing|kills|wounded|wounding|injured|injuring|injures|hurt|hurting) "
    r"(?:(?:at|least|more|than|about|some|nearly|another|up|to|over|around|as|many) )*$",
    re.IGNORECASE,
)


def _bare_casualties(text: str, number: Number) -> _Measure | None:
    """ "wounded at least 400", "killing 12 and": people without a noun."""
    if (
        (number.digits is False and number.value == 1)
        or not _HARMED.search(text[max(0, number.start - _NEAR) : number.start])
        or not re.match(r"\s*(?:[.,;]|and\b|in\b|on\b|others\b|more\b|$)", text[number.end : number.end + _NEAR])
    ):
        return None
    return _Measure(Unit.PEOPLE, number.end, role="casualties")


_IRREGULAR: Final = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "servicemen": "serviceman",
    "policemen": "policeman",
    "people": "people",
    "lives": "life",
    "aircraft": "aircraft",
}
_UNMARKED: Final = frozenset(
    {"people", "troops", "personnel", "police", "dead", "wounded", "injured", "aircraft", "staff", "crew", "cattle", "sheep", "hostage"}
)


def _lemma(word: str) -> tuple[str, bool]:
    """Singular of a noun, and whether the word is a plural."""
    if word in _IRREGULAR:
        return _IRREGULAR[word], True
    if word in _UNMARKED:
        return word, True
    for suffix, instead in (
        ("men", "man"),
        ("women", "woman"),
        ("ies", "y"),
        ("sses", "ss"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("xes", "x"),
        ("s", ""),
    ):
        if word.endswith(suffix) and len(word) > len(suffix) + 1:
            stem = word[: -len(suffix)] + instead
            if stem in _counted():
                return stem, True
    return word, word in _UNMARKED


def _names_parties(text: str, number: Number, noun: str) -> bool:
    """ "the two countries" names, it does not count; nor does "three countries"."""
    tables = numbers.words()["not_quantities"]
    if number.digits and number.value > 12:
        return False
    previous = re.search(r"([^\W\d_]+)\s$", text[max(0, number.start - _NEAR) : number.start])
    definite = previous is not None and previous[1].lower() in tables["definite"]
    return definite or (number.value <= 12 and noun in tables["parties"] and not number.digits)


def _is_name(text: str, number: Number) -> bool:
    """Years, dates, clock times, ordinals, "Article 5", "F-16": numbers that count nothing."""
    tables = numbers.words()["not_quantities"]
    before, after = text[max(0, number.start - _NEAR) : number.start], text[number.end : number.end + _NEAR]
    previous = re.search(r"([^\W\d_][\w.]*)[\s-]?$", before)
    if previous and previous[1].lower() in tables["before"] and number.digits and not _QUALIFIED.search(before):
        return True
    follows = re.match(r"[\s]?([^\W\d_][\w.’']*)", after)
    if follows and follows[1].lower() in tables["after"] and number.digits:
        return True
    if re.match(r"[/:]\d|(?:st|nd|rd|th)\b|-year-old", after) or (after.startswith(".") and after[1:2].isdigit()):
        return True
    if number.digits and not number.scaled and number.value <= 31 and (_DATE_BEFORE.search(before) or _DATE_AFTER.match(after)):
        return not (_before().search(before))
    if not number.digits and number.value == 1 and not number.scaled:
        one = re.search(r"\b(no|any|every|each|the|this|that|another|only)\s$", before, re.IGNORECASE)
        return one is not None or re.match(r"\s(?:of|another|day|side|hand|thing|way)\b", after) is not None
    return _is_year(text, number, before, after)


def _is_year(text: str, number: Number, before: str, after: str) -> bool:
    if not _is_year_span(text, number) or number.value != int(number.value) or len(text[number.start : number.end]) != 4:
        return False
    if _before().search(before) or _QUALIFIED.search(before):
        return False
    behind = _behind().match(text, number.end)
    if behind and behind["form"].lower() not in ("t", "m"):
        return False
    people = _counts(text, number)
    preposition = re.search(
        r"\b(in|since|the|of|early|late|mid|until|by|after|before|from|and|to|between|" + _MONTH + r")\s$", before, re.IGNORECASE
    )
    return not (people is not None and people.unit is Unit.PEOPLE and preposition is None)


def _low_end(first: Number, second: Number) -> Number:
    """The lower end of a range takes the magnitude of the upper one where it has none: "10 to 15 million"."""
    if first.scaled or second.scale == 1.0:
        return first
    return replace(first, value=numbers.clean(first.value * second.scale), scale=second.scale)


def _second_of_range(text: str, number: Number, found: list[FoundQuantity], offset: int) -> _Measure | None:
    """The upper end of "$5-7 billion": it takes the currency of the lower end, which takes its magnitude."""
    if not found or found[-1].quantity.unit != Unit.CURRENCY:
        return None
    last = found[-1]
    low_text = last.quantity.text
    if not _RANGE.match(text[last.end - offset : number.start]) or low_text[-1:].isalpha():
        return None
    low = replace(last.quantity, value=numbers.clean(last.quantity.value * number.scale))
    found[-1] = replace(last, quantity=low)
    return _Measure(Unit.CURRENCY, number.end, 1.0, last.quantity.currency)
