"""Resolves definite descriptions: "the two countries", "the country", "his counterpart", "the army", "the vessel"."""

from __future__ import annotations

from typing import Final

from spacy.tokens import Token

from pipelines.claims import grammar, roles
from pipelines.claims.discourse import Entity, clear_pair, clear_winner
from pipelines.claims.grammar import SUBJECTS
from pipelines.claims.model import Mention, MentionKind
from pipelines.claims.reading import Reading
from pipelines.claims.roles import Role, RoleNumber
from schemas import Sector

_PAIR_NOUNS: Final = frozenset(
    "country side nation neighbour neighbor leader government state ally rival power foe enemy party capital president minister official "
    "delegation adversary army economy partner people team premier counterpart archrival diplomat".split()
)
_COUNTRY_NOUNS: Final = frozenset({"country", "nation"})
_BARE_GROUPS: Final = frozenset(
    "government army military parliament ministry administration regime authorities officials troops forces cabinet embassy police court "
    "lawmakers diplomats soldiers senate navy junta legislature presidency".split()
)
_BARE_PERSONS: Final = frozenset(
    "president minister premier chancellor king emir sultan leader ambassador envoy secretary general commander ruler dictator spokesman "
    "spokeswoman spokesperson official".split()
)
_KINGDOMS: Final = frozenset("SAU JOR BHR MAR THA GBR BEL NLD ESP SWE NOR DNK BTN KHM LSO SWZ TON".split())
_EMIRATES: Final = frozenset("QAT KWT ARE".split())
_ISLANDS: Final = frozenset(
    "TWN CYP CUB LKA MLT HTI JAM BHR SGP ISL IRL MDG MDV MUS FJI PHL IDN NRU TLS GRD BRB TTO JPN NZL VUT SLB".split()
)
_KINDS_OF_STATE: Final = {"kingdom": _KINGDOMS, "emirate": _EMIRATES, "sheikhdom": _EMIRATES, "island": _ISLANDS}
_VESSELS: Final = frozenset({"ship", "vessel", "tanker", "boat", "trawler", "freighter"})
_PAIR_WINDOW: Final = 4
_REPORTED: Final = 2.0
"""Added for who reports the clause that "the country" is the subject of."""
_VESSEL_WINDOW: Final = 8


def resolve(reading: Reading, token: Token) -> Mention | None:
    """The mention that a noun makes as a definite description; None if it is none, or means no country for sure."""
    lemma = token.lemma_.lower()
    if token.lower_ in ("former", "latter"):
        return _one_of_two(reading, token)
    pair = _pair(reading, token, lemma)
    if pair is not None:
        return pair
    if lemma in _COUNTRY_NOUNS and grammar.is_definite(token) and token.tag_ in ("NN", "NNP"):
        return _country(reading, token)
    owned = any(c.i in reading.added for c in token.lefts)
    if lemma in _KINDS_OF_STATE and grammar.is_definite(token) and token.tag_ in ("NN", "NNP") and not owned:
        scores = reading.discourse.scores(reading.number, places=True)
        winner = clear_winner({c: s for c, s in scores.items() if c in _KINDS_OF_STATE[lemma]}, 1.3)
        return _described(reading, token, winner, f"the {lemma}")
    if lemma == "counterpart":
        return _counterpart(reading, token)
    if lemma in _VESSELS and token.tag_ == "NN":
        return _vessel(reading, token)
    return _bare_role(reading, token)


# ------------------------------------------------------------------------------------------------ two countries


def _pair(reading: Reading, token: Token, lemma: str) -> Mention | None:
    """ "the two countries", "both sides", "both"."""
    first = token
    if token.lower_ == "both":
        doubled = token.dep_ in SUBJECTS and any(c.dep_ in SUBJECTS and c.i != token.i for c in token.head.children)
        if doubled or token.dep_ not in (*SUBJECTS, "dobj", "pobj") or any(c.dep_ in ("prep", "conj", "cc") for c in token.children):
            return None
    else:
        counting = _counting(token, lemma)
        if counting is None or any(c.i in reading.added and reading.added[c.i].countries for c in token.lefts):
            return None
        first = counting
    codes = _recent_pair(reading)
    if codes is None:
        return None
    of = [m for c in codes for m in reading.origin(c)]
    role = roles.roles().get(token.lower_)
    sector = role.sector if role is not None and lemma not in ("side", "state", "people") else Sector.STATE
    return reading.make(first, token, MentionKind.DESCRIPTION, codes, sector, of, "pair")


