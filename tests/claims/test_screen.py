"""The screen: two countries or not, before any other claim work."""

from __future__ import annotations

import pytest

from pipelines.claims.screen import names_two_countries


@pytest.mark.parametrize(
    "text",
    [
        "Kenya thanked Japan.",
        "Kenyan farmers met a Japanese envoy.",
        "Nairobi wrote to Tokyo.",
        "Ruto called Macron.",
        "KENYA THANKS JAPAN",
        "Gazprom left. Later Naftogaz answered.",
    ],
)
def test_a_text_that_names_two_countries_passes(text: str) -> None:
    assert names_two_countries(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The council approved the budget.",
        "Kenya and Kenyans in Nairobi",
        "The NATO chief met the UN envoy.",
        "the turkey ate china plates",
        "I ran.",
    ],
)
def test_a_text_with_fewer_than_two_countries_does_not(text: str) -> None:
    assert not names_two_countries(text)
