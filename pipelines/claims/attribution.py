"""Who says so: codebook section 6."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipelines.claims import outlets, quotations, speakers
from pipelines.claims.model import Attribution, Mention, MentionKind, ParsedSentence, Sentence
from pipelines.claims.quotations import Quotation
from pipelines.claims.speakers import SpeakerWords
from schemas import Quote

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True)
class QuoteContext:
    """The quotations of an article with their speakers, made once an article."""

    text: str
    quotations: tuple[Quotation, ...]
    speakers: Mapping[Quotation, tuple[SpeakerWords, str | None]]
    """Speaker and the speaker's country, by quotation; none where nobody is named."""

    def quotation_at(self, offset: int) -> Quotation | None:
        """The quotation that a code point is in."""
        return next((q for q in self.quotations if q.covers(offset)), None)


_PRONOUNS: Final = frozenset({"he", "she", "they", "it"})
_MIN_WORDS: Final = 1
_MAX_CLIMB: Final = 25


def context(text: str, sentences: Sequence[Sentence], parsed_by_sentence: Mapping[int, ParsedSentence]) -> QuoteContext:
    """The quotations of an article and who speaks them.

    `parsed_by_sentence` has the parsed sentences by their start; for the others the mentions of `sentences` are used. A quotation without a
    speaker of its own takes the one of the quotation before it in the same paragraph, or of the paragraph before when it has nothing else.
    """
    found = quotations.find(text)
    spoken: dict[Quotation, tuple[SpeakerWords, str | None]] = {}
    last: tuple[SpeakerWords, str | None] | None = None
    for i, quotation in enumerate(found):
        floor = found[i - 1].end if i else 0
        ceiling = found[i + 1].start if i + 1 < len(found) else len(text)
        words = speakers.behind(text, quotation, ceiling) or speakers.before(text, quotation, floor)
        if words is not None:
            country = _country_at(words, sentences, parsed_by_sentence)
            if country is None and last is not None and words.text.lower() in _PRONOUNS | {last[0].text.lower()}:
                country = last[1]
            spoken[quotation] = last = (words, country)
        elif last is not None and _goes_on(text, found[i - 1], quotation):
            spoken[quotation] = last
        else:
            last = None if "\n" in text[floor : quotation.start] else last
    return QuoteContext(text, found, spoken)


def _goes_on(text: str, before: Quotation, quotation: Quotation) -> bool:
    """Whether a quotation without a speaker continues the one before: in its paragraph, or alone in the next."""
    between = text[before.end : quotation.start]
    paragraph_end = text.find("\n", quotation.end)
    alone = not text[quotation.end : paragraph_end if paragraph_end >= 0 else len(text)].strip(" .,")
    return "\n" not in between or (alone and between.count("\n\n") <= 1 and text[quotation.start - 1 : quotation.start] in ("\n", ""))


def _country_at(words: SpeakerWords, sentences: Sequence[Sentence], parsed: Mapping[int, ParsedSentence]) -> str | None:
    for sentence in sentences:
        if sentence.start <= words.start < sentence.end:
            mentions = parsed[sentence.start].mentions if sentence.start in parsed else sentence.mentions
            return _country_of_span(words.start, words.end, mentions)
    return None


def _country_of_span(start: int, end: int, mentions: Sequence[Mention]) -> str | None:
    """The country of a speaker's words: the mention that covers them, else the first inside that is of one country."""
    inside = [m for m in mentions if m.start < end and m.end > start and m.countries]
    inside.sort(key=lambda m: (m.kind is MentionKind.PLACE, -(min(m.end, end) - max(m.start, start)), m.start))
    return next((m.countries[0] for m in inside if len(m.countries) == 1), inside[0].countries[0] if inside else None)


def read(parsed: ParsedSentence, trigger: Token, context: QuoteContext) -> Attribution:
    """Who says that the event of `trigger` is so.

    The trigger inside quotation marks: `direct`, and the speaker of the quotation. Under a verb of saying, or in a sentence with
    "according to": `indirect`, and the innermost speaker that is no outlet. Outlets go to `cited_outlet`. The doer of an act of words is no
    speaker of it: "X condemned Y" is told by the article.
    """
    cited = tuple(dict.fromkeys(m.outlet.name for m in outlets.cited(parsed.sentence.text)))
    offset = parsed.sentence.start + trigger.idx
    quotation = context.quotation_at(offset)
    if quotation is not None:
        words, country = _quoted(parsed, quotation, context)
        if words is not None and not _is_outlet(words.text):
            return Attribution(words.text, country, Quote.DIRECT, cited, (words.start, words.end))
        if words is None and _is_scare(quotation, context):
            quotation = None
        else:
            return Attribution(None, None, Quote.DIRECT, cited) if words is None else Attribution(cited_outlet=cited)
    head = _speaker_above(trigger) or _according_to(parsed, trigger)
    if head is None:
        return Attribution(cited_outlet=cited)
    words = _phrase(head, parsed)
    return Attribution(words.text, _country_of_head(head, parsed, words, context), Quote.INDIRECT, cited, (words.start, words.end))


