"""Resolves pronouns: "it" and "its", "he" and "she", "they", and in a quotation "we"."""

from __future__ import annotations

from typing import Final

from spacy.tokens import Token

from pipelines.claims import grammar
from pipelines.claims.discourse import Entity, clear_winner
from pipelines.claims.grammar import SUBJECTS
from pipelines.claims.model import Mention, MentionKind
from pipelines.claims.reading import Fits, Reading
from schemas import Sector

_NEUTER: Final = frozenset({"it", "its", "itself"})
_MALE: Final = frozenset({"he", "his", "him", "himself"})
_FEMALE: Final = frozenset({"she", "her", "hers", "herself"})
_PLURAL: Final = frozenset({"they", "their", "them", "themselves"})
_FIRST: Final = frozenset({"we", "our", "us", "ours", "ourselves", "i", "my", "me", "myself"})
_CONTROLLING: Final = frozenset(
    "urge call ask tell force press get want allow order persuade pressure encourage invite require push help enable compel convince "
    "appeal lead cause permit oblige".split()
)
"""Verbs whose object does what the infinitive behind them says."""
_OBJECTS: Final = frozenset({"dobj", "pobj", "iobj", "dative"})


def resolve(reading: Reading, token: Token) -> Mention | None:
    """The mention that a token makes as a pronoun; None if it is none, or means no country for sure."""
    word = token.lower_
    if word in _NEUTER:
        return _neuter(reading, token)
    if word in _MALE or word in _FEMALE:
        return _person(reading, token, female=word in _FEMALE)
    if word in _PLURAL:
        return _plural(reading, token)
    if word in _FIRST and token.text != "US":
        return _first_person(reading, token)
    return None


def _neuter(reading: Reading, token: Token) -> Mention | None:
    def fits(entity: Entity) -> bool:
        return not entity.person and not entity.plural

    if token.lower_ == "it" and grammar.is_pleonastic(token):
        return None
    entity = _governing_subject(reading, token, fits)
    if entity is None and (token.dep_ in _OBJECTS or token.dep_ in SUBJECTS):
        entity = _nearest_object(reading, token)
    if entity is None and _leads(reading, token):
        entity = _last_subject(reading, fits)
    return _made(reading, token, entity)


def _plural(reading: Reading, token: Token) -> Mention | None:
    def fits(entity: Entity) -> bool:
        return entity.plural or len(entity.mention.countries) > 1

    entity = _governing_subject(reading, token, fits)
    if entity is None and _leads(reading, token):
        entity = _last_subject(reading, fits)
    return _made(reading, token, entity)


def _person(reading: Reading, token: Token, *, female: bool) -> Mention | None:
    persons = [e for e in reading.discourse.recent(reading.number) if e.person and not e.plural and e.female in (None, female)]
    if token.dep_ in ("dobj", "pobj") and not token.lower_.endswith("self"):
        subject = grammar.subject_of_clause(token)
        acting = reading.added.get(subject.i) if subject is not None else None
        others = [e for e in persons if e.mention is not acting]
        if len(others) < len(persons) and not (others and others[0].sentence == reading.number):
            return None
        persons = others
    if not persons:
        return None
    nearest = persons[0].sentence
    group = [e for e in persons if e.sentence == nearest]
    subjects = [e for e in group if e.subject]
    best = group[0]
    if subjects:
        best = subjects[0] if nearest == reading.number else subjects[-1]
    elif len({e.mention.countries for e in group}) > 1:
        return None
    return _made(reading, token, best)


def _first_person(reading: Reading, token: Token) -> Mention | None:
    speaker = reading.speaker
    if speaker is None or len(speaker.countries) != 1 or not reading.quoted[token.i]:
        return None
    rule = f"pronoun {token.lower_} in a quotation"
    made = reading.make(token, token, MentionKind.PRONOUN, speaker.countries, Sector.STATE, [speaker], rule)
    return _with_role(reading, token, made)


def _made(reading: Reading, token: Token, entity: Entity | None) -> Mention | None:
    if entity is None or not entity.mention.countries:
        return None
    origin = entity.mention
    made = reading.make(token, token, MentionKind.PRONOUN, origin.countries, origin.sector, [origin], f"pronoun {token.lower_}")
    return _with_role(reading, token, made)


def _with_role(reading: Reading, token: Token, owner: Mention) -> Mention:
    """ "its army chief": the possessive's head, where that is a role, belongs to the country."""
    if token.dep_ != "poss" or token.head.i <= token.i or token.head.i in reading.added:
        return owner
    role = grammar.role_at(token.head, token.i + 1)
    if role is None or role.noun.startswith("counterpart"):
        return owner
    of = reading.discourse.last_of(owner.countries[0], reading.number)
    spans = [of.mention] if of is not None else []
    return reading.make(token, token.head, MentionKind.ROLE, owner.countries, role.sector, spans, f"its {role.noun}; {owner.source}")


