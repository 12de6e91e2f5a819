"""How sure the text is about an event: codebook section 5.

The reader climbs from the trigger along the dependency path. At each word it collects what weakens that word itself
(`modality_cues`), and at each edge it asks whether the governing word is about the event's happening (`governors.toml`):
"plans strikes" is, "condemned the strikes" is not, and there the climb ends. So neither who speaks nor what the main clause
does to its own verb touches an event that a relative or adverbial clause tells of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipelines.claims import modality_cues as local
from pipelines.claims.cues import Governor, lexicon
from pipelines.claims.modality_cues import Cue
from pipelines.claims.model import ModalityReading, ParsedSentence
from schemas import Modality

if TYPE_CHECKING:
    from spacy.tokens import Token

MAX_CLIMB: Final = 12
_ORDER: Final = {m: i for i, m in enumerate(Modality)}
_VERBAL: Final = frozenset({"VERB", "AUX"})
_THROUGH: Final = frozenset({"dobj", "obj", "nsubj", "nsubjpass", "attr", "oprd", "conj", "appos"})


@dataclass(frozen=True)
class _Step:
    """One edge of the climb: where it leads, what the edge says, and whether the governor's own cues count."""

    parent: Token | None
    cues: tuple[Cue, ...] = ()
    passes: bool = False
    governor: Governor | None = None


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


def _combine(cues: list[Cue], step: _Step) -> list[Cue]:
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


def _up(node: Token) -> _Step:
    """The edge above a word."""
    head, dep = node.head, node.dep_
    if head == node:
        return _Step(None, tuple(local.of_root(node)))
    if dep == "conj":
        return _Step(head) if _shares(node, head) else _beside(node, head)
    if node.pos_ in _VERBAL and not _is_event_noun(node):
        return _up_from_clause(node, head, dep)
    return _up_from_noun(node, head, dep)


def _is_event_noun(token: Token) -> bool:
    return token.dep_ in ("dobj", "pobj", "nsubj", "nsubjpass", "attr", "compound", "amod", "poss") and token.tag_ not in (
        "VB",
        "VBD",
        "VBZ",
        "VBP",
    )


# --- clauses -----------------------------------------------------------------------------------------------------------------


def _up_from_clause(node: Token, head: Token, dep: str) -> _Step:
    if dep in ("xcomp", "ccomp", "csubj", "csubjpass", "nsubj", "dobj", "oprd", "parataxis", "dep", "pcomp", "attr", "prep"):
        if dep == "pcomp":
            return _up_from_gerund(node, head)
        return _complement(node, head)
    if dep == "acl" or (dep == "relcl" and node.tag_ == "VB" and _has_to(node)):
        return _under_noun(node, head)
    if dep == "advcl" and head.lemma_ == "be" and node.tag_ == "VB" and _has_to(node) and node.i > head.i:
        return _under_be(node, head)
    if dep == "advcl":
        return _adverbial(node, head)
    return _Step(None)


def _complement(node: Token, head: Token) -> _Step:
    """The complement of a verb or an adjective."""
    if head.pos_ in ("NOUN", "PROPN"):
        return _under_noun(node, head)
    condition = local.condition_mark(node)
    if condition is not None and (node.i < head.i or head.dep_ == "prep"):
        return _Step(None, (condition,))
    part, lemma = ("verb", local.lemma(head)) if head.pos_ in _VERBAL else ("adjective", head.lower_)
    if head.lemma_ == "be" and head.pos_ in _VERBAL:
        return _under_be(node, head)
    governor = _clause_governor(node, head, part, lemma)
    if governor is None:
        if node.tag_ == "VB" and _has_to(node):
            return _Step(head, (local.cue(Modality.PLANNED, node, "infinitive"),))
        return _Step(None)
    effect = (local.cue(governor.effect, head, governor.rule),) if governor.effect else ()
    if governor.name == "report":
        return _under_report(node, head, governor)
    parent = head if part == "verb" else _copula(head)
    step = _Step(parent, effect, governor.passes, governor)
    return step if parent is not None else _Step(None, effect)


