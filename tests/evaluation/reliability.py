"""Whether confidence keeps its word: the share of right claims by confidence, on the annotated rows that it was not counted on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipelines.claims import Extractor
from tests.evaluation.calibration import judged
from tests.evaluation.table import Measure, measured, missing

SET: Final = "confidence, even rows"
BANDS: Final = ((0.9, 1.01), (0.8, 0.9), (0.7, 0.8), (0.5, 0.7), (0.0, 0.5))
"""From, and below."""


def reliability(extractor: Extractor, shared: Path) -> Iterator[Measure]:
    """The share of right claims in each band of confidence, and the share of all claims that are in the surest one."""
    if not (shared / "gold").is_dir():
        yield missing(SET)
        return
    claims = [(reading.confidence, right) for reading, right in judged(extractor, shared, 0)]
    for low, high in BANDS:
        verdicts = [right for sureness, right in claims if low <= sureness < high]
        if verdicts:
            name = f"right at {low:.1f} or above" if high > 1 else f"right from {low:.1f} to {high:.1f}"
            yield measured(SET, name, lambda sample: sum(sample) / len(sample), verdicts, "claim")
    sure = [sureness >= BANDS[0][0] for sureness, _ in claims]
    yield measured(SET, f"claims at {BANDS[0][0]:.1f} or above, of all", lambda sample: sum(sample) / len(sample), sure, "claim")
