"""Grows a country's mention to the role noun that it modifies in the parse: "Israeli surveillance company"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pipelines.claims import mentions
from pipelines.claims.grammar import role_at
from pipelines.claims.model import Mention, MentionKind, ParsedSentence

_OWNERS: Final = frozenset({MentionKind.DEMONYM, MentionKind.NAME, MentionKind.SEAT, MentionKind.ORGANISATION})
_MODIFYING: Final = frozenset({"amod", "compound", "nmod", "poss", "npadvmod"})
_NOT_ITS_OWN: Final = frozenset(
    "backed supported sponsored funded aligned made based born trained armed supplied friendly bound educated".split()
)
"""Behind "U.S.-" these say whose friend, work or home somebody is, not whose he is; "led" and "run" do."""


_BELONGING: Final = frozenset("flagged registered owned operated led run controlled manned".split())
"""Behind "Kenyan-" these say whose something is."""


def grow(parsed: ParsedSentence) -> Iterator[Mention]:
    """The sentence's mentions, grown where they own a role noun."""
    taken = dict(parsed.by_token)
    for mention in parsed.mentions:
        yield _grown(mention, parsed, taken) or mention


def modifies_other(mention: Mention, parsed: ParsedSentence) -> bool:
    """Whether a mention only says whose friend, work or home something is ("U.S.-backed rebels"), so that it is no actor there."""
    after = parsed.sentence.text[mention.end - parsed.sentence.start :][:20]
    if not after.startswith(("-", "‑", "–")):
        return False
    return after[1:].lower().startswith(tuple(_NOT_ITS_OWN))


def _grown(mention: Mention, parsed: ParsedSentence, taken: dict[int, Mention]) -> Mention | None:
    if mention.kind not in _OWNERS or len(mention.countries) != 1 or modifies_other(mention, parsed):
        return None
    token = mentions.head(mention, parsed)
    if token is None:
        return None
    if token.dep_ == "conj" and token.head.dep_ in _MODIFYING:
        token = token.head
    noun = token.head
    if token.dep_ == "npadvmod" and noun.dep_ == "amod" and noun.lower_ in _BELONGING:
        noun = noun.head
    if token.dep_ not in _MODIFYING or noun.i <= token.i:
        return None
    if noun.i in taken:
        shared = taken[noun.i]
        joined = mention.kind is MentionKind.DEMONYM and shared is not mention and shared.kind is MentionKind.ROLE
        return replace(mention, sector=shared.sector) if joined and shared.countries else None
    role = role_at(noun, token.i + 1)
    if role is None:
        return None
    between = [taken.get(i) for i in range(token.i + 1, noun.i)]
    if any(m is not None and m.countries and m is not mention for m in between):
        return replace(mention, sector=role.sector) if mention.kind is MentionKind.DEMONYM else None
    base = parsed.sentence.start
    end = base + noun.idx + len(noun.text)
    text = parsed.sentence.text[mention.start - base : end - base]
    own = ((mention.start, mention.end),)
    source = f"parse:{role.noun}; {mention.source}"
    grown = Mention(mention.start, end, text, MentionKind.ROLE, mention.countries, role.sector, own, source)
    for i in range(token.i, noun.i + 1):
        taken[i] = grown
    return grown