def _clause_governor(node: Token, head: Token, part: str, lemma: str) -> Governor | None:
    words = lexicon()
    if part == "verb":
        passive = any(c.dep_ in ("auxpass", "nsubjpass") for c in head.children)
        if passive and (node.dep_ == "xcomp" or any(c.lower_ == "it" for c in head.children if c.dep_ in ("nsubjpass", "nsubj"))):
            if words.has("verb.hearsay", "clauses", lemma):
                return words.classes["verb.hearsay"]
        if node.dep_ == "xcomp" and node.tag_ == "VBG" and lemma in ("stop", "keep", "resume", "like", "see", "hear"):
            return words.classes["verb.implicative"]
    return words.governor(part, "clauses", lemma) or words.governor(part, "clauses", head.lemma_)


_FACTIVE: Final = frozenset(["know", "see", "acknowledge", "admit", "mention", "explain", "disclose", "reveal", "regret"])
"""Verbs that take for granted what they report, also when negated: "did not know that"."""


def _under_report(node: Token, head: Token, governor: Governor) -> _Step:
    """Who speaks changes nothing; but "did not say that", "said whether" and a condition set behind the report do."""
    negations = local.negations(head)
    if negations and governor.negated and head.lemma_ not in _FACTIVE:
        return _Step(None, tuple(Cue(governor.negated, c.start, c.end, f"not {governor.rule}") for c in negations))
    if local.has_future(node):
        return _Step(None, tuple(c for c in local.conditions(head) if c.start >= node.idx))
    return _Step(None)


def _under_be(node: Token, head: Token) -> _Step:
    """ "is to sign", "it is likely that", "the aim is to"."""
    words = lexicon()
    for child in head.children:
        if child.dep_ in ("acomp", "attr", "oprd") and child != node:
            part = "adjective" if child.pos_ in ("ADJ", "VERB", "ADV") else "noun"
            governor = words.governor(part, "clauses", child.lower_ if part == "adjective" else child.lemma_)
            if governor:
                effect = (local.cue(governor.effect, child, governor.rule),) if governor.effect else ()
                return _Step(head, effect, governor.passes, governor)
    subject = next((c for c in head.children if c.dep_ == "nsubj"), None)
    if subject is not None and node.dep_ in ("xcomp", "ccomp") and subject.pos_ == "NOUN":
        governor = words.governor("noun", "clauses", subject.lemma_)
        if governor and governor.effect:
            return _Step(head, (local.cue(governor.effect, subject, governor.rule),), True, governor)
    if node.dep_ == "xcomp" and _has_to(node):
        return _Step(head, (local.cue(Modality.PLANNED, head, "be to"),))
    return _Step(None) if node.dep_ == "ccomp" and head.dep_ == "ROOT" else _Step(head)


def _copula(adjective: Token) -> Token | None:
    """The copula above a predicate adjective: "are due to", "was believed able to"."""
    return adjective.head if adjective.head != adjective and adjective.head.pos_ in _VERBAL else None


def _under_noun(node: Token, noun: Token) -> _Step:
    """A clause under a noun: "plan to attack", "reports that", "strikes carried out"."""
    infinitive = node.tag_ == "VB" and _has_to(node)
    that = any(c.dep_ == "mark" and c.lower_ in ("that", "if", "whether") for c in node.children)
    if not infinitive and not that and node.dep_ != "ccomp":
        preposition = noun.head
        told = lexicon().governor("noun", "clauses", noun.lemma_.lower())
        if node.tag_ == "VBG" and told is not None and told.name == "possible" and told.effect:
            return _through_noun(noun, (local.cue(told.effect, noun, told.rule),), told)
        if node.tag_ == "VBG" and noun.dep_ == "pobj" and preposition.lower_ == "of" and preposition.head.pos_ == "NOUN":
            return _behind_preposition(noun, preposition)
        return _Step(None)
    if infinitive and any(c.lower_ in ("first", "last", "only", "second", "third", "latest", "next") for c in (noun, *noun.children)):
        return _Step(None)
    governor = lexicon().governor("noun", "clauses", noun.lemma_.lower())
    if governor is None:
        if infinitive:
            return _through_noun(noun, (local.cue(Modality.PLANNED, node, "infinitive"),), None)
        return _Step(None)
    return _through_noun(noun, (local.cue(governor.effect, noun, governor.rule),) if governor.effect else (), governor)


