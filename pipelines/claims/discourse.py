"""What a text has talked about so far: the entities that a pronoun or a description can mean, with recency, subjecthood and number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pipelines.claims.model import Mention, MentionKind

WINDOW: Final = 4
"""Sentences that an antecedent may lie back."""
_DECAY: Final = 0.5
_SUBJECT: Final = 3.0
_NAME: Final = 1.5
_ADJECTIVE: Final = 1.0
_TOPIC: Final = 1.0
"""Added in full to a country that every mention of the text is of."""


@dataclass(frozen=True)
class Entity:
    """A mention as an antecedent."""

    mention: Mention
    sentence: int
    subject: bool
    person: bool = False
    plural: bool = False
    female: bool | None = None
    place: bool = False


@dataclass
class Discourse:
    """The entities in the order of the text, and how often each country was named."""

    entities: list[Entity] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    title: frozenset[str] = frozenset()

    def add(self, entity: Entity) -> None:
        """Takes a mention in; its countries count as named."""
        self.entities.append(entity)
        if not entity.place:
            self.counts.update(entity.mention.countries)

    def recent(self, sentence: int, window: int = WINDOW) -> Iterator[Entity]:
        """The entities of the last sentences, the nearest first."""
        for entity in reversed(self.entities):
            if entity.sentence < sentence - window:
                return
            yield entity

    def scores(self, sentence: int, *, window: int = WINDOW, places: bool = False, exclude: Iterable[str] = ()) -> dict[str, float]:
        """How present each country is: its mentions in the window by subjecthood and distance, and its share of the text."""
        left_out = frozenset(exclude)
        found: dict[str, float] = {}
        for entity in self.recent(sentence, window):
            if entity.place and not places:
                continue
            weight = _SUBJECT if entity.subject else (_ADJECTIVE if entity.mention.kind is MentionKind.DEMONYM else _NAME)
            for code in entity.mention.countries:
                if code not in left_out:
                    found[code] = found.get(code, 0.0) + weight * _DECAY ** (sentence - entity.sentence)
        total = sum(self.counts.values()) or 1
        return {code: score + _TOPIC * self.counts[code] / total + (code in self.title) * _TOPIC for code, score in found.items()}

    def last_of(self, code: str, sentence: int, window: int = WINDOW) -> Entity | None:
        """The nearest entity of a country."""
        return next((e for e in self.recent(sentence, window) if code in e.mention.countries), None)


def clear_winner(scores: dict[str, float], margin: float) -> str | None:
    """The country that leads the scores by a factor; None if two compete."""
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or (len(ranked) > 1 and ranked[0][1] < margin * ranked[1][1]):
        return None
    return ranked[0][0]


def clear_pair(scores: dict[str, float], margin: float) -> tuple[str, str] | None:
    """The two countries that lead the scores; None if a third competes with the second."""
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    if len(ranked) < 2 or (len(ranked) > 2 and ranked[1][1] < margin * ranked[2][1]):
        return None
    return ranked[0][0], ranked[1][0]
