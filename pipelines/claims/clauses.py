"""Which clause a word belongs to: where an amount, a date or a speaker counts for an event and where it counts for another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from spacy.tokens import Token

MAX_DEPTH: Final = 40
_VERBAL: Final = frozenset({"VERB", "AUX"})
_CLAUSAL: Final = frozenset({"ROOT", "ccomp", "advcl", "relcl", "csubj", "csubjpass", "parataxis", "acl", "xcomp", "pcomp"})
_OPEN: Final = frozenset({"xcomp", "acl", "advcl", "pcomp"})


def is_finite(verb: Token) -> bool:
    """Whether a verb has a tense of its own."""
    if verb.tag_ in ("VBD", "VBZ", "VBP", "MD"):
        return True
    return any(c.dep_ in ("aux", "auxpass") and c.tag_ in ("VBD", "VBZ", "VBP", "MD") for c in verb.children)


def clause_head(token: Token) -> Token:
    """The verb whose clause a word is in; the word's topmost noun where no verb governs it."""
    node = token
    for _ in range(MAX_DEPTH):
        if node.pos_ in _VERBAL and (node.dep_ in _CLAUSAL or (node.dep_ == "conj" and node.head.pos_ in _VERBAL)):
            return node
        if node.head == node:
            return node
        node = node.head
    return node


def in_clause_of(token: Token, trigger: Token) -> bool:
    """Whether a word belongs to the event of a trigger: to its own words, to its clause, or to an infinitive or gerund under it.

    A finite clause of its own (who, because, and with another subject) is another event's; so is another conjunct's verb phrase.
    """
    if token == trigger or _under(token, trigger):
        return True
    home = _home(trigger)
    return any(_under(token, h) for h in home)


def _home(trigger: Token) -> list[Token]:
    """The heads that a trigger's clause is spread over: its verb, and for a participle or relative clause the noun that it hangs on."""
    head = clause_head(trigger)
    heads = [head]
    if head == trigger and head.dep_ in ("acl", "relcl") and head.head.pos_ in ("NOUN", "PROPN", "NUM"):
        heads.append(head.head)
    return heads


def _under(token: Token, top: Token) -> bool:
    """Whether a word hangs on another without a finite clause or another conjunct's verb between them."""
    node = token
    for _ in range(MAX_DEPTH):
        if node == top:
            return True
        if node.head == node:
            return False
        if node.pos_ in _VERBAL and node.dep_ in _CLAUSAL - {"ROOT"} and is_finite(node) and not _tells_of(node, top):
            return False
        if node.dep_ == "conj" and node.pos_ in _VERBAL:
            return False
        node = node.head
    return False


def _tells_of(clause: Token, noun: Token) -> bool:
    """Whether a relative clause goes on about the event that it hangs on: "the raid that killed 12"."""
    if clause.dep_ != "relcl" or clause.head != noun:
        return False
    return any(c.dep_ in ("nsubj", "nsubjpass") and c.lower_ in ("that", "which") for c in clause.children)
