"""The table of errors goes between its marks, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation import errors


def test_the_table_replaces_what_stands_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "extraction.md"
    page.write_text(f"Before.\n\n{errors.BEGIN}\nold\n{errors.END}\n\nAfter.\n", encoding="utf8")

    errors.write("| new |", page)
    errors.write("| newer |", page)

    assert page.read_text(encoding="utf8") == f"Before.\n\n{errors.BEGIN}\n\n| newer |\n\n{errors.END}\n\nAfter.\n"


def test_a_page_without_marks_is_an_error_that_names_them(tmp_path: Path) -> None:
    page = tmp_path / "extraction.md"
    page.write_text("Nothing here.\n", encoding="utf8")

    with pytest.raises(ValueError, match="kinds of error"):
        errors.write("| new |", page)


def test_the_docs_have_the_marks() -> None:
    text = errors.EXTRACTION.read_text(encoding="utf8")

    assert text.index(errors.BEGIN) < text.index(errors.END)
