"""Resolves what refers back: role nouns, pronouns and definite descriptions, to the countries that the article has named.

The text is read from front to back. Each sentence that was parsed adds its references; each other one only adds what it names. An
antecedent is chosen by recency, subjecthood, number and role; where two compete on equal terms the reference stays unresolved, because a
wrong country makes a wrong row and a missing one only a missing row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from spacy.tokens import Token

from pipelines.claims import gazetteer, mentions, parse, roles
from pipelines.claims.discourse import Discourse, Entity, clear_pair, clear_winner
from pipelines.claims.model import Mention, MentionKind, ParsedSentence, Sentence
from pipelines.claims.quotes import SAYING
from pipelines.claims.roles import Role, RoleNumber
from schemas import Sector

_SUBJECTS: Final = frozenset({"nsubj", "nsubjpass", "csubj"})
_NEUTER: Final = frozenset({"it", "its", "itself"})
_MALE: Final = frozenset({"he", "his", "him", "himself"})
_FEMALE: Final = frozenset({"she", "her", "hers", "herself"})
_PLURAL: Final = frozenset({"they", "their", "them", "themselves"})
_FIRST: Final = frozenset({"we", "our", "us", "ours", "ourselves"})
_PAIR_NOUNS: Final = frozenset(
    "country side nation neighbour neighbor leader government state ally rival power foe enemy party capital president minister official "
    "delegation adversary army economy partner people team premier counterpart archrival diplomat".split()
)
_COUNTRY_NOUNS: Final = frozenset({"country", "nation"})
_BARE_GROUPS: Final = frozenset(
    "government army military parliament ministry administration regime authorities officials troops forces cabinet embassy police court "
    "spokesman spokeswoman spokesperson lawmakers diplomats soldiers senate navy junta legislature presidency premier".split()
)
_BARE_PERSONS: Final = frozenset(
    "president minister premier chancellor king emir sultan leader ambassador envoy secretary general commander ruler dictator spokesman "
    "spokeswoman spokesperson official".split()
)
_UNOWNED: Final = frozenset(
    "analyst expert professor researcher observer critic economist author historian scholar source resident lawyer witness".split()
)
_KINGDOMS: Final = frozenset("SAU JOR BHR MAR THA GBR BEL NLD ESP SWE NOR DNK BTN KHM LSO SWZ TON".split())
_EMIRATES: Final = frozenset("QAT KWT ARE".split())
_ISLANDS: Final = frozenset(
    "TWN CYP CUB LKA MLT HTI JAM BHR SGP ISL IRL MDG MDV MUS FJI PHL IDN NRU TLS GRD BRB TTO JPN NZL VUT SLB".split()
)
_KINDS_OF_STATE: Final = {"kingdom": _KINGDOMS, "emirate": _EMIRATES, "sheikhdom": _EMIRATES, "island": _ISLANDS}
_WEATHER_ADJ: Final = frozenset("acomp attr oprd".split())


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
    reader = _Reader(Discourse(title=_in_title(title, on)))
    found = []
    for number, sentence in enumerate(all_sentences):
        own = by_start.get(sentence.start)
        if own is None:
            reader.skim(number, sentence)
        else:
            found.append(reader.read(number, own))
    return tuple(found)


def _in_title(title: str | None, on: date | None) -> frozenset[str]:
    return frozenset(code for m in gazetteer.load().find(title, on) for code in m.countries) if title else frozenset()


@dataclass
class _Reader:
    """Reads the sentences of one article."""

    discourse: Discourse
    dateline: frozenset[str] = frozenset()
    speaker: Mention | None = None
    quote_open: bool = False
    speaker_paragraph: int = -1
    number: int = 0
    parsed: ParsedSentence | None = None
    added: dict[int, Mention] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------------ sentence by sentence

    def skim(self, number: int, sentence: Sentence) -> None:
        """A sentence without a parse: its first mention is taken for its subject."""
        first = True
        for mention in sentence.mentions:
            if not mention.countries:
                continue
            place = mention.kind is MentionKind.PLACE
            self.discourse.add(
                Entity(mention, number, first and not place, _is_person(mention), _is_plural(mention), _female(mention), place)
            )
            first = first and place
        self._follow_quotes(sentence.text)

    def read(self, number: int, parsed: ParsedSentence) -> ParsedSentence:
        """A sentence with its parse: resolves it, and takes it in."""
        self.number, self.parsed = number, parsed
        own = [m for m in _owned_roles(parsed)]
        self.added = parse.by_token(parsed.doc, parsed.sentence, own)
        if number < 2 and parse.dateline_length(parsed.sentence.text):
            self.dateline |= {c for m in own if mentions.in_dateline(m, parsed) for c in m.countries}
        speaker = self._speaker(parsed)
        self._note_speaker(speaker, parsed)
        for token in parsed.doc:
            mention = self.added.get(token.i)
            if mention is not None:
                if not any(t.i < token.i and self.added.get(t.i) is mention for t in token.lefts):
                    self._take(mention, token)
                continue
            mention = self._reference(token)
            if mention is not None:
                self._put(mention)
                self._take(mention, token)
            elif token.dep_ in _SUBJECTS and token.pos_ in ("PROPN", "NOUN") and token.head.lemma_ in SAYING:
                self._take_stranger(token)
        self._follow_quotes(parsed.sentence.text)
        unique = {id(m): m for m in (*own, *self.added.values())}
        final = tuple(sorted(unique.values(), key=lambda m: (m.start, m.end)))
        return replace(parsed, mentions=final, by_token=parse.by_token(parsed.doc, parsed.sentence, final))

    def _take(self, mention: Mention, token: Token) -> None:
        if self.discourse.entities and self.discourse.entities[-1].mention is mention:
            return
        assert self.parsed is not None
        head = mentions.head(mention, self.parsed) or token
        place = mention.kind is MentionKind.PLACE or mentions.is_locative(mention, self.parsed)
        self.discourse.add(
            Entity(mention, self.number, _is_subject(head), _is_person(mention), _is_plural(mention), _female(mention), place)
        )
        self._take_conjuncts(mention, head)

    def _take_conjuncts(self, mention: Mention, head: Token) -> None:
        """ "Iran and Pakistan" is an antecedent too."""
        if head.dep_ != "conj":
            return
        first = head
        while first.dep_ == "conj" and first.head.i != first.i:
            first = first.head
        group = [self.added[t.i] for t in (first, *first.conjuncts) if t.i in self.added and t.i <= head.i]
        codes = tuple(dict.fromkeys(c for m in group for c in m.countries))
        if len(codes) > 1:
            start, end = group[0].start, mention.end
            whole = Mention(
                start, end, mention.text, mention.kind, codes, mention.sector, tuple((m.start, m.end) for m in group), "conjunction"
            )
            self.discourse.entities.append(Entity(whole, self.number, _is_subject(first), _is_person(mention), plural=True))

    def _take_stranger(self, token: Token) -> None:
        """Somebody without a country who speaks: a later "he" means him, and so no leader."""
        noun = token.lower_
        if token.pos_ == "PROPN" or noun in _UNOWNED or roles.roles().get(noun) is not None:
            assert self.parsed is not None
            start = self.parsed.sentence.start + token.idx
            nobody = Mention(start, start + len(token.text), token.text, MentionKind.PERSON, (), None, source="stranger")
            self.discourse.entities.append(Entity(nobody, self.number, subject=True, person=True))

    def _put(self, mention: Mention) -> None:
        assert self.parsed is not None
        self.added.update(parse.by_token(self.parsed.doc, self.parsed.sentence, [mention]))

    # ------------------------------------------------------------------------------------------------ one reference

    def _reference(self, token: Token) -> Mention | None:
        word = token.lower_
        if word in _NEUTER:
            return self._neuter(token)
        if word in _MALE or word in _FEMALE:
            return self._person(token, female=word in _FEMALE)
        if word in _PLURAL:
            return self._plural(token)
        if word in _FIRST:
            return self._first_person(token)
        if token.pos_ in ("NOUN", "PROPN") or word in ("both",):
            return self._noun(token)
        return None

    def _make(
        self, first: Token, last: Token, kind: MentionKind, codes: tuple[str, ...], sector: Sector | None, of: Sequence[Mention], rule: str
    ) -> Mention:
        assert self.parsed is not None
        base = self.parsed.sentence.start
        start, end = base + first.idx, base + last.idx + len(last.text)
        text = self.parsed.sentence.text[first.idx : last.idx + len(last.text)]
        return Mention(start, end, text, kind, codes, sector, tuple((m.start, m.end) for m in of), rule)

    def _pronoun(self, token: Token, entity: Entity, rule: str) -> Mention:
        origin = entity.mention
        made = self._make(token, token, MentionKind.PRONOUN, origin.countries, origin.sector, [origin], rule)
        return self._with_owned_role(token, made)

    def _with_owned_role(self, token: Token, owner: Mention) -> Mention:
        """ "its army chief": the possessive's head, where that is a role, belongs to the country."""
        if token.dep_ != "poss" or token.head.i <= token.i or token.head.i in self.added:
            return owner
        role = _role_at(token.head, token.i + 1)
        if role is None:
            return owner
        return self._make(token, token.head, MentionKind.ROLE, owner.countries, role.sector, [owner], f"its {role.noun}; {owner.source}")

    def _neuter(self, token: Token) -> Mention | None:
        if token.lower_ == "it" and _is_pleonastic(token):
            return None
        entity = self._governing_subject(token, lambda e: not e.person and not e.plural)
        if entity is None and token.dep_ in ("dobj", "pobj", "nsubj", "iobj", "dative"):
            entity = self._nearest_object(token)
        if entity is None and self._in_main_clause(token):
            entity = self._last_subject(lambda e: not e.person and not e.plural)
        return self._pronoun(token, entity, f"pronoun {token.lower_}") if entity and entity.mention.countries else None

    def _plural(self, token: Token) -> Mention | None:
        entity = self._governing_subject(token, lambda e: e.plural or len(e.mention.countries) > 1)
        if entity is None and self._in_main_clause(token):
            entity = self._last_subject(lambda e: e.plural or len(e.mention.countries) > 1)
        return self._pronoun(token, entity, f"pronoun {token.lower_}") if entity and entity.mention.countries else None

    def _person(self, token: Token, *, female: bool) -> Mention | None:
        persons = [e for e in self.discourse.recent(self.number) if e.person and not e.plural and e.female in (None, female)]
        if token.dep_ in ("dobj", "pobj") or (token.dep_ == "poss" and token.lower_ == "her" and not persons):
            subject = _subject_of_clause(token)
            mine = self.added.get(subject.i) if subject is not None else None
            persons = [e for e in persons if e.mention is not mine]
        if not persons:
            return None
        nearest = persons[0].sentence
        here = [e for e in persons if e.sentence == nearest]
        best = next((e for e in reversed(here) if e.subject), None) if nearest < self.number else next((e for e in here if e.subject), None)
        best = best or here[0]
        if not best.subject and len({e.mention.countries for e in here}) > 1:
            return None
        return self._pronoun(token, best, f"pronoun {token.lower_}") if best.mention.countries else None

    def _first_person(self, token: Token) -> Mention | None:
        assert self.parsed is not None
        if self.speaker is None or not self.speaker.countries or len(self.speaker.countries) > 1 or not self._is_quoted(token):
            return None
        made = self._make(
            token,
            token,
            MentionKind.PRONOUN,
            self.speaker.countries,
            Sector.STATE,
            [self.speaker],
            f"pronoun {token.lower_} in a quotation",
        )
        return self._with_owned_role(token, made)

    # ------------------------------------------------------------------------------------------------ antecedents

    def _entity_at(self, token: Token | None, fits) -> Entity | None:  # type: ignore[no-untyped-def]
        mention = self.added.get(token.i) if token is not None else None
        if mention is None:
            return None
        for entity in self.discourse.recent(self.number, 0):
            if entity.mention is mention or (mention.start, mention.end) in entity.mention.antecedents:
                if fits(entity):
                    return entity
        return None

    def _governing_subject(self, token: Token, fits) -> Entity | None:  # type: ignore[no-untyped-def]
        """The subject of the clause that the pronoun is in (unless it is that subject), or of a clause that governs it."""
        verb = token.head
        inside_subject = token.dep_ in _SUBJECTS or any(a.dep_ in _SUBJECTS for a in _up_to_verb(token))
        for _ in range(8):
            subject = next((c for c in verb.lefts if c.dep_ in _SUBJECTS), None)
            if subject is not None and subject.i < token.i and not (inside_subject and token.i in {t.i for t in subject.subtree}):
                entity = self._entity_at(subject, fits) or self._entity_at(_possessor(subject), fits)
                if entity is not None and not (
                    token.lower_ in ("it", "them") and token.dep_ not in _SUBJECTS and subject == _subject_of_clause(token)
                ):
                    return entity
                if subject.lower_ not in ("that", "which", "who", "it", "there") and verb.pos_ in ("VERB", "AUX") and entity is None:
                    return None
            if verb.head.i == verb.i:
                return None
            owner = _possessor(verb.head) if verb.dep_ in ("acl", "relcl") or verb.head.pos_ == "NOUN" else None
            if owner is not None and owner.i < token.i:
                entity = self._entity_at(owner, fits)
                if entity is not None:
                    return entity
            if inside_subject and token.dep_ == "poss":
                sibling = verb.head if verb.dep_ == "conj" else None
                entity = self._entity_at(sibling, fits)
                if entity is not None:
                    return entity
            verb = verb.head
        return None

    def _nearest_object(self, token: Token) -> Entity | None:
        """For "it" as object: the nearest country in the sentence that does not act in the same clause."""
        subject = _subject_of_clause(token)
        acting = self.added.get(subject.i) if subject is not None else None
        here = [e for e in self.discourse.recent(self.number, 0) if not e.person and not e.plural and len(e.mention.countries) == 1]
        rest = [e for e in here if acting is None or not set(e.mention.countries) & set(acting.countries)]
        codes = {e.mention.countries for e in rest}
        return rest[0] if len(codes) == 1 and rest[0].mention.kind is not MentionKind.DEMONYM else None

    def _last_subject(self, fits) -> Entity | None:  # type: ignore[no-untyped-def]
        """The subject of the sentence before, if a country is."""
        for back in (1, 2):
            entities = [e for e in self.discourse.recent(self.number, back) if e.sentence == self.number - back]
            subjects = [e for e in entities if e.subject]
            fitting = [e for e in subjects if fits(e)]
            if fitting and len({e.mention.countries for e in fitting}) == 1:
                return fitting[-1]
            if entities:
                return None
        return None

    def _in_main_clause(self, token: Token) -> bool:
        """Whether no other subject stands before the pronoun in its sentence, so that it can mean one of the sentence before."""
        return not any(t.dep_ in _SUBJECTS for t in token.doc[: token.i] if not self._is_quoted(t) or self._is_quoted(token))

    # ------------------------------------------------------------------------------------------------ nouns

    def _noun(self, token: Token) -> Mention | None:
        lemma = token.lemma_.lower()
        pair = self._pair(token, lemma)
        if pair is not None:
            return pair
        if lemma in _COUNTRY_NOUNS and _definite(token) and token.tag_ in ("NN", "NNP"):
            return self._country(token)
        if lemma in _KINDS_OF_STATE and _definite(token):
            return self._kind_of_state(token, _KINDS_OF_STATE[lemma])
        if lemma == "counterpart":
            return self._counterpart(token)
        return self._bare_role(token)

    def _pair(self, token: Token, lemma: str) -> Mention | None:
        """ "the two countries", "both sides"."""
        first = token
        if token.lower_ == "both":
            if token.dep_ not in (*_SUBJECTS, "dobj", "pobj") or any(c.dep_ in ("prep", "conj", "cc") for c in token.children):
                return None
        else:
            if lemma not in _PAIR_NOUNS or token.tag_ not in ("NNS", "NNPS"):
                return None
            counting = next((c for c in token.lefts if c.lower_ in ("two", "both", "2")), None)
            if counting is None or any(c.i in self.added and self.added[c.i].countries for c in token.lefts):
                return None
            if counting.lower_ in ("two", "2") and not any(c.lower_ in ("the", "these", "those", "our", "their") for c in token.lefts):
                return None
            first = next(iter(token.lefts))
        here = {c for e in self.discourse.recent(self.number, 0) if not e.place for c in e.mention.countries}
        codes = self._recent_pair(here)
        if codes is None:
            return None
        of = [e.mention for c in codes if (e := self.discourse.last_of(c, self.number)) is not None]
        role = roles.roles().get(token.lower_)
        return self._make(
            first, token, MentionKind.DESCRIPTION, codes, role.sector if role and lemma != "side" else Sector.STATE, of, "pair"
        )

    def _recent_pair(self, here: set[str]) -> tuple[str, str] | None:
        if len(here) == 2:
            ordered = [c for e in reversed(list(self.discourse.recent(self.number, 0))) for c in e.mention.countries if c in here]
            first, second = list(dict.fromkeys(ordered))[:2]
            return first, second
        if len(here) == 1:
            (one,) = here
            other = clear_winner(self.discourse.scores(self.number, window=2, exclude=here), 1.2)
            return (one, other) if other else None
        for entity in self.discourse.recent(self.number, 1):
            if len(entity.mention.countries) == 2:
                return entity.mention.countries[0], entity.mention.countries[1]
        for window in (1, 2, WINDOW_OF_PAIRS):
            pair = clear_pair(self.discourse.scores(self.number, window=window), 1.2)
            if pair is not None:
                return pair
        return None

    def _country(self, token: Token) -> Mention | None:
        excluded = self._acting_on(token)
        scores = self.discourse.scores(self.number, window=0, places=True, exclude=excluded)
        code = clear_winner(scores, 1.3) if scores else None
        if not scores:
            code = clear_winner(self.discourse.scores(self.number, window=2, places=True, exclude=excluded), 1.3)
        return self._described(token, code, "the country")

    def _acting_on(self, token: Token) -> tuple[str, ...]:
        subject = _subject_of_clause(token)
        if subject is None or token.dep_ in _SUBJECTS or token.i in {t.i for t in subject.subtree} or token.dep_ == "poss":
            return ()
        mention = self.added.get(subject.i)
        return mention.countries if mention else ()

    def _kind_of_state(self, token: Token, codes: frozenset[str]) -> Mention | None:
        scores = self.discourse.scores(self.number, places=True)
        return self._described(token, clear_winner({c: s for c, s in scores.items() if c in codes}, 1.3), token.lower_)

    def _described(self, token: Token, code: str | None, rule: str) -> Mention | None:
        if code is None:
            return None
        origin = self.discourse.last_of(code, self.number)
        first = next(iter(token.lefts), token)
        made = self._make(
            first, token, MentionKind.DESCRIPTION, (code,), Sector.STATE, [origin.mention] if origin else [], f"description {rule}"
        )
        if token.dep_ == "poss":
            role = _role_at(token.head, token.i + 1)
            if role is not None and token.head.i not in self.added:
                return self._make(first, token.head, MentionKind.ROLE, (code,), role.sector, [made], f"{rule}'s {role.noun}")
        return made

    def _counterpart(self, token: Token) -> Mention | None:
        """ "his counterpart": the other one of two."""
        owner = next((c for c in token.lefts if c.dep_ == "poss"), None)
        mine = self.added.get(owner.i) if owner is not None else None
        if mine is None or len(mine.countries) != 1:
            return None
        others = self.discourse.scores(self.number, window=2, exclude=mine.countries)
        code = clear_winner(others, 1.3)
        if code is None or owner is None:
            return None
        origin = self.discourse.last_of(code, self.number)
        return self._make(owner, token, MentionKind.ROLE, (code,), mine.sector, [origin.mention] if origin else [], "counterpart")

    def _bare_role(self, token: Token) -> Mention | None:
        """ "the army", "the president", "officials": whose it is, where one country is clearly the actor of the text."""
        word = token.lower_
        if (
            (word not in _BARE_GROUPS and word not in _BARE_PERSONS)
            or _has_owner(token, self.added)
            or token.dep_ in ("compound", "amod", "nmod")
        ):
            return None
        det = next((c for c in token.lefts if c.dep_ == "det"), None)
        plural = token.tag_ in ("NNS", "NNPS")
        if (det is not None and det.lower_ != "the") or (det is None and not plural and token.tag_ != "NNP" and word not in _BARE_GROUPS):
            return None
        role = _role_at(token, max(0, token.i - 4))
        if role is None:
            return None
        code, origin = self._owner_of_role(role)
        if code is None:
            return None
        first = _first_of_role(token, role)
        return self._make(
            first, token, MentionKind.ROLE, (code,), role.sector, [origin.mention] if origin else [], f"bare role {role.noun}"
        )

    def _owner_of_role(self, role: Role) -> tuple[str | None, Entity | None]:
        if role.number is RoleNumber.PERSON:
            same = [
                e
                for e in self.discourse.recent(self.number, 6)
                if e.person and e.mention.sector is role.sector and len(e.mention.countries) == 1
            ]
            codes = {e.mention.countries[0] for e in same}
            if len(codes) == 1:
                return next(iter(codes)), same[0]
            if len(codes) > 1:
                return None, None
        scores = self.discourse.scores(self.number, window=2)
        for code in self.dateline:
            if code in scores:
                scores[code] += 1.5
        code = clear_winner(scores, 1.6)
        return code, self.discourse.last_of(code, self.number) if code else None

    # ------------------------------------------------------------------------------------------------ who speaks

    def _speaker(self, parsed: ParsedSentence) -> Mention | None:
        for token in parsed.doc:
            if token.lemma_ in SAYING and token.pos_ == "VERB" and not self._is_quoted(token):
                subject = next((c for c in token.children if c.dep_ in _SUBJECTS), None)
                if subject is None:
                    continue
                mention = self.added.get(subject.i)
                if mention is not None:
                    return mention
                if subject.lower_ in ("he", "she") and self.speaker is not None:
                    return self.speaker
                return Mention(0, 0, subject.text, MentionKind.PERSON, (), None, source="stranger")
        return None

    def _note_speaker(self, speaker: Mention | None, parsed: ParsedSentence) -> None:
        if speaker is not None:
            self.speaker = speaker
        elif not any(mark in parsed.sentence.text for mark in '“”"') and not self.quote_open:
            self.speaker = None

    def _follow_quotes(self, text: str) -> None:
        for char in text:
            if char == "“":
                self.quote_open = True
            elif char == "”":
                self.quote_open = False
            elif char == '"':
                self.quote_open = not self.quote_open

    def _is_quoted(self, token: Token) -> bool:
        inside = self.quote_open
        for char in token.doc.text[: token.idx]:
            if char == "“":
                inside = True
            elif char == "”":
                inside = False
            elif char == '"':
                inside = not inside
        return inside


