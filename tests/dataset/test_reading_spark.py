"""The examples of docs/reading.md for Spark, in a real local one: `make test-spark`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.dataset import read

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"
EXAMPLES = re.findall(r"^```python spark\n(.*?)^```", PAGE.read_text(encoding="utf8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="needs pyspark and Java 17: make test-spark")
    builder = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC")
    session = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate()
    yield session
    session.stop()


@pytest.fixture
def names(spark: Any, sample_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the page's examples define, run one after the other in a folder in which `data` is a dataset of the sample articles."""
    (tmp_path / "data").symlink_to(sample_root)
    monkeypatch.chdir(tmp_path)
    found: dict[str, Any] = {"spark": spark}
    for code in EXAMPLES:
        # Spark's working folder is that of its own process, which started elsewhere
        exec(code.replace('"data/', f'"{tmp_path}/data/'), found)
    return found


def test_the_claims_of_a_pair_since_a_date_are_those_of_the_snapshot(names: dict[str, Any]) -> None:
    expected = read("data", pair="IRN-PAK", since="2026-01-01").to_table()["claim_id"].to_pylist()
    assert sorted(row["claim_id"] for row in names["found"].collect()) == sorted(expected)
    assert expected


def test_the_events_a_month_are_those_of_the_snapshot(names: dict[str, Any]) -> None:
    claims = read("data").to_table().to_pylist()
    events = [c for c in claims if c["claim_kind"] == "event" and c["modality"] not in ("denied", "conditional")]
    expected = Counter((c["published_at"] and f"{c['published_at']:%Y-%m-01}", c["quad_class"]) for c in events)
    assert {(m and str(m)[:10], q): n for m, q, n in names["by_month"].collect()} == expected
    assert expected


def test_a_claim_leads_back_to_its_sentence_and_its_article(names: dict[str, Any]) -> None:
    rows = names["traced"].collect()
    assert len(rows) == read("data").count_rows() > 0
    assert all(row["evidence"] == row["in_the_text"] for row in rows)
