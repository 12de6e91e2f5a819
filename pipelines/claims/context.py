"""Decides what an ambiguous name means from the words around it, without a parse.

The rules are in `data/gazetteer/context.csv`, by name; beside them stand three general ones: a given name before a name makes it a
surname ("Michael Jordan"), a name that is also a given name and has a surname behind it is a person ("Jordan Peterson"), and an acronym
that is not well known counts only where its country is named too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from pipelines.claims import gazetteer_data, roles
from pipelines.claims.gazetteer_data import Entry
from pipelines.claims.model import Mention, MentionKind
from schemas import Sector

_WINDOW: Final = 300
_COUNTRY_KINDS: Final = frozenset({MentionKind.NAME, MentionKind.DEMONYM, MentionKind.SEAT})
_NEXT_WORD: Final = re.compile(r"[ \n]+([A-Z][\w'’-]*)")
_NOT_SURNAMES: Final = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November "
    "December In On At The A And Of For To Air Army Navy National Central Football Olympic State Royal Islamic Arab Jewish Will Says Said "
    "Tells Has Is Was Are To With From By Day Times Flying Aid Defense Defence Armed Special Security Border Coast Revolutionary I II "
    "Its His Her Their This That Mr Mrs Ms Dr But As It He She They We Inter-Services Bank Radio Television Police Post News".split()
)


@dataclass(frozen=True)
class Rule:
    """A line of `context.csv`."""

    side: str
    words: tuple[str, ...]
    then: str


Candidate = tuple[int, int, str, Entry]
"""start, end, the form of the gazetteer, the entry chosen for it."""


@cache
def _rules() -> dict[str, tuple[Rule, ...]]:
    found: dict[str, list[Rule]] = {}
    for row in gazetteer_data.rows("context"):
        rule = Rule(row["side"], tuple(row["words"].split("|")) if row["words"] else (), row["then"])
        for name in row["names"].split("|"):
            found.setdefault(name, []).append(rule)
            if len(name) > 3 and not name.isupper():
                found.setdefault(name.upper(), []).append(rule)
    return {name: tuple(rules) for name, rules in found.items()}


@cache
def given_names() -> frozenset[str]:
    """Given names as in `given_names.csv`."""
    return frozenset(name for row in gazetteer_data.rows("given_names") for name in row["names"].split("|"))


def decide(text: str, candidates: Sequence[Candidate]) -> Iterator[Mention]:
    """The mentions that the candidates of a text are, in order; those that mean no country are left out."""
    rules = _rules()
    named = _named(candidates, rules)
    starts = {start: entry for start, _, _, entry in candidates}
    for start, end, form, entry in candidates:
        if entry.kind is None:
            continue
        surname_of = _given_name_before(text, start, form, entry)
        if surname_of:
            continue
        then = _apply(rules.get(form, ()), text, start, end, form, named, starts)
        then = then or ("weak" if _is_unknown_acronym(form, entry) else "keep")
        mention = _mention(then, text, start, end, form, entry, named)
        if mention is not None:
            yield mention


def _named(candidates: Sequence[Candidate], rules: dict[str, tuple[Rule, ...]]) -> dict[str, set[str]]:
    """The countries that a text names beyond doubt, each with the forms that do."""
    named: dict[str, set[str]] = {}
    for _, _, form, entry in candidates:
        if entry.code is not None and (entry.kind in _COUNTRY_KINDS or entry.kind is MentionKind.PERSON) and form not in rules:
            named.setdefault(entry.code, set()).add(form)
    for _, _, form, entry in candidates:
        if entry.code is not None and form in rules and entry.kind in _COUNTRY_KINDS:
            named.setdefault(entry.code, set()).add(form)
    return named


def _apply(
    rules: tuple[Rule, ...], text: str, start: int, end: int, form: str, named: dict[str, set[str]], starts: dict[int, Entry]
) -> str | None:
    for rule in rules:
        if _holds(rule, text, start, end, form, named, starts):
            return rule.then
    return None


def _holds(rule: Rule, text: str, start: int, end: int, form: str, named: dict[str, set[str]], starts: dict[int, Entry]) -> bool:
    match rule.side:
        case "always":
            return True
        case "before":
            before = text[max(0, start - 24) : start].replace("\n", " ")
            return before.endswith(rule.words) and _whole_word_end(before, rule.words)
        case "after":
            return text[end : end + 40].replace("’", "'").replace("\n", " ").startswith(rule.words)
        case "near":
            around = text[max(0, start - _WINDOW) : end + _WINDOW]
            return any(word in around for word in rule.words)
        case "named":
            return any(named.get(code, set()) - {form} for code in rule.words)
        case "unnamed":
            return not any(named.get(code, set()) - {form} for code in rule.words)
        case "person":
            return _surname_after(text, end, starts)
    raise ValueError(f"context.csv: side {rule.side!r} is not one of always, before, after, near, named, unnamed, person")


def _whole_word_end(before: str, words: tuple[str, ...]) -> bool:
    """Whether one of the words that `before` ends with begins at a word boundary."""
    for word in words:
        if before.endswith(word):
            at = len(before) - len(word)
            if at == 0 or not before[at - 1].isalnum() or not word[:1].isalnum():
                return True
    return False


def _surname_after(text: str, end: int, starts: dict[int, Entry]) -> bool:
    following = _NEXT_WORD.match(text, end)
    if following is None or "\n" in following[0]:
        return False
    word = following[1]
    if following.start(1) in starts or word.isupper() or word in _NOT_SURNAMES or word.endswith(("'s", "’s")):
        return (
            word.endswith(("'s", "’s")) and following.start(1) not in starts and word[:-2] not in _NOT_SURNAMES and not _is_role(word[:-2])
        )
    return not _is_role(word)


def _is_role(word: str) -> bool:
    return word.lower() in roles.first_words() or word in (
        "Foreign",
        "Prime",
        "Defense",
        "Defence",
        "Finance",
        "Interior",
        "Supreme",
        "Deputy",
    )


def _given_name_before(text: str, start: int, form: str, entry: Entry) -> bool:
    """Whether a given name stands directly before, which makes the form a surname ("Michael Jordan"), and not this person's own."""
    if entry.kind in (MentionKind.ORGANISATION, MentionKind.INTERNATIONAL) or " " in form or form.isupper() or not start:
        return False
    if text[start - 1] != " ":
        return False
    last = text[max(0, start - 24) : start - 1].rsplit(" ", 1)[-1].rsplit("\n", 1)[-1]
    return last in given_names() and last not in entry.source


