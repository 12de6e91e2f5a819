"""What weakens a word by standing beside it: auxiliaries, negation, adverbs, determiners, conditions, questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipelines.claims.cues import lexicon
from schemas import Modality

if TYPE_CHECKING:
    from spacy.tokens import Token

_VERBAL: Final = frozenset({"VERB", "AUX"})
_SUBJECTS: Final = frozenset({"nsubj", "nsubjpass", "csubj", "expl"})
_OBJECTS: Final = frozenset({"dobj", "attr", "obj"})


@dataclass(frozen=True)
class Cue:
    """A word that says how sure the text is; offsets within the sentence's doc."""

    modality: Modality
    start: int
    end: int
    rule: str


def cue(modality: Modality, token: Token, rule: str) -> Cue:
    """A cue at a token."""
    return Cue(modality, token.idx, token.idx + len(token.text), rule)


def lemma(verb: Token) -> str:
    """A verb's lemma with its particle: "rule out", "call off"; "take place" as one."""
    for child in verb.children:
        if child.dep_ == "prt" and not _opens_a_place(child, verb):
            return f"{verb.lemma_.lower()} {child.lower_}"
        if verb.lemma_ == "take" and child.lower_ in ("place", "effect") and child.dep_ == "dobj":
            return f"take {child.lower_}"
        if verb.lemma_ == "go" and child.lower_ in ("ahead", "on") and child.dep_ in ("advmod", "prt", "prep"):
            return f"go {child.lower_}"
        if verb.lemma_ == "call" and child.dep_ == "prep" and child.lower_ in ("on", "upon"):
            return f"call {child.lower_}"
    return verb.lemma_.lower()


def _opens_a_place(particle: Token, verb: Token) -> bool:
    """Whether a particle is a preposition that the parser took for one: "held drills *off* Java"."""
    following = particle.doc[particle.i + 1 : particle.i + 2]
    return particle.i > verb.i + 1 and bool(following) and following[0].is_title


def of(token: Token, *, is_trigger: bool) -> list[Cue]:
    """All cues at a word: as a verb its auxiliaries, negation, adverbs and conditions; as a noun its determiner and modifiers."""
    found = adverbs(token) + negations(token)
    if token.pos_ in _VERBAL or any(c.dep_ == "aux" for c in token.children):
        found += auxiliaries(token)
        if not (is_trigger and _states(token)):
            found += conditions(token)
        if token.dep_ == "ROOT" or is_trigger:
            found += future_time(token)
    if token.pos_ not in _VERBAL or token.dep_ in ("dobj", "pobj", "nsubj", "nsubjpass", "amod", "compound"):
        found += _noun_modifiers(token)
    return found + _weak_sources(token)


def of_root(token: Token) -> list[Cue]:
    """Cues of a main clause as a whole: a yes-no question leaves it open; an infinitive is a headline's future ("Iran to sign deal")."""
    if token.pos_ not in _VERBAL:
        return []
    found = []
    if _asks(token):
        found.append(cue(Modality.HEDGED, token.doc[-1], "question"))
    if any(c.dep_ == "aux" and c.lower_ == "to" for c in token.children) and token.tag_ == "VB":
        found.append(cue(Modality.PLANNED, token, "headline infinitive"))
    return found


def auxiliaries(verb: Token) -> list[Cue]:
    """What the modal verbs of a verb say."""
    words = lexicon().words["auxiliaries"]
    found = []
    perfect = any(c.dep_ == "aux" and c.lemma_ == "have" and c.tag_ == "VB" for c in verb.children) or any(
        c.lower_ == "have" and c.dep_ == "aux" and c.i > 0 and c.nbor(-1).tag_ == "MD" for c in verb.children
    )
    for child in verb.children:
        if child.dep_ not in ("aux", "auxpass") or child.tag_ not in ("MD", "VB", "VBP", "VBD", "VBZ"):
            continue
        word = child.lower_
        if word in words["would"] and child.tag_ == "MD":
            modality = _would(verb, perfect)
        elif word in words["planned"] and child.tag_ == "MD":
            deontic = word in ("should", "must", "ought", "need")
            modality = Modality.HEDGED if deontic and perfect else Modality.PLANNED
        elif word in words["hedged"] and child.tag_ == "MD":
            if word == "could" and _ability_denied(verb):
                continue
            modality = Modality.HEDGED
        elif word == "ca" and child.tag_ == "MD":
            continue
        else:
            continue
        found.append(cue(modality, child, f"auxiliary.{word}"))
    return found