# ------------------------------------------------------------------------------------------------ antecedents


def _governing_subject(reading: Reading, token: Token, fits: Fits) -> Entity | None:
    """The subject of the clause that the pronoun is in (unless it is that subject), or of a governing clause."""
    inside_subject = token.dep_ in SUBJECTS or any(a.dep_ in SUBJECTS for a in grammar.up_to_verb(token))
    told = token.dep_ in SUBJECTS and any(c.dep_ == "aux" and c.lower_ == "to" for c in token.head.children)
    bound = told or (token.lower_ in ("it", "them") and token.dep_ not in SUBJECTS)
    acting = grammar.subject_of(token.head.head) if told else grammar.subject_of_clause(token) if bound else None
    verb = token.head
    for _ in range(8):
        subject = grammar.subject_of(verb)
        if subject is not None and subject.i < token.i and not (inside_subject and grammar.within(token, subject)):
            entity = reading.entity_at(subject, fits) or reading.entity_at(grammar.possessor(subject), fits)
            if entity is not None and not (bound and acting is not None and subject.i == acting.i):
                return entity
            if entity is None and subject.lower_ not in ("that", "which", "who", "it", "there") and verb.pos_ in ("VERB", "AUX"):
                return None
        if verb.head.i == verb.i:
            return None
        controller = None if subject is not None else _controller(verb)
        entity = reading.entity_at(controller, fits) if controller is not None and controller.i < token.i else None
        entity = entity or _owner_above(reading, token, verb, fits, inside_subject=inside_subject)
        if entity is not None:
            return entity
        verb = verb.head
    return None


def _controller(verb: Token) -> Token | None:
    """Who is to do what an infinitive says: the object of "urge China to", "call on China to"."""
    if verb.dep_ not in ("xcomp", "advcl", "ccomp") or verb.head.lemma_ not in _CONTROLLING:
        return None
    for child in verb.head.rights:
        if child.i >= verb.i:
            return None
        if child.dep_ == "dobj":
            return child
        if child.dep_ == "prep" and child.lower_ in ("on", "upon", "to"):
            return next((c for c in child.children if c.dep_ == "pobj"), None)
    return None


def _owner_above(reading: Reading, token: Token, verb: Token, fits: Fits, *, inside_subject: bool) -> Entity | None:
    """Whose the noun above is ("Iran's intention to deepen its alliance"), or the other half of "Iran and its allies"."""
    owner = grammar.possessor(verb.head) if verb.head.pos_ == "NOUN" else None
    if owner is not None and owner.i < token.i:
        entity = reading.entity_at(owner, fits)
        if entity is not None:
            return entity
    if inside_subject and token.dep_ == "poss" and verb.dep_ == "conj":
        return reading.entity_at(verb.head, fits)
    return None


def _nearest_object(reading: Reading, token: Token) -> Entity | None:
    """For "it" behind a verb: the other country of the sentence so far that is most present, if it is no mere adjective."""
    subject = grammar.subject_of_clause(token)
    if subject is not None and subject.i == token.i:
        subject = grammar.subject_of_clause(grammar.verb_of(token))
    acting = reading.added.get(subject.i) if subject is not None else None
    if token.dep_ in SUBJECTS and acting is None:
        return None
    excluded = acting.countries if acting is not None else ()
    code = clear_winner(reading.discourse.scores(reading.number, window=0, exclude=excluded), 1.5)
    near = next((e for e in reading.here() if e.mention.countries == (code,)), None)
    return near if near is not None and not near.subject and not near.person and near.mention.kind is not MentionKind.DEMONYM else None


def _last_subject(reading: Reading, fits: Fits) -> Entity | None:
    """The subject of the sentence before, if a country is and this sentence has named none yet."""
    if any(e.mention.countries for e in reading.here()):
        return None
    for back in (1, 2):
        entities = [e for e in reading.discourse.recent(reading.number, back) if e.sentence == reading.number - back]
        subjects = [e for e in entities if e.subject and fits(e)]
        if subjects and len({e.mention.countries for e in subjects}) == 1:
            return subjects[-1]
        if entities:
            return None
    return None


def _leads(reading: Reading, token: Token) -> bool:
    """Whether a subject or possessive has no other subject before it, so that it can mean one of the sentence before."""
    inside = reading.quoted[token.i]
    if token.dep_ not in (*SUBJECTS, "poss"):
        return False
    return not any(t.dep_ in SUBJECTS for t in token.doc[: token.i] if not reading.quoted[t.i] or inside)