def _is_unknown_acronym(form: str, entry: Entry) -> bool:
    return entry.kind is MentionKind.ORGANISATION and len(form) <= 5 and form.isupper()


def _mention(then: str, text: str, start: int, end: int, form: str, entry: Entry, named: dict[str, set[str]]) -> Mention | None:
    kind, code = entry.kind, entry.code
    assert kind is not None
    supported = code is not None and bool(named.get(code, set()) - {form})
    match then:
        case "drop":
            return None
        case "weak" if not supported:
            return None
        case "drop_seat":
            kind = MentionKind.PLACE
        case "adjective_with_role":
            if not _followed_by_role(text, end):
                return None
        case "cog_unless_kinshasa":
            code = code if named.get("COD", set()) - {"Congo", "Congolese"} else "COG"
        case "keep" | "weak":
            pass
        case _:
            code = then
            kind = MentionKind.PLACE if kind in (MentionKind.NAME, MentionKind.SEAT) and code == "USA" else kind
    sector = Sector.STATE if kind is MentionKind.NAME and entry.sector is None else entry.sector
    return Mention(start, end, text[start:end], kind, (code,) if code else (), sector, source=entry.source)


def _followed_by_role(text: str, end: int) -> bool:
    words = text[end : end + 40].lower().split()
    return bool(words) and words[0].strip(".,;") in roles.first_words()
