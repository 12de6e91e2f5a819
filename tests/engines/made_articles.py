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
_PLAIN: Final = (
    "The market was full, and the rain stayed away for most of the morning.",
    "Some {n} visitors came to see the lanterns along the river.",
    "A baker who has his stall by the gate said that trade was slow.",
    "The old railway station will be painted before the winter.",
)


def write_articles(file: Path, count: int, *, seed: int = 1, first: int = 0, acts: int = 2) -> Path:
    """Write `count` articles, one a line.

    Args:
        acts: sentences of each that say what one country did to another.
    """
    made = random.Random(seed)
    with file.open("w", encoding="utf8") as out:
        for number in range(first, first + count):
            out.write(json.dumps({"id": f"made-{number}", "title": f"Notes of the day {number}", "text": _text(made, number, acts)}) + "\n")
    return file


def _text(made: random.Random, number: int, acts: int) -> str:
    sentences = [f"This is letter {number} of our correspondent."]
    for _ in range(acts):
        source, target = made.sample(_COUNTRIES, 2)
        sentences.append(made.choice(_ACTS).format(a=source, b=target, n=made.randrange(2, 900)))
    sentences += [text.format(n=made.randrange(2, 900)) for text in made.sample(_PLAIN, 2)]
    return " ".join(sentences[:3]) + "\n\n" + " ".join(sentences[3:])
