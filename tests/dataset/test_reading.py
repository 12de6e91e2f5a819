"""The examples of docs/reading.md, run as they stand: one question, one answer, whoever reads."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
import told_news
from reading_page import answer, examples

from pipelines.dataset import read
from pipelines.series import series

READERS = ("duckdb", "polars", "pandas", "pyarrow", "spark")
"""Those for Spark are run by test_reading_spark.py."""

QUESTIONS = [title for title in examples() if title]
DISTINCT = "Distinct events a month by quad class"
BACKED = "Claims that at least three outlets make, copies counted once"
NEW = "What is new since a version"
WEEK_IS = {"duckdb": {"'month', happened": "'week', happened"}, "polars": {"1mo": "1w"}, "pandas": {'"M"': '"W"'}}
WEEK_IS |= {"pyarrow": {'unit="month"': 'unit="week"'}, "spark": WEEK_IS["duckdb"]}


@pytest.fixture(scope="module")
def news_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("news") / "data"
    told_news.write(root)
    return root


@pytest.fixture
def here(news_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which `data` is a dataset; the session's time zone is one that cuts days elsewhere than UTC does."""
    monkeypatch.chdir(news_root.parent)
    duckdb.sql("SET TimeZone = 'Pacific/Kiritimati'")
    return news_root


def test_every_question_has_an_example_for_every_reader() -> None:
    assert {title: tuple(found) for title, found in examples().items() if title} == dict.fromkeys(QUESTIONS, READERS)


@pytest.mark.parametrize("reader", ["polars", "pandas", "pyarrow"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_reader_gives_the_rows_that_duckdb_gives(here: Path, question: str, reader: str) -> None:
    expected = answer(question, "duckdb")
    assert expected
    assert answer(question, reader) == expected


@pytest.mark.parametrize("reader", READERS[:4])
@pytest.mark.parametrize("by", ["month", "week"])
def test_distinct_events_are_those_of_the_series_command(here: Path, reader: str, by: str) -> None:
    rows = answer(DISTINCT, reader, month_is=WEEK_IS[reader] if by == "week" else None)
    for pair in ("IRN-PAK", "IRN-TUR"):
        by_page = {(r["month"].date(), r["quad_class"]): r["events"] for r in map(dict, rows) if r["country_pair"] == pair}
        by_command = {(p.start, q): n for p in series("data", pair, by) for q, n in p.events.items()}
        assert by_page == by_command
        assert by_command


def test_three_outlets_stand_for_three_texts(here: Path) -> None:
    group = {r["article_id"]: r["copy_group"] for r in read("data", "copies").to_table().to_pylist()}
    first: dict[tuple[str, ...], tuple[datetime, str, str]] = {}
    claims = [c for c in read("data").to_table().to_pylist() if c["modality"] == "asserted" and c["outlet"] and c["published_at"]]
    for c in claims:
        key = (c["source_country"], c["target_country"], c["claim_type"], group.get(c["article_id"], c["article_id"]))
        told = (c["published_at"], c["article_id"], c["outlet"])
        first[key] = min(first.get(key, told), told)
    outlets = defaultdict(set)
    for key, (published, _, outlet) in first.items():
        day = published.replace(hour=0, minute=0)
        outlets[(*key[:3], day - timedelta(days=day.weekday()))].add(outlet)
    expected = {key: len(names) for key, names in outlets.items() if len(names) >= 3}
    found = {
        (r["source_country"], r["target_country"], r["claim_type"], r["week"]): r["outlets"] for r in map(dict, answer(BACKED, "duckdb"))
    }
    assert found == expected
    assert len(expected) < len(outlets)


def test_the_evidence_that_the_page_joins_is_the_text_of_the_article(here: Path) -> None:
    rows = [dict(row) for row in answer("One claim, back to its sentence and its article", "duckdb")]
    assert all(row["evidence"] == row["in_the_text"] for row in rows)
    assert len(rows) == read("data", pair="IRN-PAK").count_rows()


def test_what_is_new_since_a_version_came_with_the_commits_after_it(here: Path) -> None:
    new = {dict(row)["claim_id"] for row in answer(NEW, "duckdb")}
    then, now = ({*read("data", version=v).to_table()["claim_id"].to_pylist()} for v in (1, None))
    assert new == now - then
    assert then - now, "corrections took claims away"


def test_a_snapshot_is_read_as_an_arrow_dataset(here: Path) -> None:
    found = answer("", "dyadwire")
    assert found.total() == read("data", pair="IRN-PAK", since=datetime(2026, 2, 1, tzinfo=UTC)).count_rows() > 0
