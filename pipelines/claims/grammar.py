"""Questions about the parse that resolving references asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spacy.tokens import Token

from pipelines.claims import roles
from pipelines.claims.model import Mention, MentionKind
from pipelines.claims.roles import Role, RoleNumber

SUBJECTS: Final = frozenset({"nsubj", "nsubjpass", "csubj"})
SAYING: Final = frozenset(
    "say tell add announce state declare claim note stress warn explain reply respond write tweet insist argue remark comment continue "
    "emphasise emphasize reiterate recall underline acknowledge admit assert believe think ask confirm deny report complain promise vow "
    "urge maintain".split()
)
"""Verbs whose subject speaks."""
_PREDICATES: Final = frozenset({"acomp", "attr", "oprd"})
_CLAUSES: Final = frozenset({"ccomp", "xcomp", "advcl", "csubj", "acl", "relcl"})
_SHARING: Final = frozenset({"conj", "xcomp", "advcl", "pcomp", "ccomp", "prep", "agent"})
_STATES: Final = frozenset(
    "ally partner power country state nation member victim friend neighbour neighbor target enemy rival party mediator".split()
)
_IMPERSONAL: Final = frozenset({"seem", "appear", "take", "turn", "happen", "emerge"})


def subject_of(verb: Token) -> Token | None:
    """The subject of a verb, where it stands before it."""
    return next((c for c in verb.lefts if c.dep_ in SUBJECTS), None)


def subject_of_clause(token: Token) -> Token | None:
    """The subject of the clause that a token is in, reached over conjunctions and infinitives without a subject of their own."""
    verb = verb_of(token)
    if token.dep_ in SUBJECTS:
        verb = verb.head
    for _ in range(6):
        subject = subject_of(verb)
        if subject is not None or verb.dep_ not in _SHARING or verb.head.i == verb.i:
            return subject
        verb = verb.head
    return None


def verb_of(token: Token) -> Token:
    """The nearest verb above a token; the token itself if there is none."""
    return next((a for a in token.ancestors if a.pos_ in ("VERB", "AUX")), token)


def up_to_verb(token: Token) -> Iterator[Token]:
    """What lies above a token below its verb."""
    for ancestor in token.ancestors:
        if ancestor.pos_ in ("VERB", "AUX"):
            return
        yield ancestor


def possessor(token: Token) -> Token | None:
    """The possessive before a noun."""
    return next((c for c in token.lefts if c.dep_ == "poss"), None)


def within(token: Token, top: Token) -> bool:
    """Whether a token lies in the subtree of another."""
    return token.i == top.i or any(a.i == top.i for a in token.ancestors)


def is_subject(token: Token) -> bool:
    """Whether a token is a clause's subject, or owns it ("Pakistan's reset"), or is joined to one by "and"."""
    while token.dep_ in ("conj", "appos", "poss", "compound", "amod", "nmod") and token.head.i != token.i:
        token = token.head
    return token.dep_ in SUBJECTS


def is_definite(token: Token) -> bool:
    """Whether a noun has "the", "this" or "that"."""
    return any(c.lower_ in ("the", "that", "this") for c in token.lefts)


def is_pleonastic(token: Token) -> bool:
    """ "It is likely that", "it appears that", "it takes": a subject that means nothing."""
    verb = token.head
    if token.dep_ not in SUBJECTS:
        return False
    clause = any(c.dep_ in _CLAUSES for c in verb.children)
    if verb.lemma_ in _IMPERSONAL and clause:
        return True
    if verb.lemma_ == "be":
        predicates = [c for c in verb.children if c.dep_ in _PREDICATES]
        if any(c.dep_ == "attr" and c.pos_ == "NOUN" and c.lemma_ not in _STATES for c in predicates):
            return True
        return bool(predicates) and (clause or any(g.dep_ in _CLAUSES for c in predicates for g in c.children))
    return token.dep_ == "nsubjpass" and any(c.dep_ == "ccomp" for c in verb.children)


def role_at(noun: Token, floor: int) -> Role | None:
    """The longest role that ends with a noun and begins at or behind `floor`."""
    doc = noun.doc
    for start in range(max(floor, noun.i - 4), noun.i + 1):
        role = roles.roles().get(doc[start : noun.i + 1].text.lower())
        if role is not None:
            return role
    return None


def first_of_role(noun: Token, role: Role) -> Token:
    """The token with which a role begins that ends with a noun."""
    words = role.noun.count(" ") + role.noun.count("-") * 2
    return noun.doc[max(0, noun.i - words)]


def has_owner(token: Token, added: dict[int, Mention]) -> bool:
    """Whether something already says whose a role is: a possessive, a demonym, an "of"."""
    for child in token.children:
        if child.dep_ in ("poss", "nmod") or (child.dep_ in ("amod", "compound") and child.i in added):
            return True
        if child.dep_ == "prep" and child.lower_ == "of":
            return True
    return token.dep_ == "compound" and token.head.i in added


# ------------------------------------------------------------------------------------------------ what a mention is


def role_of(mention: Mention) -> Role | None:
    """The role noun that a mention was made by."""
    if mention.kind not in (MentionKind.ROLE, MentionKind.PERSON):
        return None
    noun = mention.source.split(";")[0].rsplit(":", 1)[-1].removesuffix(" of").removeprefix("its ").removeprefix("bare role ")
    return roles.roles().get(noun)


_PERSONAL: Final = tuple(f"pronoun {word}" for word in ("he", "his", "him", "she", "her", "i ", "my", "me"))


def is_person(mention: Mention) -> bool:
    """Whether a mention is of one or several persons."""
    if mention.kind is MentionKind.PERSON or mention.source.startswith(_PERSONAL):
        return True
    role = role_of(mention)
    return role is not None and role.number in (RoleNumber.PERSON, RoleNumber.PERSONS)


def is_plural(mention: Mention) -> bool:
    """Whether "they" can mean a mention."""
    if len(mention.countries) > 1:
        return True
    role = role_of(mention)
    if role is not None and mention.kind is MentionKind.ROLE:
        return role.number is RoleNumber.PERSONS or (role.number in (RoleNumber.GROUP, RoleNumber.THING) and role.noun.endswith("s"))
    return mention.kind is MentionKind.DEMONYM and mention.text.endswith("s")


_FEMALE: Final = ("woman", "queen", "princess", "mrs", "ms.", "first lady", "actress")
_MALE: Final = ("spokesman", "king", "prince ", "emir", "mr.", "mr ", "chairman")


def is_female(mention: Mention) -> bool | None:
    """Whether a mention is of a woman; None: its words do not tell."""
    text = mention.text.lower()
    if any(word in text for word in _FEMALE):
        return True
    return False if any(word in text for word in _MALE) else None
