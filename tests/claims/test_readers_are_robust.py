"""Any string gives readings or none, never an exception; long text without a full stop stays within a bound."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.claims import dates, outlets, quantities, quotations

PIECES = st.sampled_from(
    [
        "“",
        "”",
        '"',
        "'",
        "\n\n",
        "$",
        "€5",
        "1,000",
        "12",
        "two",
        "million",
        "km",
        " ",
        " to ",
        "from ",
        "May",
        "Monday",
        "2015",
        "-",
        "said",
        "Reuters",
        ".",
        "%",
        "killed ",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join)))
def test_any_string_is_read_without_an_exception(text: str) -> None:
    for quantity in quantities.find(text, 10):
        assert text[quantity.start - 10 : quantity.end - 10] == quantity.quantity.text
    for found in dates.find(text, date(2017, 11, 8), 10):
        assert text[found.begin - 10 : found.finish - 10] == found.text
        assert found.end is None or (found.start is not None and found.start <= found.end)
    previous = 0
    for quotation in quotations.find(text):
        assert previous <= quotation.start < quotation.end <= len(text)
        previous = quotation.end
    assert all(text[m.start : m.end] == m.outlet.name for m in outlets.cited(text))


@pytest.mark.parametrize("piece", ["1 ", "'a ", '"a ', "$5-", "one hundred and ", "May ", "killed "])
def test_text_without_a_full_stop_is_read_in_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        taken = []
        for day in (1, 2):
            start = time.process_time()
            quantities.find(text), dates.find(text, date(2017, 11, day)), quotations.find(text)
            taken.append(time.process_time() - start)
        return min(taken)

    seconds(100)
    assert seconds(16_000) < 16 * max(seconds(2_000), 0.02)
