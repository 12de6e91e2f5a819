"""The examples of docs/reading.md, run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"
EXAMPLES = re.findall(r"^## (.+?)$|^```(\w+) (\w+)\n(.*?)^```", PAGE.read_text(encoding="utf8"), re.MULTILINE | re.DOTALL)


def _named() -> list[tuple[str, str, str]]:
    found, heading = [], ""
    for title, _, reader, code in EXAMPLES:
        heading = title or heading
        if reader and reader != "spark":
            found.append((heading, reader, code))
    return found


@pytest.fixture
def here(sample_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which `data` is a dataset of the sample articles."""
    (tmp_path / "data").symlink_to(sample_root)
    monkeypatch.chdir(tmp_path)
    return tmp_path


NONE_EXPECTED = {"Claims that at least three outlets make, copies counted once", "Who condemned whom"}
"""The eight sample articles need not have such claims."""


@pytest.mark.parametrize(("heading", "reader", "code"), _named(), ids=[f"{h} - {r}" for h, r, _ in _named()])
def test_an_example_gives_rows(here: Path, heading: str, reader: str, code: str) -> None:
    if reader == "duckdb":
        rows = duckdb.sql(code).fetchall()
    else:
        names: dict[str, object] = {}
        exec(code, names)
        found = names.get("claims", names.get("new"))
        rows = list(range(getattr(found, "num_rows", None) or len(found)))  # type: ignore[arg-type]
    assert rows or heading in NONE_EXPECTED


def test_the_evidence_that_the_page_joins_is_the_text_of_the_article(here: Path) -> None:
    code = next(c for h, r, c in _named() if h.startswith("One claim") and r == "duckdb").replace("LIMIT 1", "")
    rows = duckdb.sql(code).fetchall()
    assert rows
    assert all(evidence == text for evidence, text, *_ in rows)


def test_distinct_events_are_those_of_the_series_command(here: Path) -> None:
    from pipelines.series import series

    code = next(c for h, r, c in _named() if h.startswith("Distinct events") and r == "duckdb")
    by_page = {(m, q): n for pair, m, q, n in duckdb.sql(code).fetchall() if pair == "IRN-PAK"}
    by_command = {(p.start, q): n for p in series("data", "IRN-PAK", "month") for q, n in p.events.items()}
    assert {(str(m)[:10], q): n for (m, q), n in by_page.items()} == {(str(m), q): n for (m, q), n in by_command.items()}
    assert by_command
