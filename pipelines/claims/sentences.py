"""Splits an article into sentences, and picks those that can hold a claim.

The splitter is rule-based and linear: a paragraph break always splits, a full stop does not after an abbreviation, an initial or a
number, and closing quotes stay with their sentence. A quotation over several sentences is split at the sentence ends inside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence, Set
from typing import Final

from pipelines.claims.inflection import words
from pipelines.claims.model import Mention, MentionKind, Sentence
from schemas import CLAIM_TYPES

MAX_LENGTH: Final = 3000
"""Longer sentences are cut at a space: the parser's cost a sentence stays bounded."""

_LINE: Final = re.compile(r"[^\n\r\u2028\u2029\x0b\x0c\x85]+")
_END: Final = re.compile(r"""(?:\.{3}|…|[.!?。！？]+)["”’'»)\]]*(?=\s|$|[“"‘(\[])|[:;](?=\s+[•●▪])""")
_BULLET: Final = re.compile(r"\s*[•●▪◦‣]\s*")
_WORD_BEFORE: Final = re.compile(r"[^\s(\[“\"'‘]+$")
_NEXT: Final = re.compile(r"\s*([“\"‘'(\[]*)(\S)(\S*)")

_SAID: Final = re.compile(
    r"\s*[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3} (?:said|asked|told|added|wrote|tweeted|says|continued|replied|declared|warned)\b"
)
"""What tells, behind a closed question or exclamation, who said it: the sentence goes on."""

_NEVER_LAST: Final = frozenset(
    "mr mrs ms dr prof gen lt col maj sgt cpl capt cmdr adm brig gov sen rep reps sens rev hon st ste mt ft messrs mme mlle pres "
    "vs v e.g i.e cf no nos art sec fig approx al ph.d amb supt insp det pvt sr.gen".split()
)
"""Abbreviations that a name or a number follows: a full stop behind them never ends a sentence."""

_SOMETIMES_LAST: Final = frozenset(
    "u.s u.k u.n e.u u.a.e d.c u.s.a u.s.s.r a.m p.m inc corp co ltd jr sr etc jan feb mar apr jun jul aug sept sep oct nov dec mon tue "
    "tues wed thu thur thurs fri sat sun ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev "
    "n.h n.j n.m n.y n.c n.d okla ore pa r.i s.c s.d tenn tex va vt wash w.va wis wyo ont bros est dept univ assn ave blvd b.c a.d g.o.p "
    "l.a d.p.r.k r.o.k p.l.o n.z".split()
)
"""Abbreviations that can end a sentence: what follows decides."""

_OPENERS: Final = frozenset(
    "The A An In On At It He She They We I You This That These Those But And Or So Yet However Meanwhile Still Also Earlier Later Last "
    "After Before When While If As For To From By With Since Although Though Because There Here Its His Her Their Our My Some Many Most "
    "Both Such Under Despite During According Asked Speaking Another Other Others No Not Now Then What Who Why How Where Once Only Even "
    "Until One Two Three Several Few All Any Each Every Today Yesterday Moreover Furthermore Instead Nevertheless Additionally Analysts "
    "Officials Experts Critics Reuters Addressing Over Among Between Through Without Against Amid".split()
)
"""Words that, with a capital, open a sentence: after an abbreviation that can end one, they say that it did."""


