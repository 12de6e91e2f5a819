"""The arithmetic of docs/scaling.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.fetch import FetchConfig
from tests.benchmarks.politeness import DAY
from tests.benchmarks.scaling import COMMITS, FULL, Costs, bounds, needs, reached, tables

CONFIG = FetchConfig(contact="test@example.org")
COSTS = Costs(
    fetch=2.0,
    normalize=20.0,
    extract=25.0,
    stage=3.0,
    commit=0.5,
    commit_fixed=3600.0,
    wire=10_000.0,
    raw=9_000.0,
    stored=2_000.0,
    keys=300.0,
    worker=5e8,
)
PAGE = Path(__file__).parents[2] / "docs" / "scaling.md"


def test_a_million_pages_take_what_their_costs_add_up_to() -> None:
    found = needs(COSTS, 1e6)

    assert found.cores == pytest.approx(1e6 * 0.050 / DAY / FULL)
    assert (found.tables, found.archive) == (2.0, 9.0)
    assert found.network == pytest.approx(1e6 * 10_000 * 8 / DAY / 1e6)
    assert found.memory == pytest.approx(0.5), "less than a core is still a worker"


@pytest.mark.parametrize(
    ("costs", "pages", "first"),
    [
        ({}, 1e4, "hosts' pace"),
        ({}, 1e7, "processor of one worker"),
        ({"commit": 500.0}, 1e7, "commit"),
        ({"commit_fixed": 1000 * DAY / COMMITS * 9}, 1e4, "commit"),
        ({"extract": 0.0, "normalize": 0.0, "fetch": 0.01, "stage": 0.0, "commit": 0.001}, 1e7, "hosts' pace"),
    ],
)
def test_the_fullest_comes_first(costs: dict[str, float], pages: float, first: str) -> None:
    given = Costs(**{**vars(COSTS), **costs})

    found = bounds(given, pages, reached(pages, CONFIG), CONFIG)

    assert found[0].name == first
    assert [bound.load for bound in found] == sorted((bound.load for bound in found), reverse=True)


def test_the_page_has_a_place_for_each_table_and_each_is_filled() -> None:
    text = PAGE.read_text(encoding="utf8")

    for name, table in tables(COSTS, [1e4], CONFIG):
        written = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", text, re.DOTALL)
        assert written is not None
        assert written[1].splitlines()[0] == table.splitlines()[0]
