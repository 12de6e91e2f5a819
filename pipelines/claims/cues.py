"""The words of `data/modality/`, loaded once: what governs an event, and what weakens it by standing beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from schemas import Modality

DATA: Final = Path(__file__).parent / "data" / "modality"
SLOTS: Final = ("clauses", "nouns", "subjects", "bare")
PARTS: Final = ("verb", "adjective", "noun")


@dataclass(frozen=True)
class Governor:
    """A class of words that govern an event, and what they make of it."""

    part: str
    """verb, adjective or noun."""
    name: str
    effect: Modality | None
    """What the governed event becomes; None where the word leaves it as it is."""
    negated: Modality | None
    """What it becomes when the governing word is negated; None takes the effect back."""
    keeps: bool
    """Whether negation changes nothing."""
    passes: bool
    """Whether what weakens the governing word weakens the event too."""

    @property
    def rule(self) -> str:
        """As `explain` shows it."""
        return f"{self.part}.{self.name}"


@dataclass(frozen=True)
class Lexicon:
    """All cue words."""

    governors: Mapping[tuple[str, str, str], Governor]
    """By part of speech, slot (`clauses`, `nouns`, `subjects`, `bare`) and lemma; the first class of the file that names a lemma wins."""
    classes: Mapping[str, Governor]
    """By `part.name`."""
    members: Mapping[tuple[str, str], frozenset[str]]
    """Lemmas by `part.name` and slot, for classes that only count in some constructions."""
    words: Mapping[str, Mapping[str, frozenset[str]]]
    """By table and key of `words.toml`."""

    def governor(self, part: str, slot: str, lemma: str) -> Governor | None:
        """The class of a governing word, or None."""
        return self.governors.get((part, slot, lemma))

    def has(self, name: str, slot: str, lemma: str) -> bool:
        """Whether a class names a lemma."""
        return lemma in self.members.get((name, slot), frozenset())

    def modality_of(self, table: str, word: str) -> Modality | None:
        """The modality that a word of a table stands for, by precedence where several name it."""
        return next((m for m in Modality if word in self.words[table].get(m.value, frozenset())), None)


ONLY_IN_CONSTRUCTIONS: Final = frozenset({"verb.prevent", "verb.hearsay"})
"""Classes that need more than their lemma (`from` and a gerund; a passive), so that they are looked up by name."""


@cache
def lexicon() -> Lexicon:
    """The cue words of `data/modality/`.

    Raises:
        ValueError: a class has an unknown effect, slot or key.
    """
    tables = tomllib.loads((DATA / "governors.toml").read_text(encoding="utf8"))
    governors: dict[tuple[str, str, str], Governor] = {}
    classes: dict[str, Governor] = {}
    members: dict[tuple[str, str], frozenset[str]] = {}
    for part, by_name in tables.items():
        if part not in PARTS:
            raise ValueError(f"governors.toml: {part!r} is no part of speech; these are: {', '.join(PARTS)}")
        for name, entry in by_name.items():
            governor = _governor(part, name, entry)
            classes[governor.rule] = governor
            for slot in SLOTS:
                members[governor.rule, slot] = frozenset(entry.get(slot, ()))
                if governor.rule not in ONLY_IN_CONSTRUCTIONS:
                    for lemma in entry.get(slot, ()):
                        governors.setdefault((part, slot, lemma), governor)
    words = tomllib.loads((DATA / "words.toml").read_text(encoding="utf8"))
    return Lexicon(governors, classes, members, {t: {k: frozenset(v) for k, v in keys.items()} for t, keys in words.items()})


def _governor(part: str, name: str, entry: Mapping[str, Any]) -> Governor:
    unknown = set(entry) - {"effect", "negated", "passes", *SLOTS}
    if unknown:
        raise ValueError(
            f"governors.toml: [{part}.{name}] has unknown keys {sorted(unknown)}; known are effect, negated, passes, {', '.join(SLOTS)}"
        )
    effect, negated = entry["effect"], entry["negated"]
    return Governor(
        part=part,
        name=name,
        effect=None if effect == "none" else Modality(effect),
        negated=None if negated in ("effect", "asserted") else Modality(negated),
        keeps=negated == "effect",
        passes=bool(entry["passes"]),
    )
