"""Slices are cut the same way in every run, and say what they are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.backfill.slices import Slice, files_id, glob_of, input_id, period_id, periods


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until", "unit", "starts"),
    [
        ("2026-01-01", "2026-01-03", "day", ["2026-01-01T00", "2026-01-02T00"]),
        ("2026-01-01T22", "2026-01-02T02", "hour", ["2026-01-01T22", "2026-01-01T23", "2026-01-02T00", "2026-01-02T01"]),
        ("2026-02-28T12", "2026-03-01T06", "day", ["2026-02-28T12", "2026-03-01T00"]),
    ],
)
def test_a_period_is_cut_at_full_hours_and_at_midnight(since: str, until: str, unit, starts: list[str]) -> None:
    cut = list(periods(at(since), at(until), unit))

    assert [start for start, _ in cut] == [at(start) for start in starts]
    assert [end for _, end in cut] == [*[at(start) for start in starts[1:]], at(until)]


def test_the_part_of_a_period_that_two_requests_share_has_the_same_slices() -> None:
    first = {period_id("gdelt", "gdelt:", *p) for p in periods(at("2026-01-01"), at("2026-01-05"), "day")}
    second = {period_id("gdelt", "gdelt:", *p) for p in periods(at("2026-01-03"), at("2026-01-08"), "day")}

    assert len(first & second) == 2


def test_an_id_follows_from_what_the_slice_is_and_from_nothing_else() -> None:
    assert period_id("gdelt", "gdelt:", at("2026-01-01"), at("2026-01-02")) == "gdelt-e1a3dfd9-20260101T0000-20260102T0000"
    assert files_id("warc", ["/a", "/b"]) != files_id("warc", ["/b", "/a"])
    assert input_id("feed:https://news.example/rss").startswith("feed-")
    assert input_id("/data/news").startswith("file-")


@pytest.mark.parametrize(
    ("pattern", "unit", "glob"),
    [
        ("crawl/CC-NEWS-%Y%m%d%H*.gz", "hour", "crawl/CC-NEWS-2026010213*.gz"),
        ("crawl/CC-NEWS-%Y%m%d%H%M*.gz", "day", "crawl/CC-NEWS-20260102[0-2][0-9][0-5][0-9]*.gz"),
        ("%Y/%m/%d/*.html", "day", "2026/01/02/*.html"),
        ("%Y-%j.jsonl", "day", "2026-002.jsonl"),
    ],
)
def test_a_date_pattern_finds_the_files_of_a_slice(pattern: str, unit, glob: str) -> None:
    assert glob_of(pattern, at("2026-01-02T13"), unit) == glob


@pytest.mark.parametrize(("pattern", "unit"), [("%Y-%m/*.html", "day"), ("%Y%m%d/*.html", "hour"), ("news/*.html", "day")])
def test_a_pattern_that_does_not_tell_slices_apart_is_refused(pattern: str, unit) -> None:
    with pytest.raises(ValueError, match="does not say which files belong to which"):
        glob_of(pattern, at("2026-01-02"), unit)


def test_a_title_says_the_period_or_the_files() -> None:
    day = Slice(id="x", inputs=(), covers=(), since=at("2026-01-01"), until=at("2026-01-02"))
    files = Slice(id="x", inputs=("/a/one.warc.gz", "/a/two.warc.gz"), covers=())

    assert (day.title, files.title) == ("2026-01-01", "one.warc.gz and 1 more")
