"""How far two extractors agree: the overlap of their word shingles."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"\w+")
_SHINGLE: Final = 4

Shingles = Counter[int]


def shingles(text: str) -> Shingles:
    """The bag of the text's word shingles (4 words; characters where a script has no spaces between words)."""
    words = _WORD.findall(text)
    if len(words) < len(text) / 15:
        words = [c for c in text if c.isalnum()]
    return Counter(map(hash, zip(words, words[1:], words[2:], words[3:], strict=False)))


@dataclass(frozen=True)
class Agreement:
    """What part of the one text stands in the other, and the other way round."""

    of_first: float
    of_second: float

    @property
    def f1(self) -> float:
        both = self.of_first + self.of_second
        return 2 * self.of_first * self.of_second / both if both else 0.0


def agreement(first: Shingles, second: Shingles) -> Agreement:
    """The agreement of two bags; 0 where one is empty."""
    common = (first & second).total()
    return Agreement(common / max(1, first.total()), common / max(1, second.total()))
