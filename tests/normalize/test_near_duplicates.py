"""Copies are found among thousands of texts, whatever the order in which they come, and in near-linear time."""

from __future__ import annotations

import random
import time
from datetime import date

import pytest

from pipelines.near_duplicates import Signed, regroup, resemblance
from pipelines.normalize.signature import signature_of
from tests.evaluation import copies

Corpus = tuple[list[Signed], dict[str, str]]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return copies.corpus()


def test_copies_are_found_precisely_and_completely(corpus: Corpus) -> None:
    articles, origin = corpus

    precision, recall = copies.precision_and_recall(regroup(articles).groups, origin)

    assert precision >= 0.99
    assert recall >= 0.97


def test_groups_do_not_depend_on_the_order_of_arrival(corpus: Corpus) -> None:
    articles, _ = corpus
    expected = regroup(articles).groups

    for order in copies.orders(articles).values():
        assert copies.in_batches(order) == expected
    assert all(group <= article_id for article_id, group in expected.items())


def test_time_grows_about_as_the_number_of_texts(corpus: Corpus) -> None:
    articles, origin = corpus

    def seconds(part: list[Signed]) -> float:
        start = time.process_time()
        regroup(part)
        return time.process_time() - start

    small, large = (min(seconds(part) for _ in range(3)) for part in (copies.quarter(articles, origin), articles))

    assert large < 4 * small * 3  # four times the texts; the square would be sixteen


def test_a_new_report_of_a_series_is_not_compared_with_all_pairs_before_it() -> None:
    """Thousands of reports from one template are one group; a batch that joins it costs as many looks as there are members, no square."""
    base = copies.corpus()[0][0].signature
    draw = random.Random(3)
    series = [Signed(f"r{i:05d}", _with_some_values_changed(base, draw), None) for i in range(1030)]

    def seconds(known: list[Signed]) -> float:
        start = time.process_time()
        found = regroup(series[1000:], known, {a.article_id: "r00000" for a in known})
        assert set(found.groups.values()) == {"r00000"}
        return time.process_time() - start

    small, large = (min(seconds(series[:count]) for _ in range(3)) for count in (250, 1000))

    assert large < 4 * small * 2  # four times the members; comparing all of them with each other would be sixteen


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


def _with_some_values_changed(signature: bytes, draw: random.Random) -> bytes:
    values = bytearray(signature)
    for place in draw.sample(range(len(values) // 4), 24):
        values[4 * place : 4 * place + 4] = draw.randbytes(4)
    return bytes(values)