def _through_noun(noun: Token, effect: tuple[Cue, ...], governor: Governor | None) -> _Step:
    """On from a governing noun: its own denial counts ("no plans to", "without evidence that")."""
    return _Step(noun, effect, False, governor)


def _adverbial(node: Token, head: Token) -> _Step:
    marks = [c for c in node.children if c.dep_ in ("mark", "advmod") and c.i < node.i]
    condition = local.condition_mark(node)
    if condition is not None:
        return _Step(None, (condition,))
    if any(c.dep_ == "mark" for c in marks) or any(c.lower_ in ("when", "while", "after", "before", "once", "where") for c in marks):
        return _Step(None)
    if node.tag_ == "VB" and _has_to(node):
        lemma = local.lemma(head) if head.pos_ in _VERBAL else head.lower_
        governor = lexicon().governor("verb" if head.pos_ in _VERBAL else "adjective", "clauses", lemma)
        if governor and governor.name != "report" and head.i < node.i:
            return _complement(node, head)
        return _Step(None, (local.cue(Modality.PLANNED, node, "purpose"),))
    return _Step(None)


_GERUND_PREPOSITIONS: Final = frozenset({"of", "from", "at", "to", "about", "on", "for", "against", "in", "into", "by", "through"})


def _up_from_gerund(node: Token, preposition: Token) -> _Step:
    """A gerund behind a preposition: "accused of attacking", "without attacking", "capable of striking", "plan of striking"."""
    beside = local.behind_preposition(preposition)
    if beside is not None:
        return _Step(None, (beside,))
    anchor = preposition.head
    words = lexicon()
    if anchor.pos_ in _VERBAL:
        lemma = local.lemma(anchor)
        if preposition.lower_ == "from" and words.has("verb.prevent", "clauses", lemma):
            governor: Governor | None = words.classes["verb.prevent"]
        elif preposition.lower_ not in _GERUND_PREPOSITIONS:
            return _Step(None)
        elif preposition.lower_ in ("by", "through") and not any(c.dep_ == "auxpass" for c in anchor.children):
            return _Step(anchor)
        else:
            governor = words.governor("verb", "clauses", f"{lemma} {preposition.lower_}") or words.governor("verb", "clauses", lemma)
            if governor and governor.name == "report":
                governor = None
        if governor is None:
            return _Step(None)
        effect = (local.cue(governor.effect, anchor, governor.rule),) if governor.effect else ()
        return _Step(anchor, effect, governor.passes, governor)
    if anchor.pos_ in ("NOUN", "PROPN"):
        governor = words.governor("noun", "clauses", anchor.lemma_.lower())
        if governor is None or preposition.lower_ not in ("of", "for", "in", "about", "on", "at", "against", "to", "from"):
            return _Step(None)
        return _through_noun(anchor, (local.cue(governor.effect, anchor, governor.rule),) if governor.effect else (), governor)
    governor = words.governor("adjective", "clauses", anchor.lower_)
    if governor is None:
        return _Step(None)
    effect = (local.cue(governor.effect, anchor, governor.rule),) if governor.effect else ()
    copula = _copula(anchor)
    return _Step(copula, effect, governor.passes, governor) if copula is not None else _Step(None, effect)


# --- nouns -------------------------------------------------------------------------------------------------------------------


def _up_from_noun(node: Token, head: Token, dep: str) -> _Step:
    if dep in ("acomp", "attr", "oprd") and head.lemma_ in ("be", "become", "remain", "stay", "seem", "appear", "look", "call", "consider"):
        if head.lemma_ in ("seem", "appear", "look"):
            return _Step(head, (local.cue(Modality.HEDGED, head, "verb.opinion"),))
        return _Step(head)
    if dep in ("compound", "amod", "nmod") and head.pos_ in ("NOUN", "PROPN"):
        return _under_compound(node, head)
    if dep == "pobj" and head.pos_ in ("ADP", "SCONJ", "VERB", "ADV"):
        return _behind_preposition(node, head)
    if dep in ("dobj", "obj", "nsubjpass", "nsubj", "attr", "oprd", "dative") and head.pos_ in _VERBAL:
        return _argument(node, head, dep)
    if dep == "appos":
        return _Step(None)
    return _Step(None)


