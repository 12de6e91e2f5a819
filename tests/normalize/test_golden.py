"""Sixty pages against what a person reads off them; `make_golden.py` writes both."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.context import RunContext
from pipelines.normalize import normalize
from schemas import Article, Document, Locator, MediaType

GOLDEN = Path(__file__).parent / "golden"
CONTEXT = RunContext(run_id="20261124T000000Z-0000", now=datetime(2026, 11, 24, tzinfo=UTC))
FIELDS = ("title", "authors", "published_at", "canonical_url", "outlet", "dateline_place", "agency", "text")


def _read() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    rows = []
    for path in sorted(GOLDEN.glob("*.json")):
        expected = json.loads(path.read_text(encoding="utf8"))
        page = path.with_suffix(".html")
        document = Document(
            locator=Locator(kind="file", uri=page.name),
            input=page.name,
            content=page.read_bytes(),
            media_type=MediaType.HTML,
            url=expected["url"],
        )
        result = normalize(document, CONTEXT)
        assert isinstance(result, Article), (page.name, result)
        found = {name: getattr(result, name) for name in FIELDS}
        found["authors"] = list(result.authors)
        found["published_at"] = result.published_at.isoformat() if result.published_at else None
        rows.append((page.name, expected, found))
    return rows


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    return _read()


def test_there_are_sixty_pages(rows: list[tuple[str, dict[str, Any], dict[str, Any]]]) -> None:
    assert len(rows) == 60


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_is_right_on_nearly_all_pages(field: str, rows: list[tuple[str, dict[str, Any], dict[str, Any]]]) -> None:
    wrong = [(name, expected[field], found[field]) for name, expected, found in rows if expected[field] != found[field]]

    assert len(wrong) <= 0.03 * len(rows), wrong
