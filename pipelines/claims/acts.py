"""Acts that a text comes back to: "the launch", "the move", "such actions" belong to whoever was last said to have done them.

The owners of acts are read off noun phrases as they go by ("North Korea's launch", "strikes by Israel") and off verbs ("Iran tested a
missile"); a later definite phrase of the same kind without an owner of its own gets the nearest one within a few sentences. Used
only where an act is judged, refused or backed: being killed "in the attack" says nothing of whose attack it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pipelines.claims import syntax
from pipelines.claims.arguments import Arguments
from pipelines.claims.model import Actor, Mention, MentionKind, ParsedSentence

if TYPE_CHECKING:
    from spacy.tokens import Token

WINDOW: Final = 6
"""Sentences that the act may lie back, counted among the parsed ones."""

_KINDS: Final = (
    frozenset("launch test firing missile rocket test-firing flight overflight satellite".split()),
    frozenset("attack strike airstrike raid bombing offensive assault operation shelling incursion invasion killing aggression".split()),
    frozenset("sanction tariff ban embargo duty measure restriction blockade".split()),
    frozenset("exercise drill manoeuvre maneuver game".split()),
    frozenset("proposal offer invitation overture plan initiative suggestion request".split()),
    frozenset("remark comment statement speech claim accusation allegation charge".split()),
    frozenset("arrest detention seizure trial verdict sentence execution".split()),
)
_ANY: Final = frozenset("move decision action step act provocation behaviour behavior conduct gesture violation announcement".split())
_VERBS: Final = {
    word: kind
    for kind, words in (
        (0, "launch test fire test-fire"),
        (1, "attack strike bomb shell invade raid"),
        (2, "sanction"),
        (4, "propose offer invite"),
        (5, "say claim accuse"),
        (6, "arrest detain seize execute"),
    )
    for word in words.split()
}
_POINTING: Final = frozenset({"the", "this", "that", "these", "those", "such"})


@dataclass(frozen=True)
class _Act:
    kind: int
    sentence: int
    owner: Actor
    start: int
    end: int


def link(parsed: Sequence[ParsedSentence]) -> tuple[ParsedSentence, ...]:
    """The sentences with `acts`: for the token of an act without an owner, a mention of the country whose act it is."""
    known: list[_Act] = []
    linked = []
    for number, sentence in enumerate(parsed):
        arguments = Arguments(sentence)
        found: dict[int, Mention] = {}
        for token in sentence.doc:
            kind = _kind(token)
            if kind is None or token.i in sentence.by_token:
                continue
            owners = _owners(token, arguments)
            offset = sentence.sentence.start + token.idx
            if owners:
                known += (_Act(kind, number, o, offset, offset + len(token)) for o in owners[:2])
            elif token.pos_ == "NOUN" and any(c.lower_ in _POINTING for c in token.children):
                act = _nearest(known, kind, number)
                if act is not None:
                    found[token.i] = _mention(sentence, token, act)
        linked.append(replace(sentence, acts=found) if found else sentence)
    return tuple(linked)


def _kind(token: Token) -> int | None:
    """The kind of an act by its word; -1 for words that take up any act; None where it is none."""
    lemma = token.lemma_.lower()
    if token.pos_ == "VERB":
        return _VERBS.get(lemma)
    if token.pos_ != "NOUN":
        return None
    return -1 if lemma in _ANY else next((i for i, words in enumerate(_KINDS) if lemma in words), None)


def _owners(token: Token, arguments: Arguments) -> tuple[Actor, ...]:
    if token.pos_ == "VERB":
        return arguments.actors(syntax.subjects(token))
    return (
        arguments.possessors(token)
        or arguments.modifiers(token)
        or arguments.actors(syntax.prepositional(token, "by"))
        or arguments.actors(_givers(token))
    )


def _givers(noun: Token) -> Iterable[Token]:
    """Subjects of the light verbs that an act is object of: "carried out a strike", "conducted a test"."""
    head = syntax.whole(noun)
    if head.dep_ == "dobj" and head.head.lemma_ in (
        "conduct",
        "carry",
        "launch",
        "make",
        "impose",
        "issue",
        "take",
        "stage",
        "hold",
        "announce",
    ):
        yield from syntax.subjects(head.head)


def _nearest(known: Sequence[_Act], kind: int, number: int) -> _Act | None:
    """The last act of the kind; two countries' acts side by side leave it open."""
    near = [a for a in known if number - a.sentence <= WINDOW and (kind == -1 or a.kind in (kind, -1)) and not (kind == -1 and a.kind == 5)]
    if not near:
        return None
    last = near[-1]
    rivals = {a.owner.country for a in near if a.sentence == last.sentence and a.kind == last.kind}
    return last if rivals == {last.owner.country} else None


def _mention(sentence: ParsedSentence, token: Token, act: _Act) -> Mention:
    start = sentence.sentence.start + token.idx
    return Mention(
        start, start + len(token), token.text, MentionKind.DESCRIPTION, (act.owner.country,), act.owner.sector,
        ((act.start, act.end), (act.owner.start, act.owner.end)), f"act {token.lemma_}",
    )  # fmt: skip


def counterpart(sentences: Sequence[ParsedSentence]) -> Iterator[ParsedSentence]:
    """The sentences with `other`: where one names a single country, the one other country that the two before it named."""
    before: list[tuple[Mention, ...]] = []
    for sentence in sentences:
        own = {c for m in sentence.mentions for c in m.countries}
        earlier = {m.countries[0]: m for ms in before[-2:] for m in ms if len(m.countries) == 1 and m.countries[0] not in own}
        if len(own) == 1 and len(earlier) == 1:
            found = next(iter(earlier.values()))
            yield replace(
                sentence, other=replace(found, antecedents=((found.start, found.end),), kind=MentionKind.DESCRIPTION, source="counterpart")
            )
        else:
            yield sentence
        before.append(sentence.mentions)
