"""Persons in the text: titles before a known name, names beside a role, and bare surnames later on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipelines.claims import context, roles
from pipelines.claims.model import Mention, MentionKind
from pipelines.claims.roles import RoleNumber

PARTICLES: Final = frozenset("al el bin ben ibn bint von van de da dos das del della der den la le du ul ud y abu".split())
NOT_NAMES: Final = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August September October November "
    "December In On At The A An And But He She It They We I His Her Its Their This That As For To With From By Not Is Was Has Had Will "
    "Would Who Which When While After Before Of Or If Tuesday's Monday's Says Said Inc Ltd Corp".split()
)
"""Words with a capital that no name goes on with."""
_NAME_BEFORE: Final = re.compile(
    r"((?:[A-Z][\w'’]*(?:-\w+)*\.?|al-[A-Z]\w+|bin|al|de|van|von)(?: (?:[A-Z][\w'’]*(?:-\w+)*\.?|al-[A-Z]\w+|bin|al|de|van|von)){1,4}), "
    r"(?:the |a |an |then |then-|former |who is |who was )*$"
)
_NAME_AFTER: Final = re.compile(
    r",? ((?:[A-Z][\w'’]*(?:-\w+)*\.?)(?: (?:[A-Z][\w'’]*(?:-\w+)*\.?|al-[A-Z]\w+|bin|al|de|van|von)){1,4})(?=,| said| told|\.|;)"
)
_SURNAME_FIRST: Final = frozenset({"CHN", "TWN", "PRK", "KOR"})


@dataclass(frozen=True)
class Named:
    """A person's name in the text, for later bare surnames."""

    words: tuple[str, ...]
    mention: Mention


def join_titles(text: str, mentions: Sequence[Mention], named: list[Named]) -> Iterator[Mention]:
    """Persons with the title before them: "President Donald Trump" is one mention."""
    previous_end = 0
    for mention in mentions:
        if mention.kind is MentionKind.PERSON and mention.source.startswith("people:"):
            start = _title_start(text, mention.start, previous_end)
            if start < mention.start:
                titled = replace(mention, start=start, text=text[start : mention.end])
                named[:] = [Named(n.words, titled) if n.mention is mention else n for n in named]
                yield titled
                previous_end = mention.end
                continue
        yield mention
        previous_end = mention.end


def _title_start(text: str, start: int, floor: int) -> int:
    before = text[max(floor, start - 50) : start]
    words = before.split(" ")
    if not words or words[-1] != "":
        return start
    words = words[:-1]
    best = start
    for count in range(1, min(5, len(words)) + 1):
        tail = words[-count:]
        if not tail[0] or not all(w[:1].isalpha() for w in tail):
            break
        found = roles.find([w.lower() for w in tail], 0)
        if (found is not None and found[1] == count and found[0].number is RoleNumber.PERSON) or (
            count == 1 and tail[0] in ("Mr.", "Mr", "Mrs.", "Mrs", "Ms.", "Ms", "Dr.", "Gen.", "Sen.", "Rep.", "Sheikh", "Premier")
        ):
            best = start - sum(len(w) + 1 for w in tail)
    return best


def appositions(text: str, mentions: Sequence[Mention], named: list[Named]) -> Iterator[Mention]:
    """Names beside a role: "Ishaq Dar, Pakistan's foreign minister," and "Iran's foreign minister, Abbas Araghchi,"."""
    ends = [0, *(m.end for m in mentions)]
    for i, mention in enumerate(mentions):
        if mention.kind is not MentionKind.ROLE or len(mention.countries) != 1 or not _is_person(mention):
            continue
        before = _NAME_BEFORE.search(text[max(ends[i], mention.start - 80) : mention.start])
        if before is not None and not _starts_with_role(before[1]):
            start = max(ends[i], mention.start - 80) + before.start(1)
            yield _person(text, start, start + len(before[1]), mention, named)
            continue
        limit = mentions[i + 1].start if i + 1 < len(mentions) else len(text)
        after = _NAME_AFTER.match(text[mention.end : min(limit, mention.end + 80)])
        if after is not None:
            start = mention.end + after.start(1)
            yield _person(text, start, start + len(after[1]), mention, named)