def _ability_denied(verb: Token) -> bool:
    return any(c.dep_ == "neg" for c in verb.children)


def _would(verb: Token, perfect: bool) -> Modality:
    """Planned as the future of a report or a plan; conditional where nothing promises it, and where it looks back at what did not come."""
    if perfect:
        return Modality.CONDITIONAL
    node = verb
    while node.dep_ == "conj" and node.head.pos_ in _VERBAL:
        node = node.head
    if node.dep_ == "ccomp" and (node.head.tag_ in ("VBD", "VBN", "VBG") or node.head.pos_ in ("NOUN", "VERB", "ADJ")):
        return Modality.PLANNED
    if node.dep_ in ("relcl", "acl", "advcl"):
        return Modality.PLANNED
    subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is not None and (subject.pos_ == "PROPN" or (is_definite(subject) and not _demonstrative(subject))):
        return Modality.PLANNED
    return Modality.CONDITIONAL


def _demonstrative(noun: Token) -> bool:
    return any(c.dep_ == "det" and c.lower_ in ("this", "that", "such") for c in noun.children)


def has_future(verb: Token) -> bool:
    """Whether a verb stands in the future or the conditional."""
    return any(
        c.dep_ == "aux" and c.lower_ in ("will", "would", "'ll", "'d", "could", "may", "might", "can", "shall") for c in verb.children
    )


def negations(token: Token) -> list[Cue]:
    """Words that say no to this word: not, never, no (as determiner of it, its subject or its object), neither, nor, no longer, yet to."""
    words = lexicon().words
    found = []
    for child in token.children:
        word = child.lower_
        if child.dep_ in ("neg", "preconj", "cc", "advmod", "det", "predet") and _denies(child, word):
            found.append(cue(Modality.DENIED, child, "negation"))
        if token.pos_ not in _VERBAL:
            continue
        if child.dep_ in _SUBJECTS and (word in words["subjects"]["denied"] or _no(child)):
            found.append(cue(Modality.DENIED, _no(child) or child, "negated subject"))
        if (
            child.dep_ in _OBJECTS
            and (no := _no(child)) is not None
            and child.lemma_ not in ("doubt", "secret", "choice", "time", "mistake")
        ):
            found.append(cue(Modality.DENIED, no, "negated object"))
    if token.dep_ == "xcomp" and token.head.lemma_ == "have" and any(c.lower_ == "yet" for c in token.head.children):
        found.append(cue(Modality.DENIED, token.head, "yet to"))
    if token.dep_ == "conj" and token.i > token.head.i:
        nor = next((c for c in token.head.children if c.dep_ == "cc" and c.lower_ == "nor" and token.head.i < c.i < token.i), None)
        if nor is not None:
            found.append(cue(Modality.DENIED, nor, "nor"))
    return found


def _denies(child: Token, word: str) -> bool:
    words = lexicon().words
    doc, after = child.doc, child.i + 1
    following = doc[after].lower_ if after < len(doc) else ""
    if child.dep_ in ("det", "predet"):
        return word in words["determiners"]["denied"] and child.head.pos_ not in _VERBAL and child.head.dep_ not in _SUBJECTS
    if child.dep_ == "cc":
        return word == "nor" and child.i < child.head.i
    if word == "no" and child.dep_ == "neg":
        return following not in ("later", "less", "fewer", "more", "sooner")
    if word == "longer":
        return any(c.lower_ == "no" for c in child.children)
    return word in words["adverbs"]["denied"] and following not in words["adverbs"]["not_denying"]


def _no(noun: Token) -> Token | None:
    for child in noun.children:
        if child.dep_ in ("det", "neg", "cc", "preconj") and child.lower_ in ("no", "neither") and child.i < noun.i:
            following = child.nbor(1).lower_
            return None if following in ("less", "fewer", "more", "doubt") else child
        if child.dep_ == "neg" and child.lower_ == "not" and noun.pos_ == "NOUN":
            return child
    return None


def adverbs(token: Token) -> list[Cue]:
    """Adverbs that weaken a word: reportedly, allegedly, perhaps, otherwise."""
    words = lexicon().words["adverbs"]
    found = []
    for child in token.children:
        if child.dep_ in ("advmod", "npadvmod", "intj", "amod", "dep") and child.pos_ in ("ADV", "ADJ", "VERB", "INTJ", "NOUN"):
            word = child.lower_
            if word in words["hedged"] and child.pos_ == "ADV":
                found.append(cue(Modality.HEDGED, child, f"adverb.{word}"))
            elif word in words["conditional"]:
                found.append(cue(Modality.CONDITIONAL, child, f"adverb.{word}"))
    return found


