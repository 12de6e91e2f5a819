"""What tests of several packages need."""

from __future__ import annotations

from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[1] / "seeds" / "articles"


@pytest.fixture(scope="session")
def sample_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of the sample articles; for reading only."""
    from pipelines.ingest import IngestOptions, ingest

    root = tmp_path_factory.mktemp("samples") / "data"
    ingest(IngestOptions(inputs=(str(SAMPLES),), root=root))
    return root
