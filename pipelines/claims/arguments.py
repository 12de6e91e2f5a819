"""What a noun phrase stands for: the countries that it is, or belongs to, as actors.

"Iranian forces", "the army of Iran", "Iran's decision" are Iran; "a camp in Pakistan" is Pakistan only where a rule takes a place for
its target; "the attack on Iran" is never Iran.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from pipelines.claims import roles, syntax
from pipelines.claims.model import Actor, Mention, MentionKind, ParsedSentence
from pipelines.claims.syntax import conjuncts, subjects
from schemas import Sector

if TYPE_CHECKING:
    from spacy.tokens import Token

_MODIFIERS: Final = ("amod", "compound", "nmod", "nounmod", "quantmod")
_OWNING: Final = ("of", "from", "by")
_PLACING: Final = ("in", "at", "near", "inside", "off", "along", "on", "across", "within", "around", "over", "into", "outside")
_MADE_BY: Final = frozenset(
    "drafted made built led owned flagged registered sponsored supplied run operated controlled born funded financed proposed brokered "
    "imposed ordered designed developed produced held administered issued style fired launched sent dropped carried conducted announced "
    "signed taken set planned donated given provided lent offered staged organised organized chartered".split()
)
"""Participles that join a country to a noun as its maker or owner ("a Japanese-drafted resolution"); "Iranian-backed" does not."""
_AT_HOME: Final = frozenset({Sector.GOVERNMENT, Sector.JUDICIARY, Sector.REBEL, Sector.OPPOSITION, Sector.POLICE, Sector.LEGISLATURE})
_HOME_ACTS: Final = frozenset(
    "coup crackdown repression abuse arrest detention jailing imprisonment execution persecution election referendum verdict trial purge "
    "putsch clampdown censorship".split()
)
"""What is the doing of those who hold a country: condemning "the crackdown in Chad" is condemning Chad."""
_EMPLOYING: Final[Mapping[str, tuple[str, ...]]] = {
    "working": ("for",), "acting": ("for",), "employed": ("by",), "hired": ("by",), "paid": ("by",), "linked": ("to",), "tied": ("to",),
    "loyal": ("to",), "fighting": ("for",), "flying": ("for",), "spying": ("for",), "belonging": ("to",), "affiliated": ("with",),
}  # fmt: skip
"""Participles that join people or things to whom they serve, with their prepositions."""
_KEPT: Final = frozenset("held jailed detained imprisoned arrested captured stranded kept stationed deployed".split())
"""Participles that say where people are kept: "campaigners held in Yemen"."""
_SEATED: Final = frozenset({"based", "headquartered", "registered", "incorporated"})
_WITH_A_SEAT: Final = frozenset({Sector.BUSINESS, Sector.REBEL})
_SENDING: Final = frozenset(
    "fire launch test test-fire send deploy lob dispatch fly shoot develop build have possess acquire produce unveil display".split()
)
_MAX_DEPTH: Final = 5


class Arguments:
    """Resolves the noun phrases of one sentence."""

    def __init__(self, parsed: ParsedSentence) -> None:
        self._parsed = parsed

    def actors(self, heads: Iterable[Token], mode: str = "") -> tuple[Actor, ...]:
        """Actors of the phrases under `heads` and of what is coordinated with them, each country once, in the order of the text.

        Args:
            mode: what a phrase may stand for, as `rules.Slot` says.
        """
        found: dict[str, Actor] = {}
        for head in heads:
            for conjunct in self._listed(head):
                for actor in self._phrase(conjunct, mode, 0):
                    found.setdefault(actor.country, actor)
        return tuple(found.values())

    def modifiers(self, head: Token) -> tuple[Actor, ...]:
        """Countries that stand before a noun as adjective or name: "Israeli and U.S. attacks", "Iran-Israel conflict"."""
        found: dict[str, Actor] = {}
        for child in head.children:
            if child.dep_ in _MODIFIERS and child.i < head.i and not _only_linked(child) and _stance(child) is None:
                for actor in self._modifier(child, head):
                    found.setdefault(actor.country, actor)
        return tuple(found.values())

    def opposed(self, head: Token) -> tuple[Actor, ...]:
        """Countries that a noun is directed against: "*anti-Chinese* riots"."""
        against = (c for c in head.children if c.i < head.i and _stance(c) == "anti")
        return tuple(a for c in against for a in self._modifier(c, head))

    def possessors(self, head: Token) -> tuple[Actor, ...]:
        """Countries that own a noun: "Iran's attack", "its attack"."""
        return self.actors(c for c in head.children if c.dep_ == "poss")

    def acting(self, heads: Iterable[Token]) -> tuple[Actor, ...]:
        """Whose acts the phrases take up: "the launch" for the launch that an earlier sentence told of."""
        found: dict[str, Actor] = {}
        for head in heads:
            for conjunct in conjuncts(head):
                mention = self._parsed.acts.get(conjunct.i)
                if mention is not None:
                    for actor in self._of_mention(mention, conjunct, conjunct):
                        found.setdefault(actor.country, actor)
        return tuple(found.values())

    def counterpart(self) -> tuple[Actor, ...]:
        """The other country of a sentence that names one alone: the one that the sentences before it named."""
        other = self._parsed.other
        if other is None:
            return ()
        return (Actor(other.countries[0], other.sector or Sector.STATE, other.text, other.start, other.end, other, -1),)

    def inside(self, head: Token) -> tuple[Actor, ...]:
        """Every country that is named under `head`, in the order of the text."""
        found: dict[str, Actor] = {}
        for token in head.subtree:
            mention = self._parsed.by_token.get(token.i)
            if mention is not None:
                for actor in self._of_mention(mention, token, token):
                    found.setdefault(actor.country, actor)
        return tuple(found.values())

    def everyone(self) -> tuple[Actor, ...]:
        """Every country in the sentence, references included, in the order of the text."""
        found: dict[str, Actor] = {}
        for token in self._parsed.doc:
            mention = self._parsed.by_token.get(token.i)
            if mention is not None:
                for actor in self._of_mention(mention, token, token):
                    found.setdefault(actor.country, actor)
        return tuple(found.values())

    def _phrase(self, head: Token, mode: str, depth: int) -> tuple[Actor, ...]:
        if depth > _MAX_DEPTH:
            return ()
        mention = self._parsed.by_token.get(head.i)
        if mention is not None:
            own = tuple(self._of_mention(mention, head, head))
            return own + self._sharers(head, own) if mention.kind is MentionKind.ROLE else own
        if mode == "self":
            return ()
        if mode == "place" and head.lemma_.lower() in ("border", "frontier", "boundary"):
            return self._neighbours(head, depth)
        return self._owners(head, depth) or self._placed(head, mode, depth) or self._renamed(head, depth) or self._sender(head, depth)

    def _listed(self, head: Token) -> Iterator[Token]:
        """A head and what is coordinated with it; a country in apposition to another one is in the list ("*Kenya, Chad* and Mali")."""
        for conjunct in conjuncts(head):
            yield conjunct
            if self._is_named(conjunct):
                for child in conjunct.children:
                    if (
                        child.dep_ == "appos"
                        and self._is_named(child)
                        and not any(c.dep_ in ("det", "amod", "poss") for c in child.children)
                    ):
                        yield from conjuncts(child)

    def _is_named(self, token: Token) -> bool:
        mention = self._parsed.by_token.get(token.i)
        return mention is not None and mention.kind is MentionKind.NAME

    def _sharers(self, head: Token, own: tuple[Actor, ...]) -> tuple[Actor, ...]:
        """Further owners of a role: "U.S. and South Korean forces", "China's and Russia's ambassadors"."""
        countries = {a.country for a in own}
        of = (p for prep in head.children if prep.lower_ == "of" for p in prep.children if p.dep_ == "pobj")
        owners = (*self.modifiers(head), *self.possessors(head), *self.actors((p for p in of if p.i in self._parsed.by_token), "self"))
        return tuple({a.country: a for a in owners if a.country not in countries}.values())

    def _owners(self, head: Token, depth: int) -> tuple[Actor, ...]:
        owners = tuple(a for c in head.children if c.dep_ == "poss" for a in self._phrase(c, "", depth + 1))
        owners = owners or self.modifiers(head)
        owners = owners or tuple(a for c in head.children if c.dep_ == "acl" and c.lower_ in _MADE_BY for a in self._agents(c, depth))
        owners = owners or self._employers(head, depth)
        for preposition in _OWNING if not owners else ():
            for prep in head.children:
                suffered = preposition == "of" and head.lemma_.lower() in syntax.SUFFERED
                if prep.dep_ in ("prep", "agent") and prep.lower_ == preposition and not suffered:
                    owners += tuple(
                        a for p in prep.children if p.dep_ == "pobj" for c in conjuncts(p) for a in self._phrase(c, "", depth + 1)
                    )
            if owners:
                break
        owners = owners or self._doers_behind(head, depth)
        return tuple(self._widened(a, head) for a in owners)

    def _doers_behind(self, deed: Token, depth: int) -> tuple[Actor, ...]:
        """Who did a deed where the parser hung "by" on whom it was done to: "the raid on its embassy *by Ecuador*"."""
        done_to = (t for prep in deed.children if prep.lower_ in ("on", "against") for t in prep.children if t.dep_ == "pobj")
        doers = (t for noun in done_to for by in noun.children if by.lower_ == "by" for t in by.children if t.dep_ == "pobj")
        return tuple(a for t in doers for c in conjuncts(t) for a in self._phrase(c, "", depth + 1))

    def _agents(self, participle: Token, depth: int) -> Iterator[Actor]:
        """ "missiles fired by Israel": whoever made, sent or did the thing."""
        for agent in participle.children:
            if agent.dep_ == "agent":
                yield from (a for p in agent.children if p.dep_ == "pobj" for c in conjuncts(p) for a in self._phrase(c, "", depth + 1))

    def _neighbours(self, border: Token, depth: int) -> tuple[Actor, ...]:
        """Whose border it is, on both sides: "Kenya's border *with Somalia*"."""
        beyond = (p for prep in border.children if prep.lower_ in ("with", "between") for p in prep.children if p.dep_ == "pobj")
        return (*self._owners(border, depth), *(a for p in beyond for c in conjuncts(p) for a in self._phrase(c, "self", depth + 1)))

    def _employers(self, head: Token, depth: int) -> tuple[Actor, ...]:
        """Whom people work for, and where firms and armed groups have their seat: "hackers working for Iran", "firms based in Dubai"."""
        for participle in head.children:
            prepositions = _EMPLOYING.get(participle.lower_, ()) if participle.dep_ == "acl" else ()
            if participle.lower_ in _SEATED and (role := roles.roles().get(head.lower_)) is not None and role.sector in _WITH_A_SEAT:
                prepositions = ("in",)
            heads = (p for prep in participle.children if prep.lower_ in prepositions for p in prep.children if p.dep_ == "pobj")
            found = tuple(a for p in heads for c in conjuncts(p) for a in self._phrase(c, "", depth + 1))
            if found:
                return found
        return ()

    def _sender(self, thing: Token, depth: int) -> tuple[Actor, ...]:
        """Whose weapon it is that somebody fires: "North Korea tested missiles that flew over Japan"."""
        verb = thing.head
        if thing.dep_ != "dobj" or verb.lemma_ not in _SENDING:
            return ()
        return tuple(a for s in subjects(verb) for c in conjuncts(s) for a in self._phrase(c, "self", depth + 1))

    def _placed(self, head: Token, mode: str, depth: int) -> tuple[Actor, ...]:
        """Where a thing is, if the rule takes that; and whose people are who govern or live there ("officials in Tehran")."""
        if mode != "place" and not _belongs_where_it_is(head):
            return ()
        kept = (p for c in head.children if c.dep_ == "acl" and c.lower_ in _KEPT for p in c.children)
        done_to = (
            p for of in head.children if of.lower_ == "of" and head.lemma_.lower() in _HOME_ACTS for t in of.children for p in t.children
        )
        for prep in (*head.children, *kept, *done_to):
            if prep.dep_ == "prep" and prep.lower_ in _PLACING:
                found = tuple(a for p in prep.children if p.dep_ == "pobj" for c in conjuncts(p) for a in self._phrase(c, mode, depth + 1))
                if found:
                    return tuple(self._widened(a, head) for a in found)
        return ()

    def _renamed(self, head: Token, depth: int) -> tuple[Actor, ...]:
        for child in head.children:
            if child.dep_ == "appos":
                several = head.tag_ in ("NNS", "NNPS") and not any(c.dep_ == "poss" for c in head.children)
                named = conjuncts(child) if several else (child,)
                if found := tuple(a for c in named for a in self._phrase(c, "", depth + 1)):
                    return found
        return ()

    def _modifier(self, token: Token, head: Token) -> Iterator[Actor]:
        mention = self._parsed.by_token.get(token.i)
        if mention is not None:
            yield from self._of_mention(mention, token, head)
        joined = ("npadvmod", "nsubj", "poss", "dep") if token.lower_ in _MADE_BY else ()
        for child in token.children:
            if child.dep_ in ("conj", *joined, *_MODIFIERS) and (mention is None or self._parsed.by_token.get(child.i) is not mention):
                yield from self._modifier(child, head)

    def _of_mention(self, mention: Mention, token: Token, head: Token) -> Iterator[Actor]:
        sector = mention.sector or Sector.STATE
        for country in mention.countries:
            yield Actor(country, sector, mention.text, mention.start, mention.end, mention, head.i)

    def _widened(self, actor: Actor, head: Token) -> Actor:
        """The actor as the whole phrase around its country, with the sector that the head noun tells."""
        offset = self._parsed.sentence.start
        start, end = min(actor.start, head.idx + offset), max(actor.end, head.idx + len(head) + offset)
        sector = actor.sector
        if actor.mention.kind in (
            MentionKind.NAME,
            MentionKind.DEMONYM,
            MentionKind.SEAT,
            MentionKind.PLACE,
            MentionKind.PRONOUN,
            MentionKind.DESCRIPTION,
        ):
            role = roles.roles().get(head.lower_)
            sector = role.sector if role is not None else sector
        text = self._parsed.sentence.text[start - offset : end - offset]
        return Actor(actor.country, sector, text, start, end, actor.mention, head.i)


def _stance(modifier: Token) -> str | None:
    """ "anti" or "pro", where that stands before a country: "anti-Chinese", "pro-Russian"."""
    if modifier.i < 2 or modifier.nbor(-1).text not in "-–":
        return None
    prefix = modifier.nbor(-2).lower_
    return prefix if prefix in ("anti", "pro") else None


def _only_linked(modifier: Token) -> bool:
    """Whether a hyphened participle keeps its country at a distance: "Iran-backed", "Israeli-occupied", "US-based"."""
    return modifier.tag_ == "VBN" and modifier.lower_ not in _MADE_BY


def _belongs_where_it_is(head: Token) -> bool:
    """Whether people, or what is done by those who govern, are of the country where they are: officials, courts, a coup; not soldiers or
    envoys, who are abroad."""
    if head.lemma_.lower() in _HOME_ACTS or any(c.dep_ == "compound" and c.lower_ in _HOME_ACTS for c in head.children):
        return True
    role = roles.roles().get(head.lower_)
    return role is not None and role.number is not roles.RoleNumber.THING and role.sector in _AT_HOME
