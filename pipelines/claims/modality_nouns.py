"""Edges above an event noun: which governing words speak of its happening ("plans strikes", "fear of a war") and which do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipelines.claims import modality_cues as local
from pipelines.claims.cues import Governor, lexicon
from pipelines.claims.modality_cues import Cue
from schemas import Modality

if TYPE_CHECKING:
    from spacy.tokens import Token

VERBAL: Final = frozenset({"VERB", "AUX"})


@dataclass(frozen=True)
class Step:
    """One edge of the climb: where it leads, what the edge says, and whether the governor's own cues count."""

    parent: Token | None
    cues: tuple[Cue, ...] = ()
    passes: bool = False
    governor: Governor | None = None


def copula_above(adjective: Token) -> Token | None:
    """The copula above a predicate adjective: "are due to", "was believed able to"."""
    return adjective.head if adjective.head != adjective and adjective.head.pos_ in VERBAL else None


def has_to(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)


def through_noun(noun: Token, effect: tuple[Cue, ...], governor: Governor | None) -> Step:
    """On from a governing noun: its own denial counts ("no plans to", "without evidence that")."""
    return Step(noun, effect, False, governor)


def above_noun(node: Token, head: Token, dep: str) -> Step:
    if dep in ("acomp", "attr", "oprd") and head.lemma_ in ("be", "become", "remain", "stay", "seem", "appear", "look", "call", "consider"):
        if head.lemma_ in ("seem", "appear", "look"):
            return Step(head, (local.cue(Modality.HEDGED, head, "verb.opinion"),))
        return Step(head)
    if dep in ("compound", "amod", "nmod") and head.pos_ in ("NOUN", "PROPN"):
        return _under_compound(node, head)
    if dep == "pobj" and head.pos_ in ("ADP", "SCONJ", "VERB", "ADV"):
        return behind_preposition(node, head)
    if dep in ("dobj", "obj", "nsubjpass", "nsubj", "attr", "oprd", "dative") and head.pos_ in VERBAL:
        return _argument(node, head, dep)
    if dep == "appos":
        return Step(None)
    return Step(None)


def _under_compound(node: Token, head: Token) -> Step:
    """ "strike plans", "sanctions threat": an event as the first part of a plan."""
    governor = lexicon().governor("noun", "clauses", head.lemma_.lower())
    if (
        governor is None
        or not governor.effect
        or governor.name not in ("plan", "possible", "denied")
        or head.lemma_ in lexicon().words["nouns"]["things"]
    ):
        return Step(None)
    return through_noun(head, (local.cue(governor.effect, head, governor.rule),), governor)


def behind_preposition(node: Token, preposition: Token) -> Step:
    beside = local.behind_preposition(preposition)
    if beside is not None:
        return Step(None, (beside,))
    anchor, word = preposition.head, preposition.lower_
    words = lexicon()
    if word not in words.words["nouns"]["prepositions"]:
        return Step(None)
    if anchor.pos_ in ("NOUN", "PROPN"):
        governor = words.governor("noun", "clauses", anchor.lemma_.lower())
        fits = governor is not None and (
            word in ("of", "for")
            if governor.name != "plan"
            else word in ("of", "for", "on") and anchor.lemma_ not in lexicon().words["nouns"]["things"]
        )
        if governor is None or not fits or (word != "of" and anchor.lemma_ in lexicon().words["nouns"]["things"]):
            return Step(None)
        return through_noun(anchor, (local.cue(governor.effect, anchor, governor.rule),) if governor.effect else (), governor)
    if anchor.pos_ in VERBAL:
        lemma = local.lemma(anchor)
        if word not in words.words["verb_prepositions"].get(lemma, frozenset()):
            return Step(None)
        governor = words.governor("verb", "nouns", lemma) or words.governor("verb", "clauses", lemma)
        if governor is None:
            return Step(anchor)
        effect = (local.cue(governor.effect, anchor, governor.rule),) if governor.effect else ()
        return Step(anchor, effect, governor.passes, governor)
    governor = words.governor("adjective", "clauses", anchor.lower_)
    if governor and governor.effect and word in ("of", "for", "to", "on", "from"):
        copula = copula_above(anchor)
        effect = (local.cue(governor.effect, anchor, governor.rule),)
        return Step(copula, effect, governor.passes, governor) if copula is not None else Step(None, effect)
    return Step(None)


def _argument(node: Token, verb: Token, dep: str) -> Step:
    """An event noun as subject or object of a verb."""
    words = lexicon()
    lemma = local.lemma(verb)
    active_subject = dep == "nsubj"
    if active_subject:
        if verb.lemma_ == "be":
            return _subject_of_be(node, verb)
        governor = words.governor("verb", "subjects", lemma)
        if governor is None:
            xcomp = next((c for c in verb.children if c.dep_ == "xcomp"), None)
            governor = (
                words.governor("verb", "clauses", lemma)
                if xcomp is not None and local.lemma(xcomp) in words.words["verbs"]["happen"]
                else None
            )
    else:
        governor = words.governor("verb", "nouns", lemma) or words.governor("verb", "nouns", verb.lemma_)
        if governor is None and not local.is_definite(node):
            governor = words.governor("verb", "bare", lemma)
        if governor is None and dep == "nsubjpass":
            xcomp = next((c for c in verb.children if c.dep_ == "xcomp"), None)
            governor = words.governor("verb", "clauses", lemma) if xcomp is not None else None
        if governor is None and _is_governing_noun(node) and lemma in words.words["verbs"]["dismiss"]:
            governor = words.classes["verb.deny"]
    if governor is None:
        if active_subject and _is_governing_noun(node) and (negations := local.negations(verb)):
            return Step(None, tuple(negations))
        return Step(None, tuple(local.unreal_subject(node, verb)) if active_subject or dep == "nsubjpass" else ())
    effect = (local.cue(governor.effect, verb, governor.rule),) if governor.effect else ()
    return Step(verb, effect, governor.passes, governor)


def _is_governing_noun(noun: Token) -> bool:
    governor = lexicon().governor("noun", "clauses", noun.lemma_.lower())
    return governor is not None and governor.name == "possible"


def _subject_of_be(node: Token, verb: Token) -> Step:
    """ "an attack is possible", "the visit is due next week", "talks are off"."""
    words = lexicon()
    for child in verb.children:
        if child.dep_ in ("acomp", "oprd") or (child.dep_ == "prep" and child.lower_ == "on"):
            governor = words.governor("adjective", "clauses", child.lower_)
            if (
                governor
                and governor.effect
                and not any(c.dep_ in ("prep", "xcomp") and c.lower_ == "to" for c in child.children if c.lower_ == "be")
            ):
                return Step(verb, (local.cue(governor.effect, child, governor.rule),), governor.passes, governor)
        if child.lower_ == "off" and child.dep_ in ("advmod", "prt", "acomp", "prep"):
            return Step(verb, (local.cue(Modality.DENIED, child, "off"),))
    xcomp = next((c for c in verb.children if c.dep_ == "xcomp" and has_to(c)), None)
    if xcomp is not None:
        return Step(verb, (local.cue(Modality.PLANNED, verb, "be to"),))
    unreal = local.unreal_subject(node, verb)
    return Step(None, tuple(unreal)) if unreal else Step(verb)