def _under_compound(node: Token, head: Token) -> _Step:
    """ "strike plans", "sanctions threat": an event as the first part of a plan."""
    governor = lexicon().governor("noun", "clauses", head.lemma_.lower())
    if governor is None or not governor.effect or governor.name not in ("plan", "possible", "denied") or head.lemma_ in _NAMES_OF_DOCUMENTS:
        return _Step(None)
    return _through_noun(head, (local.cue(governor.effect, head, governor.rule),), governor)


_NAMES_OF_DOCUMENTS: Final = frozenset(
    [
        "agreement",
        "deal",
        "pact",
        "talk",
        "effort",
        "process",
        "framework",
        "programme",
        "program",
        "campaign",
        "mission",
        "project",
        "right",
        "power",
        "capacity",
        "capability",
        "step",
        "move",
        "report",
        "sign",
        "bill",
        "motion",
        "initiative",
        "mandate",
        "view",
        "will",
        "time",
        "contract",
        "strategy",
        "draft",
        "pressure",
        "resolution",
        "drive",
        "question",
        "target",
        "charge",
    ]
)
"""Nouns that govern an event when a clause follows, but name a thing of its own behind a compound: "trade agreement", "attack report"."""

_HAPPENING_PREPOSITIONS: Final = frozenset(
    {"of", "for", "about", "on", "over", "to", "with", "in", "at", "against", "towards", "toward", "into"}
)


def _behind_preposition(node: Token, preposition: Token) -> _Step:
    beside = local.behind_preposition(preposition)
    if beside is not None:
        return _Step(None, (beside,))
    anchor, word = preposition.head, preposition.lower_
    words = lexicon()
    if word not in _HAPPENING_PREPOSITIONS:
        return _Step(None)
    if anchor.pos_ in ("NOUN", "PROPN"):
        governor = words.governor("noun", "clauses", anchor.lemma_.lower())
        fits = governor is not None and (
            word in ("of", "for") if governor.name != "plan" else word in ("of", "for", "on") and anchor.lemma_ not in _NAMES_OF_DOCUMENTS
        )
        if governor is None or not fits or (word != "of" and anchor.lemma_ in _NAMES_OF_DOCUMENTS):
            return _Step(None)
        return _through_noun(anchor, (local.cue(governor.effect, anchor, governor.rule),) if governor.effect else (), governor)
    if anchor.pos_ in _VERBAL:
        lemma = local.lemma(anchor)
        if (lemma, word) not in _VERB_PREPOSITION_EVENT:
            return _Step(None)
        governor = words.governor("verb", "nouns", lemma) or words.governor("verb", "clauses", lemma)
        if governor is None:
            return _Step(anchor)
        effect = (local.cue(governor.effect, anchor, governor.rule),) if governor.effect else ()
        return _Step(anchor, effect, governor.passes, governor)
    governor = words.governor("adjective", "clauses", anchor.lower_)
    if governor and governor.effect and word in ("of", "for", "to", "on", "from"):
        copula = _copula(anchor)
        effect = (local.cue(governor.effect, anchor, governor.rule),)
        return _Step(copula, effect, governor.passes, governor) if copula is not None else _Step(None, effect)
    return _Step(None)


_VERB_PREPOSITION_EVENT: Final = frozenset(
    (verb, preposition)
    for verbs, prepositions in (
        ("plan hope aim press push call appeal prepare look wait lobby ask campaign argue wish", "for"),
        ("agree commit consent resort return", "to"),
        ("agree insist embark", "on"),
        ("suspect accuse warn think speak dream talk", "of"),
        ("warn caution decide advise", "against"),
        ("threaten proceed continue begin engage move", "with"),
        ("go proceed move press push", "with"),
        ("blame", "for"),
        ("refrain abstain shrink", "from"),
        ("engage succeed participate take join culminate result", "in"),
        ("enter", "into"),
        ("lead", "to"),
        ("aim", "at"),
        ("toy speculate worry think", "about"),
        ("speculate", "on"),
    )
    for verb in verbs.split()
    for preposition in prepositions.split()
)
"""Verbs that speak of the happening of what stands behind their preposition."""