WINDOW_OF_PAIRS: Final = 4


# ---------------------------------------------------------------------------------------------------------------- syntax


def _owned_roles(parsed: ParsedSentence) -> Iterator[Mention]:
    """The sentence's mentions, those grown to the role noun that they modify ("Israeli surveillance company")."""
    taken = dict(parsed.by_token)
    for mention in parsed.mentions:
        yield _grown(mention, parsed, taken) or mention


def _grown(mention: Mention, parsed: ParsedSentence, taken: dict[int, Mention]) -> Mention | None:
    if (
        mention.kind not in (MentionKind.DEMONYM, MentionKind.NAME, MentionKind.SEAT, MentionKind.ORGANISATION)
        or len(mention.countries) != 1
    ):
        return None
    token = mentions.head(mention, parsed)
    if token is None:
        return None
    if token.dep_ == "conj" and token.head.dep_ in ("amod", "compound", "nmod", "poss"):
        token = token.head
    noun = token.head
    if token.dep_ not in ("amod", "compound", "nmod", "poss", "npadvmod") or noun.i <= token.i or noun.i in taken:
        return None
    role = _role_at(noun, token.i + 1)
    if role is None:
        return None
    between = [taken.get(i) for i in range(token.i + 1, noun.i)]
    if any(m is not None and m.countries and m is not mention for m in between):
        return replace(mention, sector=role.sector) if mention.kind is MentionKind.DEMONYM else None
    end = parsed.sentence.start + noun.idx + len(noun.text)
    grown = Mention(
        mention.start, end, parsed.sentence.text[mention.start - parsed.sentence.start : end - parsed.sentence.start], MentionKind.ROLE,
        mention.countries, role.sector, ((mention.start, mention.end),), f"parse:{role.noun}; {mention.source}",
    )  # fmt: skip
    for i in range(token.i, noun.i + 1):
        taken[i] = grown
    return grown


