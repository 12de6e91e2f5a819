"""How sure the text is about an event: codebook section 5.

The reader climbs from the trigger along the dependency path. At each word it collects what weakens that word itself
(`modality_cues`), and at each edge it asks whether the governing word is about the event's happening (`governors.toml`):
"plans strikes" is, "condemned the strikes" is not, and there the climb ends. So neither who speaks nor what the main clause
does to its own verb touches an event that a relative or adverbial clause tells of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipelines.claims import modality_cues as local
from pipelines.claims.modality_clauses import above_clause
from pipelines.claims.modality_cues import Cue
from pipelines.claims.modality_nouns import VERBAL, Step, above_noun
from pipelines.claims.model import ModalityReading, ParsedSentence
from schemas import Modality

if TYPE_CHECKING:
    from spacy.tokens import Token

MAX_CLIMB: Final = 12
_ORDER: Final = {m: i for i, m in enumerate(Modality)}


def read(trigger: Token, parsed: ParsedSentence, default: Modality = Modality.ASSERTED) -> ModalityReading:
    """The modality of the event that `trigger` tells of, with the words that say so (article offsets) and the rule's name.

    `default` is what a rule gives where no word of the sentence says otherwise; precedence is that of the codebook:
    denied, conditional, hedged, planned, asserted.
    """
    offset = parsed.sentence.start
    cues = _climb(trigger)
    if not cues:
        return ModalityReading(default)
    winner = min((c.modality for c in cues), key=_ORDER.__getitem__)
    if _ORDER[default] < _ORDER[winner]:
        return ModalityReading(default)
    best = [c for c in cues if c.modality is winner]
    spans = dict.fromkeys((offset + c.start, offset + c.end) for c in best)
    return ModalityReading(winner, tuple(sorted(spans)), best[0].rule)


def _climb(trigger: Token) -> list[Cue]:
    cues = local.of(trigger, is_trigger=True)
    node = trigger
    for _ in range(MAX_CLIMB):
        step = _up(node)
        if step.parent is None:
            return cues + list(step.cues)
        cues = _combine(cues, step)
        node = step.parent
    return cues


def _combine(cues: list[Cue], step: Step) -> list[Cue]:
    """The cues so far with those of the governing word: negation of a governor turns its effect round."""
    parent, governor = step.parent, step.governor
    assert parent is not None
    own = local.of(parent, is_trigger=False) if step.passes or governor is None else local.negations(parent)
    negations = [c for c in own if c.modality is Modality.DENIED]
    if governor is None:
        return cues + list(step.cues) + own
    if not negations or governor.keeps:
        rest = own if step.passes else []
        return cues + list(step.cues) + [c for c in rest if not (governor.keeps and c in negations)]
    if governor.negated is None:
        rest = [c for c in own if c not in negations] if step.passes else []
        return cues + rest
    turned = [Cue(governor.negated, c.start, c.end, f"not {governor.rule}") for c in negations]
    rest = [c for c in own if c not in negations] if step.passes else []
    return cues + turned + rest


def _up(node: Token) -> Step:
    """The edge above a word."""
    head, dep = node.head, node.dep_
    if head == node:
        return Step(None, tuple(local.of_root(node)))
    if dep == "conj":
        return Step(head) if _shares(node, head) else _beside(node, head)
    if node.pos_ in VERBAL and not _is_event_noun(node):
        return above_clause(node, head, dep)
    return above_noun(node, head, dep)


def _is_event_noun(token: Token) -> bool:
    return token.dep_ in ("dobj", "pobj", "nsubj", "nsubjpass", "attr", "compound", "amod", "poss") and token.tag_ not in (
        "VB",
        "VBD",
        "VBZ",
        "VBP",
    )


def _shares(node: Token, head: Token) -> bool:
    """Whether a conjunct stands under the same auxiliaries and the same governor as the first: "will meet and sign"."""
    if node.pos_ not in VERBAL:
        return head.pos_ not in VERBAL
    if any(c.dep_ in ("nsubj", "nsubjpass", "csubj", "expl") for c in node.children):
        return False
    return (
        not any(c.dep_ in ("aux", "auxpass") for c in node.children) and node.tag_ == head.tag_ and node.tag_ not in ("VBD", "VBZ", "VBP")
    )


def _beside(node: Token, head: Token) -> Step:
    """A conjunct of its own tense: what governs the first governs it too, but the first one's auxiliaries do not reach it."""
    first = head
    while first.dep_ == "conj" and first.head != first:
        first = first.head
    if first.head == first or first.pos_ not in VERBAL or node.pos_ not in VERBAL:
        return Step(None)
    step = _up(first)
    if first.dep_ == "advcl" and node.i > first.head.i > first.i:
        return Step(None)
    return step
