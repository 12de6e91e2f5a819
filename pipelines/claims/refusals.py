"""Refusals and threats: "will not lift the ban" is a REJECT that was made, "if X attacks, Y will bomb it" a THREATEN that was made.

Codebook section 3: refusing what was asked is REJECT (asserted), not a denied act of giving; an announced measure that hangs on what the
other one does is THREATEN.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pipelines.claims import syntax
from pipelines.claims.model import Frame, ModalityReading
from schemas import Modality

if TYPE_CHECKING:
    from spacy.tokens import Token

GIVING: Final = frozenset({"AGREE", "CONCEDE", "AID", "RETREAT", "CONSULT", "COOPERATE", "SUPPORT"})
"""What one country can do for another, and so can refuse."""

HARMFUL: Final = frozenset({"ASSAULT", "COERCE", "SANCTION", "MOBILIZE"})
"""What one country can threaten another with."""

_WILL: Final = frozenset({"will", "wo", "would", "shall", "can", "ca", "'ll", "’ll"})


def reread(frame: Frame, modality: ModalityReading) -> tuple[Frame, ModalityReading]:
    """The frame as REJECT where its source refuses to do it, as THREATEN where it will do harm in a case; else both as they came."""
    if modality.modality is Modality.CONDITIONAL and frame.claim_type in HARMFUL and _hangs_on_another(frame):
        return replace(frame, claim_type="THREATEN", reciprocal=False), ModalityReading(Modality.ASSERTED, modality.cues, "threat")
    if modality.modality is not Modality.DENIED or frame.claim_type not in GIVING or not _refused(frame.trigger):
        return frame, modality
    together = frame.reciprocal and "subject" in frame.path and {frame.source.head, frame.target.head} <= _subject_indices(frame.trigger)
    if together:
        return frame, modality
    return replace(frame, claim_type="REJECT", reciprocal=False), ModalityReading(Modality.ASSERTED, modality.cues, "refusal")


def own_words(frame: Frame, modality: ModalityReading) -> ModalityReading:
    """The modality without what the rule's own words say: "will never accept" is a refusal by its "never", not a denied one."""
    if frame.rule.negated and modality.modality is Modality.DENIED:
        return ModalityReading(frame.rule.modality or Modality.ASSERTED, modality.cues, "negation of the trigger itself")
    if frame.rule.modality is Modality.ASSERTED and modality.modality is Modality.PLANNED:
        return ModalityReading(Modality.ASSERTED, modality.cues, "the rule's own verb")
    return modality


def _refused(trigger: Token) -> bool:
    """Whether the verb, or the light verb of a noun, is negated under "will", "would" or "can"."""
    verb = trigger if trigger.pos_ in ("VERB", "AUX") else syntax.whole(trigger).head
    words = {c.lower_ for c in verb.children if c.dep_ in ("aux", "neg")}
    return any(c.dep_ == "neg" for c in verb.children) and bool(words & _WILL)


def _hangs_on_another(frame: Frame) -> bool:
    """Whether the trigger's verb stands under "will" beside an if-clause about somebody else than the source."""
    trigger = frame.trigger
    verb = trigger if trigger.pos_ in ("VERB", "AUX") else syntax.whole(trigger).head
    if not any(c.dep_ == "aux" and c.lower_ in _WILL for c in verb.children):
        return False
    cases = (c for c in verb.children if c.dep_ == "advcl" and any(m.lower_ in ("if", "unless") for m in c.children))
    doers = (t for case in cases for t in syntax.subjects(case) if t.i != frame.source.head)
    return any(x.is_title and x.pos_ in ("PROPN", "ADJ") for t in doers for x in (t, *t.children))


def _subject_indices(trigger: Token) -> set[int]:
    return {t.i for head in syntax.subjects(trigger) for t in syntax.conjuncts(head)}