def _is_scare(quotation: Quotation, context: QuoteContext) -> bool:
    """Whether a quotation is a word or two that the article sets apart, with no speaker near."""
    return len(context.text[quotation.start : quotation.end].split()) <= 4


def _quoted(parsed: ParsedSentence, quotation: Quotation, context: QuoteContext) -> tuple[SpeakerWords | None, str | None]:
    """The speaker of a quotation: as the parse of its sentence has it, else as the words around it have it."""
    start = parsed.sentence.start
    for verb in parsed.doc:
        if verb.pos_ != "VERB" or quotation.covers(start + verb.idx) or verb.lemma_.lower() not in _CLAUSAL | _QUOTING:
            continue
        head = _subject(verb)
        if head is None or quotation.covers(start + head.idx) or not _near(verb, quotation, start):
            continue
        if _is_outlet_head(head) and (quoted := _quoted_person(verb)) is not None:
            head = quoted
        words = _phrase(head, parsed)
        country = _country_of_head(head, parsed, words, context)
        if country is None and quotation in context.speakers:
            country = context.speakers[quotation][1]
        return words, country
    if quotation in context.speakers:
        return context.speakers[quotation]
    return None, None


def _near(verb: Token, quotation: Quotation, start: int) -> bool:
    """Whether a verb stands right before or behind the quotation, in the same sentence."""
    at = start + verb.idx
    return quotation.start - 160 <= at < quotation.end + 90


_CLAUSAL: Final = frozenset(speakers.reporting()["clausal"]) | {"quote", "cite", "threaten", "vow", "promise", "pledge", "ask", "call"}
_QUOTING: Final = frozenset(speakers.reporting()["quoting"])
_BELOW: Final = frozenset({"ccomp", "parataxis", "xcomp", "advcl", "dep"})
_GENERIC: Final = frozenset({"it", "which", "that", "there", "this", "what"})


def _speaker_above(trigger: Token) -> Token | None:
    """The subject of the innermost verb of saying over a trigger, outlets passed over."""
    node = trigger
    for _ in range(_MAX_CLIMB):
        head = node.head
        if head == node:
            return _trailing_report(node)
        if node.dep_ in ("relcl", "acl") and head.pos_ in ("NOUN", "PROPN"):
            node = head
            continue
        if node.dep_ in ("ccomp", "parataxis") and _says(head) and head != trigger:
            speaker = _speaker_of(head)
            if speaker is not None and not _is_outlet_head(speaker):
                return speaker
        node = head
    return None


def _trailing_report(root: Token) -> Token | None:
    """ "…, the ministry said" where the parser hangs the report under the main clause."""
    for child in root.children:
        if (
            child.dep_ in ("parataxis", "advcl", "ccomp")
            and _says(child)
            and not any(c.dep_ == "mark" for c in child.children)
            and child.i > root.i
        ):
            complement = any(c.dep_ in ("ccomp", "dobj") for c in child.children)
            speaker = _speaker_of(child)
            if speaker is not None and not complement and not _is_outlet_head(speaker):
                return speaker
    return None


def _says(verb: Token) -> bool:
    return verb.pos_ == "VERB" and verb.lemma_.lower() in speakers.reporting()["clausal"]


def _speaker_of(verb: Token) -> Token | None:
    """The subject of a verb of saying; for "quoted as saying" the one quoted; for a participle the subject above it."""
    node = verb
    for _ in range(4):
        quoted = _quoted_person(node)
        if quoted is not None:
            return quoted
        subject = _subject(node)
        if subject is not None:
            return None if subject.lower_ in _GENERIC and subject.dep_ != "nsubj" else subject
        if node.dep_ == "pcomp" and node.head.lower_ in ("as", "in", "by"):
            node = node.head.head
        elif node.dep_ in ("conj", "xcomp", "advcl", "acl") and node.head != node:
            if node.dep_ == "acl" and node.head.pos_ in ("NOUN", "PROPN"):
                return node.head if node.tag_ == "VBG" else None
            node = node.head
        else:
            return None
    return None