def _one_of_two(reading: Reading, token: Token) -> Mention | None:
    """ "the former", "the latter": of the two that were named together, in this sentence or the one before."""
    article = next((c for c in token.lefts if c.lower_ == "the"), None)
    if article is None or token.dep_ in ("amod", "compound"):
        return None
    codes = _recent_pair(reading)
    if codes is None:
        return None
    code = codes[0] if token.lower_ == "former" else codes[1]
    return reading.make(article, token, MentionKind.DESCRIPTION, (code,), Sector.STATE, reading.origin(code), f"the {token.lower_}")


def _counting(token: Token, lemma: str) -> Token | None:
    """The first word of "the two countries", "both sides"; None if the noun is not counted as two known ones."""
    if lemma not in _PAIR_NOUNS or token.tag_ not in ("NNS", "NNPS"):
        return None
    lefts = list(token.lefts)
    counting = next((c for c in lefts if c.lower_ in ("two", "both", "2")), None)
    known = {"the", "these", "those", "our", "their"}
    if counting is None or (counting.lower_ != "both" and not any(c.lower_ in known for c in lefts)):
        return None
    return lefts[0]


def _recent_pair(reading: Reading) -> tuple[str, str] | None:
    here = {c for e in reading.here() if not e.place for c in e.mention.countries}
    if len(here) == 2:
        ordered = [c for e in reversed(reading.here()) for c in e.mention.countries if c in here]
        first, second = list(dict.fromkeys(ordered))[:2]
        return first, second
    if len(here) == 1:
        (one,) = here
        other = clear_winner(reading.discourse.scores(reading.number, window=2, exclude=here), 1.2)
        return (one, other) if other is not None else None
    return _pair_before(reading)


def _pair_before(reading: Reading) -> tuple[str, str] | None:
    """The two countries that the sentences before were about, in the order in which they last came up."""
    for entity in reading.discourse.recent(reading.number, 1):
        if len(entity.mention.countries) > 1:
            first, second, *more = entity.mention.countries
            return None if more else (first, second)
    for window in (1, 2, _PAIR_WINDOW):
        pair = clear_pair(reading.discourse.scores(reading.number, window=window), 1.2)
        if pair is not None:
            first, second = sorted(pair, key=lambda code: [m.start for m in reading.origin(code)])
            return first, second
    return None


# ------------------------------------------------------------------------------------------------ one country


def _country(reading: Reading, token: Token) -> Mention | None:
    """ "the country": the most present one that does not itself act on it in the clause."""
    if any(c.i in reading.added for c in token.lefts):
        return None
    scores: dict[str, float] = {}
    excluded = _acting_on(reading, token)
    reporter = _reporter(reading, token)
    for entity in reading.here():
        for named in entity.mention.countries:
            if named not in excluded:
                scores[named] = scores.get(named, 0.0) + _presence(entity) + (_REPORTED if entity.mention is reporter else 0.0)
    present = {named: score for named, score in scores.items() if score > 1.0}
    code = clear_winner(present, 1.2)
    if not present:
        code = clear_winner(reading.discourse.scores(reading.number, window=3, places=True, exclude=excluded), 1.3)
    return _described(reading, token, code, "the country")


def _presence(entity: Entity) -> float:
    """How likely "the country" means the country of a mention: its name rather than its people, and least a person's name."""
    if entity.mention.kind is MentionKind.PERSON or entity.mention.source.startswith("pronoun he"):
        return 0.4
    if entity.mention.kind is MentionKind.DEMONYM:
        return 0.5 if entity.mention.sector is Sector.CIVILIAN else 1.1
    return 3.0 if entity.subject else 1.5


def _reporter(reading: Reading, token: Token) -> Mention | None:
    """Who reports the clause that the description is the subject of ("he added that the country had"): it is his own."""
    subject = token if token.dep_ in SUBJECTS else next((a for a in grammar.up_to_verb(token) if a.dep_ in SUBJECTS), None)
    if subject is None or subject.head.dep_ != "ccomp" or subject.head.head.lemma_ not in grammar.SAYING:
        return None
    speaker = grammar.subject_of(subject.head.head)
    return reading.added.get(speaker.i) if speaker is not None else None