def split(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, in order; `text[s.start:s.end] == s.text`, without white space at either end."""
    found: list[Sentence] = []
    for paragraph, line in enumerate(_LINE.finditer(text)):
        for start, end in _in_line(text, line.start(), line.end()):
            found.extend(Sentence(a, b, text[a:b], paragraph) for a, b in _bounded(text, start, end))
    return tuple(found)


def _in_line(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    bullet = _BULLET.match(text, begin, end)
    if bullet:
        begin = bullet.end()
    for stop in _END.finditer(text, begin, end):
        if _ends_sentence(text, begin, stop, end):
            yield begin, stop.end()
            begin = stop.end()
            bullet = _BULLET.match(text, begin, end)
            begin = bullet.end() if bullet else begin
    if begin < end:
        yield begin, end


def _ends_sentence(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    if stop.end() >= end:
        return True
    following = _NEXT.match(text[stop.end() : min(end, stop.end() + 60)])
    if following is None:
        return True
    opening, first, rest = following[1], following[2], following[3]
    mark = stop[0].rstrip("\"”’'»)]")
    closed = len(mark) < len(stop[0])
    if first.islower() or first in ",;:-–—":
        return False
    if mark in ("...", "…"):
        return first.isupper() and (closed or bool(opening) or (first + rest).rstrip(",.'’") in _OPENERS or first.isupper())
    if mark != ".":
        return not (closed and _SAID.match(text[stop.end() : stop.end() + 80]))
    if not text[stop.end() : stop.end() + 1].isspace() and not closed:
        return False
    return _full_stop_ends(text, begin, stop.start(), first + rest, opening=bool(opening), closed=closed)


def _full_stop_ends(text: str, begin: int, dot: int, next_word: str, *, opening: bool, closed: bool) -> bool:
    before = _WORD_BEFORE.search(text[max(begin, dot - 30) : dot])
    if before is None:
        return True
    word = before[0].lower()
    plain_next = next_word.rstrip(",.;:'’\"”").removesuffix("'s").removesuffix("’s")
    if closed:
        return True
    if word in _NEVER_LAST:
        return word == "no" and not next_word[0].isdigit() and (plain_next in _OPENERS or opening)
    if word in _SOMETIMES_LAST:
        return opening or plain_next in _OPENERS
    if len(word) == 1 and word.isalpha():
        return plain_next in _OPENERS and before[0] not in "AI"
    if re.fullmatch(r"(?:[a-z]\.)+[a-z]", word):
        return opening or plain_next in _OPENERS
    return True


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch without white space at its ends, cut at spaces into pieces of bounded length."""
    while end - start > MAX_LENGTH:
        cut = text.rfind(" ", start, start + MAX_LENGTH)
        cut = cut if cut > start else start + MAX_LENGTH
        yield from _stripped(text, start, cut)
        start = cut
    yield from _stripped(text, start, end)


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


# ---------------------------------------------------------------------------------------------------------------- candidates

_REFERENCE: Final = re.compile(
    r"(?i:\b(?:it|its|he|his|him|she|her|they|their|them|countries|sides?|nations|neighbou?rs?|counterparts?|ally|allies)\b)"
)
"""What may mean another country in a sentence that names one, if it stands before that name; behind it, it means that one mostly."""
_FIRST_PERSON: Final = re.compile(r"\b(?:[Ww]e|[Oo]ur|us)\b")
_PAIR_REFERENCE: Final = re.compile(
    r"(?i:\b(?:both|the two|two (?:countries|sides|nations)|bilateral|mutual|each other|one another|neighbou?rs|counterparts?|they|their|"
    r"we|our)\b)"
)
"""In a sentence that names none: what may mean two."""
_STRONG_REFERENCE: Final = re.compile(
    r"\b(?:both|the two|two (?:countries|sides|nations)|each other|one another|(?:the|that|this) country)\b"
)
"""What means another country also where the two were not yet named together."""
_ACTS: Final = "launch|fir|test|attack|str[iu][kc]k?|bomb|shell|invad|invasion|raid|seiz|arrest|sanction|drill|exercise|missile|tariff|ban"
_ACT: Final = re.compile(rf"\b(?:{_ACTS})\w*", re.IGNORECASE)
_ACT_AGAIN: Final = re.compile(
    rf"\b(?:the|this|that|these|those|such|latest)(?: \w+){{0,2}} (?:{_ACTS}|mov|decision|action|step|provocat)\w*", re.IGNORECASE
)
JUDGING: Final = frozenset({"ACCUSE", "REJECT", "SUPPORT"})
"""Types whose target may be told by an act alone that an earlier sentence gave an owner ("condemned the launch")."""
_AHEAD: Final = 4
_MANY: Final = 8
WINDOW: Final = 6
"""How many sentences back a country still counts as named."""


def candidates(sentences: Sequence[Sentence], could_tell: Callable[[Set[str]], Collection[str]] | None = None) -> tuple[bool, ...]:
    """Which sentences to parse: those that name two countries, name one and refer to another, or refer to a pair named before.

    Args:
        sentences: with their mentions.
        could_tell: the claim types that a sentence of some lower-cased words can tell of; where there is none, it is not parsed.
    """
    own = [frozenset(code for m in s.mentions for code in m.countries) for s in sentences]
    told = [_ACT.search(s.text) is not None for s in sentences]
    pairs = _pairs_in(sentences)
    answers: list[bool] = []
    for at, sentence in enumerate(sentences):
        before = frozenset[str]().union(*own[max(0, at - WINDOW) : at])
        wanted = _is_candidate(sentence, own[at], before, pairs, could_tell)
        answers.append(wanted or (len(own[at]) == 1 and told[at] and _is_taken_up(sentences, own, at)))
    return tuple(answers)


def _is_taken_up(sentences: Sequence[Sentence], own: Sequence[frozenset[str]], at: int) -> bool:
    """Whether one of the next sentences, which names another country, comes back to the act that a sentence tells ("the launch")."""
    following = range(at + 1, min(len(sentences), at + 1 + _AHEAD))
    return any(own[i] - own[at] and _ACT_AGAIN.search(sentences[i].text) for i in following)


def _pairs_in(sentences: Sequence[Sentence]) -> frozenset[frozenset[str]]:
    """The pairs of countries that a sentence of the text names together, one of them at least as more than a place."""
    found: set[frozenset[str]] = set()
    for sentence in sentences:
        acting = sorted({code for m in sentence.mentions if m.kind is not MentionKind.PLACE for code in m.countries})
        codes = sorted({code for m in sentence.mentions for code in m.countries})
        if 1 < len(codes) <= _MANY:
            found.update(frozenset((a, b)) for a in acting for b in codes if a != b)
    return frozenset(found)


def _is_candidate(
    sentence: Sentence,
    own: frozenset[str],
    before: frozenset[str],
    pairs: frozenset[frozenset[str]],
    could_tell: Callable[[Set[str]], Collection[str]] | None,
) -> bool:
    others = before - own
    if len(own) < 2 and not others:
        return False
    tells = CLAIM_TYPES if could_tell is None else could_tell(words(sentence.text))
    if not tells or len(own) >= 2:
        return bool(tells)
    if own and _STRONG_REFERENCE.search(sentence.text):
        return True
    if own and _ACT_AGAIN.search(sentence.text) and JUDGING.intersection(tells):
        return True
    known = any(frozenset((a, b)) in pairs for a in (own or others) for b in others if a != b)
    return known and own_acts(sentence, own) and _refers(sentence)


def _refers(sentence: Sentence) -> bool:
    """Whether a sentence that names one country may mean another one too, or one that names none may mean two."""
    first = next((m for m in sentence.mentions if m.countries), None)
    if first is None:
        return _PAIR_REFERENCE.search(sentence.text) is not None
    ahead = sentence.text[: first.start - sentence.start]
    return _REFERENCE.search(ahead) is not None or _FIRST_PERSON.search(sentence.text) is not None


def own_acts(sentence: Sentence, own: frozenset[str]) -> bool:
    """Whether the one country that a sentence names, if it names one, is more than a place in it."""
    return not own or any(m.countries and m.kind is not MentionKind.PLACE for m in sentence.mentions)


def attach(sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> tuple[Sentence, ...]:
    """The sentences with the mentions that lie wholly within them; both in order."""
    found: list[Sentence] = []
    at = 0
    for sentence in sentences:
        while at < len(mentions) and mentions[at].start < sentence.start:
            at += 1
        first = at
        while at < len(mentions) and mentions[at].end <= sentence.end:
            at += 1
        found.append(Sentence(sentence.start, sentence.end, sentence.text, sentence.paragraph, tuple(mentions[first:at])))
    return tuple(found)
