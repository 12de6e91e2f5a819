"""Joins what a country's name makes a country's: titles, role nouns and names beside it, appositions, and surnames later in the text.

No parse is needed: "Iranian President Masoud Pezeshkian", "Pakistan's foreign minister", "the army chief of Egypt", "Ishaq Dar, Pakistan's
foreign minister", and then "Dar" are read from the words that stand side by side, in one pass over the mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipelines.claims import roles
from pipelines.claims.model import Mention, MentionKind
from pipelines.claims.persons import NOT_NAMES, PARTICLES, Named, appositions, join_titles, surnames
from pipelines.claims.roles import Role, RoleNumber

_OWNERS: Final = frozenset({MentionKind.NAME, MentionKind.DEMONYM, MentionKind.SEAT, MentionKind.ORGANISATION})
_WORD: Final = re.compile(r"[^\W_](?:[\w'’-]|\.(?=\w))*\.?")
_POSSESSIVE: Final = re.compile(r"['’]s?(?= )")
_ENDS_POSSESSIVE: Final = re.compile(r"['’]s?$")
_MODIFIERS: Final = frozenset(
    "former ex new newly senior top deputy first second third acting interim outgoing incoming visiting late then current longtime "
    "long-time veteran key leading chief high high-ranking high-level ranking state state-run state-owned state-backed government-run "
    "ruling governing opposition military armed local federal national central regional provincial vice assistant special permanent exiled "
    "ousted deposed embattled newly-elected elected self-proclaimed self-declared hardline hard-line moderate conservative reformist "
    "liberal nationalist islamist far-right left-wing right-wing leftist nuclear foreign economic political religious spiritual supreme "
    "civilian private public big biggest largest main official unnamed unidentified young elite naval air ground security defense defence "
    "border intelligence transitional caretaker provisional internationally-recognised internationally-recognized recognised recognized "
    "democratic communist own two three four five several many some dozens hundreds thousands other joint powerful influential prominent "
    "popular de facto ailing hawkish general secretary-general principal lead presidential parliamentary diplomatic consular royal "
    "imperial ethnic pro-government anti-government".split()
)
"""What may stand between a country and a role noun."""
_NAME_WORD: Final = re.compile(r"(?:[A-Z][\w'’]*(?:-\w+)*|(?:al|el|as|ar|ad|at|ul|an|ash|az)-[A-Z][\w'’-]*|[A-Z]\.)\.?$")
_OF: Final = re.compile(r"((?:[\w'’-]+ ){1,5})of (?:the )?$")
_NOT_OF: Final = frozenset(
    "capital state states side sides majority team market markets head heads member members base party parties office house".split()
)
"""Roles that, before "of", mean no actor of the country behind it."""
_MAX_NAME: Final = 6


def link(text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions of a text with roles and names joined, appositions and later surnames added: sorted, without overlap."""
    named: list[Named] = []
    joined = list(_join_roles(text, mentions, named))
    joined = list(_join_of(text, joined))
    joined = list(join_titles(text, joined, named))
    joined = sorted([*joined, *appositions(text, joined, named)], key=lambda m: m.start)
    return tuple(sorted([*joined, *surnames(text, joined, named)], key=lambda m: m.start))


# ------------------------------------------------------------------------------------------------- to the right: Iranian President X


def _following(text: str, at: int, limit: int) -> list[tuple[str, int, int]]:
    """The next words with their offsets, as long as single spaces part them; a possessive ending ends the list behind its word."""
    found: list[tuple[str, int, int]] = []
    while len(found) < limit and at < len(text) and text[at] == " ":
        match = _WORD.match(text, at + 1)
        if match is None:
            break
        word, start, end = match[0], match.start(), match.end()
        possessive = _ENDS_POSSESSIVE.search(word)
        if possessive:
            found.append((word[: possessive.start()], start, start + possessive.start()))
            break
        if word.endswith(".") and not _is_abbreviation(word):
            found.append((word[:-1], start, end - 1))
            break
        found.append((word, start, end))
        at = end
    return found


def _is_abbreviation(word: str) -> bool:
    return word in (
        "Gen.",
        "Lt.",
        "Col.",
        "Maj.",
        "Adm.",
        "Gov.",
        "Sen.",
        "Rep.",
        "Dr.",
        "Mr.",
        "Mrs.",
        "Ms.",
        "Prof.",
        "Brig.",
        "Sgt.",
        "Capt.",
    ) or (len(word) == 2 and word[0].isupper())


def _join_roles(text: str, mentions: Sequence[Mention], named: list[Named]) -> Iterator[Mention]:
    at = 0
    taken_until = -1
    while at < len(mentions):
        mention = mentions[at]
        at += 1
        if mention.start < taken_until:
            continue
        if mention.kind is MentionKind.PERSON:
            named.append(Named(tuple(mention.text.split()), mention))
        joined = _with_role(text, mention, mentions, at, named) if _can_own(mention) else None
        yield joined or mention
        taken_until = joined.end if joined else mention.end


def _can_own(mention: Mention) -> bool:
    return mention.kind in _OWNERS and len(mention.countries) == 1


