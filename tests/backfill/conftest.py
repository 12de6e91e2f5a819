"""A folder of dated sample pages, and jobs over them."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.backfill import Request
from tests.conftest import SAMPLES


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Six sample articles, two a day, from 1 to 3 January."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for i, page in enumerate(sorted(SAMPLES.glob("*.html"))[:6]):
        shutil.copy(page, folder / f"2026-01-{1 + i // 2:02d}-{page.name}")
    return folder


@pytest.fixture
def request_for(pages: Path, tmp_path: Path):
    """`request_for(days=3)`: a request for the first days of the pages."""

    def make(days: int = 3, **changes: object) -> Request:
        given = {"source": f"{pages}/%Y-%m-%d*.html", "root": tmp_path / "root", "since": datetime(2026, 1, 1, tzinfo=UTC)}
        given["until"] = datetime(2026, 1, 1 + days, tzinfo=UTC)
        return Request(**(given | changes))  # type: ignore[arg-type]

    return make
