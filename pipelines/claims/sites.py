"""Sites: where a rule's trigger stands in a parsed sentence, its words and conditions checked.

Nothing here knows of countries: a site says only that the words are there and mean what the rule is about.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipelines.claims import syntax
from pipelines.claims.rules import Rule, RuleSet

if TYPE_CHECKING:
    from spacy.tokens import Token

_PHRASE_DEPTH: Final = 4
_BESIDE: Final = frozenset({"because", "amid", "despite", "after", "since", "before", "until"})
"""Prepositions of what only goes along with an act: its words say nothing of what the act is."""
_BASE: Final = {
    "staged": "stage",
    "met": "meet",
    "held": "hold",
    "struck": "strike",
    "shot": "shoot",
    "fired": "fire",
    "slapped": "slap",
    "fined": "fine",
    "waged": "wage",
    "forgave": "forgive",
    "tried": "try",
    "vacated": "vacate",
    "hoped": "hope",
    "spared": "spare",
    "hopes": "hope",
    "hoping": "hope",
}


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
        if self.trigger.dep_ in ("acomp", "attr"):
            own += (self.trigger.head,)
        return own


def sites(token: Token, rules: RuleSet, possible: Container[str]) -> Iterator[Site]:
    """The sites at a token: one for each rule whose trigger ends in it and whose conditions hold.

    Args:
        possible: the ids of the rules that the sentence's words allow (`RuleSet.possible`); no other one is tried.
    """
    lemma = token.lemma_.lower()
    if token.pos_ in ("VERB", "AUX"):
        for words, rule in _entries(rules.verbs, possible, lemma, _BASE.get(token.lower_, lemma)):
            spelled = _verb_words(token, words)
            if spelled is not None:
                yield from _verb_sites(rule, token, spelled)
    if token.pos_ in ("NOUN", "PROPN") or token.dep_ in ("dobj", "pobj"):
        for words, rule in _entries(rules.nouns, possible, lemma, token.lower_):
            spelled = _noun_words(token, words)
            matter = _matter(token, rule) if rule.object else None
            if spelled is not None and not (rule.object and matter is None):
                site = Site(rule, token, spelled, object=matter, support=_support(token, rule))
                if _is_told(token) and _conditions_hold(site):
                    yield site
    if token.pos_ == "ADJ" or (token.tag_ in ("VBN", "VBG") and token.dep_ in ("amod", "acomp")) or token.pos_ in ("ADV", "ADP"):
        for words, rule in _entries(rules.adjectives, possible, token.lower_):
            spelled = _verb_words(token, words)
            if spelled is not None and _conditions_hold(site := Site(rule, token, spelled)):
                yield site


def _is_told(noun: Token) -> bool:
    """Whether a deed's noun tells of one that is, or may be: "the price of *any* attack" tells of none."""
    return not any(c.dep_ == "det" and c.lower_ == "any" for c in noun.children)


def _entries(
    index: Mapping[str, tuple[tuple[tuple[str, ...], Rule], ...]], possible: Container[str], *keys: str
) -> Iterator[tuple[tuple[str, ...], Rule]]:
    """Entries under any of the keys: the lemmatiser leaves some plurals ("hostilities") and forms ("staged") as they are."""
    for key in dict.fromkeys(keys):
        yield from (entry for entry in index.get(key, ()) if entry[1].id in possible)


def _verb_sites(rule: Rule, verb: Token, words: tuple[Token, ...]) -> Iterator[Site]:
    if rule.voice != "any" and (rule.voice == "passive") != syntax.is_passive(verb):
        return
    if not rule.object:
        site = Site(rule, verb, words)
        if _conditions_hold(site):
            yield site
        return
    for head in (*syntax.objects(verb), *_after_particle(words)):
        for noun in syntax.conjuncts(head):
            if _kinds(noun) & set(rule.object):
                site = Site(rule, verb, (*words, noun), object=noun)
                if _conditions_hold(site):
                    yield site
                    return


def _after_particle(words: tuple[Token, ...]) -> tuple[Token, ...]:
    """The object of a verb of several words whose last one the parser took for a preposition: "called in *the ambassador*"."""
    return tuple(t for t in words[-1].children if t.dep_ == "pobj") if len(words) > 1 and words[-1].dep_ == "prep" else ()


