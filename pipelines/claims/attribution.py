"""Who says so: codebook section 6.

Three cases, in this order: the trigger stands inside quotation marks (`direct`); it is itself the act of words, and the sentence gives its
words ("denounced it as 'a farce'", "called on China to …, saying"); it stands under a verb of saying or "according to" (`indirect`).
Everything else is the article's own voice: "X condemned Y" without X's words has no speaker.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipelines.claims import outlets, quotations, speaker_syntax, speakers
from pipelines.claims.clauses import is_finite
from pipelines.claims.model import Attribution, Mention, MentionKind, ParsedSentence, Sentence
from pipelines.claims.quotations import Quotation
from pipelines.claims.speakers import SpeakerWords
from schemas import Quote

if TYPE_CHECKING:
    from spacy.tokens import Token

_PRONOUNS: Final = frozenset({"he", "she", "they", "it"})
_SET_APART: Final = 4
"""Quoted words up to which a quotation with no speaker near is a word that the article sets apart."""


@dataclass(frozen=True)
class Speaker:
    """A speaker's words and country."""

    words: SpeakerWords
    country: str | None


@dataclass(frozen=True)
class QuoteContext:
    """The quotations of an article and everybody whom it names as speaking, made once an article."""

    text: str
    quotations: tuple[Quotation, ...]
    speakers: Mapping[Quotation, Speaker]
    """By quotation; none where nobody is named."""
    named: tuple[Speaker, ...] = ()
    """All speakers by name whose country is known, in the order of the text."""

    def quotation_at(self, offset: int) -> Quotation | None:
        """The quotation that a code point is in."""
        at = bisect_right(self.quotations, offset, key=lambda q: q.start) - 1
        return self.quotations[at] if at >= 0 and self.quotations[at].covers(offset) else None

    def country_before(self, words: SpeakerWords) -> str | None:
        """The country of a pronoun or a bare surname that nobody resolved: that of the last speaker who fits."""
        earlier = [s for s in self.named if s.words.start < words.start]
        if words.text.lower() in _PRONOUNS:
            return earlier[-1].country if earlier else None
        surname = words.text.split()[-1]
        return next((s.country for s in reversed(earlier) if surname in s.words.text.split()), None)


def context(text: str, sentences: Sequence[Sentence], parsed_by_sentence: Mapping[int, ParsedSentence]) -> QuoteContext:
    """The quotations of an article and who speaks them.

    `parsed_by_sentence` has the parsed sentences by their start; for the others the mentions of `sentences` are used. A quotation without a
    speaker of its own takes the one of the quotation before it in the same paragraph, or of the paragraph before when it has nothing else.
    """
    found = quotations.find(text)
    spoken: dict[Quotation, Speaker] = {}
    last: Speaker | None = None
    for i, quotation in enumerate(found):
        floor = found[i - 1].end if i else 0
        ceiling = found[i + 1].start if i + 1 < len(found) else len(text)
        words = speakers.behind(text, quotation, ceiling) or speakers.before(text, quotation, floor)
        if words is not None:
            country = _country_at(words, sentences, parsed_by_sentence)
            if country is None and last is not None and words.text.lower() in _PRONOUNS | {last.words.text.lower()}:
                country = last.country
            spoken[quotation] = last = Speaker(words, country)
        elif last is not None and _goes_on(text, found[i - 1], quotation):
            spoken[quotation] = last
        elif "\n" in text[floor : quotation.start]:
            last = None
    return QuoteContext(text, found, spoken, _named(spoken.values(), parsed_by_sentence.values()))


def _named(spoken: Iterable[Speaker], parsed: Iterable[ParsedSentence]) -> tuple[Speaker, ...]:
    named = {s.words.start: s for s in spoken if s.country and s.words.text.lower() not in _PRONOUNS}
    for sentence in parsed:
        for token in sentence.doc:
            if not speaker_syntax.says(token) or (head := speaker_syntax.speaker_of(token)) is None or head.pos_ == "PRON":
                continue
            words = _words(head, sentence)
            country = _country_of(head, sentence, words)
            if country is not None:
                named.setdefault(words.start, Speaker(words, country))
    return tuple(named[start] for start in sorted(named))


def _goes_on(text: str, before: Quotation, quotation: Quotation) -> bool:
    """Whether a quotation without a speaker continues the one before: in its paragraph, or alone in the next."""
    between = text[before.end : quotation.start]
    if "\n" not in between:
        return True
    paragraph_end = text.find("\n", quotation.end)
    rest = text[quotation.end : paragraph_end if paragraph_end >= 0 else len(text)]
    return not rest.strip(" .,") and text[quotation.start - 1] == "\n" and not between.strip("\n").count("\n")


def _country_at(words: SpeakerWords, sentences: Sequence[Sentence], parsed: Mapping[int, ParsedSentence]) -> str | None:
    at = bisect_right(sentences, words.start, key=lambda s: s.start) - 1
    if at < 0 or words.start >= sentences[at].end:
        return None
    home = sentences[at]
    mentions = parsed[home.start].mentions if home.start in parsed else home.mentions
    return _country_of_span(words.start, words.end, mentions)