def _role_at(noun: Token, floor: int) -> Role | None:
    """The longest role that ends with a noun and begins at or behind `floor`."""
    doc = noun.doc
    for start in range(max(floor, noun.i - 4), noun.i + 1):
        role = roles.roles().get(doc[start : noun.i + 1].text.lower())
        if role is not None:
            return role
    return None


def _first_of_role(noun: Token, role: Role) -> Token:
    words = role.noun.count(" ") + role.noun.count("-") * 2
    return noun.doc[max(0, noun.i - words)]


def _has_owner(token: Token, added: dict[int, Mention]) -> bool:
    for child in token.children:
        if child.dep_ in ("poss", "nmod") or (child.dep_ in ("amod", "compound") and child.i in added):
            return True
        if child.dep_ == "prep" and child.lower_ == "of":
            return True
    return token.dep_ == "compound" and token.head.i in added


def _definite(token: Token) -> bool:
    return any(c.lower_ in ("the", "that", "this") for c in token.lefts)


def _is_pleonastic(token: Token) -> bool:
    """ "It is likely that", "it appears that", "it takes"."""
    verb = token.head
    if token.dep_ not in _SUBJECTS:
        return False
    clause = any(c.dep_ in ("ccomp", "xcomp", "advcl", "csubj", "acl") for c in verb.children)
    if verb.lemma_ in ("seem", "appear", "take", "turn", "happen", "emerge") and clause:
        return True
    if verb.lemma_ == "be" and any(c.dep_ in _WEATHER_ADJ for c in verb.children):
        return clause or any(
            g.dep_ in ("ccomp", "xcomp", "relcl", "advcl", "acl") for c in verb.children if c.dep_ in _WEATHER_ADJ for g in c.children
        )
    return token.dep_ == "nsubjpass" and any(c.dep_ == "ccomp" for c in verb.children)


