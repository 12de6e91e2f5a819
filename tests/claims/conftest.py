"""One extractor for all tests of this folder: loading the language model takes a second."""

from __future__ import annotations

import pytest

from pipelines.claims.extractor import Extractor


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    return Extractor()