def _matter(noun: Token, rule: Rule) -> Token | None:
    """What a nominalised act is about: "suspension of *aid*", "*troop* withdrawal"."""
    near = [t for head in syntax.prepositional(noun, "of") for t in syntax.conjuncts(head)]
    near += [c for c in noun.children if c.dep_ in ("compound", "nmod", "poss")]
    return next((t for t in near if _kinds(t) & set(rule.object)), None)


def _kinds(noun: Token) -> set[str]:
    """What a noun phrase is called: its head, a title before a name, what it measures ("a lot of shells"); "six Americans": nationals."""
    words = {noun.lemma_.lower(), noun.lower_}
    if noun.tag_ == "NNPS" or (noun.is_title and any(c.dep_ == "nummod" for c in noun.children)):
        words.add("national")
    words.update(t.lemma_.lower() for t in syntax.measured(noun))
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
    """The support verb that a noun is object (or subject without an object, or prepositional object) of, if the rule names it.

    Where the verb above is none, a participle or relative clause below may be: "condemned the sanctions imposed on Chinese firms".
    """
    if not rule.support:
        return None
    head = syntax.whole(noun)
    above: Token | None = None
    alone = head.dep_ == "nsubj" and not any(c.dep_ in ("dobj", "attr") for c in head.head.children)
    if alone or head.dep_ in ("dobj", "nsubjpass", "attr", "oprd"):
        above = head.head
    elif head.dep_ == "pobj":
        above = head.head
        while above.pos_ in ("ADP", "SCONJ") and above.head != above:
            above = above.head
        above = above if above.pos_ == "VERB" else None
    below = [c for c in head.children if c.dep_ in ("relcl", "acl")]
    return next((verb for verb in (above, *below[:1]) if verb is not None and _carries(verb, rule)), None)


def _carries(verb: Token, rule: Rule) -> bool:
    """Whether a verb is among the rule's support verbs, particles and prepositions counted ("carry_out", "pull_out_of")."""
    lemma = _BASE.get(verb.lower_, verb.lemma_.lower())
    particles = [c for c in verb.children if c.dep_ in ("prt", "prep")]
    phrases = {f"{lemma}_{c.lower_}" for c in particles}
    phrases |= {f"{lemma}_{c.lower_}_{x.lower_}" for c in particles for x in (*c.children, *particles)}
    return lemma in rule.support or bool(phrases & set(rule.support))


def _conditions_hold(site: Site) -> bool:
    return _verb_fits(site) and _subject_fits(site) and _clauses_fit(site) and _words_fit(site)


def _verb_fits(site: Site) -> bool:
    rule = site.rule
    verb = site.support or (site.trigger if site.trigger.pos_ in ("VERB", "AUX") else syntax.whole(site.trigger).head)
    if rule.aux and not {c.lower_ for c in verb.children if c.dep_ == "aux"}.intersection(rule.aux):
        return False
    if rule.negated is not None and rule.negated != is_negated(verb):
        return False
    if rule.single_object and sum(c.dep_ in ("dobj", "oprd", "attr", "ccomp", "acomp") for c in verb.children) > 1:
        return False
    return not (rule.intransitive and any(c.dep_ == "dobj" and not _set_off(c) for c in verb.children))


def _set_off(noun: Token) -> bool:
    """Whether a comma stands before a noun phrase: "flew to Oslo, *the first such trip*" has no object."""
    first = noun.left_edge
    return first.i > 0 and first.nbor(-1).text == ","


def _subject_fits(site: Site) -> bool:
    rule = site.rule
    if not (rule.subject_is or rule.subject_not):
        return True
    verb = site.support or site.trigger
    heads = [t for s in syntax.subjects(verb) for t in syntax.conjuncts(s)]
    words = {w for h in heads for t in (h, *syntax.prepositional(h, "of")) for w in _kinds(t)}
    return not words.intersection(rule.subject_not) and (not rule.subject_is or bool(words.intersection(rule.subject_is)))