def _country_of_span(start: int, end: int, mentions: Sequence[Mention]) -> str | None:
    """The country of a speaker's words: the mention that covers most of them; places only where nothing else is there."""
    inside = [m for m in mentions if m.start < end and m.end > start and m.countries]
    inside.sort(key=lambda m: (m.kind is MentionKind.PLACE, len(m.countries) > 1, -(min(m.end, end) - max(m.start, start)), m.start))
    return inside[0].countries[0] if inside else None


def read(parsed: ParsedSentence, trigger: Token, context: QuoteContext, source: str | None = None) -> Attribution:
    """Who says that the event of `trigger` is so, and the outlets that the sentence names as its sources.

    `source` is the claim's source country: it is the speaker's where the speaker's words name several ("China's and Russia's envoys").
    Of several speakers it is the innermost; an outlet is a speaker only of words that are quoted and nobody else's.
    """
    cited = tuple(dict.fromkeys(m.outlet.name for m in outlets.cited(parsed.sentence.text)))
    quotation = context.quotation_at(parsed.sentence.start + trigger.idx)
    if quotation is not None:
        speaker = _of_quotation(parsed, quotation, context, source)
        if speaker is not None:
            return _attributed(speaker, Quote.DIRECT, cited)
    own = _own_words(parsed, trigger, context)
    if own is not None:
        return _attributed(Speaker(_words(own[0], parsed), _country(own[0], parsed, context, source)), own[1], cited)
    head = speaker_syntax.above(trigger) or speaker_syntax.according_to(parsed.doc, trigger)
    if head is None:
        open_quotation = quotation is not None and len(context.text[quotation.start : quotation.end].split()) > _SET_APART
        return Attribution(quote=Quote.DIRECT if open_quotation else None, cited_outlet=cited)
    return _attributed(Speaker(_words(head, parsed), _country(head, parsed, context, source)), Quote.INDIRECT, cited)


def _attributed(speaker: Speaker, quote: Quote, cited: tuple[str, ...]) -> Attribution:
    words = speaker.words
    return Attribution(words.text, speaker.country, quote, cited, (words.start, words.end))


def _of_quotation(parsed: ParsedSentence, quotation: Quotation, context: QuoteContext, source: str | None) -> Speaker | None:
    """The speaker of a quotation: as the parse of its sentence has it, else as the words around it have it."""
    start = parsed.sentence.start
    known = context.speakers.get(quotation)
    for verb in parsed.doc:
        if quotation.covers(start + verb.idx) or not (quotation.start - 160 <= start + verb.idx < quotation.end + 90):
            continue
        if not (speaker_syntax.says(verb) or verb.lemma_.lower() in speaker_syntax.verbs("quoting") or verb.lemma_ == "quote"):
            continue
        head = speaker_syntax.quoted_person(verb) or speaker_syntax.speaker_of(verb)
        if head is None or quotation.covers(start + head.idx):
            continue
        country = _country(head, parsed, context, source)
        return Speaker(_words(head, parsed), country if country is not None or known is None else known.country)
    return known


def _own_words(parsed: ParsedSentence, trigger: Token, context: QuoteContext) -> tuple[Token, Quote] | None:
    """The doer of an act of words whose words the sentence gives: "denounced it as 'a farce'", "warned that", "…, saying"."""
    if trigger.pos_ != "VERB":
        return None
    lemma = trigger.lemma_.lower()
    verbal = lemma in speaker_syntax.verbs("quoting") or speaker_syntax.says(trigger)
    subject = speaker_syntax.speaker_of(trigger)
    if not verbal or subject is None or speaker_syntax.is_outlet(subject):
        return None
    first = parsed.sentence.start + trigger.idx
    ends = parsed.sentence.start + max(t.idx for t in trigger.subtree)
    if any(first < q.start <= ends for q in context.quotations):
        return subject, Quote.DIRECT
    gerund = any(c.dep_ == "advcl" and c.tag_ == "VBG" and c.lemma_ in ("say", "add", "argue", "insist", "claim") for c in trigger.children)
    clause = speaker_syntax.says(trigger) and any(c.dep_ in ("ccomp", "parataxis") and is_finite(c) for c in trigger.children)
    return (subject, Quote.INDIRECT) if gerund or clause else None


def _words(head: Token, parsed: ParsedSentence) -> SpeakerWords:
    start, end = speaker_syntax.phrase(head)
    base = parsed.sentence.start
    return SpeakerWords(base + start, base + end, parsed.sentence.text[start:end])


def _country(head: Token, parsed: ParsedSentence, context: QuoteContext, source: str | None) -> str | None:
    words = _words(head, parsed)
    inside = {c for m in parsed.mentions if m.start < words.end and m.end > words.start for c in m.countries}
    if source in inside and len(inside) > 1 and head.tag_ in ("NNS", "NNPS", "PRP"):
        return source
    country = _country_of(head, parsed, words)
    if country is None and speaker_syntax.is_outlet(head):
        country = next((m.outlet.country for m in outlets.named(words.text)), None)
    return country if country is not None else context.country_before(words)


def _country_of(head: Token, parsed: ParsedSentence, words: SpeakerWords) -> str | None:
    mention = parsed.by_token.get(head.i)
    if mention is not None and mention.countries:
        return mention.countries[0]
    return _country_of_span(words.start, words.end, parsed.mentions)