def conditions(verb: Token) -> list[Cue]:
    """The conditions that hang on a verb: "would sign if …", "unless …", "had Japan …, it could have"."""
    found = []
    for child in verb.children:
        if child.dep_ in ("advcl", "ccomp"):
            mark = condition_mark(child)
            if mark is not None and mark.modality is Modality.CONDITIONAL and (child.dep_ == "advcl" or child.i < verb.i):
                found.append(mark)
        if child.dep_ in ("prep", "advmod") and child.lower_ in ("provided", "providing", "long"):
            found += [m for c in child.children if c.dep_ in ("ccomp", "advcl", "pcomp") and (m := condition_mark(c)) is not None]
        if child.dep_ == "prep" and child.lower_ == "in":
            case = next((c for c in child.children if c.dep_ == "pobj" and c.lower_ in ("event", "case")), None)
            if case is not None and any(c.dep_ in ("prep", "acl", "relcl") for c in case.children):
                found.append(cue(Modality.CONDITIONAL, case, "condition"))
    return found


def condition_mark(clause: Token) -> Cue | None:
    """The word that makes a clause a condition, or leaves it open ("whether"); None for other clauses."""
    words = lexicon().words["marks"]
    for child in clause.children:
        if child.i > clause.i:
            continue
        word = child.lower_
        before = f"{child.nbor(-1).lower_} {word}" if child.i > 0 else word
        if child.dep_ in ("mark", "prep", "aux", "advmod") and word in words["conditional"] and before not in words["not_conditional"]:
            return cue(Modality.CONDITIONAL, child, f"condition.{word}")
        if child.dep_ in ("mark", "advmod") and word in words["hedged"]:
            return cue(Modality.HEDGED, child, f"condition.{word}")
    start = min((t.i for t in clause.subtree), default=clause.i)
    for phrase in words["conditional_phrases"]:
        n = len(phrase.split())
        for at in range(start - n, start + 1):
            if at >= 0 and clause.doc[at : at + n].text.lower() == phrase:
                return Cue(
                    Modality.CONDITIONAL,
                    clause.doc[at].idx,
                    clause.doc[at + n - 1].idx + len(clause.doc[at + n - 1]),
                    f"condition.{phrase}",
                )
    if clause.head.dep_ in ("prep", "advmod") and clause.head.lower_ in words["conditional"]:
        return cue(Modality.CONDITIONAL, clause.head, f"condition.{clause.head.lower_}")
    first = clause.doc[start]
    inverted = (
        first.lower_ in words["inverted"]
        and (first == clause or first.head == clause)
        and (first.dep_ in ("aux", "auxpass") or first == clause)
    )
    if inverted and not any(c.dep_ in _SUBJECTS and c.i < first.i for c in clause.children):
        return cue(Modality.CONDITIONAL, first, "inverted condition")
    return None


def behind_preposition(preposition: Token) -> Cue | None:
    """What a preposition says of the noun or gerund behind it: "without talks", "ahead of the visit", "instead of attacking"."""
    words = lexicon().words["prepositions"]
    word = preposition.lower_
    before = preposition.nbor(-1) if preposition.i > 0 else preposition
    phrases = [word, f"{before.lower_} {word}"]
    for phrase in phrases:
        for modality in (Modality.DENIED, Modality.CONDITIONAL, Modality.PLANNED):
            if phrase in words[modality.value]:
                return Cue(modality, before.idx if " " in phrase else preposition.idx, preposition.idx + len(word), f"preposition.{phrase}")
    return None


def is_definite(noun: Token) -> bool:
    """Whether a noun is one that is known: the, this, its, Iran's."""
    definite = lexicon().words["determiners"]["definite"]
    return noun.pos_ == "PROPN" or any((c.dep_ == "det" and c.lower_ in definite) or c.dep_ == "poss" for c in noun.children)


def unreal_subject(noun: Token, verb: Token) -> list[Cue]:
    """ "any attack would be met", "such a visit would harm": an event that is only thought of."""
    modal = next((c for c in verb.children if c.dep_ == "aux" and c.lower_ in ("would", "could", "will", "should", "might", "'d")), None)
    if modal is None:
        return []
    determiner = next((c for c in noun.children if c.dep_ == "det"), None)
    if determiner is not None and (
        determiner.lower_ == "any" or (determiner.lower_ in ("a", "an", "such", "another") and modal.lower_ != "will")
    ):
        return [cue(Modality.CONDITIONAL, determiner, "unreal subject")]
    return []


