"""Small articles with claims, made from a seed, as JSON Lines that `dyadwire ingest` reads."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Final

_COUNTRIES: Final = (
    "Norway Sweden Kenya Uganda Brazil Argentina Japan Peru Chad Niger Iran Pakistan Greece Turkey Egypt Sudan Chile Bolivia".split()
)
_ACTS: Final = (
    "{a} condemned {b} on Monday over the closing of the ferry line.",
    "{a} signed a trade agreement with {b} after {n} days of talks.",
    "{a} imposed sanctions on {b}, the ministry in its capital announced.",
    "The foreign minister of {a} visited {b} and praised the new bridge.",
    "{a} sent {n} tonnes of wheat to {b} as aid after the flood.",
    "{a} accused {b} of moving {n} boundary stones by night.",
)
_WHO: Final = (
    "A baker",
    "The ferryman",
    "One visitor",
    "A teacher of music",
    "The keeper of the archive",
    "A young gardener",
    "The oldest clerk",
)
_DID: Final = ("said that", "wrote that", "was sure that", "told us that", "did not believe that", "had heard that")
_WHAT: Final = (
    "the market was full",
    "trade was slow",
    "the old railway station will be painted",
    "some {n} lanterns were seen along the river",
    "the rain would stay away",
    "bread costs {n} more than it did",
    "the bell of the tower is to be mended",
)
_WHEN: Final = (
    "before the winter",
    "for most of the morning",
    "since the fair",
    "after {n} years",
    "on the day of the race",
    "by the evening",
)


def write_articles(file: Path, count: int, *, seed: int = 1, first: int = 0, acts: int = 2, plain: int = 2) -> Path:
    """Write `count` articles, one a line.

    Args:
        acts: sentences of each that say what one country did to another.
        plain: sentences that name no country.
    """
    made = random.Random(seed)
    with file.open("w", encoding="utf8") as out:
        for number in range(first, first + count):
            out.write(
                json.dumps({"id": f"made-{number}", "title": f"Notes of the day {number}", "text": _text(made, number, acts, plain)}) + "\n"
            )
    return file


def _text(made: random.Random, number: int, acts: int, plain: int) -> str:
    sentences = [_act(made) for _ in range(acts)] + [_plain(made) for _ in range(plain)]
    made.shuffle(sentences)
    sentences.insert(0, f"This is letter {number} of our correspondent.")
    return "\n\n".join(" ".join(sentences[i : i + 4]) for i in range(0, len(sentences), 4))


def _act(made: random.Random) -> str:
    source, target = made.sample(_COUNTRIES, 2)
    return made.choice(_ACTS).format(a=source, b=target, n=made.randrange(2, 900))


def _plain(made: random.Random) -> str:
    return " ".join(made.choice(words) for words in (_WHO, _DID, _WHAT, _WHEN)).format(n=made.randrange(2, 900)) + "."
