"""The datasets: which row each holds, how it is partitioned, and what identifies a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from schemas.article import Article
from schemas.claim import Claim
from schemas.columns import Column, arrow_schema, columns
from schemas.copy import Copy
from schemas.rejected import Rejected
from schemas.run import Run


@dataclass(frozen=True)
class Dataset:
    """One of the tables below a root."""

    name: str
    row: Any
    key: str
    """The column that no two rows share."""
    meaning: str

    @property
    def columns(self) -> tuple[Column, ...]:
        return columns(self.row)

    @property
    def partitions(self) -> tuple[str, ...]:
        """The partition columns, outermost folder first."""
        return tuple(c.name for c in self.columns if c.partition)

    @property
    def schema(self) -> pa.Schema:
        """With the partition columns: what a reader sees."""
        return arrow_schema(self.row)

    @property
    def file_schema(self) -> pa.Schema:
        """Without the partition columns: what stands in a file."""
        return arrow_schema(self.row, with_partitions=False)


DATASETS: Final[dict[str, Dataset]] = {
    d.name: d
    for d in (
        Dataset("claims", Claim, "claim_id", "one thing that an article says about two countries, with the sentence that proves it"),
        Dataset("articles", Article, "article_id", "an article's newest revision: text, metadata, provenance"),
        Dataset("rejected", Rejected, "rejected_id", "an input that gave no article: why, and enough to try again"),
        Dataset("copies", Copy, "article_id", "which articles are near-duplicates of each other"),
        Dataset("runs", Run, "run_id", "a run, written last; its presence says that the run's rows are all there"),
    )
}
