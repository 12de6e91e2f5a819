"""Frames: rules matched on a parsed sentence, with source and target found.

A trigger may be a verb, a noun or an adjective (`sites`). Its slots are read off the dependency parse (`slots`, `syntax`), the phrases
in them are resolved to countries (`arguments`), and one `Frame` comes out for each (source, target).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from pipelines.claims import lone_pair, syntax, tellers
from pipelines.claims.asides import is_aside
from pipelines.claims.inflection import words
from pipelines.claims.model import Actor, Frame, ParsedSentence
from pipelines.claims.rules import RuleSet, Slot
from pipelines.claims.sites import Site, sites
from pipelines.claims.slots import Slots
from schemas import Sector

_CARRYING: Final = frozenset({"SANCTION", "REJECT", "CONCEDE", "RETREAT", "AID", "MOBILIZE"})
"""Types of deeds that go on against, or for, the one that the verb before named."""

_SHARED: Final = frozenset("border frontier crossing visa passport bridge checkpoint embassy tie relation".split())


@dataclass(frozen=True)
class Dropped:
    """Why a candidate gave no frame, for `explain`."""

    rule_id: str
    trigger: str
    tell: Callable[[], str]
    """Works the reason out when it is asked for: only `explain` wants to know."""

    @property
    def reason(self) -> str:
        """In words."""
        return self.tell()


@dataclass
class Match:
    """What a sentence gave."""

    frames: list[Frame] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def match(parsed: ParsedSentence, rules: RuleSet) -> Match:
    """All frames of a sentence.

    A rule with the highest priority on its trigger silences the others there; a noun that is part of a verb's phrase ("lifted sanctions")
    and a clause that the rule above it absorbs ("agreed to lend") have none of their own. A sentence of two countries that is left without
    any frame may get one from a rule that found only one of them (`lone_pair`).
    """
    slots = Slots(parsed)
    finder = _Finder(parsed, slots)
    result = Match()
    found: list[tuple[Site, list[Frame]]] = []
    unfilled: list[Site] = []
    possible = rules.possible(words(parsed.sentence.text))
    for site in (s for token in parsed.doc for s in sites(token, rules, possible)):
        frames = list(finder.frames(site))
        if frames:
            found.append((site, frames))
        else:
            unfilled.append(site)
    for site in unfilled:
        if frames := list(finder.carried_over(site, found)):
            found.append((site, frames))
        else:
            result.dropped.append(Dropped(site.rule.id, site.trigger.text, partial(finder.why, site)))
    silenced = _absorbed(site for site, _ in found)
    best: dict[int, int] = {}
    for site, _ in found:
        best[site.trigger.i] = max(best.get(site.trigger.i, -100), site.rule.priority)
    for site, frames in found:
        if site.trigger.i in silenced or (site.support is not None and site.support.i in silenced):
            result.dropped.append(Dropped(site.rule.id, site.trigger.text, lambda: "absorbed by the frame above it"))
        elif site.rule.complement == "defer" and _tells_more(site, best):
            result.dropped.append(Dropped(site.rule.id, site.trigger.text, lambda: "the clause below it says what exactly"))
        elif site.rule.priority < best[site.trigger.i]:
            result.dropped.append(Dropped(site.rule.id, site.trigger.text, lambda: "a more specific rule has this trigger"))
        else:
            result.frames += frames
    if not result.frames and (guess := lone_pair.guess(parsed, slots, unfilled)) is not None:
        site, source, target = guess
        result.frames.append(_frame(parsed, site, source, target, (lone_pair.PATH, lone_pair.PATH)))
    return result


def _frame(parsed: ParsedSentence, site: Site, source: Actor, target: Actor, path: tuple[str, ...]) -> Frame:
    offset = parsed.sentence.start
    first, last = min(site.words, key=lambda t: t.i), max(site.words, key=lambda t: t.i)
    return Frame(
        rule=site.rule,
        claim_type=site.rule.type,
        trigger=site.trigger,
        trigger_start=first.idx + offset,
        trigger_end=last.idx + len(last) + offset,
        source=source,
        target=target,
        reciprocal=site.rule.reciprocal,
        path=path,
    )


def _between_them(site: Site) -> bool:
    """Whether what several do with is a thing that they share ("scrapped visas", "opened the border"): they do it to each other."""
    if site.object is None or site.rule.type not in ("CONCEDE", "SANCTION"):
        return False
    return any(t.lemma_.lower() in _SHARED for t in (site.object, *(c for c in site.object.children if c.dep_ == "compound")))


def _tells_more(site: Site, framed: Container[int]) -> bool:
    """Whether a clause below the trigger has a frame of its own."""
    return any(t.i in framed for clause in syntax.complements(site.trigger) for t in clause.subtree)


def _absorbed(placed: Iterable[Site]) -> set[int]:
    """Token indices whose own frames are part of another one: nouns of light-verb phrases, clauses under `complement = "suppress"`."""
    silenced: set[int] = set()
    for site in placed:
        if site.object is not None:
            silenced.add(site.object.i)
        if site.rule.complement == "suppress":
            for clause in syntax.complements(site.trigger):
                if clause.dep_ == "advcl" and clause.tag_ != "VB":
                    continue
                silenced.update(t.i for t in syntax.conjuncts(clause))
                inner = [c for c in syntax.complements(clause) if c.dep_ == "xcomp"]
                silenced.update(t.i for c in inner for t in syntax.conjuncts(c))
    return silenced


class _Finder:
    """Fills the slots of a site."""

    def __init__(self, parsed: ParsedSentence, slots: Slots) -> None:
        self._parsed = parsed
        self._slots = slots

    def frames(self, site: Site) -> Iterator[Frame]:
        pairs = self._reciprocal(site) if site.rule.reciprocal else self._directed(site)
        for source, target, path in pairs:
            yield _frame(self._parsed, site, source, target, path)

    def carried_over(self, site: Site, found: Iterable[tuple[Site, list[Frame]]]) -> Iterator[Frame]:
        """Frames of a site without a target whose verb is coordinated with one that has one: "broke off talks with Mali and recalled its
        ambassador"."""
        verb = site.support or site.trigger
        if site.rule.strict or site.rule.reciprocal or site.rule.type not in _CARRYING or verb.dep_ != "conj" or verb.pos_ != "VERB":
            return
        sources, slot = self._slots.first(site, site.rule.source)
        if any(a.country not in {s.country for s in sources} for a in self._slots.fill(site, Slot("anyone"))):
            return
        above = [f for other, frames in found for f in frames if verb.head in (other.trigger, other.support)]
        targets = {f.target.country: f.target for f in above if f.source.country in {a.country for a in sources}}
        if len(targets) == 1:
            for source in sources:
                yield _frame(self._parsed, site, source, next(iter(targets.values())), (slot, "carried over"))

    def why(self, site: Site) -> str:
        """Which side found nobody."""
        sources = [a.country for s in site.rule.source for a in self._slots.fill(site, s)]
        targets = [a.country for s in site.rule.target for a in self._slots.fill(site, s)]
        if site.rule.reciprocal:
            return f"fewer than two countries take part: {sorted({*sources, *targets}) or 'none'}"
        if not sources:
            return f"no country as source in {', '.join(map(str, site.rule.source))}"
        return f"source {', '.join(sources)}, but no other country as target in {', '.join(map(str, site.rule.target))}"

    def _directed(self, site: Site) -> Iterator[tuple[Actor, Actor, tuple[str, ...]]]:
        sources, source_slot = self._slots.first(site, site.rule.source, frozenset())
        if not sources:
            return
        targets, target_slot = self._slots.first(site, site.rule.target, frozenset(a.country for a in sources))
        if not targets and len(sources) == 1:
            targets, target_slot = self._last_resort(site, sources[0])
        elif not targets and (syntax.each_other(site.trigger) or _between_them(site)):
            targets, target_slot = sources, "each other"
        for source in sources:
            if source.sector in site.rule.source_not:
                continue
            for target in targets:
                if source.country != target.country:
                    yield source, target, (source_slot, target_slot)

    def _last_resort(self, site: Site, source: Actor) -> tuple[tuple[Actor, ...], str]:
        """The only other country below the trigger, where no slot of the rule has one."""
        if site.rule.strict:
            return self._teller(site, source), "teller"
        found = tuple(a for a in self._slots.fill(site, Slot("anyone")) if a.country != source.country)
        if len(found) == 1 and not is_aside(found[0], site, self._parsed):
            return found, "anyone"
        if teller := self._teller(site, source):
            return teller, "teller"
        return ((), "") if found else (self._shared(site, source), "shared")

    def _teller(self, site: Site, source: Actor) -> tuple[Actor, ...]:
        """Who tells of a hostile deed as done to himself, where nobody else is named."""
        if site.rule.type not in tellers.HOSTILE or len(self._slots.everyone()) != 2:
            return ()
        found = self._slots.named(tellers.heads(site))
        return tuple(a for a in found if a.country != source.country and a.sector is not Sector.MEDIA)

    def _shared(self, site: Site, source: Actor) -> tuple[Actor, ...]:
        """The object of a verb that the trigger's verb is coordinated with: "accused *Ukraine* of terrorism and severed ties", "apologised
        for the massacre and offered *Kenya* money", or of the verb whose purpose it is: "telephoned *Kagame* to express his sympathy"."""
        verb = site.support or (site.trigger if site.trigger.pos_ == "VERB" else syntax.whole(site.trigger).head)
        first = syntax.first_conjunct(verb)
        found = self._slots.named(syntax.objects(first)) if first != verb and first.pos_ == "VERB" else ()
        if not found and len(self._slots.everyone()) == 2:
            later = (c for c in verb.children if c.dep_ == "conj" and c.pos_ == "VERB" and not any(x.dep_ == "nsubj" for x in c.children))
            found = self._slots.named(t for v in later for t in (*syntax.indirect_objects(v), *syntax.objects(v)))
        if not found and verb.dep_ in ("xcomp", "advcl") and verb.tag_ == "VB" and verb.head.pos_ == "VERB":
            found = self._slots.named(syntax.objects(verb.head))
        return found if len(found) == 1 and found[0].country != source.country else ()

    def _reciprocal(self, site: Site) -> Iterator[tuple[Actor, Actor, tuple[str, ...]]]:
        between = self._slots.all(site, tuple(s for s in site.rule.source if s.name in ("between", "among")))
        left = between if len(between) > 1 else self._slots.all(site, site.rule.source)
        right = {c: a for c, a in self._slots.all(site, site.rule.target).items() if c not in left}
        path = (",".join(map(str, site.rule.source)), ",".join(map(str, site.rule.target)))
        if left and right:
            pairs = [(a, b) for a in left.values() for b in right.values()]
        else:
            both = sorted((left or right).values(), key=lambda a: a.start)
            pairs = [(a, b) for i, a in enumerate(both) for b in both[i + 1 :]]
        for a, b in pairs:
            yield a, b, path
