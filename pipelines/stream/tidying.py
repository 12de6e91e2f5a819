"""Few files a pair, though a commit comes every few seconds: small ones are merged as the stream goes on.

Files are merged with others of about their size, so that a row is written anew once a tier and not with every merge (the size tiers of
log-structured stores; O'Neil and others, 1996).
"""

from __future__ import annotations

from typing import Final

from pipelines.dataset import Layout
from pipelines.dataset.compact import TARGET_BYTES, compact
from schemas import DATASETS

TIERS: Final = (1_000_000, 16_000_000, TARGET_BYTES)
"""Bytes of a merged file, about; a tier takes files of less than half of its size, and of no less than half of the one below."""
MIN_FILES: Final = 4


def tidy(layout: Layout) -> int:
    """Merge small files of all datasets, tier by tier; how many files there are less now.

    Raises:
        pipelines.dataset.CommitConflictError: writers came first too often; the next time does what is left.
    """
    fewer = 0
    for dataset in DATASETS:
        below = 0
        for size in TIERS:
            done = compact(layout, dataset, target_bytes=size, min_files=MIN_FILES, at_least=below // 2)
            fewer += done.files_before - done.files_after
            below = size
    return fewer
