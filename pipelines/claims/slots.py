"""Slots: the countries that stand where a rule looks for source and target.

The names of the slots are explained in the header of `data/rules/agree.toml`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from pipelines.claims import roles, syntax
from pipelines.claims.arguments import Arguments
from pipelines.claims.model import Actor, MentionKind, ParsedSentence
from pipelines.claims.rules import PREPOSITIONS, Slot
from pipelines.claims.sites import Site
from schemas import Sector

if TYPE_CHECKING:
    from spacy.tokens import Token

MAX_LISTED: Final = 6
"""Longer lists of countries give rows only where the sentence singles a pair out (codebook section 2)."""

_FAR: Final = frozenset({"by", "against", "with", "between", "from", "to"})
"""Prepositions that parsers hang on the noun before instead of on the trigger ("a protest by Greeks against Germany")."""

_BEHIND_MEASURES: Final = frozenset({"to", "for", "in", "on", "from"})
"""Prepositions that parsers hang on an amount instead of on the thing that is measured ("a grant of four million euros for Nepal")."""
_OF_ONE_STATE: Final = frozenset({Sector.GOVERNMENT, Sector.LEGISLATURE, Sector.CENTRAL_BANK, Sector.MILITARY, Sector.POLICE})
"""Bodies that each state has one of: whoever says "the government" means his own."""
_SOMEWHERE: Final = frozenset({"ASSAULT", "COERCE", "PROTEST"})
_PLACES: Final = frozenset({MentionKind.PLACE, MentionKind.SEAT})
"""Names before a deed that say where it was done: "the Nairobi bombing"."""
_JUDGING: Final = frozenset({"ACCUSE", "REJECT", "SUPPORT"})
_TAKING_UP: Final = frozenset({"object", "subject", "clause", "about", "over", "at", "of", "for", "with", "against", "to", "by"})
_DURING: Final = frozenset({"on", "during", "in", "after", "before", "for", "following", "from", "through", "with", "via"})
"""Prepositions under which an act without a doer of its own is the main clause's subject's ("speaking during a visit to Kenya")."""


class Slots:
    """Fills the slots of the sites of one sentence."""

    def __init__(self, parsed: ParsedSentence) -> None:
        self._arguments = Arguments(parsed)

    def fill(self, site: Site, slot: Slot) -> tuple[Actor, ...]:
        """The countries in a slot; where an act is judged that has no owner of its own, whoever was last said to have done it."""
        return self._fill(site, slot) or self._taken_up(site, slot)

    def first(self, site: Site, slots: tuple[Slot, ...], known: frozenset[str] = frozenset()) -> tuple[tuple[Actor, ...], str]:
        """Actors of the first of some slots that has any beside the `known` countries, and that slot; nobody and "" if none has."""
        for slot in slots:
            found = self.fill(site, slot)
            if any(a.country not in known for a in found) and len(found) <= MAX_LISTED:
                return found, str(slot)
        return (), ""

    def all(self, site: Site, slots: tuple[Slot, ...]) -> dict[str, Actor]:
        """Actors of some slots by country; slots that look far are asked only while fewer than two are known."""
        found: dict[str, Actor] = {}
        for slot in slots:
            if slot.name in ("pair", "anyone", "complement", "other") and len(found) > 1:
                continue
            for actor in self.fill(site, slot):
                found.setdefault(actor.country, actor)
        return found if len(found) <= MAX_LISTED else {}

    def everyone(self) -> tuple[Actor, ...]:
        """Every country in the sentence, references included, in the order of the text."""
        return self._arguments.everyone()

    def named(self, heads: Iterable[Token]) -> tuple[Actor, ...]:
        """The countries that some phrases stand for."""
        return self._arguments.actors(heads)

    def _taken_up(self, site: Site, slot: Slot) -> tuple[Actor, ...]:
        if site.rule.type not in _JUDGING or slot not in site.rule.target or slot.name not in _TAKING_UP:
            return ()
        if slot.name in PREPOSITIONS:
            return self._arguments.acting(t for a in site.anchors for t in syntax.prepositional(a, slot.name))
        if slot.name == "clause":
            return self._arguments.acting(t for c in syntax.complements(site.trigger) for t in syntax.subjects(c))
        if slot.name == "subject":
            return self._arguments.acting(_subject_heads(site))
        return self._arguments.acting((site.object,) if site.object is not None else syntax.objects(site.trigger))

    def _fill(self, site: Site, slot: Slot) -> tuple[Actor, ...]:
        name, mode = slot.name, slot.mode
        if name in PREPOSITIONS:
            heads = [t for a in site.anchors for t in syntax.prepositional(a, name)]
            if not heads and site.trigger.pos_ in ("NOUN", "PROPN") and name in _FAR:
                heads = [t for p in syntax.any_prepositional(site.trigger) for t in syntax.prepositional(p, name)]
            if not heads and name in ("with", "between") and site.trigger.dep_ == "dobj" and site.support is None:
                heads = [t for t in syntax.prepositional(site.trigger.head, name) if t.i > site.trigger.i]
            if not heads and name in ("from", "on") and site.object is not None:
                heads = [t for a in site.anchors for p in syntax.any_prepositional(a) for t in syntax.prepositional(p, name)]
            if not heads and name == "with" and site.trigger.pos_ == "VERB":
                heads = [t for p in syntax.any_prepositional(site.trigger) for t in syntax.prepositional(p, name)]
            if not heads and name in ("between", "among") and site.trigger.dep_ in ("nsubj", "nsubjpass"):
                heads = [t for v in _predicate(site.trigger.head) for t in syntax.prepositional(v, name)]
            if not heads and name in _BEHIND_MEASURES:
                heads = [t for a in site.anchors for m in syntax.measures(a) for t in syntax.prepositional(m, name)]
            return self._arguments.actors(heads, mode)
        if name == "subject":
            doers = _subject_heads(site)
            return self._arguments.actors(doers, mode) or self._of_the_speaker(site, doers) or self._keepers(site, doers)
        if name == "response":
            return self._arguments.actors((t for a in site.anchors for t in syntax.answered(a)), mode)
        if name == "object":
            if site.object is not None:
                return self._arguments.actors((site.object,), mode)
            return self._arguments.actors((t for v in _verbs(site) for t in syntax.objects(v)), mode)
        if name == "indirect":
            return self._arguments.actors((t for v in _verbs(site) for t in syntax.indirect_objects(v)), mode)
        nouns = [n for n in (site.trigger, site.object) if n is not None and n.pos_ not in ("VERB", "AUX")]
        if name == "poss":
            return next((found for n in nouns for o in _sharing_owner(n) if (found := self._arguments.possessors(o))), ())
        if name == "adj":
            found = next((found for n in nouns if (found := self._arguments.modifiers(n))), ())
            return tuple(a for a in found if site.rule.type not in _SOMEWHERE or a.mention.kind not in _PLACES)
        if name == "anti":
            return next((found for n in nouns if (found := self._arguments.opposed(n))), ())
        if name == "head":
            return self._arguments.actors((site.trigger.head,), mode) if site.trigger.dep_ in ("amod", "acl", "compound") else ()
        return self._wide(site, name, mode)

    def _wide(self, site: Site, name: str, mode: str) -> tuple[Actor, ...]:
        """Slots that look further than the trigger's own phrase."""
        if name == "complement":
            return self._of_clauses(site, mode)
        if name == "clause":
            clauses = syntax.complements(site.trigger)
            heads = (t for c in clauses for t in (syntax.objects(c) if syntax.is_passive(c) else syntax.subjects(c)))
            return self._arguments.actors(heads, mode)
        if name == "speaker":
            return self._arguments.actors(syntax.speakers(site.trigger), mode)
        if name == "other":
            return self._arguments.counterpart()
        if name == "anyone":
            return self._anyone(site)
        if name == "pair":
            everyone = self._arguments.everyone()
            return everyone if len(everyone) == 2 else ()
        return ()

    def _of_the_speaker(self, site: Site, heads: tuple[Token, ...]) -> tuple[Actor, ...]:
        """Whose "the government" is: that of whoever speaks of it ("Japan's minister said *the government* would ban")."""
        bare = (
            t for t in heads if t.pos_ == "NOUN" and {c.dep_ for c in t.children} <= {"det"} and any(c.lower_ == "the" for c in t.children)
        )
        kinds = (roles.roles().get(t.lower_) for t in bare)
        if not any(kind is not None and kind.sector in _OF_ONE_STATE for kind in kinds):
            return ()
        return tuple(a for a in self._arguments.actors(syntax.speakers(site.support or site.trigger)) if a.sector is not Sector.MEDIA)

    def _keepers(self, site: Site, heads: tuple[Token, ...]) -> tuple[Actor, ...]:
        """Who lets people go where nobody is named for it: who held them ("sailors *held by Guinea* were set free")."""
        if heads or site.rule.type != "RETREAT":
            return ()
        held = (c for t in syntax.objects(site.trigger) for c in t.children if c.dep_ == "acl" and c.tag_ == "VBN")
        return self._arguments.actors(t for participle in held for t in syntax.subjects(participle))

    def _anyone(self, site: Site) -> tuple[Actor, ...]:
        """Whoever is named below the trigger; under a verb, its subject and the clauses that only accompany it are left out."""
        if site.trigger.pos_ not in ("VERB", "AUX"):
            return self._arguments.inside(site.trigger)
        found: dict[str, Actor] = {}
        for child in site.trigger.children:
            if child.dep_ not in ("nsubj", "nsubjpass", "agent", "advcl", "conj", "csubj", "npadvmod"):
                for actor in self._arguments.inside(child):
                    found.setdefault(actor.country, actor)
        return tuple(found.values())

    def _of_clauses(self, site: Site, mode: str) -> tuple[Actor, ...]:
        """Participants of the clauses under a trigger beside its subject: objects first, then anybody inside."""
        own = {a.country for a in self._arguments.actors(_subject_heads(site))}
        for clause in syntax.complements(site.trigger):
            verbs = list(syntax.conjuncts(clause))
            direct = self._arguments.actors((t for v in verbs for t in (*syntax.indirect_objects(v), *syntax.objects(v))), mode)
            for found in (direct, self._arguments.inside(clause)):
                if others := tuple(a for a in found if a.country not in own):
                    return others
        return ()


