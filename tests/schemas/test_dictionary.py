"""The data dictionary says what the schemas say."""

from __future__ import annotations

from pathlib import Path

from schemas import DATASETS
from schemas.dictionary import markdown

STORED = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def test_the_stored_dictionary_is_fresh() -> None:
    assert STORED.read_text(encoding="utf8") == markdown(), "python -m schemas.dictionary > docs/data-dictionary.md"


def test_every_column_stands_there_with_its_meaning() -> None:
    text = markdown()
    for spec in DATASETS.values():
        for column in spec.columns:
            assert f"| {column.name} | " in text
            assert column.meaning.replace("|", "\\|") in text