def _with_role(text: str, mention: Mention, mentions: Sequence[Mention], at: int, named: list[Named]) -> Mention | None:
    end = mention.end
    possessive = _POSSESSIVE.match(text, end)
    begin = possessive.end() if possessive else end
    first = _WORD.match(text, begin + 1)
    if first is None or not _may_open_role(first[0]):
        return None
    words = _following(text, begin, 12)
    if not words:
        return None
    found = _role_phrase([w for w, _, _ in words], strict=mention.kind is not MentionKind.DEMONYM and possessive is None)
    if found is None:
        return None
    role, count = found
    if mention.kind is MentionKind.ORGANISATION and role.number in (RoleNumber.GROUP, RoleNumber.THING):
        return None
    inside = [m for m in mentions[at : at + 3] if m.start < words[count - 1][2]]
    if inside:
        return None
    role_end = words[count - 1][2]
    name = _name(words[count:], mentions, at) if role.number in (RoleNumber.PERSON, RoleNumber.PERSONS) else ()
    end = name[-1][2] if name else role_end
    person = next((m for m in mentions[at : at + 3] if m.kind is MentionKind.PERSON and m.start < max(end, role_end + 1 + 1)), None)
    if person is not None and person.start <= end + 1:
        end = max(end, person.end)
    kind = MentionKind.PERSON if name or (person is not None and person.end == end) else MentionKind.ROLE
    joined = Mention(
        mention.start, end, text[mention.start : end], kind, mention.countries, role.sector, ((mention.start, mention.end),),
        f"link:{role.noun}; {mention.source}",
    )  # fmt: skip
    if kind is MentionKind.PERSON:
        words_of_name = tuple(w for w, _, _ in name) or tuple(text[role_end:end].split())
        named.append(Named(words_of_name, joined))
    return joined


def _may_open_role(word: str) -> bool:
    """A quick look: whether a role phrase can begin with a word."""
    lower = word.lower()
    if lower[-2:] in ("'s", "’s"):
        lower = lower[:-2]
    return lower in _MODIFIERS or lower.rstrip(".'’") in roles.first_words()


def _role_phrase(words: list[str], *, strict: bool) -> tuple[Role, int] | None:
    """The role that the words after an owner begin with, behind modifiers, and how many words the phrase takes.

    `strict`: the owner is a bare name ("Pakistan Prime Minister"), where only capitals or a role directly behind it are believed.
    """
    lower = [w.lower() for w in words]
    at = 0
    while at < min(len(words), 5):
        found = roles.find(lower, at)
        if found is not None:
            role, count = found
            end = at + count
            while end < len(words):
                more = roles.find(lower, end)
                if more is None or words[end][0].isupper() != words[end - 1][0].isupper():
                    break
                role, end = more[0], end + more[1]
            if strict and not (words[at][0].isupper() or at == 0):
                return None
            return role, end
        if lower[at] not in _MODIFIERS:
            return None
        at += 1
    return None


def _name(words: list[tuple[str, int, int]], mentions: Sequence[Mention], at: int) -> tuple[tuple[str, int, int], ...]:
    """The words of a name that the list begins with."""
    starts = {m.start for m in mentions[at : at + 4] if m.kind is not MentionKind.PERSON}
    taken = 0
    for i, (word, start, _) in enumerate(words[:_MAX_NAME]):
        if start in starts or word in NOT_NAMES:
            break
        if _NAME_WORD.match(word):
            taken = i + 1
        elif word not in PARTICLES:
            break
    return tuple(words[:taken])


# ------------------------------------------------------------------------------------------------------ to the left: president of X


def _join_of(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    previous_end = 0
    for i, mention in enumerate(mentions):
        joined = _of_role(text, mention, mentions, i, previous_end) if _can_own(mention) or mention.kind is MentionKind.ROLE else None
        yield joined or mention
        previous_end = mention.end


def _of_role(text: str, mention: Mention, mentions: Sequence[Mention], at: int, previous_end: int) -> Mention | None:
    if mention.kind is MentionKind.DEMONYM or not text[max(0, mention.start - 8) : mention.start].endswith((" of ", " of the ")):
        return None
    match = _OF.search(text[max(previous_end, mention.start - 60) : mention.start])
    if match is None:
        return None
    words = match[1].split()
    lower = [w.lower() for w in words]
    for first in range(len(words)):
        found = roles.find(lower, first)
        if found is None or first + found[1] != len(words) or found[0].number is RoleNumber.THING or found[0].noun in _NOT_OF:
            continue
        base = max(previous_end, mention.start - 60) + match.start(1)
        start = base + sum(len(w) + 1 for w in words[:first])
        codes = mention.countries
        following = mentions[at + 1] if at + 1 < len(mentions) else None
        if following and found[0].number is RoleNumber.PERSONS and text[mention.end : following.start] in (" and ", " and the "):
            codes = tuple(dict.fromkeys((*codes, *following.countries)))
        return Mention(
            start, mention.end, text[start : mention.end], MentionKind.ROLE, codes, found[0].sector, ((mention.start, mention.end),),
            f"link:{found[0].noun} of; {mention.source}",
        )  # fmt: skip
    return None