def _acting_on(reading: Reading, token: Token) -> tuple[str, ...]:
    """The countries that act on the description in its clause: "the country" is another one."""
    subject = grammar.subject_of_clause(token)
    if subject is None or grammar.within(token, subject):
        return ()
    mention = reading.added.get(subject.i)
    if mention is None and token.dep_ == "poss":
        return ()
    if mention is None:
        return tuple(code for t in subject.subtree if t.i in reading.added for code in reading.added[t.i].countries)
    return () if token.dep_ == "poss" and mention.kind not in (MentionKind.PERSON, MentionKind.ROLE) else mention.countries


def _described(reading: Reading, token: Token, code: str | None, rule: str) -> Mention | None:
    if code is None:
        return None
    first = next(iter(token.lefts), token)
    made = reading.make(first, token, MentionKind.DESCRIPTION, (code,), Sector.STATE, reading.origin(code), rule)
    if token.dep_ == "poss" and token.head.i > token.i:
        role = grammar.role_at(token.head, token.i + 1)
        if role is not None and token.head.i not in reading.added:
            return reading.make(first, token.head, MentionKind.ROLE, (code,), role.sector, reading.origin(code), f"its {role.noun}; {rule}")
    return made


def _counterpart(reading: Reading, token: Token) -> Mention | None:
    """ "his counterpart": the other one of two."""
    owner = grammar.possessor(token)
    mine = reading.added.get(owner.i) if owner is not None else None
    if mine is None or owner is None or len(mine.countries) != 1 or token.i in reading.added:
        return None
    code = clear_winner(reading.discourse.scores(reading.number, window=2, exclude=mine.countries), 1.3)
    if code is None:
        return None
    return reading.make(owner, token, MentionKind.ROLE, (code,), mine.sector, reading.origin(code), "counterpart")


def _vessel(reading: Reading, token: Token) -> Mention | None:
    """ "the vessel": of the country of the one ship that the text has told of."""
    if not grammar.is_definite(token) or grammar.has_owner(token, reading.added):
        return None
    recent = reading.discourse.recent(reading.number, _VESSEL_WINDOW)
    told = [e for e in recent if (role := grammar.role_of(e.mention)) is not None and role.noun.split(" ")[-1] in _VESSELS]
    codes = {e.mention.countries for e in told}
    if len(codes) != 1 or len(told[0].mention.countries) != 1:
        return None
    first = next(iter(token.lefts), token)
    origin = told[0].mention
    return reading.make(first, token, MentionKind.ROLE, origin.countries, origin.sector, [origin], f"bare role {token.lower_}")


def _bare_role(reading: Reading, token: Token) -> Mention | None:
    """ "the army", "the president", "officials": whose it is, where one country is clearly the actor of the text."""
    word = token.lower_
    if word not in _BARE_GROUPS and word not in _BARE_PERSONS:
        return None
    if grammar.has_owner(token, reading.added) or token.dep_ in ("compound", "amod", "nmod"):
        return None
    det = next((c for c in token.lefts if c.dep_ == "det"), None)
    if (det is not None and det.lower_ != "the") or (det is None and token.tag_ not in ("NNS", "NNPS", "NNP") and word not in _BARE_GROUPS):
        return None
    role = grammar.role_at(token, max(0, token.i - 4))
    code = _owner_of_role(reading, token, role) if role is not None else None
    if role is None or code is None:
        return None
    first = grammar.first_of_role(token, role)
    return reading.make(first, token, MentionKind.ROLE, (code,), role.sector, reading.origin(code), f"bare role {role.noun}")


def _owner_of_role(reading: Reading, token: Token, role: Role) -> str | None:
    """Whose role it is: of whom the text said so before, else of the one country that is clearly the actor."""
    recent = [e for e in reading.discourse.recent(reading.number, 6) if len(e.mention.countries) == 1]
    same = [e for e in recent if (known := grammar.role_of(e.mention)) is not None and known.noun == role.noun]
    if same:
        nearest = {e.mention.countries[0] for e in same if e.sentence == same[0].sentence}
        return nearest.pop() if len(nearest) == 1 else None
    if role.number is RoleNumber.PERSON:
        codes = {e.mention.countries[0] for e in recent if e.person and e.mention.sector is role.sector}
        if codes:
            return codes.pop() if len(codes) == 1 else None
    scores = reading.discourse.scores(reading.number, window=2, exclude=_acting_on(reading, token))
    for code in reading.dateline:
        if code in scores:
            scores[code] += 1.5
    return clear_winner(scores, 1.6)
