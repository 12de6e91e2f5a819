"""The examples of docs/reading.md for Spark, in a real local one: `make test-spark`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import told_news
from reading_page import answer, examples
from test_reading import DISTINCT, QUESTIONS, WEEK_IS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The session as the page starts it, in a folder in which `data` is a dataset: Spark's own folder is the one that it starts in."""
    sql = pytest.importorskip("pyspark.sql", reason="needs pyspark and Java 17: make test-spark")
    before, here = Path.cwd(), tmp_path_factory.mktemp("spark")
    told_news.write(here / "data")
    os.chdir(here)
    builder = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "1")
    builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate()
    names: dict[str, Any] = {}
    exec(examples()[""]["session"][1], names)
    yield names["spark"]
    names["spark"].stop()
    os.chdir(before)


@pytest.mark.parametrize("question", QUESTIONS)
def test_spark_gives_the_rows_that_duckdb_gives(spark: Any, question: str) -> None:
    expected = answer(question, "duckdb")
    assert expected
    assert answer(question, "spark", spark=spark) == expected


def test_spark_counts_events_a_week_as_duckdb_does(spark: Any) -> None:
    by_week = answer(DISTINCT, "spark", month_is=WEEK_IS["spark"], spark=spark)
    assert by_week == answer(DISTINCT, "duckdb", month_is=WEEK_IS["duckdb"])
