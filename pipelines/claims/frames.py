"""Frames: rules matched on a parsed sentence, with source and target found.

A trigger may be a verb, a noun or an adjective. Its slots are read off the dependency parse (`syntax`), the phrases in them are
resolved to countries (`arguments`), and one `Frame` comes out for each (source, target).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pipelines.claims import syntax
from pipelines.claims.arguments import Arguments
from pipelines.claims.model import Actor, Frame, ParsedSentence
from pipelines.claims.rules import PREPOSITIONS, Rule, RuleSet, Slot

if TYPE_CHECKING:
    from spacy.tokens import Token

MAX_LISTED: Final = 6
"""Longer lists of countries give rows only where the sentence singles a pair out (codebook section 2)."""

_PHRASE_DEPTH: Final = 4
_FAR: Final = frozenset({"by", "against", "with", "between"})
"""Prepositions that parsers hang on the noun before instead of on the trigger ("a protest by Greeks against Germany")."""
_BASE: Final = {"staged": "stage", "met": "meet", "held": "hold", "struck": "strike", "shot": "shoot", "fired": "fire", "slapped": "slap"}


@dataclass(frozen=True)
class Site:
    """A trigger in its place: the words of the rule and the phrases around them."""

    rule: Rule
    trigger: Token
    words: tuple[Token, ...]
    object: Token | None = None
    support: Token | None = None

    @property
    def anchors(self) -> tuple[Token, ...]:
        """Where the trigger's prepositional phrases may hang: on itself, its light verb or noun, or, by a parser's habit, its object."""
        own = tuple(t for t in (self.trigger, self.object, self.support) if t is not None)
        if self.trigger.pos_ == "VERB" and self.object is None:
            own += tuple(o for o in syntax.objects(self.trigger) if o.i > self.trigger.i)
        return own


@dataclass
class Dropped:
    """Why a candidate gave no frame, for `explain`."""

    rule_id: str
    trigger: str
    reason: str


@dataclass
class Match:
    """What a sentence gave."""

    frames: list[Frame] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def match(parsed: ParsedSentence, rules: RuleSet) -> Match:
    """All frames of a sentence.

    A rule with the highest priority on its trigger silences the others there; a noun that is part of a verb's phrase ("lifted sanctions")
    and a clause that the rule above it absorbs ("agreed to lend") have none of their own.
    """
    finder = _Finder(parsed)
    sites = [site for token in parsed.doc for site in _sites(token, rules)]
    result = Match()
    found: list[tuple[Site, list[Frame]]] = []
    for site in sites:
        frames = list(finder.frames(site))
        if frames:
            found.append((site, frames))
        else:
            result.dropped.append(Dropped(site.rule.id, site.trigger.text, finder.why(site)))
    silenced = _absorbed(site for site, _ in found)
    best: dict[int, int] = {}
    for site, _ in found:
        best[site.trigger.i] = max(best.get(site.trigger.i, -100), site.rule.priority)
    for site, frames in found:
        if site.trigger.i in silenced or (site.support is not None and site.support.i in silenced):
            result.dropped.append(Dropped(site.rule.id, site.trigger.text, "absorbed by the frame above it"))
        elif site.rule.priority < best[site.trigger.i]:
            result.dropped.append(Dropped(site.rule.id, site.trigger.text, "a more specific rule has this trigger"))
        else:
            result.frames += frames
    return result


def _sites(token: Token, rules: RuleSet) -> Iterator[Site]:
    lemma = token.lemma_.lower()
    if token.pos_ in ("VERB", "AUX"):
        for words, rule in _entries(rules.verbs, lemma, _BASE.get(token.lower_, lemma)):
            spelled = _verb_words(token, words)
            if spelled is not None:
                yield from _verb_sites(rule, token, spelled)
    if token.pos_ in ("NOUN", "PROPN") or token.dep_ in ("dobj", "pobj"):
        for words, rule in _entries(rules.nouns, lemma, token.lower_):
            spelled = _noun_words(token, words)
            if spelled is not None:
                site = Site(rule, token, spelled, support=_support(token, rule))
                if _conditions_hold(site):
                    yield site
    if token.pos_ == "ADJ" or (token.tag_ in ("VBN", "VBG") and token.dep_ in ("amod", "acomp")) or token.pos_ in ("ADV", "ADP"):
        for words, rule in rules.adjectives.get(token.lower_, ()):
            spelled = _verb_words(token, words)
            if spelled is not None and _conditions_hold(site := Site(rule, token, spelled)):
                yield site


def _entries(index: Mapping[str, tuple[tuple[tuple[str, ...], Rule], ...]], *keys: str) -> Iterator[tuple[tuple[str, ...], Rule]]:
    """Entries under any of the keys: the lemmatiser leaves some plurals ("hostilities") and forms ("staged") as they are."""
    for key in dict.fromkeys(keys):
        yield from index.get(key, ())


def _verb_sites(rule: Rule, verb: Token, words: tuple[Token, ...]) -> Iterator[Site]:
    if rule.voice != "any" and (rule.voice == "passive") != syntax.is_passive(verb):
        return
    if not rule.object:
        site = Site(rule, verb, words)
        if _conditions_hold(site):
            yield site
        return
    for head in syntax.objects(verb):
        for noun in syntax.conjuncts(head):
            if _kinds(noun) & set(rule.object):
                site = Site(rule, verb, (*words, noun), object=noun)
                if _conditions_hold(site):
                    yield site
                    return


def _kinds(noun: Token) -> set[str]:
    """What a noun phrase is called: its head, or the title before a name ("released journalist Ana Ruiz")."""
    words = {noun.lemma_.lower(), noun.lower_}
    if noun.pos_ == "PROPN":
        words.update(c.lemma_.lower() for c in noun.children if c.dep_ in ("compound", "appos"))
    return words


def _verb_words(verb: Token, words: tuple[str, ...]) -> tuple[Token, ...] | None:
    """The tokens of a trigger of several words: particles and prepositions among the children, or the words right after it."""
    spelled = [verb]
    for word in words[1:]:
        child = next(
            (c for c in verb.children if c.lower_ == word and c.dep_ in ("prt", "prep", "advmod", "acomp", "dobj", "neg", "aux", "agent")),
            None,
        )
        if child is None:
            following = verb.doc[spelled[-1].i + 1] if spelled[-1].i + 1 < len(verb.doc) else None
            child = following if following is not None and word in (following.lower_, following.lemma_.lower()) else None
        if child is None:
            return None
        spelled.append(child)
    return tuple(spelled)


def _noun_words(noun: Token, words: tuple[str, ...]) -> tuple[Token, ...] | None:
    """The tokens of a compound trigger, which ends in the noun: "trade war", "cease-fire"."""
    spelled = [noun]
    position = noun.i - 1
    for word in reversed(words[:-1]):
        while position >= 0 and noun.doc[position].text in "-–":
            position -= 1
        if position < 0 or word not in (noun.doc[position].lower_, noun.doc[position].lemma_.lower()):
            return None
        spelled.insert(0, noun.doc[position])
        position -= 1
    return tuple(spelled)


def _support(noun: Token, rule: Rule) -> Token | None:
    """The support verb that a noun is object (or passive subject, or prepositional object) of, if the rule names it."""
    if not rule.support:
        return None
    head = syntax.whole(noun)
    if head.dep_ in ("dobj", "nsubjpass", "attr", "oprd"):
        verb = head.head
    elif head.dep_ == "pobj" and head.head.head.pos_ == "VERB":
        verb = head.head.head
    elif any(c.dep_ in ("relcl", "acl") for c in head.children):
        verb = next(c for c in head.children if c.dep_ in ("relcl", "acl"))
    else:
        return None
    lemma = _BASE.get(verb.lower_, verb.lemma_.lower())
    particles = {f"{lemma}_{c.lower_}" for c in verb.children if c.dep_ in ("prt", "prep")}
    return verb if lemma in rule.support or particles & set(rule.support) else None


def _conditions_hold(site: Site) -> bool:
    rule = site.rule
    clauses = syntax.complements(site.trigger) if rule.needs_complement or rule.clause_has else ()
    if rule.needs_complement and not clauses:
        return False
    if rule.clause_has and not {w.lower_ for c in clauses for w in c.children}.intersection(rule.clause_has):
        return False
    if rule.needs or rule.unless:
        around = _phrase_words(site)
        if rule.needs and not around.intersection(rule.needs):
            return False
        if around.intersection(rule.unless):
            return False
    if rule.qualified_by and not _qualifiers(site.trigger).intersection(rule.qualified_by):
        return False
    return not (rule.unless_under and _governors(site.trigger).intersection(rule.unless_under))


def _phrase_words(site: Site) -> set[str]:
    """Lemmas near the trigger: its phrase down to a few levels, and the nouns beside it."""
    words: set[str] = set()

    def collect(token: Token, depth: int) -> None:
        for child in token.children:
            words.update((child.lemma_.lower(), child.lower_))
            if depth < _PHRASE_DEPTH and child.dep_ not in ("advcl", "relcl", "ccomp", "conj"):
                collect(child, depth + 1)

    for anchor in site.anchors:
        collect(anchor, 1)
    if site.trigger.dep_ in ("amod", "compound"):
        words.add(site.trigger.head.lemma_.lower())
    return words - {w.lemma_.lower() for w in site.words}


def _qualifiers(noun: Token) -> set[str]:
    """Lemmas that say of what kind or on which way a noun is: its modifiers, its verb, the noun it hangs on, the predicate it gets."""
    words = {
        x.lemma_.lower()
        for c in noun.children
        if c.dep_ in ("amod", "compound", "acl", "relcl", "nmod", "advmod")
        for x in (c, *c.children)
    }
    above = syntax.governor(noun)
    chain = [above, *(c for c in above.children if c.dep_ in ("acomp", "attr", "oprd", "prt", "xcomp", "advmod"))]
    if above.pos_ in ("NOUN", "PROPN"):
        chain += [syntax.governor(above), *(c for c in above.children if c.dep_ == "amod")]
    for word in chain:
        words.add(word.lemma_.lower())
        words.update(c.lemma_.lower() for c in word.children if c.dep_ in ("amod", "acomp", "xcomp", "conj"))
    return words


def _governors(token: Token) -> set[str]:
    words, head = set(), token
    for _ in range(3):
        head = syntax.governor(head)
        words.add(head.lemma_.lower())
    return words


def _absorbed(sites: Iterable[Site]) -> set[int]:
    """Token indices whose own frames are part of another one: nouns of light-verb phrases, clauses under `complement = "suppress"`."""
    silenced: set[int] = set()
    for site in sites:
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

    def __init__(self, parsed: ParsedSentence) -> None:
        self._parsed = parsed
        self._arguments = Arguments(parsed)

    def frames(self, site: Site) -> Iterator[Frame]:
        pairs = self._reciprocal(site) if site.rule.reciprocal else self._directed(site)
        offset = self._parsed.sentence.start
        first, last = min(site.words, key=lambda t: t.i), max(site.words, key=lambda t: t.i)
        for source, target, path in pairs:
            yield Frame(
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

    def why(self, site: Site) -> str:
        """Which side found nobody."""
        sources = [a.country for s in site.rule.source for a in self._fill(site, s)]
        targets = [a.country for s in site.rule.target for a in self._fill(site, s)]
        if site.rule.reciprocal:
            return f"fewer than two countries take part: {sorted({*sources, *targets}) or 'none'}"
        if not sources:
            return f"no country as source in {', '.join(map(str, site.rule.source))}"
        return f"source {', '.join(sources)}, but no other country as target in {', '.join(map(str, site.rule.target))}"

    def _directed(self, site: Site) -> Iterator[tuple[Actor, Actor, tuple[str, ...]]]:
        sources, source_slot = self._first(site, site.rule.source, frozenset())
        if not sources:
            return
        targets, target_slot = self._first(site, site.rule.target, frozenset(a.country for a in sources))
        for source in sources:
            for target in targets:
                if source.country != target.country:
                    yield source, target, (source_slot, target_slot)

    def _reciprocal(self, site: Site) -> Iterator[tuple[Actor, Actor, tuple[str, ...]]]:
        left = self._all(site, site.rule.source)
        right = {c: a for c, a in self._all(site, site.rule.target).items() if c not in left}
        path = (",".join(map(str, site.rule.source)), ",".join(map(str, site.rule.target)))
        if left and right:
            pairs = [(a, b) for a in left.values() for b in right.values()]
        else:
            both = sorted((left or right).values(), key=lambda a: a.start)
            pairs = [(a, b) for i, a in enumerate(both) for b in both[i + 1 :]]
        for a, b in pairs:
            yield a, b, path

    def _first(self, site: Site, slots: tuple[Slot, ...], known: frozenset[str]) -> tuple[tuple[Actor, ...], str]:
        """Actors of the first slot that has any beside the `known` countries."""
        for slot in slots:
            found = self._fill(site, slot)
            if any(a.country not in known for a in found) and len(found) <= MAX_LISTED:
                return found, str(slot)
        return (), ""

    def _all(self, site: Site, slots: tuple[Slot, ...]) -> dict[str, Actor]:
        found: dict[str, Actor] = {}
        for slot in slots:
            if slot.name in ("pair", "anyone", "complement") and len(found) > 1:
                continue
            for actor in self._fill(site, slot):
                found.setdefault(actor.country, actor)
        return found if len(found) <= MAX_LISTED else {}

    def _fill(self, site: Site, slot: Slot) -> tuple[Actor, ...]:
        name, mode = slot.name, slot.mode
        if name in PREPOSITIONS:
            heads = [t for a in site.anchors for t in syntax.prepositional(a, name)]
            if not heads and site.trigger.pos_ in ("NOUN", "PROPN") and name in _FAR:
                heads = [t for p in syntax.any_prepositional(site.trigger) for t in syntax.prepositional(p, name)]
            return self._arguments.actors(heads, mode)
        if name == "subject":
            return self._arguments.actors(_subject_heads(site), mode)
        if name == "object":
            if site.object is not None:
                return self._arguments.actors((site.object,), mode)
            return self._arguments.actors((t for v in _verbs(site) for t in syntax.objects(v)), mode)
        if name == "indirect":
            return self._arguments.actors((t for v in _verbs(site) for t in syntax.indirect_objects(v)), mode)
        noun = site.object or site.trigger
        if name == "poss":
            return self._arguments.possessors(noun)
        if name == "adj":
            return self._arguments.modifiers(noun)
        if name == "head":
            return self._arguments.actors((site.trigger.head,), mode) if site.trigger.dep_ in ("amod", "acl", "compound") else ()
        return self._wide(site, name, mode)

    def _wide(self, site: Site, name: str, mode: str) -> tuple[Actor, ...]:
        """Slots that look further than the trigger's own phrase."""
        if name == "complement":
            return self._of_clauses(syntax.complements(site.trigger), mode)
        if name == "clause":
            return tuple(a for c in syntax.complements(site.trigger) for a in self._arguments.actors(syntax.subjects(c), mode))
        if name == "anyone":
            return self._anyone(site)
        if name == "pair":
            everyone = self._arguments.everyone()
            return everyone if len(everyone) == 2 else ()
        return ()

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

    def _of_clauses(self, clauses: Iterable[Token], mode: str) -> tuple[Actor, ...]:
        """Participants of the clauses under a trigger: objects first, then prepositional phrases, then anybody inside."""
        for clause in clauses:
            verbs = list(syntax.conjuncts(clause))
            direct = self._arguments.actors((t for v in verbs for t in (*syntax.indirect_objects(v), *syntax.objects(v))), mode)
            if direct:
                return direct
            anywhere = self._arguments.inside(clause)
            if anywhere:
                return anywhere
        return ()


def _verbs(site: Site) -> tuple[Token, ...]:
    return tuple(t for t in (site.support, site.trigger) if t is not None and t.pos_ in ("VERB", "AUX"))


def _subject_heads(site: Site) -> tuple[Token, ...]:
    trigger = site.trigger
    if site.support is not None:
        return syntax.subjects(site.support)
    if trigger.pos_ in ("VERB", "AUX"):
        return syntax.subjects(trigger)
    head = trigger
    while head.dep_ == "conj":
        head = head.head
    if head.dep_ in ("attr", "acomp", "oprd", "advmod", "prep"):
        return syntax.subjects(head.head)
    if head.dep_ == "appos":
        return (head.head,)
    if head.dep_ in ("amod", "acl"):
        return (head.head,)
    if head.dep_ == "pobj" and head.head.lower_ in ("as", "at") and head.head.head.pos_ in ("VERB", "AUX"):
        return syntax.subjects(head.head.head)
    return ()
