"""What stands in a root: rows, files, versions, and which extractors read the articles."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.dataset import log
from pipelines.dataset.commit import key_table
from pipelines.dataset.paths import Layout
from schemas import DATASETS


@dataclass(frozen=True)
class DatasetStatus:
    """One dataset's numbers."""

    name: str
    rows: int
    files: int
    size: int
    """Bytes of the snapshot's files."""
    version: int
    partitions: int


@dataclass(frozen=True)
class Status:
    """The numbers of a root."""

    datasets: tuple[DatasetStatus, ...]
    extractors: dict[str, int]
    """How many articles each extractor version has read; more than one asks for `dyadwire reextract`."""

    @property
    def mixed(self) -> bool:
        return len(self.extractors) > 1


def status(layout: Layout) -> Status:
    """The numbers of the newest snapshots; reads logs and key tables, no rows."""
    keys = key_table(layout, "claims")
    keys.catch_up(log.open_table(layout, "claims"))
    extractors = {version or "unknown": count for version, count in keys.count_by("extractor").items()}
    return Status(tuple(_numbers(layout, name) for name in DATASETS), extractors)


def _numbers(layout: Layout, name: str) -> DatasetStatus:
    table = log.open_table(layout, name)
    found = log.files(table)
    folders = {f.path.rpartition("/")[0] for f in found}
    return DatasetStatus(name, sum(f.rows or 0 for f in found), len(found), sum(f.size for f in found), table.version(), len(folders))