def _up_to_verb(token: Token) -> Iterator[Token]:
    for ancestor in token.ancestors:
        if ancestor.pos_ in ("VERB", "AUX"):
            return
        yield ancestor


def _verb_of(token: Token) -> Token:
    return next((a for a in token.ancestors if a.pos_ in ("VERB", "AUX")), token)


def _subject_of_clause(token: Token) -> Token | None:
    """The subject of the clause that a token is in, reached over conjunctions and infinitives without a subject of their own."""
    verb = _verb_of(token)
    if token.dep_ in _SUBJECTS:
        verb = verb.head
    for _ in range(4):
        subject = next((c for c in verb.lefts if c.dep_ in _SUBJECTS), None)
        if subject is not None or verb.dep_ not in ("conj", "xcomp", "advcl", "pcomp", "ccomp") or verb.head.i == verb.i:
            return subject
        verb = verb.head
    return None


def _possessor(token: Token) -> Token | None:
    return next((c for c in token.lefts if c.dep_ == "poss"), None)


def _is_subject(token: Token) -> bool:
    """Whether a token is a clause's subject, or owns it ("Pakistan's reset"), or is joined to one by "and"."""
    while token.dep_ in ("conj", "appos", "poss", "compound", "amod", "nmod") and token.head.i != token.i:
        token = token.head
    return token.dep_ in _SUBJECTS


