"""The lone pair: a sentence names exactly two countries, and a rule found its trigger and one of them, but not the other.

Parsers lose an argument in long sentences, and news leaves it to the reader ("Obama will not lift the embargo until Cuba reforms").
Then the other country takes the empty place. That is a guess, so it is made only where no rule found both, once a sentence, and
its confidence is counted apart (`confidence.contexts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from pipelines.claims.asides import is_aside, is_condition
from pipelines.claims.mentions import is_locative
from pipelines.claims.model import Actor, ParsedSentence
from pipelines.claims.sites import Site
from pipelines.claims.slots import Slots
from schemas import Sector

if TYPE_CHECKING:
    from spacy.tokens import Token

PATH: Final = "sentence"
"""What stands as the slot of both sides in a frame's path."""

_STATES: Final = frozenset({"TIES_GOOD", "TIES_BAD", "ALLIANCE", "TERRITORY"})
"""States between two; their words ("crisis", "rival", "border") are too common where only one country is near."""

_DEEDS: Final = frozenset({"ASSAULT", "COERCE"})
"""Types whose noun ("a killing") stands below whoever condemns it."""

_BACKED: Final = frozenset({"backed", "led", "sponsored", "supported", "funded", "financed", "armed", "trained", "allied", "aligned"})
"""Participles behind a country's name that make it the patron of whoever is meant."""

_NEAR_ONLY: Final = frozenset({"ASSAULT"})
"""Types whose participants must stand in the trigger's own clause: wide of it, whoever is named mostly only speaks of the violence."""


def guess(parsed: ParsedSentence, slots: Slots, unfilled: Iterable[Site]) -> tuple[Site, Actor, Actor] | None:
    """The site that the pair fits best, with source and target: of those with one participant the highest in the tree.

    Args:
        unfilled: the sites of the sentence at which a rule found fewer than two countries, in the order of the text.
    """
    everyone = slots.everyone()
    if len(everyone) != 2:
        return None
    fitting = (
        (len(list(site.trigger.ancestors)), -site.rule.priority, site.trigger.i, site, source, target)
        for site in unfilled
        for source, target in _completed(parsed, slots, site, everyone)
    )
    best = min(fitting, key=lambda found: found[:3], default=None)
    return None if best is None else best[3:]


def _completed(parsed: ParsedSentence, slots: Slots, site: Site, everyone: tuple[Actor, ...]) -> Iterator[tuple[Actor, Actor]]:
    """Source and target with the missing one filled in, if it may be."""
    rule = site.rule
    if not rule.lone_pair or rule.type in _STATES:
        return
    if rule.reciprocal:
        known = slots.all(site, rule.source) | slots.all(site, rule.target)
        missing = [a for a in everyone if a.country not in known]
        if len(missing) == 1 and not is_locative(missing[0].mention, parsed) and not _stands_apart(missing[0], site, parsed):
            yield everyone[0], everyone[1]
        return
    sources, _ = slots.first(site, rule.source)
    targets, _ = ((), "") if sources else slots.first(site, rule.target)
    if len(sources) + len(targets) != 1:
        return
    (known_one,) = sources or targets
    other = next(a for a in everyone if a.country != known_one.country)
    source, target = (known_one, other) if sources else (other, known_one)
    if (
        source.sector in rule.source_not
        or (rule.type in _NEAR_ONLY and source.sector is Sector.CIVILIAN)
        or is_aside(other, site, parsed, acts=other is source)
    ):
        return
    if rule.type in _NEAR_ONLY and _comes_from(parsed.doc[other.head]):
        return
    if sources and _backs(parsed.doc[other.head]):
        return
    if targets and _acts_beside(parsed.doc[other.head], site.trigger):
        return
    if targets and rule.type in _DEEDS and _judges_from_above(parsed.doc[other.head], site):
        return
    if sources and _has_a_clause_of_its_own(parsed.doc[other.head], site.trigger):
        return
    if rule.type not in _NEAR_ONLY or _shares_clause(parsed.doc[other.head], site.trigger):
        yield source, target


def _judges_from_above(token: Token, site: Site) -> bool:
    """Whether a token stands in the subject of a verb above a deed's noun that does not carry it: who condemns a killing did not kill."""
    if site.trigger.pos_ in ("VERB", "AUX") or site.support is not None:
        return False
    phrases = (t for t in (token, *token.ancestors) if t.dep_ in ("nsubj", "nsubjpass"))
    return any(t.head.is_ancestor(site.trigger) and not t.is_ancestor(site.trigger) for t in phrases)


def _backs(token: Token) -> bool:
    """Whether a country only tells whose somebody is: "*Rwandan*-backed rebels"."""
    return token.dep_ == "npadvmod" and token.head.lower_ in _BACKED


def _has_a_clause_of_its_own(token: Token, trigger: Token) -> bool:
    """Whether a token stands in the subject of another clause: who says, sees or judges it is not whom it is done to."""
    for phrase in (token, *token.ancestors):
        if phrase.dep_ in ("nsubj", "nsubjpass") and phrase.head != trigger:
            return phrase.head.is_ancestor(trigger) or not is_condition(phrase.head)
    return False


def _acts_beside(token: Token, trigger: Token) -> bool:
    """Whether a token stands in the subject of a clause that goes beside the trigger's: "Chad got rice, *and Mali voted*"."""
    phrases = (t for t in (token, *token.ancestors) if t.dep_ in ("nsubj", "nsubjpass"))
    return any(t.head.dep_ == "conj" and t.head != trigger and not t.head.is_ancestor(trigger) for t in phrases)


def _stands_apart(actor: Actor, site: Site, parsed: ParsedSentence) -> bool:
    """Whether a country stands in a clause beside the trigger's: "exports from Brazil rose *while those from Peru* fell"."""
    chain = (parsed.doc[actor.head], *parsed.doc[actor.head].ancestors)
    clause = next((t for t in chain if t.dep_ == "advcl" and any(c.lower_ in ("while", "whereas", "as") for c in t.children)), None)
    return clause is not None and not clause.is_ancestor(site.trigger)


def _comes_from(token: Token) -> bool:
    return token.dep_ == "pobj" and token.head.lower_ == "from"


def _shares_clause(token: Token, trigger: Token) -> bool:
    clause = next((t for t in (trigger, *trigger.ancestors) if _is_clause(t)), trigger)
    return token == clause or clause.is_ancestor(token)


def _is_clause(token: Token) -> bool:
    return token.pos_ in ("VERB", "AUX") and any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children)
