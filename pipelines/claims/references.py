"""Resolves what refers back: role nouns, pronouns and definite descriptions, to the countries that the article has named.

The text is read from front to back. Each sentence that was parsed adds its references; each other one only adds what it names. An
antecedent is chosen by recency, subjecthood, number and role; where two compete on equal terms the reference stays unresolved, because a
wrong country makes a wrong row and a missing one only a missing row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from spacy.tokens import Token

from pipelines.claims import descriptions, gazetteer, grammar, mentions, owned_roles, parse, pronouns, roles
from pipelines.claims.discourse import Discourse, Entity
from pipelines.claims.grammar import SAYING, SUBJECTS
from pipelines.claims.model import Mention, MentionKind, ParsedSentence, Sentence
from pipelines.claims.reading import Reading, after_marks
from pipelines.claims.roles import RoleNumber

_STRANGERS: Final = frozenset(
    "analyst expert professor researcher observer critic economist author historian scholar source resident lawyer witness".split()
)
"""Nouns of persons who speak without a country: a later "he" means them."""


def resolve(
    parsed: Sequence[ParsedSentence], all_sentences: Sequence[Sentence], on: date | None = None, title: str | None = None
) -> tuple[ParsedSentence, ...]:
    """The parsed sentences with their references as mentions, and `by_token` made new.

    Args:
        parsed: some of the article's sentences, in order.
        all_sentences: all of them with their own mentions: those that were not parsed are read for what they name.
        on: the article's date.
        title: its headline: countries in it are the likelier antecedents.
    """
    by_start = {p.sentence.start: p for p in parsed}
    reading = Reading(Discourse(title=_in_title(title, on)))
    found = []
    for number, sentence in enumerate(all_sentences):
        own = by_start.get(sentence.start)
        if own is None:
            _skim(reading, number, sentence)
        else:
            found.append(_read(reading, number, own))
    return tuple(found)


def _in_title(title: str | None, on: date | None) -> frozenset[str]:
    return frozenset(code for m in gazetteer.load().find(title, on) for code in m.countries) if title else frozenset()


def _skim(reading: Reading, number: int, sentence: Sentence) -> None:
    """A sentence without a parse: its first mention is taken for its subject."""
    first = True
    for mention in sentence.mentions:
        if mention.countries:
            place = mention.kind is MentionKind.PLACE
            reading.discourse.add(_entity(mention, number, subject=first and not place, place=place))
            first = first and place
    reading.quote_open = after_marks(sentence.text, reading.quote_open)


def _read(reading: Reading, number: int, parsed: ParsedSentence) -> ParsedSentence:
    """A sentence with its parse: resolves it, and takes it in."""
    own = list(owned_roles.grow(parsed))
    was_open = reading.quote_open
    reading.begin(number, parsed, own)
    if number < 2:
        reading.dateline |= {c for m in own if mentions.in_dateline(m, parsed) for c in m.countries}
    _note_speaker(reading, was_open)
    last: Mention | None = None
    for token in parsed.doc:
        mention = reading.added.get(token.i)
        if mention is None:
            mention = _reference(reading, token)
            if mention is not None:
                reading.put(mention)
        if mention is not None and mention is not last:
            _take(reading, mention, token)
        elif mention is None and token.dep_ in SUBJECTS:
            _take_stranger(reading, token)
        last = mention
    unique = {id(m): m for m in (*own, *reading.added.values())}
    final = tuple(sorted(unique.values(), key=lambda m: (m.start, m.end)))
    return replace(parsed, mentions=final, by_token=parse.by_token(parsed.doc, parsed.sentence, final))


def _reference(reading: Reading, token: Token) -> Mention | None:
    if token.pos_ == "PRON" or token.tag_ in ("PRP", "PRP$"):
        found = pronouns.resolve(reading, token)
        if found is not None:
            return found
    if token.pos_ in ("NOUN", "PROPN") or token.lower_ in ("both", "former", "latter"):
        return descriptions.resolve(reading, token)
    return None


# ------------------------------------------------------------------------------------------------ what the discourse learns


def _entity(mention: Mention, number: int, *, subject: bool, place: bool) -> Entity:
    return Entity(mention, number, subject, grammar.is_person(mention), grammar.is_plural(mention), grammar.is_female(mention), place)


def _take(reading: Reading, mention: Mention, token: Token) -> None:
    head = mentions.head(mention, reading.now) or token
    place = mention.kind is MentionKind.PLACE or mentions.is_locative(mention, reading.now)
    reading.discourse.add(_entity(mention, reading.number, subject=grammar.is_subject(head), place=place))
    if head.dep_ == "conj":
        _take_conjunction(reading, mention, head)


def _take_conjunction(reading: Reading, mention: Mention, head: Token) -> None:
    """ "Iran and Pakistan" is an antecedent too."""
    first = head
    while first.dep_ == "conj" and first.head.i != first.i:
        first = first.head
    group = [reading.added[t.i] for t in (first, *first.conjuncts) if t.i in reading.added and t.i <= head.i]
    codes = tuple(dict.fromkeys(c for m in group for c in m.countries))
    if len(codes) > 1:
        spans = tuple((m.start, m.end) for m in group)
        whole = Mention(group[0].start, mention.end, mention.text, mention.kind, codes, mention.sector, spans, "conjunction")
        subject = grammar.is_subject(first)
        reading.discourse.entities.append(Entity(whole, reading.number, subject, grammar.is_person(mention), plural=True))


def _take_stranger(reading: Reading, token: Token) -> None:
    """Somebody without a country who speaks or acts: a later "he" means him, and so no leader."""
    role = roles.roles().get(token.lower_)
    person = token.lower_ in _STRANGERS or (role is not None and role.number is RoleNumber.PERSON)
    if (person and token.pos_ == "NOUN") or (token.pos_ == "PROPN" and token.head.lemma_ in SAYING):
        start = reading.now.sentence.start + token.idx
        nobody = Mention(start, start + len(token.text), token.text, MentionKind.PERSON, (), None, source="stranger")
        reading.discourse.entities.append(Entity(nobody, reading.number, subject=True, person=True))


# ------------------------------------------------------------------------------------------------ who speaks


def _note_speaker(reading: Reading, was_open: bool) -> None:
    """Keeps who speaks in the quotations of this sentence and of those that follow without a speaker of their own."""
    speaker = _speaker(reading)
    if speaker is not None:
        reading.speaker = speaker
    elif not was_open and not any(mark in reading.now.sentence.text for mark in '“”"'):
        reading.speaker = None


def _speaker(reading: Reading) -> Mention | None:
    """The subject of the verb of saying outside the quotation; without one, the first subject beside a quotation."""
    beside: Mention | None = None
    for token in reading.now.doc:
        if token.dep_ not in SUBJECTS or reading.quoted[token.i]:
            continue
        if token.head.lemma_ in SAYING and token.head.pos_ == "VERB":
            return _who(reading, token)
        beside = beside or reading.added.get(token.i)
    return beside if any(reading.quoted) else None


def _who(reading: Reading, subject: Token) -> Mention | None:
    mention = reading.added.get(subject.i)
    if mention is not None:
        return mention
    if subject.lower_ in ("he", "she", "it", "they"):
        return reading.speaker or _last_person(reading)
    return Mention(0, 0, subject.text, MentionKind.PERSON, (), None, source="stranger")


def _last_person(reading: Reading) -> Mention | None:
    return next((e.mention for e in reading.discourse.recent(reading.number, 2) if e.person and e.subject and not e.plural), None)