def _subject(verb: Token) -> Token | None:
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    if subject is None and verb.lemma_ in ("quote", "cite"):
        return None
    if subject is None and any(c.dep_ == "auxpass" for c in verb.children):
        return next((t for a in verb.children if a.dep_ == "agent" for t in a.children if t.dep_ == "pobj"), None)
    if subject is not None and subject.lower_ in ("who", "which", "that") and verb.dep_ == "relcl":
        return verb.head
    return subject


def _quoted_person(verb: Token) -> Token | None:
    """ "Kim was quoted by KCNA as saying", "KCNA quoted Kim as saying", "citing South Korean officials"."""
    if verb.lemma_ in ("quote", "cite"):
        passive = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
        if passive is not None:
            return passive
        return next((c for c in verb.children if c.dep_ == "dobj" and not _is_outlet_head(c)), None)
    for child in verb.children:
        if child.dep_ == "advcl" and child.lemma_ in ("cite", "quote"):
            source = next((c for c in child.children if c.dep_ == "dobj"), None)
            if source is not None and not _is_outlet_head(source) and (subject := _subject(verb)) is not None and _is_outlet_head(subject):
                return source
    return None


def _according_to(parsed: ParsedSentence, trigger: Token) -> Token | None:
    """ "according to X", where it reaches the trigger and X is no outlet."""
    for token in parsed.doc:
        if token.lower_ != "according":
            continue
        source = next((p for t in token.children if t.lower_ == "to" for p in t.children if p.dep_ == "pobj"), None)
        if source is None or _is_outlet_head(source) or trigger in source.subtree:
            continue
        return source
    return None


def _is_outlet_head(head: Token) -> bool:
    return _is_outlet(" ".join(t.text for t in _core(head))) or (head.text in outlets.lexicon() and not outlets.lexicon()[head.text].common)


def _is_outlet(words: str) -> bool:
    """Whether a phrase is an outlet's name, with or without what kind of outlet it is."""
    plain = re.sub(r"^(?:[Tt]he|[Ss]tate[- ]\w+|[Oo]fficial|[Ss]emi-official)\s", "", words)
    plain = re.sub(r"^\w+(?:'s|’s| 's| ’s)\s", "", plain)
    bare = re.sub(r"\s(?:news agency|news|agency|newspaper|daily|television|TV|radio|website|magazine)(?:\s\w+)?$", "", plain)
    return any(n in outlets.lexicon() for n in (words, plain, bare, f"The {plain}"))


def _core(head: Token) -> list[Token]:
    """A noun with its determiner, compounds and adjectives."""
    left = [c for c in head.children if c.dep_ in ("compound", "amod", "nmod", "det", "poss") and c.i < head.i]
    tokens = {t.i: t for c in left for t in c.subtree} | {head.i: head}
    return [tokens[i] for i in sorted(tokens)]


def _phrase(head: Token, parsed: ParsedSentence) -> SpeakerWords:
    """The surface words of a speaker: the noun phrase with its appositions, without relative clauses."""
    tokens = sorted(_kept(head), key=lambda t: t.i)
    last = len(tokens) - 1
    run = [tokens[last]]
    start_token, end_token = tokens[0], tokens[-1]
    for token in tokens:
        if token.i >= head.i and token.i - run[0].i > 40:
            break
        end_token = token
    start, end = start_token.idx, end_token.idx + len(end_token.text)
    text = parsed.doc.text[start:end].rstrip(" ,")
    base = parsed.sentence.start
    return SpeakerWords(base + start, base + start + len(text), text)


def _kept(head: Token) -> list[Token]:
    kept = [head]
    for child in head.children:
        if child.dep_ in ("relcl", "acl", "advcl", "punct", "parataxis", "dep"):
            if (
                child.dep_ == "punct"
                and child.text in (",", "-", "(")
                and any(c.dep_ == "appos" and c.i > child.i for c in head.children)
                and child.i > head.i
            ):
                kept.append(child)
            continue
        if child.dep_ == "prep" and child.i > head.i and child.lower_ in ("on", "after", "during", "at", "as") and head.pos_ == "PROPN":
            continue
        kept += _kept(child)
    return kept


def _country_of_head(head: Token, parsed: ParsedSentence, words: SpeakerWords, context: QuoteContext) -> str | None:
    mention = parsed.by_token.get(head.i)
    if mention is not None and mention.countries:
        return mention.countries[0]
    country = _country_of_span(words.start, words.end, parsed.mentions)
    if country is None and words.text.lower() in _PRONOUNS:
        country = _last_speaker(words.start, context)
    return country


def _last_speaker(offset: int, context: QuoteContext) -> str | None:
    """The country of the speaker named last before a pronoun that nobody resolved."""
    before = [s for s in context.speakers.values() if s[0].start < offset and s[0].text.lower() not in _PRONOUNS]
    return max(before, key=lambda s: s[0].start)[1] if before else None
