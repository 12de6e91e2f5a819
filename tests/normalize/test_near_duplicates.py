"""Copies are found among thousands of texts, whatever the order in which they come, and in near-linear time."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from pipelines.near_duplicates import Signed, bands, regroup, resemblance
from pipelines.normalize.signature import signature_of

TEXTS, COPIES, SEED = 4000, 1000, 20261124
_SYLLABLES = "ba ce di fo gu ha le mi no pu ra se ti vo wu ya ze lin dor mak ter vos pel gan rit sul".split()


def _words(draw: random.Random, vocabulary: Sequence[str], paragraphs: int) -> list[str]:
    return [" ".join(draw.choices(vocabulary, k=draw.randint(25, 45))).capitalize() + "." for _ in range(paragraphs)]


def _edited(draw: random.Random, paragraphs: list[str]) -> list[str]:
    kind = draw.choice(["cut", "headline", "reordered", "agency"])
    if kind == "cut":
        return paragraphs[: max(4, round(0.6 * len(paragraphs)))]
    if kind == "headline":
        return [draw.choice(["Update: ", "Exclusive: "]) + " ".join(draw.choices(_SYLLABLES, k=9)), *paragraphs[1:]]
    if kind == "reordered":
        return draw.sample(paragraphs, len(paragraphs))
    return ["CAPITAL (Agency) — " + paragraphs[0], *paragraphs[1:], "Reporting by A. Writer; editing by B. Writer."]


def _corpus() -> tuple[list[Signed], dict[str, str]]:
    """5,000 texts of which 1,000 are edited copies of others, and for each article the one that it goes back to."""
    draw = random.Random(SEED)
    vocabulary = [f"{a}{b}{c}" for a in _SYLLABLES for b in _SYLLABLES for c in ("", "n", "s")]
    articles: list[Signed] = []
    origin: dict[str, str] = {}
    texts = [_words(draw, vocabulary, draw.randint(7, 12)) for _ in range(TEXTS)]
    pages = [(i, text) for i, text in enumerate(texts)]
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


@pytest.fixture(scope="module")
def corpus() -> tuple[list[Signed], dict[str, str]]:
    return _corpus()


def _one_by_one(articles: Sequence[Signed], batch: int) -> dict[str, str]:
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


def test_copies_are_found_precisely_and_completely(corpus: tuple[list[Signed], dict[str, str]]) -> None:
    articles, origin = corpus
    groups = regroup(articles).groups

    by_origin: dict[str, list[str]] = {}
    for article_id, of in origin.items():
        by_origin.setdefault(of, []).append(article_id)
    true = {tuple(sorted(pair)) for pair in by_origin.values() if len(pair) == 2}
    members: dict[str, list[str]] = {}
    for article_id, group in groups.items():
        members.setdefault(group, []).append(article_id)
    found = {(a, b) for group in members.values() for i, a in enumerate(sorted(group)) for b in sorted(group)[i + 1 :]}

    assert len(true) == COPIES
    assert len(found & true) / len(found) >= 0.99
    assert len(found & true) / len(true) >= 0.97


def test_groups_do_not_depend_on_the_order_of_arrival(corpus: tuple[list[Signed], dict[str, str]]) -> None:
    articles, _ = corpus
    expected = regroup(articles).groups

    orders = [list(articles), list(reversed(articles)), random.Random(7).sample(articles, len(articles))]

    for order in orders:
        assert _one_by_one(order, batch=700) == expected
    assert all(group <= article_id for article_id, group in expected.items())


def test_time_grows_about_as_the_number_of_texts(corpus: tuple[list[Signed], dict[str, str]]) -> None:
    articles, origin = corpus
    # whole families, so that both parts hold the same share of copies: the corpus has them all at its end
    quarter = [a for a in articles if int(origin[a.article_id]) % 4 == 0]

    def seconds(part: list[Signed]) -> float:
        start = time.process_time()
        regroup(part)
        return time.process_time() - start

    small, large = (min(seconds(part) for _ in range(3)) for part in (quarter, articles))

    assert large < 4 * small * 3  # four times the texts; the square would be sixteen


def test_what_returns_after_the_window_is_no_copy() -> None:
    signature = signature_of(
        "The notice is the same each month, with the same words in the same order, and so it goes on from one to the next."
    )
    assert signature is not None
    days = [date(2026, 1, 1), date(2026, 1, 6), date(2026, 1, 30)]

    groups = regroup([Signed(f"a{i}", signature, day) for i, day in enumerate(days)]).groups

    assert groups == {"a0": "a0", "a1": "a0"}


def test_a_later_article_with_a_smaller_id_renames_its_group() -> None:
    signature = signature_of(
        "Iran and Pakistan opened a market on their border on Monday, and the two ministers who cut the ribbon said that more would come."
    )
    assert signature is not None
    old = [Signed("m", signature, None), Signed("n", signature, None)]

    found = regroup([Signed("b", signature, None)], old, {"m": "m", "n": "m"})

    assert found.groups == {"b": "b", "m": "b", "n": "b"}
    assert found.merges == {"m": "b"}


def test_a_signature_is_the_same_in_every_run() -> None:
    signature = signature_of(
        "Pakistan and Iran signed an agreement on border markets on Monday, and the ministers of both want to double their trade."
    )

    assert signature is not None
    assert signature[:8].hex() == "5bc6ef05c949ae12"
    assert resemblance(signature, signature) == 1.0
    assert signature_of("Too short to compare.") is None
