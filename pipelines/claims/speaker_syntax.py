"""Who speaks, from the parse: subjects of verbs of saying, "quoted as saying", "according to", "X's claim that"."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from pipelines.claims import outlets
from pipelines.claims.speakers import reporting

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_MAX_CLIMB: Final = 25
_RELATIVE: Final = frozenset({"who", "which", "that"})
_EXPLETIVE: Final = frozenset({"it", "there"})


@cache
def verbs(slot: str) -> frozenset[str]:
    """The lemmas of a list of `data/attribution/reporting.toml`."""
    return frozenset(reporting()[slot])


def says(verb: Token) -> bool:
    """Whether a verb gives its subject's words in the clause below it."""
    return verb.pos_ == "VERB" and verb.lemma_.lower() in verbs("clausal")


def above(trigger: Token) -> Token | None:
    """The head of the innermost speaker over a trigger, outlets passed over; None where the article itself tells."""
    node = trigger
    for _ in range(_MAX_CLIMB):
        head = node.head
        if head == node:
            return _trailing_report(node)
        speaker = None
        if node.dep_ in ("ccomp", "parataxis") and head.pos_ == "VERB" and says(head):
            speaker = speaker_of(head)
        elif node.dep_ in ("acl", "ccomp", "relcl") and head.pos_ == "NOUN" and _is_content(node):
            speaker = _owner_of_claim(head)
        elif node.dep_ == "ccomp" and head.lemma_ in ("quote", "cite"):
            speaker = speaker_of(head)
        if speaker is not None and not is_outlet(speaker):
            return speaker
        node = head
    return None


def _is_content(clause: Token) -> bool:
    return any(c.dep_ == "mark" and c.lower_ == "that" for c in clause.children)


def _owner_of_claim(noun: Token) -> Token | None:
    """ "Rwanda's claim that": Rwanda; "a South Korean report that": the report."""
    if noun.lemma_.lower() not in verbs("claims"):
        return None
    owner = next((c for c in noun.children if c.dep_ == "poss"), None)
    if owner is None:
        by = next((c for c in noun.children if c.dep_ == "prep" and c.lower_ in ("by", "from")), None)
        owner = next((c for c in by.children if c.dep_ == "pobj"), None) if by is not None else None
    if owner is not None:
        return owner
    return noun if any(c.dep_ in ("amod", "compound") for c in noun.children) else None


def _trailing_report(root: Token) -> Token | None:
    """ "…, the ministry said" where the parser hangs the report under the main clause."""
    for child in root.children:
        if child.dep_ not in ("parataxis", "advcl", "ccomp") or not says(child):
            continue
        if any(c.dep_ in ("mark", "ccomp", "dobj") for c in child.children):
            continue
        speaker = speaker_of(child)
        if speaker is not None and not is_outlet(speaker):
            return speaker
    return None


def speaker_of(verb: Token) -> Token | None:
    """The subject of a verb of saying; for "quoted as saying" the one quoted; for a participle the subject above it."""
    node = verb
    for _ in range(4):
        person = quoted_person(node)
        if person is not None:
            return person
        subject = subject_of(node)
        if subject is not None:
            expletive = subject.lower_ in _EXPLETIVE and any(c.dep_ == "auxpass" for c in node.children)
            return None if expletive or subject.lower_ in _RELATIVE else subject
        if node.dep_ == "pcomp" and node.head.lower_ in ("as", "in", "by", "with"):
            node = node.head.head
        elif node.dep_ == "acl" and node.head.pos_ in ("NOUN", "PROPN"):
            return node.head if node.tag_ == "VBG" else None
        elif node.dep_ in ("conj", "xcomp", "advcl") and node.head != node:
            node = node.head
        else:
            return None
    return None


def subject_of(verb: Token) -> Token | None:
    """The grammatical subject, the agent of a passive, or the noun that a relative clause hangs on."""
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    if subject is None and any(c.dep_ == "auxpass" for c in verb.children) and verb.lemma_ not in ("quote", "cite"):
        return next((t for a in verb.children if a.dep_ == "agent" for t in a.children if t.dep_ == "pobj"), None)
    if subject is not None and subject.lower_ in _RELATIVE and verb.dep_ == "relcl":
        return verb.head
    return subject


def quoted_person(verb: Token) -> Token | None:
    """ "Kim was quoted by KCNA as saying", "KCNA quoted Kim as saying", "Yonhap reports, citing South Korean officials"."""
    if verb.lemma_ in ("quote", "cite"):
        passive = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
        return passive or next((c for c in verb.children if c.dep_ == "dobj" and not is_outlet(c)), None)
    for child in verb.children:
        if child.dep_ == "advcl" and child.lemma_ in ("cite", "quote"):
            source = next((c for c in child.children if c.dep_ == "dobj"), None)
            subject = subject_of(verb)
            if source is not None and not is_outlet(source) and subject is not None and is_outlet(subject):
                return source
    return None


def according_to(doc: Doc, trigger: Token) -> Token | None:
    """The source behind "according to", no outlet."""
    for token in doc:
        if token.lower_ != "according":
            continue
        source = next((p for t in token.children if t.lower_ == "to" for p in t.children if p.dep_ == "pobj"), None)
        if source is not None and not is_outlet(source) and trigger not in source.subtree:
            return source
    return None


def is_outlet(head: Token) -> bool:
    """Whether a word is part of an outlet's name, or what kind of outlet it is ("the Yonhap news agency")."""
    spans = [(m.start, m.end) for m in outlets.named(head.doc.text)]
    if any(start <= head.idx < end for start, end in spans):
        return True
    kind = head.lower_ in ("agency", "newspaper", "daily", "broadcaster", "television", "magazine", "website", "channel")
    return kind and any(start <= c.idx < end for c in head.children if c.dep_ in ("compound", "appos", "nmod") for start, end in spans)


def phrase(head: Token) -> tuple[int, int]:
    """Where the words of a speaker stand in the sentence: the noun phrase with its appositions, without relative clauses."""
    tokens = sorted((t for t in _kept(head) if not (t.dep_ == "case" and t.head == head)), key=lambda t: t.i)
    start = tokens[0].idx
    return start, start + len(head.doc[tokens[0].i : tokens[-1].i + 1].text.rstrip(" ,"))


def _kept(head: Token) -> Iterator[Token]:
    yield head
    apposed = [c for c in head.children if c.dep_ == "appos"]
    for child in head.children:
        if child.dep_ == "punct":
            if child.i > head.i and child.text in (",", "(") and any(c.i > child.i for c in apposed):
                yield child
        elif child.dep_ in ("relcl", "acl", "advcl", "parataxis", "dep") or (
            child.dep_ == "prep" and child.i > head.i and head.pos_ == "PROPN" and child.lower_ in ("on", "after", "during", "at", "as")
        ):
            continue
        else:
            yield from _kept(child)