def _role_of(mention: Mention) -> Role | None:
    if mention.kind not in (MentionKind.ROLE, MentionKind.PERSON):
        return None
    noun = mention.source.split(";")[0].rsplit(":", 1)[-1].removesuffix(" of").removeprefix("its ").removeprefix("bare role ")
    return roles.roles().get(noun)


def _is_person(mention: Mention) -> bool:
    if mention.kind is MentionKind.PERSON:
        return True
    role = _role_of(mention)
    return role is not None and role.number in (RoleNumber.PERSON, RoleNumber.PERSONS)


def _is_plural(mention: Mention) -> bool:
    if len(mention.countries) > 1:
        return True
    role = _role_of(mention)
    if role is not None and mention.kind is MentionKind.ROLE:
        return role.number is RoleNumber.PERSONS or (role.number in (RoleNumber.GROUP, RoleNumber.THING) and role.noun.endswith("s"))
    return mention.kind is MentionKind.DEMONYM and mention.text.endswith("s")


def _female(mention: Mention) -> bool | None:
    text = mention.text.lower()
    if any(word in text for word in ("woman", "queen", "princess", "mrs", "ms.", "first lady", "actress")):
        return True
    if any(word in text for word in ("spokesman", "king", "prince ", "emir", "mr.", "mr ", "chairman")):
        return False
    return None