def future_time(verb: Token) -> list[Cue]:
    """A present tense with a future time is a plan: "visits Tokyo next week", "is meeting him tomorrow"."""
    present = verb.tag_ in ("VBZ", "VBP") or (
        verb.tag_ == "VBG" and any(c.dep_ == "aux" and c.lower_ in ("is", "are", "'s", "'re") for c in verb.children)
    )
    if not present:
        return []
    for child in verb.children:
        if child.dep_ in ("npadvmod", "advmod") and (child.lower_ == "tomorrow" or any(c.lower_ == "next" for c in child.children)):
            return [cue(Modality.PLANNED, child, "present with a future time")]
    return []


def _noun_modifiers(noun: Token) -> list[Cue]:
    words = lexicon()
    found = []
    for child in noun.children:
        if child.dep_ in ("amod", "compound", "nmod", "advmod") and child.i < noun.i:
            modality = words.modality_of("noun_modifiers", child.lower_)
            if modality is not None:
                found.append(cue(modality, child, f"modifier.{child.lower_}"))
        elif child.dep_ in ("acl", "relcl") and child.i > noun.i:
            found += _told_by_clause(child)
        elif child.dep_ == "amod" and child.i > noun.i and child.lower_ in ("due", "planned", "expected", "scheduled"):
            found.append(cue(Modality.PLANNED, child, f"modifier.{child.lower_}"))
    if noun.dep_ in ("compound", "amod", "nmod") and noun.head.pos_ in ("NOUN", "PROPN"):
        for child in noun.head.children:
            if child.dep_ == "amod" and child.i < noun.i and (modality := words.modality_of("noun_modifiers", child.lower_)) is not None:
                found.append(cue(modality, child, f"modifier.{child.lower_}"))
    return found


def _told_by_clause(clause: Token) -> list[Cue]:
    """ "talks scheduled for May", "strikes blamed on Iran", "a visit that did not take place", "sanctions to be imposed"."""
    words = lexicon()
    if clause.dep_ == "acl" and clause.tag_ == "VBN" and not any(c.dep_ in ("auxpass", "aux") for c in clause.children):
        governor = words.governor("verb", "nouns", lemma(clause))
        agent = any(c.dep_ == "agent" for c in clause.children)
        if governor and governor.effect and not (agent and governor.name == "plan" and clause.lemma_ in ("order", "want")):
            return [cue(governor.effect, clause, governor.rule)]
    infinitive = any(c.dep_ == "aux" and c.lower_ == "to" for c in clause.children)
    if infinitive and lemma(clause) in words.words["verbs"]["support"] and any(c.dep_ == "auxpass" for c in clause.children):
        return [cue(Modality.PLANNED, clause, "to be done")]
    if clause.dep_ == "relcl" and lemma(clause) in ("take place", "happen", "occur", "materialise", "materialize", "come"):
        return negations(clause) + auxiliaries(clause)
    return []


def _weak_sources(token: Token) -> list[Cue]:
    """ "according to unconfirmed reports": the source itself is weak."""
    weak = lexicon().words["sources"]["hedged"]
    for child in token.children:
        if child.lower_ == "according":
            for word in child.subtree:
                if word.lower_ in weak:
                    return [cue(Modality.HEDGED, word, "weak source")]
    return []


def _states(verb: Token) -> bool:
    """Whether a verb is a deed of words that was done: "threatened to strike if …" is a threat made, whatever its condition."""
    if verb.tag_ not in ("VBD", "VBN", "VBG"):
        return False
    return not any(c.dep_ == "aux" and c.tag_ == "MD" for c in verb.children)


def _asks(root: Token) -> bool:
    """Whether the sentence is a yes-no question."""
    doc = root.doc
    if not doc[-1].text.startswith("?") and not (len(doc) > 1 and doc[-2].text == "?"):
        return False
    if any(t.tag_ in ("WP", "WRB", "WDT", "WP$") and t.i < root.i for t in doc):
        return False
    subject = next((c for c in root.children if c.dep_ in _SUBJECTS), None)
    return (subject is not None and any(c.dep_ in ("aux", "auxpass") and c.i < subject.i for c in root.children)) or (
        root.lemma_ == "be" and subject is not None and root.i < subject.i
    )