def is_negated(verb: Token) -> bool:
    """Whether a verb is negated by "not", "never", "no longer", or by "no" before its subject or object."""
    for child in verb.children:
        if child.dep_ == "neg" or child.lower_ in ("never", "neither"):
            return True
        if child.lower_ == "longer" and any(c.lower_ == "no" for c in child.children):
            return True
        if child.dep_ in ("dobj", "nsubj", "nsubjpass", "attr") and any(c.lower_ == "no" and c.dep_ == "det" for c in child.children):
            return True
    return False


def _clauses_fit(site: Site) -> bool:
    rule = site.rule
    if not (rule.needs_complement or rule.clause_has or rule.clause_lacks):
        return True
    clauses = syntax.complements(site.trigger)
    if rule.needs_complement and not clauses:
        return False
    if any(_holds(c, rule.clause_lacks) for c in clauses):
        return False
    told = (c for c in clauses if c.dep_ != "ccomp" or "not" in rule.clause_has or not is_negated(c))
    return not rule.clause_has or any(_holds(c, rule.clause_has) for c in told)


def _holds(clause: Token, entries: tuple[str, ...]) -> bool:
    """Whether a clause has one of some words, or of some words joined by `_`, at its head, beside it, or in its predicate."""
    if not entries:
        return False
    heads = [h for c in (clause, *(c for c in clause.children if c.dep_ in ("acomp", "attr", "xcomp"))) for h in syntax.conjuncts(c)]
    near = {t for h in heads for t in (h, *h.children, *syntax.prepositional(h, "of"), *(_amount(h)))}
    words = {form for t in near for form in (t.lower_, t.lemma_.lower()) if not (form == "to" and t.dep_ == "prep")}
    if not words.isdisjoint(entries):
        return True
    firsts = {h.lemma_.lower(): h for h in heads}
    phrases = (tuple(e.split("_")) for e in entries if "_" in e)
    return any(p[0] in firsts and _verb_words(firsts[p[0]], p) is not None for p in phrases)


def _amount(verb: Token) -> tuple[Token, ...]:
    """What something amounts to ("amounted to *terrorism*")."""
    return syntax.prepositional(verb, "to") if verb.lemma_ in ("amount", "border", "lead") else ()


def _words_fit(site: Site) -> bool:
    rule = site.rule
    if rule.needs and not _phrase_words(site).intersection(rule.needs):
        return False
    if rule.unless and _phrase_words(site, beside=False).intersection(rule.unless):
        return False
    if rule.qualified_by and not _qualifiers(site.trigger).intersection(rule.qualified_by):
        return False
    return not (rule.unless_under and _governors(site.trigger).intersection(rule.unless_under))


def _phrase_words(site: Site, *, beside: bool = True) -> set[str]:
    """Lemmas near the trigger: its phrase down to a few levels, and the nouns beside it.

    Args:
        beside: whether what only goes along with the act counts ("amid a surge in attacks").
    """
    words: set[str] = set()

    def collect(token: Token, depth: int) -> None:
        for child in token.children:
            if child.dep_ == "mark" and token == site.trigger:  # "said *that* it had agreed": the word of the clause above
                continue
            words.add(child.lower_)
            if not (child.dep_ == "amod" and child.tag_ == "VBN"):  # "Iran-backed" is no "back"
                words.add(child.lemma_.lower())
            apart = not beside and child.dep_ == "prep" and child.lower_ in _BESIDE
            if depth < _PHRASE_DEPTH and child.dep_ not in ("advcl", "relcl", "ccomp", "conj") and not apart:
                collect(child, depth + 1)

    for anchor in site.anchors:
        collect(anchor, 1)
    if site.trigger.dep_ in ("amod", "compound"):
        words.add(site.trigger.head.lemma_.lower())
    return words - {w.lemma_.lower() for w in site.words}


def _qualifiers(noun: Token) -> set[str]:
    """Lemmas that say of what kind or on which way a noun is: its modifiers, its verb, the noun it hangs on, the predicate it gets."""
    near = [x for c in noun.children if c.dep_ in ("amod", "compound", "acl", "relcl", "nmod", "advmod") for x in (c, *c.children)]
    words = {form for x in near for form in (x.lemma_.lower(), x.lower_)}
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