def _is_person(mention: Mention) -> bool:
    noun = mention.source.removeprefix("link:").split(";")[0].removesuffix(" of")
    role = roles.roles().get(noun)
    return role is not None and role.number is RoleNumber.PERSON


def _starts_with_role(name: str) -> bool:
    words = name.lower().split()
    return roles.find(words, 0) is not None and len(words) < 2


def _person(text: str, start: int, end: int, role: Mention, named: list[Named]) -> Mention:
    mention = Mention(
        start,
        end,
        text[start:end],
        MentionKind.PERSON,
        role.countries,
        role.sector,
        ((role.start, role.end),),
        f"apposition; {role.source}",
    )
    named.append(Named(tuple(mention.text.split()), mention))
    return mention


def surnames(text: str, mentions: Sequence[Mention], named: Sequence[Named]) -> Iterator[Mention]:
    """Later bare surnames of persons whom the text introduced."""
    by_surname: dict[str, list[Named]] = {}
    for person in named:
        for surname in _surname_forms(person):
            by_surname.setdefault(surname, []).append(person)
    if not by_surname:
        return
    pattern = re.compile(r"(?<![\w-])(?:" + "|".join(sorted(map(re.escape, by_surname), key=len, reverse=True)) + r")(?![\w-])")
    spans = iter(sorted((m.start, m.end) for m in mentions))
    span = next(spans, None)
    for match in pattern.finditer(text):
        while span is not None and span[1] <= match.start():
            span = next(spans, None)
        if span is not None and span[0] < match.end():
            continue
        meant = _whose(text, match, by_surname[match[0]])
        if meant is not None:
            origin = meant.mention
            yield Mention(
                match.start(), match.end(), match[0], MentionKind.PERSON, origin.countries, origin.sector,
                ((origin.start, origin.end),), f"surname; {origin.source}",
            )  # fmt: skip


def _surname_forms(person: Named) -> Iterator[str]:
    words = [w.rstrip(".") for w in person.words if w.lower().rstrip(".") not in roles.first_words() or len(person.words) == 1]
    if not words or not person.mention.countries:
        return
    surname_first = person.mention.countries[0] in _SURNAME_FIRST
    surname = words[0] if surname_first else words[-1]
    if len(surname) > 1 and surname[0].isalpha():
        yield surname
    if "-" in surname and surname.split("-")[0].lower() in ("al", "el"):
        yield surname.split("-", 1)[1]
    if len(words) > 2 and words[-2].lower() in PARTICLES:
        yield " ".join(words[-2:])
    if len(words) > 1:
        yield " ".join(words)


def _whose(text: str, match: re.Match[str], persons: Sequence[Named]) -> Named | None:
    """The person whom a surname means: introduced before it, and the only one of his country or the nearest."""
    before = [p for p in persons if p.mention.end <= match.start()]
    if not before:
        return None
    nearest = before[-1]
    previous = re.search(r"([A-Z][\w.'’-]*) $", text[max(0, match.start() - 30) : match.start()])
    if previous and _is_other_given_name(previous[1], before):
        return None
    if " " not in match[0] and re.match(r" [A-Z][a-z]+(?:-\w+)?\b", text[match.end() : match.end() + 30]):
        following = text[match.end() + 1 : match.end() + 30].split(" ")[0].rstrip(".,'’s")
        if following not in NOT_NAMES and following.lower() not in roles.first_words():
            return None
    return nearest


def _is_other_given_name(word: str, persons: Sequence[Named]) -> bool:
    bare = word.rstrip(".")
    if (
        bare.lower() in roles.first_words()
        or bare in NOT_NAMES
        or bare in ("Mr", "Mrs", "Ms", "Dr", "Gen", "Sen", "Rep", "Minister", "Secretary")
    ):
        return False
    return bare in context.given_names() and not any(bare in p.words for p in persons)