def _argument(node: Token, verb: Token, dep: str) -> _Step:
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
            governor = words.governor("verb", "clauses", lemma) if xcomp is not None and local.lemma(xcomp) in _HAPPEN else None
    else:
        governor = words.governor("verb", "nouns", lemma) or words.governor("verb", "nouns", verb.lemma_)
        if governor is None and not local.is_definite(node):
            governor = words.governor("verb", "bare", lemma)
        if governor is None and dep == "nsubjpass":
            xcomp = next((c for c in verb.children if c.dep_ == "xcomp"), None)
            governor = words.governor("verb", "clauses", lemma) if xcomp is not None else None
        if governor is None and _is_governing_noun(node) and lemma in _DISMISS:
            governor = words.classes["verb.deny"]
    if governor is None:
        if active_subject and _is_governing_noun(node) and (negations := local.negations(verb)):
            return _Step(None, tuple(negations))
        return _Step(None, tuple(local.unreal_subject(node, verb)) if active_subject or dep == "nsubjpass" else ())
    effect = (local.cue(governor.effect, verb, governor.rule),) if governor.effect else ()
    return _Step(verb, effect, governor.passes, governor)


_DISMISS: Final = frozenset(
    "deny reject dismiss refute rebut brush_off shrug_off contradict discount debunk rubbish".replace("_", " ").split()
) | {
    "brush off",
    "shrug off",
    "brush aside",
}
_HAPPEN: Final = frozenset(
    {"be", "take place", "happen", "begin", "start", "resume", "continue", "go ahead", "come", "occur", "follow", "proceed", "hold"}
)


def _is_governing_noun(noun: Token) -> bool:
    governor = lexicon().governor("noun", "clauses", noun.lemma_.lower())
    return governor is not None and governor.name == "possible"


def _subject_of_be(node: Token, verb: Token) -> _Step:
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
                return _Step(verb, (local.cue(governor.effect, child, governor.rule),), governor.passes, governor)
        if child.lower_ == "off" and child.dep_ in ("advmod", "prt", "acomp", "prep"):
            return _Step(verb, (local.cue(Modality.DENIED, child, "off"),))
    xcomp = next((c for c in verb.children if c.dep_ == "xcomp" and _has_to(c)), None)
    if xcomp is not None:
        return _Step(verb, (local.cue(Modality.PLANNED, verb, "be to"),))
    unreal = local.unreal_subject(node, verb)
    return _Step(None, tuple(unreal)) if unreal else _Step(verb)


# --- coordination ------------------------------------------------------------------------------------------------------------


def _shares(node: Token, head: Token) -> bool:
    """Whether a conjunct stands under the same auxiliaries and the same governor as the first: "will meet and sign"."""
    if node.pos_ not in _VERBAL:
        return head.pos_ not in _VERBAL
    if any(c.dep_ in ("nsubj", "nsubjpass", "csubj", "expl") for c in node.children):
        return False
    return (
        not any(c.dep_ in ("aux", "auxpass") for c in node.children) and node.tag_ == head.tag_ and node.tag_ not in ("VBD", "VBZ", "VBP")
    )


def _beside(node: Token, head: Token) -> _Step:
    """A conjunct of its own tense: what governs the first governs it too, but the first one's auxiliaries do not reach it."""
    first = head
    while first.dep_ == "conj" and first.head != first:
        first = first.head
    if first.head == first or first.pos_ not in _VERBAL or node.pos_ not in _VERBAL:
        return _Step(None)
    step = _up(first)
    if first.dep_ == "advcl" and node.i > first.head.i > first.i:
        return _Step(None)
    return step


def _has_to(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)
