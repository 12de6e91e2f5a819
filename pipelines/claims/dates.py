"""When an event was: time expressions of a sentence, resolved against the publication date (codebook section 8).

The expressions are those of TimeML's TIMEX3 type DATE (Pustejovsky et al. 2003) that news uses; what they are relative to is the
day of publication. Without that day, relative expressions stay unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pipelines.claims import calendar_words
from pipelines.claims.clauses import clause_head, is_finite
from pipelines.claims.cues import lexicon
from pipelines.claims.model import EventTime, ParsedSentence
from pipelines.claims.speaker_syntax import verbs
from schemas import Precision

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True)
class FoundDate:
    """A time expression: first and last day, both inclusive; `end` is None for "since 2014". Offsets in the article."""

    start: date | None
    end: date | None
    precision: Precision
    begin: int
    finish: int
    text: str
    future: bool = False
    """Whether the words themselves look ahead ("next month", "tomorrow")."""


@lru_cache(maxsize=256)
def find(text: str, published: date | None, offset: int = 0, *, ahead: bool = False) -> tuple[FoundDate, ...]:
    """The time expressions of a sentence, left to right.

    `published` is the day that relative expressions count from; where it is None, they are left out. `ahead` reads a bare weekday or
    month as the next one instead of the last ("will meet on Monday").
    """
    return tuple(
        FoundDate(hit.start, hit.end, hit.precision, offset + hit.begin, offset + hit.finish, text[hit.begin : hit.finish], hit.future)
        for hit in calendar_words.find(text, published, ahead=ahead)
    )


_UP: Final = frozenset(
    {
        "dobj",
        "nsubj",
        "nsubjpass",
        "pobj",
        "prep",
        "xcomp",
        "attr",
        "compound",
        "amod",
        "appos",
        "conj",
        "poss",
        "nmod",
        "pcomp",
        "oprd",
        "acomp",
    }
)


def for_claim(trigger: Token, parsed: ParsedSentence, published: date | None, *, speaks: bool = False) -> EventTime:
    """When the event of a trigger was, as its own clause says; unknown where it does not.

    A time belongs to the event when it hangs on the trigger or on the verb of its clause: "said on Monday" dates the saying.
    `speaks` is for a claim that is itself an act of words by the speaker ("China on Friday said it opposes"): then the saying's time is the
    event's, where the event has none of its own.
    """
    ahead = _looks_ahead(trigger)
    found = find(parsed.sentence.text, published, parsed.sentence.start, ahead=ahead)
    candidates = [(distance, f) for f in found if (distance := _distance(f, trigger, parsed)) is not None]
    if not candidates and speaks and not _told_of_another(trigger):
        saying = _saying(trigger)
        found = find(parsed.sentence.text, published, parsed.sentence.start)
        if saying is not None:
            candidates = [(distance, f) for f in found if (distance := _distance(f, saying, parsed)) is not None]
    if not candidates:
        return EventTime()
    _, best = min(candidates, key=lambda c: (c[0], _COARSENESS[c[1].precision], abs(c[1].begin - parsed.sentence.start - trigger.idx)))
    return EventTime(best.start, best.end, best.precision, (best.begin, best.finish))


_RAISING: Final = frozenset("seem appear begin start continue be keep remain".split())
"""Verbs that say nothing of their own, so that a time under them is their clause's."""
_COARSENESS: Final = {p: i for i, p in enumerate(Precision)}


def _distance(found: FoundDate, trigger: Token, parsed: ParsedSentence) -> int | None:
    """How far a time hangs from the trigger along the tree; None where it belongs to another event."""
    anchor = _anchor(found, parsed)
    if anchor is None or _belongs_to_noun(found, parsed, trigger):
        return None
    path: dict[int, int] = {}
    for steps, home in enumerate(_homes(trigger)):
        path.setdefault(home.i, steps)
    node, steps = anchor, 0
    for _ in range(_MAX_PATH):
        if node.i in path:
            return path[node.i] * 2 + steps
        if node.head == node or _is_another_event(node, trigger):
            return None
        node, steps = node.head, steps + 1
    return None


_MAX_PATH: Final = 12


def _homes(trigger: Token) -> Iterator[Token]:
    """The words whose times are the trigger's: itself, then what governs it, up to the verb of its clause."""
    yield trigger
    node, top = trigger, clause_head(trigger)
    for _ in range(_MAX_PATH):
        if node == top and node.dep_ == "pcomp" and node.head.lower_ == "with":
            node = node.head
        elif node == top and not (node.dep_ in ("xcomp", "conj") and not is_finite(node)):
            return
        if node.head == node or node.dep_ not in _UP:
            return
        if node.dep_ == "xcomp" and node.head.lemma_ in verbs("dated"):
            return
        node = node.head
        top = clause_head(node)
        yield node