def _predicate(verb: Token) -> tuple[Token, ...]:
    """A verb with what completes it: "tensions *have been running high* between", "*have eased*"."""
    return (verb, *(c for c in verb.children if c.dep_ in ("acomp", "advmod", "xcomp", "prt")))


def _sharing_owner(noun: Token) -> tuple[Token, ...]:
    """A noun, the first of its coordination, and the noun that one hangs on: "its ties with Peru and close links with Chile"."""
    first = syntax.first_conjunct(noun)
    if first == noun:
        return (noun,)
    above = (first.head.head,) if first.dep_ == "pobj" and first.head.head.pos_ == "NOUN" else ()
    return (noun, first, *above)


def _verbs(site: Site) -> tuple[Token, ...]:
    return tuple(t for t in (site.support, site.trigger) if t is not None and t.pos_ in ("VERB", "AUX"))


def _subject_heads(site: Site) -> tuple[Token, ...]:
    trigger = site.trigger
    if site.support is not None:
        return syntax.subjects(site.support)
    if trigger.pos_ in ("VERB", "AUX"):
        return syntax.subjects(trigger)
    head = syntax.whole(trigger)
    if head.dep_ in ("attr", "acomp", "oprd", "advmod", "prep"):
        return syntax.subjects(head.head)
    if head.dep_ == "appos":
        return (head.head,)
    if head.dep_ in ("amod", "acl"):
        return (head.head,)
    if accused := _accused(head):
        return accused
    if head.dep_ == "pobj" and head.head.head.pos_ in ("VERB", "AUX"):
        preposition = head.head.lower_
        owned = any(c.dep_ == "poss" or (c.dep_ in ("prep", "agent") and c.lower_ in ("by", "between", "of")) for c in head.children)
        reacts = preposition == "at" and site.rule.type in ("ASSAULT", "COERCE", "SANCTION")  # "protested at the arrest"
        felt = preposition == "to" and head.lemma_ in syntax.FEELINGS
        if felt or (preposition in ("as", "at") and not reacts) or (preposition in _DURING and not owned):
            return syntax.subjects(head.head.head)
    return ()


def _accused(noun: Token) -> tuple[Token, ...]:
    """Who is accused of the deed that a noun names: "accused *Serbian forces* of a massacre"."""
    if noun.dep_ != "pobj" or noun.head.lower_ not in ("of", "for", "over") or any(c.dep_ in ("poss", "agent") for c in noun.children):
        return ()
    above = noun.head.head
    verb = above.head if above.dep_ in ("dobj", "nsubjpass") else above
    return syntax.objects(verb) if verb.pos_ == "VERB" and verb.lemma_ in syntax.BLAME else ()
