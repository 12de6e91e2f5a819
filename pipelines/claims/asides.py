"""Asides: countries near a trigger that take no part in what it tells: where it is, or whom something else is done to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipelines.claims import syntax
from pipelines.claims.mentions import is_locative
from pipelines.claims.model import Actor, ParsedSentence
from pipelines.claims.sites import Site

if TYPE_CHECKING:
    from spacy.tokens import Token

_ANYWHERE: Final = frozenset({"AID", "RETREAT", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT", "CONCEDE"})
"""Types whose target may be where something is ("assistance in Iraq"); the others are addressed to somebody."""

_JUDGING: Final = frozenset({"ACCUSE", "REJECT", "SUPPORT"})
"""Types whose target is whoever did the deed that is judged, never who suffered it."""

_OTHER_MATTERS: Final = frozenset("on against in at near from over after before during between than without amid despite under".split())

_CONDITIONS: Final = frozenset({"until", "unless", "if"})


def is_condition(clause: Token) -> bool:
    """Whether a clause says on what something depends: "will not lift the embargo *until Cuba reforms*" is about Cuba."""
    inverted = any(c.dep_ == "aux" and c.lower_ == "should" and c.i == clause.left_edge.i for c in clause.children)
    return inverted or any(c.lower_ in _CONDITIONS for c in clause.children)


def is_aside(actor: Actor, site: Site, parsed: ParsedSentence, *, acts: bool = False) -> bool:
    """Whether a country is only where something is, or stands below the trigger in another matter ("the attack on Chile").

    Args:
        acts: whether it would be the source; where something is, is never who did it.
    """
    anywhere = not acts and site.rule.type in _ANYWHERE
    if not anywhere and is_locative(actor.mention, parsed):
        return True
    token = parsed.doc[actor.head]
    while token.i != site.trigger.i and token.head != token:
        beside = token.dep_ in ("relcl", "advcl") and not is_condition(token)
        if site.rule.type in _JUDGING and token.lower_ == "of" and token.head.lemma_.lower() in syntax.SUFFERED:
            return True
        if beside or (not anywhere and token.dep_ in ("prep", "mark") and token.lower_ in _OTHER_MATTERS):
            return site.trigger.is_ancestor(token)
        token = token.head
    return False
