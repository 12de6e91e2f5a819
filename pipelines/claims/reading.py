"""What is known while an article is read: the discourse so far, the sentence at hand, and who is speaking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Token

from pipelines.claims import parse
from pipelines.claims.discourse import Discourse, Entity
from pipelines.claims.model import Mention, MentionKind, ParsedSentence
from schemas import Sector

Fits = Callable[[Entity], bool]


@dataclass
class Reading:
    """The state of reading one article, sentence by sentence."""

    discourse: Discourse
    number: int = 0
    """Which sentence of the article is read."""
    parsed: ParsedSentence | None = None
    added: dict[int, Mention] = field(default_factory=dict)
    """The mentions of the sentence so far, by token."""
    dateline: frozenset[str] = frozenset()
    """The countries of the article's dateline."""
    speaker: Mention | None = None
    """Who spoke last; his `countries` may be empty."""
    quote_open: bool = False
    """Whether a quotation runs on from an earlier sentence."""
    quoted: list[bool] = field(default_factory=list)
    """For each token of the sentence: whether it stands in a quotation."""

    @property
    def now(self) -> ParsedSentence:
        """The sentence at hand."""
        if self.parsed is None:
            raise RuntimeError("no sentence is being read: call begin() first")
        return self.parsed

    def begin(self, number: int, parsed: ParsedSentence, own: Sequence[Mention]) -> None:
        """Turns to the next sentence, with the mentions that it brings itself."""
        self.number, self.parsed = number, parsed
        self.added = parse.by_token(parsed.doc, parsed.sentence, own)
        self.quoted, self.quote_open = quoted_tokens(parsed, self.quote_open)

    def put(self, mention: Mention) -> None:
        """Makes a mention known to the tokens that it covers."""
        self.added.update(parse.by_token(self.now.doc, self.now.sentence, [mention]))

    def make(
        self, first: Token, last: Token, kind: MentionKind, codes: tuple[str, ...], sector: Sector | None, of: Sequence[Mention], rule: str
    ) -> Mention:
        """A mention from one token to another, with what it was resolved from."""
        base = self.now.sentence.start
        start, end = first.idx, last.idx + len(last.text)
        spans = tuple((m.start, m.end) for m in of)
        return Mention(base + start, base + end, self.now.sentence.text[start:end], kind, codes, sector, spans, rule)

    def here(self) -> list[Entity]:
        """The entities of the sentence so far, the nearest first."""
        return list(self.discourse.recent(self.number, 0))

    def entity_at(self, token: Token | None, fits: Fits) -> Entity | None:
        """The entity that a token is a part of, or that a conjunction with it makes."""
        mention = self.added.get(token.i) if token is not None else None
        if mention is None:
            return None
        span = (mention.start, mention.end)
        of_it = (e for e in self.here() if e.mention is mention or (e.mention.source == "conjunction" and span in e.mention.antecedents))
        return next((e for e in of_it if fits(e)), None)

    def origin(self, code: str) -> list[Mention]:
        """The nearest mention of a country, as an antecedent."""
        entity = self.discourse.last_of(code, self.number)
        return [entity.mention] if entity is not None else []


def quoted_tokens(parsed: ParsedSentence, inside: bool) -> tuple[list[bool], bool]:
    """For each token whether it stands in a quotation, and whether the quotation runs on behind the sentence."""
    answers = []
    for token in parsed.doc:
        answers.append(inside)
        inside = after_marks(token.text, inside)
    return answers, inside


def after_marks(text: str, inside: bool) -> bool:
    """Whether a quotation is open behind a text, given whether one was open before it."""
    for char in text:
        if char == "“":
            inside = True
        elif char == "”":
            inside = False
        elif char == '"':
            inside = not inside
    return inside
