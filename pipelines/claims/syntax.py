"""Who does what in a clause: deep subjects, objects and prepositional phrases over spaCy's English dependency labels.

Labels are those of the ClearNLP scheme that the English models are trained on (nsubj, nsubjpass, dobj, dative, agent, prep, pobj,
pcomp, relcl, acl, advcl, xcomp, ccomp, conj). Nothing here knows of countries.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from spacy.tokens import Token

OBJECT_CONTROL: Final = frozenset(
    "urge ask tell order force press pressure persuade allow invite help compel require warn call push encourage request instruct permit "
    "advise command beg implore appeal enable convince get want expect lead cause".split()
)
"""Verbs whose object does what the infinitive after it says (Huddleston & Pullum 2002, ch. 14)."""

BLAME: Final = frozenset(
    "accuse blame condemn criticise criticize denounce suspect sanction punish praise thank rebuke charge fault slam".split()
)
"""Verbs whose object does what the gerund after `of` or `for` says ("accused Iran of supplying arms")."""

SUFFERED: Final = frozenset(
    "arrest detention jailing imprisonment execution killing murder assassination expulsion deportation kidnapping abduction hijacking "
    "shooting bombing shelling invasion occupation annexation blockade poisoning beheading hanging massacre seizure".split()
)
"""Deeds whose "of" names who suffers them: condemning "the arrest of two Britons" is not condemning Britain."""

REPORTING: Final = frozenset(
    "say tell add state note stress argue insist warn claim declare announce believe think write tweet explain emphasize emphasise "
    "underline reiterate maintain remark comment conclude suggest acknowledge admit assert report quote cite hold charge complain".split()
)
"""Verbs that give somebody's words (PARC 3.0's most frequent attribution cues)."""

_SMALL_CLAUSE: Final = frozenset("consider hold call deem find leave want declare label brand name make".split())
_SUBJECTS: Final = frozenset({"nsubj", "csubj"})
_OBJECTS: Final = frozenset({"dobj", "obj", "oprd"})
_FINITE: Final = frozenset({"VBD", "VBZ", "VBP"})
_PASSIVE_SUBJECTS: Final = frozenset({"nsubj", "nsubjpass"})
_RELATIVE: Final = frozenset({"who", "which", "that", "whom"})
_MAX_CLIMB: Final = 6
FEELINGS: Final = frozenset(
    {"dismay", "annoyance", "delight", "anger", "fury", "outrage", "chagrin", "relief", "alarm", "irritation", "horror"}
)
"""What an act is to somebody who takes no part in it: "sold arms to Chad, to the *dismay* of Libya"."""
_ANSWERS: Final = frozenset(
    {"response", "reaction", "reply", "answer", "retaliation", "revenge", "reprisal", "warning", "deterrent", "deterrence"}
)
"""What an act is called that answers another one, or warns of the next."""


def is_passive(verb: Token) -> bool:
    """Whether a verb is in the passive, reduced participles ("missiles fired by") and coordinated ones ("and later joined by") included."""
    if any(c.dep_ in ("auxpass", "nsubjpass", "agent") for c in verb.children):
        return True
    if _headless(verb) or verb.tag_ != "VBN" or any(c.dep_ in _SUBJECTS or c.dep_ == "aux" for c in verb.children):
        return False
    return verb.dep_ in ("acl", "advcl") or (verb.dep_ == "conj" and verb.head.tag_ == "VBN" and is_passive(verb.head))


def _headless(verb: Token) -> bool:
    """A main verb that the parser took for a participle of its subject: the sentence then has no verb at its root."""
    return (
        verb.dep_ == "acl"
        and verb.tag_ in ("VBN", "VBD")
        and verb.head.dep_ == "ROOT"
        and verb.head.pos_ in ("NOUN", "PROPN")
        and not any(c.dep_ == "agent" for c in verb.children)
    )


def conjuncts(head: Token) -> Iterator[Token]:
    """A head and everything coordinated with it, in the order of the text."""
    yield head
    for child in head.children:
        if child.dep_ in ("conj", "appos") and child.dep_ == "conj":
            yield from conjuncts(child)


def first_conjunct(token: Token) -> Token:
    """The first of the coordination that a token is in; itself where there is none."""
    while token.dep_ == "conj":
        token = token.head
    return token


def subjects(verb: Token, depth: int = 0) -> tuple[Token, ...]:
    """Heads of the phrases that do what the verb says: grammatical, `by`-agent of a passive, or inherited from the clause above."""
    if depth > _MAX_CLIMB:
        return ()
    if is_passive(verb):
        return _agents(verb)
    own = [c for c in verb.children if c.dep_ in _SUBJECTS]
    if own:
        return (*(t for c in own for t in _antecedent(c, verb)), *_companions(verb), *(t for c in own for t in _companions(c)))
    if verb.tag_ in _FINITE and (names := tuple(c for c in verb.lefts if c.pos_ == "PROPN" and c.dep_ in ("advmod", "npadvmod", "dep"))):
        return names
    if expletive := [c for c in verb.children if c.dep_ == "expl"]:
        return tuple(c for c in verb.children if c.dep_ == "attr") if expletive else ()
    return _inherited(verb, depth)


def _agents(verb: Token) -> tuple[Token, ...]:
    """Who does what a passive says; the agent of the last of several participles is that of all ("was kidnapped and later freed *by*")."""
    own = tuple(t for agent in verb.children if agent.dep_ == "agent" for t in agent.children if t.dep_ == "pobj")
    if own:
        return own
    later = (c for c in verb.children if c.dep_ == "conj" and c.tag_ == "VBN" and not any(x.dep_ in _PASSIVE_SUBJECTS for x in c.children))
    return next((found for c in later if (found := _agents(c))), ())


def _companions(head: Token) -> tuple[Token, ...]:
    """Who does it with the subject, below the verb or the subject: "*along with Kenya*, Rwanda agreed"."""
    near = [p for c in head.children if c.lower_ in ("along", "together") for p in c.children]
    near += [p for p in head.children if any(c.lower_ in ("along", "together") for c in p.children)]
    return tuple(t for p in near if p.lower_ == "with" for t in p.children if t.dep_ == "pobj")


def objects(verb: Token, depth: int = 0) -> tuple[Token, ...]:
    """Heads of the phrases that the verb acts on: direct object, subject of a passive, the noun that a relative clause hangs on."""
    if depth > _MAX_CLIMB:
        return ()
    if is_passive(verb):
        own = [c for c in verb.children if c.dep_ == "nsubjpass"]
        if own:
            return tuple(t for c in own for t in _antecedent(c, verb))
        if verb.dep_ == "acl":
            return (verb.head,)
        if verb.dep_ == "conj":
            return objects(verb.head, depth + 1) if is_passive(verb.head) else subjects(verb.head, depth + 1)
        if verb.dep_ in ("advcl", "xcomp"):
            return objects(verb.head, depth + 1) if is_passive(verb.head) else subjects(verb.head, depth + 1)
        if verb.dep_ == "pcomp" and verb.head.head.pos_ in ("VERB", "AUX"):
            above = verb.head.head
            return objects(above, depth + 1) if is_passive(above) else subjects(above, depth + 1)
        return ()
    own = [c for c in verb.children if c.dep_ in _OBJECTS]
    if own:
        return tuple(t for c in own for t in _antecedent(c, verb))
    if after := tuple(t for c in verb.children if c.dep_ == "prt" for t in c.children if t.dep_ == "pobj"):
        return after
    if called := tuple(t for c in verb.children if c.dep_ == "ccomp" for t in _so_called(c)):
        return called
    if verb.lemma_ in _SMALL_CLAUSE:
        predicates = (c for c in verb.children if c.dep_ == "ccomp" and not any(x.dep_ in ("aux", "mark", "cop") for x in c.children))
        found = tuple(x for c in predicates for x in c.children if x.dep_ == "nsubj")
        if found:
            return found
    if verb.dep_ == "relcl" and any(c.dep_ in _SUBJECTS and c.lower_ not in _RELATIVE for c in verb.children):
        return (verb.head,)
    shared = [c for c in verb.children if c.dep_ == "conj" and c.pos_ == "VERB" and c.i > verb.i]
    if shared and not any(c.dep_ in ("prep", "ccomp", "xcomp") for c in verb.children):
        return tuple(t for c in shared[:1] for t in c.children if t.dep_ in _OBJECTS)
    return ()


def speakers(trigger: Token) -> tuple[Token, ...]:
    """Heads of the phrases for whoever says what the trigger is about: "…, Norway's minister said", "according to Norway"."""
    node = trigger
    for _ in range(_MAX_CLIMB):
        for prep in node.children:
            if prep.lower_ == "according":
                return tuple(t for to in prep.children for t in to.children if t.dep_ == "pobj")
        if node.head == node:
            return ()
        clause = node.dep_ in ("ccomp", "parataxis", "advcl", "xcomp")
        node = node.head
        if clause and node.lemma_ in REPORTING:
            return subjects(node)
    return ()


def indirect_objects(verb: Token) -> tuple[Token, ...]:
    """Heads of dative objects: "gave Ukraine tanks", "gave tanks to Ukraine"."""
    found = []
    for c in verb.children:
        if c.dep_ == "dative":
            found += [c] if c.pos_ != "ADP" else [t for t in c.children if t.dep_ == "pobj"]
    return tuple(found)


def prepositional(head: Token, preposition: str) -> tuple[Token, ...]:
    """Heads of the phrases after a preposition that hangs on `head`; chains such as "together with" and "up against" included."""
    found: list[Token] = []
    for child in head.children:
        if child.dep_ in ("prep", "agent", "dative", "prt", "advmod") and child.lower_ == preposition:
            found += [
                x for t in child.children if t.dep_ in ("pobj", "pcomp") and t.lemma_ not in FEELINGS for x in (_so_called(t) or (t,))
            ]
        elif child.dep_ in ("prep", "advmod", "cc", "acomp") and child.lower_ != preposition:
            for inner in child.children:
                if inner.dep_ == "prep" and inner.lower_ == preposition:
                    found += [t for t in inner.children if t.dep_ == "pobj"]
        if child.dep_ == "prep":
            for twin in child.children:
                if twin.dep_ == "conj" and twin.lower_ == preposition:
                    found += [t for t in twin.children if t.dep_ == "pobj"]
    return tuple(found)


def _so_called(clause: Token) -> tuple[Token, ...]:
    """What a clause with "what" names: "protested at what it called *Peru's plans*"."""
    if clause.pos_ != "VERB" or clause.lemma_ not in _SMALL_CLAUSE | {"describe"}:
        return ()
    if not any(c.lower_ == "what" for c in clause.children):
        return ()
    named = [c for c in clause.children if c.dep_ == "oprd"]
    return tuple(named) + tuple(t for c in clause.children if c.lower_ == "as" for t in c.children if t.dep_ == "pobj")


def any_prepositional(head: Token) -> tuple[Token, ...]:
    """Heads of the phrases after whatever prepositions hang on `head`."""
    return tuple(t for prep in head.children if prep.dep_ in ("prep", "agent") for t in prep.children if t.dep_ == "pobj")


def answered(head: Token) -> tuple[Token, ...]:
    """What an act answers or is meant for: "in response to *the launch*", "as a warning to *Chad*"."""
    nouns = [n for c in head.children if c.dep_ == "prep" and c.lower_ in ("in", "as") for n in c.children if n.lemma_ in _ANSWERS]
    return tuple(t for n in nouns for p in n.children if p.dep_ == "prep" for t in p.children if t.dep_ == "pobj")


def _is_infinitive(clause: Token) -> bool:
    """An infinitive under a noun, which parsers also take for a relative clause ("no reason to return the paintings")."""
    return clause.tag_ == "VB" and (clause.dep_ == "acl" or (clause.dep_ == "relcl" and any(c.lower_ == "to" for c in clause.children)))


def measures(head: Token) -> tuple[Token, ...]:
    """Amounts that stand below a phrase: "a grant of four million *euros*", "rice worth five million *dollars*"."""
    below = [t for c in head.children if c.dep_ in ("prep", "amod", "acl", "appos", "dobj", "relcl") for t in (c, *c.children)]
    return tuple(
        t for t in below if t.pos_ in ("NOUN", "SYM") and any(c.dep_ in ("nummod", "quantmod") or c.text in "$€£¥" for c in t.children)
    )


def measured(noun: Token) -> tuple[Token, ...]:
    """What a noun that only measures is full of: "a batch of *ammunition*"."""
    return prepositional(noun, "of") if noun.lemma_.lower() in _PARTS else ()


def each_other(trigger: Token) -> bool:
    """Whether "each other" or "one another" stands in the trigger's phrase: whoever does it is also whom it is done to."""
    below = (trigger, *(t for t in (*objects(trigger), *any_prepositional(trigger))))
    phrases = {t.i: t for head in below for t in (head, *head.children, *any_prepositional(head))}
    return any((t.nbor(-1).lower_, t.lower_) in (("each", "other"), ("one", "another")) for t in phrases.values() if t.i > 0)


