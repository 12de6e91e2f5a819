"""How well edited copies are found among many texts, in three orders of arrival.

    python -m tests.evaluation.copies

The texts are written by a seeded script; a thousand of them are copies that were cut, got another headline, another order of paragraphs, or
an agency's line. The articles arrive in batches, as runs of a job bring them, and candidates are looked up by band, as the dataset does it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Final

from pipelines.near_duplicates import Signed, bands, regroup
from pipelines.normalize.signature import signature_of
from tests.evaluation.table import Measure, markdown

TEXTS: Final = 4000
COPIES: Final = 1000
SEED: Final = 20261124
BATCH: Final = 700
SET: Final = "edited copies"
SYLLABLES: Final = "ba ce di fo gu ha le mi no pu ra se ti vo wu ya ze lin dor mak ter vos pel gan rit sul".split()
_UNITS: Final = f"{TEXTS + COPIES} texts, {COPIES} of them copies"


def corpus() -> tuple[list[Signed], dict[str, str]]:
    """5,000 texts of which 1,000 are edited copies of others, and for each article the one that it goes back to."""
    draw = random.Random(SEED)
    vocabulary = [f"{a}{b}{c}" for a in SYLLABLES for b in SYLLABLES for c in ("", "n", "s")]
    articles: list[Signed] = []
    origin: dict[str, str] = {}
    texts = [_words(draw, vocabulary, draw.randint(7, 12)) for _ in range(TEXTS)]
    pages = list(enumerate(texts))
    pages += [(i, _edited(draw, texts[i])) for i in draw.sample(range(TEXTS), COPIES)]
    start = date(2026, 11, 1)
    days = [start + timedelta(days=draw.randrange(20)) for _ in range(TEXTS)]
    for number, (i, text) in enumerate(pages):
        article_id = f"{draw.getrandbits(64):016x}"
        signature = signature_of("\n\n".join(text))
        assert signature is not None
        articles.append(Signed(article_id, signature, days[i] + timedelta(days=number % 3 if number >= TEXTS else 0)))
        origin[article_id] = str(i)
    return articles, origin


def orders(articles: Sequence[Signed]) -> dict[str, list[Signed]]:
    """The articles as written (copies last), reversed (copies first), and shuffled."""
    return {
        "copies last": list(articles),
        "copies first": list(reversed(articles)),
        "shuffled": random.Random(7).sample(list(articles), len(articles)),
    }


def in_batches(articles: Sequence[Signed], batch: int = BATCH) -> dict[str, str]:
    """Groups as a store would hold them after runs of `batch` articles each, candidates looked up by band."""
    index: dict[str, set[str]] = {}
    known: dict[str, Signed] = {}
    groups: dict[str, str] = {}
    for at in range(0, len(articles), batch):
        new = articles[at : at + batch]
        near = {i for a in new for key in bands(a.signature) for i in index.get(key, ())}
        found = regroup(new, [known[i] for i in near], {i: groups[i] for i in near if i in groups})
        groups = {i: found.merges.get(g, g) for i, g in groups.items()} | found.groups
        for a in new:
            known[a.article_id] = a
            for key in bands(a.signature):
                index.setdefault(key, set()).add(a.article_id)
    return groups


def precision_and_recall(groups: Mapping[str, str], origin: Mapping[str, str]) -> tuple[float, float]:
    """Over pairs of articles: of those in one group, how many are copies; and of the copies, how many are in one group."""
    true, found = (_pairs(members) for members in (origin, groups))
    return len(found & true) / max(1, len(found)), len(found & true) / len(true)


def evaluate_copies() -> list[Measure]:
    """Precision and recall in each order, and how the time grows from 1,250 texts to 5,000."""
    articles, origin = corpus()
    rows = []
    for name, order in orders(articles).items():
        precision, recall = precision_and_recall(in_batches(order), origin)
        rows += [Measure(SET, f"precision, {name}", precision, units=_UNITS), Measure(SET, f"recall, {name}", recall, units=_UNITS)]
    small, large = (min(_seconds(part) for _ in range(3)) for part in (quarter(articles, origin), articles))
    return [*rows, Measure(SET, "CPU for 4 times the texts", large / small, units="4 is linear, 16 the square")]


def quarter(articles: Sequence[Signed], origin: Mapping[str, str]) -> list[Signed]:
    """A quarter by whole families, so that it holds the same share of copies."""
    return [a for a in articles if int(origin[a.article_id]) % 4 == 0]


def _seconds(part: Sequence[Signed]) -> float:
    start = time.process_time()
    regroup(part)
    return time.process_time() - start


def _pairs(group_of: Mapping[str, str]) -> set[tuple[str, str]]:
    members: dict[str, list[str]] = {}
    for article_id, group in group_of.items():
        members.setdefault(group, []).append(article_id)
    return {pair for group in members.values() for pair in combinations(sorted(group), 2)}


def _words(draw: random.Random, vocabulary: Sequence[str], paragraphs: int) -> list[str]:
    return [" ".join(draw.choices(vocabulary, k=draw.randint(25, 45))).capitalize() + "." for _ in range(paragraphs)]


def _edited(draw: random.Random, paragraphs: list[str]) -> list[str]:
    kind = draw.choice(["cut", "headline", "reordered", "agency"])
    if kind == "cut":
        return paragraphs[: max(4, round(0.6 * len(paragraphs)))]
    if kind == "headline":
        return [draw.choice(["Update: ", "Exclusive: "]) + " ".join(draw.choices(SYLLABLES, k=9)), *paragraphs[1:]]
    if kind == "reordered":
        return draw.sample(paragraphs, len(paragraphs))
    return ["CAPITAL (Agency) — " + paragraphs[0], *paragraphs[1:], "Reporting by A. Writer; editing by B. Writer."]


if __name__ == "__main__":
    print(markdown(evaluate_copies()))
