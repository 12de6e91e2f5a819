"""Datelines are split from agency stories and from nothing else."""

from __future__ import annotations

import pytest

from pipelines.normalize.dateline import dateline_of


@pytest.mark.parametrize(
    ("text", "place", "agency", "rest"),
    [
        ("ISLAMABAD (Reuters) — Iran said", "ISLAMABAD", "Reuters", "Iran said"),
        ("WASHINGTON, Nov. 24 (AP) - The United States", "WASHINGTON", "AP", "The United States"),
        ("UNITED NATIONS (AP) -- The council", "UNITED NATIONS", "AP", "The council"),
        ("DHAKA, Nov 24 (Xinhua) -- China", "DHAKA", "Xinhua", "China"),
        ("MANILA (Pacific Dispatch) — Japan", "MANILA", "Pacific Dispatch", "Japan"),
        ("(Reuters) - Oil fell", None, "Reuters", "Oil fell"),
        ("TEHRAN — Pakistan’s foreign minister", "TEHRAN", None, "Pakistan’s foreign minister"),
        ("St. Petersburg (AFP) – Russia", None, None, None),
        ("New Delhi (ANI): India", "New Delhi", "ANI", "India"),
        ("BEIJING/TOKYO (Reuters) - Japan", "BEIJING/TOKYO", "Reuters", "Japan"),
    ],
)
def test_a_dateline_gives_place_agency_and_where_the_story_begins(
    text: str, place: str | None, agency: str | None, rest: str | None
) -> None:
    found = dateline_of(text)
    if rest is None:
        assert found is None or text[found.end :].startswith("Russia")
        return
    assert found is not None
    assert (found.place, found.agency, text[found.end :]) == (place, agency, rest)


@pytest.mark.parametrize(
    "text",
    [
        "Iran and Pakistan signed several agreements on Monday.",
        "The minister (Reuters photo) — who spoke on Monday — left.",
        "Trade - once small - has grown.",
        "U.S. President Marla Quint said on Monday",
        "NATO - the alliance",
        "",
    ],
)
def test_a_text_without_a_dateline_keeps_all_its_words(text: str) -> None:
    assert dateline_of(text) is None
