"""Time expressions, and which of them is an event's."""

from __future__ import annotations

import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.claims import dates
from schemas import Precision

sys.path.insert(0, str(Path(__file__).parent))
from parsing import marked

PUBLISHED = date(2017, 11, 8)
CASES = tomllib.loads((Path(__file__).parent / "cases" / "dates.toml").read_text(encoding="utf8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["text"] + (" (ahead)" if c.get("ahead") else ""))
def test_a_time_expression_stands_for_these_days(case: dict[str, Any]) -> None:
    found = dates.find(case["text"], PUBLISHED, ahead=case.get("ahead", False))
    assert [f"{f.start} {f.end or '-'} {f.precision}" for f in found] == case["want"]


@pytest.mark.parametrize(
    "text", ["on Monday", "last week", "two days ago", "in March", "on Nov. 3", "yesterday", "since October", "this year"]
)
def test_what_is_relative_stays_unknown_without_a_publication_date(text: str) -> None:
    assert dates.find(text, None) == ()


@pytest.mark.parametrize("text", ["on 4 July 1976", "in June 2025", "since 2014", "Q3 2024", "2016-05-03"])
def test_what_names_its_year_needs_no_publication_date(text: str) -> None:
    assert dates.find(text, None) == dates.find(text, PUBLISHED) != ()


EVENTS = [
    ("Norway *signed* the treaty on Monday.", "2017-11-06"),
    ("On Monday, Norway *signed* the treaty.", "2017-11-06"),
    ("Norway said on Monday that it *signed* the treaty.", None),
    ("The king said Chad *bombed* the camp on Monday.", "2017-11-06"),
    ("The king said on Tuesday that Chad *bombed* the camp in March.", "2017-03-01"),
    ("Chad *condemned* the June 2015 massacre.", None),
    ("Chad condemned the June 2015 *massacre*.", "2015-06-01"),
    ("Tuesday's *attack* on the convoy angered Oman.", "2017-11-07"),
    ("The *visit* comes after the 2014 war.", None),
    ("Kenya *expelled* the envoy after Somalia seized a ship in March.", None),
    ("Kenya expelled the envoy after Somalia *seized* a ship in March.", "2017-03-01"),
    ("Peru will *meet* Chile on Friday.", "2017-11-10"),
    ("Peru *met* Chile on Friday.", "2017-11-03"),
    ("*Talks* between Peru and Chile are scheduled for Friday.", "2017-11-10"),
    ("Last month it *signed* a pact with Laos.", "2017-10-01"),
    ("The two *held* talks in 2015.", "2015-01-01"),
    ("The two held *talks* in 2015.", "2015-01-01"),
    ("Mali *closed* the border, which had opened in 2012.", None),
    ("Qatar *denied* the report on Friday and Oman confirmed it on Tuesday.", "2017-11-03"),
    ("Qatar denied the report on Friday and Oman *confirmed* it on Tuesday.", "2017-11-07"),
    ("Japan *agreed* to meet the envoy on Friday.", None),
    ("Russia has *occupied* the region since 2014.", "2014-01-01"),
    ("The hotline, *cut* by Pyongyang in 2016, was restored.", "2016-01-01"),
    ("Cuba *arrested* the sailors.", None),
    ("The two *held* their 2015 talks in Oslo.", "2015-01-01"),
    ("The two *criticised* the 2015 talks in Oslo.", None),
]


@pytest.mark.parametrize(("sentence", "want"), EVENTS, ids=[e[0][:60] for e in EVENTS])
def test_an_event_has_the_time_of_its_own_clause(sentence: str, want: str | None) -> None:
    parsed, trigger = marked(sentence)
    time = dates.for_claim(trigger, parsed, PUBLISHED)
    assert (str(time.start) if time.start else None) == want


def test_unknown_is_unknown_and_never_the_publication_date() -> None:
    parsed, trigger = marked("Cuba *arrested* the sailors.")
    time = dates.for_claim(trigger, parsed, PUBLISHED)
    assert (time.start, time.end, time.precision, time.span) == (None, None, Precision.UNKNOWN, None)


@pytest.mark.parametrize(
    ("sentence", "want"),
    [
        ("China on Friday said it *opposes* the launch.", "2017-11-03"),
        ("China on Friday said that Laos had *rejected* the offer.", None),
        ("China said on Friday that it *rejected* the offer in March.", "2017-03-01"),
    ],
)
def test_an_act_of_words_by_the_speaker_has_the_time_of_the_saying(sentence: str, want: str | None) -> None:
    parsed, trigger = marked(sentence)
    time = dates.for_claim(trigger, parsed, PUBLISHED, speaks=True)
    assert (str(time.start) if time.start else None) == want


def test_the_span_is_that_of_the_words() -> None:
    parsed, trigger = marked("Norway *signed* the treaty on Monday.")
    span = dates.for_claim(trigger, parsed, PUBLISHED).span
    assert span is not None
    assert parsed.sentence.text[span[0] : span[1]] == "Monday"


@pytest.mark.parametrize(
    "text", ["", "31", "May May May", "2020-99-99", "on 0 March", "1" * 5000, "in a in a ago", "９ May 2001", "Feb. 29, 2019"]
)
def test_odd_strings_give_dates_or_none(text: str) -> None:
    assert isinstance(dates.find(text, PUBLISHED), tuple)
