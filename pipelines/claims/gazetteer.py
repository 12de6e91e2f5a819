"""Finds what stands for a country in a text: names, demonyms, capitals and seats, places, bodies, leaders, groups.

One pass of an Aho-Corasick automaton over the text (letters with marks read as plain ones), longest match, whole words; the words around
an ambiguous name decide (`context.py`). Case counts: "Turkey" is the country and "turkey" the bird; headlines in capitals are read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

import ahocorasick

from pipelines.claims import compass, context, gazetteer_data, linking
from pipelines.claims.gazetteer_data import Entry
from pipelines.claims.model import Mention, MentionKind

_REACH: Final = 365 * 12
"""Days from his time in office within which a person's short name still means him."""
_PLAIN_LETTERS: Final = {"ı": "i", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O"}
_PLAIN_SIGNS: Final = dict.fromkeys("’‘ʼʻʹ`", "'") | dict.fromkeys("\u2010\u2011", "-") | dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " ")


@dataclass(frozen=True, slots=True)
class Hit:
    """A surface form found in the text, before it is decided what it means."""

    start: int
    end: int
    form: str
    entries: tuple[Entry, ...]


class Gazetteer:
    """The names and what they can stand for. Build it with `load()`, once a process."""

    def __init__(self, named: Iterable[tuple[str, Entry]]) -> None:
        forms: dict[str, list[Entry]] = {}
        for name, entry in named:
            for form in _forms(fold(name), entry):
                _add(forms.setdefault(form, []), entry)
        self._automaton: Any = ahocorasick.Automaton()
        for form, entries in forms.items():
            self._automaton.add_word(form, (form, tuple(entries)))
        self._automaton.make_automaton()
        self.forms: Final = frozenset(forms)

    def hits(self, text: str) -> list[Hit]:
        """The longest whole-word matches, left to right, without overlap."""
        folded = fold(text)
        size = len(folded)
        found: list[Hit] = []
        for last, (form, entries) in self._automaton.iter(folded):
            end = last + 1
            start = end - len(form)
            if (start and folded[start - 1].isalnum()) or (end < size and folded[end].isalnum()):
                continue
            while found and found[-1].start >= start:
                found.pop()
            if found and found[-1].end > start:
                continue
            found.append(Hit(start, end, form, entries))
        return found

    def find(self, text: str, on: date | None = None) -> tuple[Mention, ...]:
        """The mentions of a text with what stands beside them (`linking`): sorted, without overlap, offsets in code points.

        Args:
            text: any string.
            on: the article's date, for who was in office; None: the latest holder of a name counts.
        """
        chosen = [(hit, choose(hit.entries, on)) for hit in self.hits(text)]
        mentions = list(context.decide(text, [(h.start, h.end, h.form, e) for h, e in chosen if e is not None]))
        taken = {m.start for m in mentions}
        sides = [m for m in compass.sides(text, mentions) if m.start not in taken]
        return linking.link(text, sorted([*mentions, *sides], key=lambda m: m.start) if sides else mentions)


def _add(entries: list[Entry], entry: Entry) -> None:
    """Adds an entry to a form unless one of another kind is there already: tables come in order of precedence, periods add up."""
    if entries and (entries[0].kind, entries[0].source.split(":")[0]) != (entry.kind, entry.source.split(":")[0]):
        return
    if entry.kind is MentionKind.DEMONYM and entries:
        return
    entries.append(entry)


def choose(entries: Sequence[Entry], on: date | None) -> Entry | None:
    """The entry that a form means on a day: the one in force, else the nearest; short names of persons only near their years in office."""
    if len(entries) == 1 and entries[0].start is None and entries[0].end is None:
        return entries[0]
    if entries[0].kind is not MentionKind.PERSON:
        current = [e for e in entries if _in_force(e, on or date.max)]
        return current[0] if current else entries[-1]
    return _choose_person(entries, on)


def _choose_person(entries: Sequence[Entry], on: date | None) -> Entry | None:
    """The person that a name means: the one in office, else the nearest in time; a short name only within reach of its years in office."""
    usable = [e for e in entries if e.bare]
    if not usable:
        return None
    if on is None:
        return max(usable, key=lambda e: (e.end or date.max, e.start or date.min))
    nearest = min(usable, key=lambda e: _distance(e, on))
    return nearest if nearest.full or _distance(nearest, on) <= _REACH else None


def _distance(entry: Entry, day: date) -> int:
    """Days between a day and a person's time in office; 0 within it."""
    if entry.start is not None and day < entry.start:
        return (entry.start - day).days
    if entry.end is not None and day > entry.end:
        return (day - entry.end).days
    return 0


def _in_force(entry: Entry, day: date) -> bool:
    return (entry.start is None or entry.start <= day) and (entry.end is None or day <= entry.end)


def _forms(name: str, entry: Entry) -> set[str]:
    """The surface forms of a name: as written, in capitals, and for a phrase that is excluded also with a capital on each word."""
    forms = {name}
    if len(name) > 3 and not name.islower():
        forms.add(name.upper())
    if name[0].islower() and (entry.kind is None or entry.kind is MentionKind.ORGANISATION):
        forms.add(name[0].upper() + name[1:])
    if entry.kind is None:
        forms.add(" ".join(w[0].upper() + w[1:] for w in name.split(" ") if w))
    return forms


@cache
def _fold_table() -> dict[int, str]:
    table = {ord(a): b for a, b in (_PLAIN_LETTERS | _PLAIN_SIGNS).items()}
    for point in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = unicodedata.normalize("NFD", chr(point))[0]
        if plain.isascii() and plain.isalpha():
            table.setdefault(point, plain)
    return table


def fold(text: str) -> str:
    """The text with marks taken off its letters and typographic signs made plain, code point for code point."""
    return text if text.isascii() else text.translate(_fold_table())


@cache
def load() -> Gazetteer:
    """The gazetteer of the project's tables, once a process."""
    return Gazetteer(gazetteer_data.entries())