def complements(trigger: Token) -> tuple[Token, ...]:
    """Heads of the clauses under a trigger: infinitives, that-clauses, gerunds after a preposition."""
    found = [c for c in trigger.children if c.dep_ in ("xcomp", "ccomp") or _is_infinitive(c)]
    for prep in trigger.children:
        if prep.dep_ == "prep":
            found += [c for c in prep.children if c.dep_ == "pcomp" and c.pos_ == "VERB"]
    if not found and trigger.pos_ == "VERB":
        for obj in (c for c in trigger.children if c.dep_ in _OBJECTS):
            found += [c for c in obj.children if _is_infinitive(c)]
        found += [c for c in trigger.children if c.dep_ == "advcl" and c.tag_ == "VB" and c.i > trigger.i]
    return tuple(found)


_PARTS: Final = frozenset(
    "round series number group set wave type kind lot batch spate string couple handful dozen hundred thousand majority part range "
    "one first second last rest remainder portion hour day night week month year "
    "package pair score total sort form barrage volley flurry plenty million".split()
)
"""Nouns that only measure what follows "of"."""


def whole(noun: Token) -> Token:
    """The phrase that a noun is the matter of: the first of its coordination, and the measure before "of" ("a round of talks")."""
    head = noun
    for _ in range(_MAX_CLIMB):
        if head.dep_ == "conj":
            head = head.head
        elif head.dep_ == "pobj" and head.head.lower_ == "of" and head.head.head.lemma_.lower() in _PARTS:
            head = head.head.head
        else:
            break
    return head