def _anchor(found: FoundDate, parsed: ParsedSentence) -> Token | None:
    """The word that a time expression modifies."""
    begin, finish = found.begin - parsed.sentence.start, found.finish - parsed.sentence.start
    tokens = [t for t in parsed.doc if t.idx < finish and t.idx + len(t.text) > begin]
    inside = {t.i for t in tokens}
    top = next((t for t in tokens if t.head.i not in inside), None)
    if top is None:
        return tokens[0] if tokens else None
    node = top
    for _ in range(_MAX_PATH):
        if node.head == node:
            return node
        node = node.head
        if (node.pos_ not in ("ADP", "SCONJ") and node.dep_ not in ("advmod", "npadvmod")) or node.pos_ in ("VERB", "AUX"):
            return node
    return node


def _belongs_to_noun(found: FoundDate, parsed: ParsedSentence, trigger: Token) -> bool:
    """Whether a time stands before a noun ("the 2014 war") that is another event than the trigger's.

    It is the trigger's where the verb only makes the noun happen ("held their 2015 talks").
    """
    begin, finish = found.begin - parsed.sentence.start, found.finish - parsed.sentence.start
    tokens = [t for t in parsed.doc if t.idx < finish and t.idx + len(t.text) > begin]
    inside = {t.i for t in tokens}
    top = next((t for t in tokens if t.head.i not in inside), None)
    if top is None or top.head.pos_ not in ("NOUN", "PROPN") or top.dep_ not in _BEFORE_NOUN or top.i > top.head.i:
        return False
    noun = top.head
    while noun.dep_ == "compound" and noun.head.pos_ in ("NOUN", "PROPN"):
        noun = noun.head
    if noun in (trigger, trigger.head) and trigger.pos_ in ("NOUN", "PROPN"):
        return False
    makes = noun.dep_ in ("dobj", "nsubjpass") and lexicon().has("verb.implicative", "nouns", noun.head.lemma_)
    return not (makes and noun.head in (trigger, clause_head(trigger)))


_BEFORE_NOUN: Final = frozenset({"compound", "nummod", "amod", "nmod", "poss", "npadvmod", "advmod"})


def _is_another_event(node: Token, trigger: Token) -> bool:
    """Whether a word opens another event's ground: a clause with a tense of its own, another conjunct's verb."""
    if node.pos_ in ("VERB", "AUX"):
        if node.dep_ == "xcomp" and node.head.lemma_ in _RAISING:
            return False
        return node.dep_ in ("ccomp", "advcl", "relcl", "conj", "acl", "parataxis", "csubj", "xcomp", "pcomp")
    return node.dep_ == "poss" and node.pos_ != "PROPN"


def _looks_ahead(trigger: Token) -> bool:
    """Whether a bare weekday is the next one: the clause is in the future, or the event is planned."""
    for node in (trigger, *_homes(trigger)):
        for child in node.children:
            if child.dep_ == "aux" and (
                child.lower_ in ("will", "'ll", "to", "shall", "may", "would", "could", "should") or child.tag_ == "TO"
            ):
                return True
            if child.dep_ == "amod" and child.lower_ in ("planned", "scheduled", "upcoming", "due", "forthcoming"):
                return True
        if node.lemma_ in ("plan", "schedule", "due", "expect", "set", "slate") and node.pos_ in ("VERB", "ADJ"):
            return True
        if node.tag_ == "VBG" and any(c.lower_ in ("is", "are") and c.dep_ == "aux" for c in node.children):
            return True
    return False


def _told_of_another(trigger: Token) -> bool:
    """Whether the act lies before the saying and is another's: "the king said that Chad had rejected the offer"."""
    verb = clause_head(trigger)
    return verb.dep_ == "ccomp" and any(c.dep_ == "aux" and c.lower_ == "had" for c in verb.children)


def _saying(trigger: Token) -> Token | None:
    """The verb of saying above a trigger's clause."""
    node = trigger
    for _ in range(_MAX_PATH):
        if node.head == node:
            return next((c for c in node.children if c.dep_ in ("parataxis", "ccomp") and c.lemma_ in verbs("dated")), None)
        node = node.head
        if node.lemma_ in verbs("dated") and node.pos_ == "VERB":
            return node
    return None
