"""Tellers: who tells of a blow and names nobody whom it hit, mostly tells of his own ("Mali's army said jets had bombed two towns").

The same holds for who accuses another of it ("accused India of a blockade"). Used where a sentence names exactly two countries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipelines.claims import syntax
from pipelines.claims.sites import Site

if TYPE_CHECKING:
    from spacy.tokens import Token

HOSTILE: Final = frozenset({"ASSAULT", "COERCE", "MOBILIZE", "SANCTION"})
"""Types of deeds that are done to whoever complains of them."""

_HOME: Final = frozenset(
    "village town city province district region suburb capital post outpost checkpoint position airport airfield base barracks bridge "
    "depot refinery port territory soldier troop army garrison border hospital school market grid plant house land frontier "
    "crossing".split()
)
"""What a teller who names no other country has under attack: its own land and forces."""

_DONE_TO_STATES: Final = frozenset(
    "blockade meddle interfere interference meddling espionage spying spy siege annex embargo tariff duty".split()
)
_ABROAD: Final = frozenset("ship tanker vessel journalist civilian refugee dissident rebel minority protester people".split())
"""What may be anybody's: that somebody seized a tanker says nothing of whose it was."""


def heads(site: Site) -> tuple[Token, ...]:
    """Heads of the phrases for whoever tells of the deed as done to himself; none where the deed may have been done elsewhere."""
    trigger = site.trigger
    verb = site.support or trigger
    places = (t for p in verb.children if p.lower_ in ("at", "on", "in", "near", "into") for t in p.children if t.dep_ == "pobj")
    struck = [t for head in (*syntax.objects(verb), *places) for t in syntax.conjuncts(head)]
    words = {t.lemma_.lower() for t in (trigger, *struck)}
    if words & _ABROAD or not words & (_HOME | _DONE_TO_STATES) or (verb.pos_ == "NOUN" and not words & _DONE_TO_STATES):
        return ()
    return syntax.speakers(verb) or _accusers(verb)


def _accusers(verb: Token) -> tuple[Token, ...]:
    """Who accuses somebody of the deed: "*Nepal* accused India of imposing a blockade", "*Cuba* condemned the embargo"."""
    if verb.pos_ == "NOUN" and verb.dep_ == "dobj" and verb.head.lemma_ in syntax.BLAME:
        return syntax.subjects(verb.head)
    clause = verb
    while clause.dep_ in ("conj", "dobj") and clause.head != clause:
        clause = clause.head
    if clause.dep_ not in ("pcomp", "pobj") or clause.head.lower_ not in ("of", "for", "over"):
        return ()
    above = clause.head.head
    above = above.head if above.dep_ == "dobj" else above
    return syntax.subjects(above) if above.lemma_ in syntax.BLAME else ()