def governor(token: Token) -> Token:
    """The word that a noun phrase hangs on, prepositions and coordination passed over; the token itself at the root."""
    head = token
    for _ in range(_MAX_CLIMB):
        if head.head == head:
            return head
        passed = head.dep_ in ("conj", "pobj", "appos")
        head = head.head
        if not (passed and (head.pos_ == "ADP" or head.dep_ == "conj")) and head.pos_ != "ADP":
            return head
    return head


def _antecedent(token: Token, verb: Token) -> tuple[Token, ...]:
    """What a relative pronoun stands for; other tokens stand for themselves."""
    if token.lower_ in _RELATIVE and token.pos_ == "PRON":
        clause = verb
        while clause.dep_ in ("conj", "xcomp", "ccomp") and clause.head.pos_ in ("VERB", "AUX"):
            clause = clause.head
        if clause.dep_ == "relcl":
            return (clause.head,)
    return (token,)


def _inherited(verb: Token, depth: int) -> tuple[Token, ...]:
    head, dep = verb.head, verb.dep_
    if head == verb:
        return ()
    if dep == "conj" and head.pos_ in ("VERB", "AUX"):
        return objects(head, depth + 1) if is_passive(head) else subjects(head, depth + 1)
    if dep in ("xcomp", "ccomp") and head.pos_ in ("VERB", "AUX", "ADJ", "NOUN"):
        return _controller(verb, head, depth)
    if dep == "advcl" and head.pos_ in ("VERB", "AUX"):
        if verb.tag_ == "VB" and head.lemma_ in OBJECT_CONTROL and objects(head):
            return objects(head)
        return objects(head, depth + 1) if is_passive(head) and not subjects(head, depth + 1) else subjects(head, depth + 1)
    if dep == "csubj":
        return subjects(head.head, depth + 1) if head.dep_ == "conj" else ()
    if dep == "acl":
        return _of_noun_clause(verb, head, depth)
    if dep == "relcl":
        return (head,)
    if dep == "pcomp":
        anchor = head.head
        if anchor.pos_ in ("VERB", "AUX"):
            if anchor.lemma_ == "join":
                return (*subjects(anchor, depth + 1), *objects(anchor, depth + 1))
            if anchor.lemma_ in BLAME and head.lower_ in ("of", "for", "with", "as", "over"):
                return objects(anchor, depth + 1)
            return subjects(anchor, depth + 1) or objects(anchor, depth + 1)
        if anchor.pos_ == "ADJ":
            return (anchor.head,) if anchor.dep_ == "amod" else subjects(anchor.head, depth + 1)
        return (anchor,)
    return ()


def _controller(verb: Token, head: Token, depth: int) -> tuple[Token, ...]:
    if head.pos_ in ("ADJ", "NOUN"):
        return subjects(head.head, depth + 1) if head.head.pos_ in ("AUX", "VERB") else (head,)
    if head.lemma_ in OBJECT_CONTROL:
        controlled = objects(head, depth + 1) or indirect_objects(head) or prepositional(head, "on") or prepositional(head, "to")
        if controlled:
            return controlled
    if is_passive(head):
        return objects(head, depth + 1)
    if head.lemma_ == "join":
        return (*subjects(head, depth + 1), *objects(head, depth + 1))
    return subjects(head, depth + 1)


def _of_noun_clause(verb: Token, noun: Token, depth: int) -> tuple[Token, ...]:
    """Subject of a clause under a noun: "missiles targeting", "Iran's plan to attack"."""
    if verb.tag_ in ("VBG", "VBZ", "VBP", "VBD") or _headless(verb):
        return (noun,)
    support = noun.head
    if noun.dep_ in ("dobj", "attr") and support.pos_ in ("VERB", "AUX") and not any(c.dep_ == "poss" for c in noun.children):
        return subjects(support, depth + 1)
    return (noun,)
