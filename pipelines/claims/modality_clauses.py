"""Edges above a clause: complements of verbs, adjectives and nouns, purpose and condition, gerunds behind prepositions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.claims import modality_cues as local
from pipelines.claims.cues import Governor, lexicon
from pipelines.claims.modality_cues import Cue
from pipelines.claims.modality_nouns import VERBAL, Step, behind_preposition, copula_above, has_to, through_noun
from schemas import Modality

if TYPE_CHECKING:
    from spacy.tokens import Token


def above_clause(node: Token, head: Token, dep: str) -> Step:
    if dep in ("xcomp", "ccomp", "csubj", "csubjpass", "nsubj", "dobj", "oprd", "parataxis", "dep", "pcomp", "attr", "prep"):
        if dep == "pcomp":
            return _up_from_gerund(node, head)
        return _complement(node, head)
    if dep == "acl" or (dep == "relcl" and node.tag_ == "VB" and has_to(node)):
        return _under_noun(node, head)
    if dep == "advcl" and head.lemma_ == "be" and node.tag_ == "VB" and has_to(node) and node.i > head.i:
        return _under_be(node, head)
    if dep == "advcl":
        return _adverbial(node, head)
    return Step(None)


def _complement(node: Token, head: Token) -> Step:
    """The complement of a verb or an adjective."""
    if head.pos_ in ("NOUN", "PROPN"):
        return _under_noun(node, head)
    condition = local.condition_mark(node)
    if condition is not None and (node.i < head.i or head.dep_ == "prep"):
        return Step(None, (condition,))
    part, lemma = ("verb", local.lemma(head)) if head.pos_ in VERBAL else ("adjective", head.lower_)
    if head.lemma_ == "be" and head.pos_ in VERBAL:
        return _under_be(node, head)
    governor = _clause_governor(node, head, part, lemma)
    if governor is None:
        if node.tag_ == "VB" and has_to(node):
            return Step(head, (local.cue(Modality.PLANNED, node, "infinitive"),))
        return Step(None)
    effect = (local.cue(governor.effect, head, governor.rule),) if governor.effect else ()
    if governor.name == "report":
        return _under_report(node, head, governor)
    parent = head if part == "verb" else copula_above(head)
    step = Step(parent, effect, governor.passes, governor)
    return step if parent is not None else Step(None, effect)


def _clause_governor(node: Token, head: Token, part: str, lemma: str) -> Governor | None:
    words = lexicon()
    if part == "verb":
        passive = any(c.dep_ in ("auxpass", "nsubjpass") for c in head.children)
        impersonal = any(c.lower_ == "it" for c in head.children if c.dep_ in ("nsubjpass", "nsubj"))
        if passive and (node.dep_ == "xcomp" or impersonal) and words.has("verb.hearsay", "clauses", lemma):
            return words.classes["verb.hearsay"]
        if node.dep_ == "xcomp" and node.tag_ == "VBG" and lemma in ("stop", "keep", "resume", "like", "see", "hear"):
            return words.classes["verb.implicative"]
    return words.governor(part, "clauses", lemma) or words.governor(part, "clauses", head.lemma_)


def _under_report(node: Token, head: Token, governor: Governor) -> Step:
    """Who speaks changes nothing; but "did not say that", "said whether" and a condition set behind the report do."""
    negations = local.negations(head)
    if negations and governor.negated and head.lemma_ not in lexicon().words["verbs"]["factive"]:
        return Step(None, tuple(Cue(governor.negated, c.start, c.end, f"not {governor.rule}") for c in negations))
    if local.has_future(node):
        return Step(None, tuple(c for c in local.conditions(head) if c.start >= node.idx))
    return Step(None)


def _under_be(node: Token, head: Token) -> Step:
    """ "is to sign", "it is likely that", "the aim is to"."""
    words = lexicon()
    for child in head.children:
        if child.dep_ in ("acomp", "attr", "oprd") and child != node and not (child.pos_ == "NOUN" and node.dep_ in ("csubj", "nsubj")):
            part = "adjective" if child.pos_ in ("ADJ", "VERB", "ADV") else "noun"
            governor = words.governor(part, "clauses", child.lower_ if part == "adjective" else child.lemma_)
            if governor:
                effect = (local.cue(governor.effect, child, governor.rule),) if governor.effect else ()
                return Step(head, effect, governor.passes, governor)
    subject = next((c for c in head.children if c.dep_ == "nsubj"), None)
    if subject is not None and node.dep_ in ("xcomp", "ccomp") and subject.pos_ == "NOUN":
        governor = words.governor("noun", "clauses", subject.lemma_)
        if governor and governor.effect:
            return Step(head, (local.cue(governor.effect, subject, governor.rule),), True, governor)
    if node.dep_ == "xcomp" and has_to(node):
        if local.lemma(node) in words.words["purposes"]["done"] and subject is not None and subject.pos_ == "NOUN":
            return Step(head)
        return Step(head, (local.cue(Modality.PLANNED, head, "be to"),))
    return Step(None) if node.dep_ == "ccomp" and head.dep_ == "ROOT" else Step(head)


def _under_noun(node: Token, noun: Token) -> Step:
    """A clause under a noun: "plan to attack", "reports that", "strikes carried out"."""
    infinitive = node.tag_ == "VB" and has_to(node)
    that = any(c.dep_ == "mark" and c.lower_ in ("that", "if", "whether") for c in node.children)
    if not infinitive and not that and node.dep_ != "ccomp":
        preposition = noun.head
        told = lexicon().governor("noun", "clauses", noun.lemma_.lower())
        of = any(c.dep_ == "prep" and c.lower_ == "of" and c.i < node.i for c in noun.children)
        if node.tag_ == "VBG" and of and told is not None and told.name == "possible" and told.effect:
            return through_noun(noun, (local.cue(told.effect, noun, told.rule),), told)
        if node.tag_ == "VBG" and noun.dep_ == "pobj" and preposition.lower_ == "of" and preposition.head.pos_ == "NOUN":
            return behind_preposition(noun, preposition)
        return Step(None)
    if infinitive and any(c.lower_ in ("first", "last", "only", "second", "third", "latest", "next") for c in (noun, *noun.children)):
        return Step(None)
    governor = lexicon().governor("noun", "clauses", noun.lemma_.lower())
    if governor is None:
        if infinitive and local.lemma(node) in lexicon().words["purposes"]["done"]:
            return Step(noun)
        if infinitive:
            return through_noun(noun, (local.cue(Modality.PLANNED, node, "infinitive"),), None)
        return Step(None)
    return through_noun(noun, (local.cue(governor.effect, noun, governor.rule),) if governor.effect else (), governor)


def _adverbial(node: Token, head: Token) -> Step:
    marks = [c for c in node.children if c.dep_ in ("mark", "advmod") and c.i < node.i]
    condition = local.condition_mark(node)
    if condition is not None:
        return Step(None, (condition,))
    if any(c.dep_ == "mark" for c in marks) or any(c.lower_ in ("when", "while", "after", "before", "once", "where") for c in marks):
        return Step(None)
    if node.tag_ == "VB" and has_to(node):
        lemma = local.lemma(head) if head.pos_ in VERBAL else head.lower_
        governor = lexicon().governor("verb" if head.pos_ in VERBAL else "adjective", "clauses", lemma)
        if governor and governor.name != "report" and head.i < node.i:
            return _complement(node, head)
        if local.lemma(node) in lexicon().words["purposes"]["done"] and head.pos_ in VERBAL:
            return Step(head)
        return Step(None, (local.cue(Modality.PLANNED, node, "purpose"),))
    return Step(None)


def _up_from_gerund(node: Token, preposition: Token) -> Step:
    """A gerund behind a preposition: "accused of attacking", "without attacking", "capable of striking", "plan of striking"."""
    beside = local.behind_preposition(preposition)
    if beside is not None:
        return Step(None, (beside,))
    anchor = preposition.head
    words = lexicon()
    if anchor.pos_ in VERBAL:
        lemma = local.lemma(anchor)
        if preposition.lower_ == "from" and words.has("verb.prevent", "clauses", lemma):
            governor: Governor | None = words.classes["verb.prevent"]
        elif preposition.lower_ not in words.words["verbs"]["gerund_prepositions"]:
            return Step(None)
        elif preposition.lower_ in ("by", "through") and not any(c.dep_ == "auxpass" for c in anchor.children):
            return Step(anchor)
        else:
            governor = words.governor("verb", "clauses", f"{lemma} {preposition.lower_}") or words.governor("verb", "clauses", lemma)
            if governor and governor.name == "report":
                governor = None
        if governor is None:
            return Step(None)
        effect = (local.cue(governor.effect, anchor, governor.rule),) if governor.effect else ()
        return Step(anchor, effect, governor.passes, governor)
    if anchor.pos_ in ("NOUN", "PROPN"):
        governor = words.governor("noun", "clauses", anchor.lemma_.lower())
        if governor is None or preposition.lower_ not in ("of", "for", "in", "about", "on", "at", "against", "to", "from"):
            return Step(None)
        return through_noun(anchor, (local.cue(governor.effect, anchor, governor.rule),) if governor.effect else (), governor)
    governor = words.governor("adjective", "clauses", anchor.lower_)
    if governor is None:
        return Step(None)
    effect = (local.cue(governor.effect, anchor, governor.rule),) if governor.effect else ()
    copula = copula_above(anchor)
    return Step(copula, effect, governor.passes, governor) if copula is not None else Step(None, effect)
