"""The Delta table of a dataset: open it, read what its commits did, add a commit.

Commits go through deltalake; what a single commit did is read from its JSON file, as the open protocol of Delta Lake defines it
(github.com/delta-io/delta, PROTOCOL.md, "Delta Log Entries"), because deltalake has no call for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, CommitProperties, RemoveAction, Transaction

from pipelines.dataset.paths import Layout
from schemas import DATASETS

APP_ID: Final = "dyadwire"
"""All commits share one application id: two at once conflict, whatever rows they hold."""

Adds = Sequence[AddAction]
Removes = Sequence[RemoveAction]


class ConflictError(RuntimeError):
    """Somebody else committed first; look at the table again."""


class DamagedLogError(RuntimeError):
    """A Delta log that cannot be read: an entry is missing or damaged."""


@dataclass(frozen=True)
class DataFile:
    """A file of a snapshot."""

    path: str
    """Relative to the table, such as `country_pair=IRN-PAK/….parquet`."""
    size: int
    """Bytes."""
    rows: int | None
    partition: dict[str, str]

    def remove(self, at_ms: int, *, data_change: bool) -> RemoveAction:
        return RemoveAction(self.path, data_change, at_ms, self.size, dict(self.partition))


@dataclass(frozen=True)
class LogEntry:
    """What one commit did."""

    version: int
    added: tuple[DataFile, ...]
    removed: tuple[str, ...]
    data_change: bool
    info: dict[str, Any]
    """The commit's own metadata: `decided`, `run_id`."""


def open_table(layout: Layout, dataset: str) -> DeltaTable:
    """The newest snapshot of a dataset; an empty table is made where there is none.

    Raises:
        DamagedLogError: the log has a gap or cannot be read.
    """
    path = str(layout.delta(dataset))
    try:
        return DeltaTable(path)
    except TableNotFoundError:
        pass
    except DeltaError as error:
        raise DamagedLogError(
            f"the log of {path} cannot be read, put its files back or run `dyadwire verify --repair --root {layout.root}`: {error}"
        ) from error
    try:
        create(layout, dataset)
    except DeltaError:  # two made it at once: the other's is as good
        return DeltaTable(path)
    return DeltaTable(path)


def create(layout: Layout, dataset: str) -> None:
    """Make the empty table of a dataset."""
    spec = DATASETS[dataset]
    DeltaTable.create(
        str(layout.delta(dataset)),
        spec.schema,
        mode="ignore",
        partition_by=list(spec.partitions) or None,
        description=spec.meaning,
        # only `clean` shortens the log, after it has kept what the key table must be made anew from
        configuration={"delta.enableExpiredLogCleanup": "false", "delta.checkpointInterval": "20"},
    )


def files(table: DeltaTable) -> list[DataFile]:
    """The files of the snapshot, in the order of their paths."""
    actions = pa.table(table.get_add_actions())
    names = [n for n in ("path", "size_bytes", "num_records", "partition") if n in actions.column_names]
    found = [
        DataFile(a["path"], a["size_bytes"], a.get("num_records"), {k: str(v) for k, v in (a.get("partition") or {}).items()})
        for a in actions.select(names).to_pylist()
    ]
    return sorted(found, key=lambda f: f.path)


def entries(layout: Layout, dataset: str, first: int, last: int) -> list[LogEntry]:
    """What the commits `first` to `last` (inclusive) did.

    Raises:
        FileNotFoundError: the log no longer holds one of them.
    """
    return [entry(layout, dataset, version) for version in range(first, last + 1)]


def entry(layout: Layout, dataset: str, version: int) -> LogEntry:
    """What one commit did.

    Raises:
        FileNotFoundError: the log no longer holds it.
    """
    text = (layout.delta(dataset) / "_delta_log" / f"{version:020d}.json").read_text(encoding="utf8")
    added: list[DataFile] = []
    removed: list[str] = []
    info: dict[str, Any] = {}
    data_change = False
    for line in text.splitlines():
        action: dict[str, Any] = json.loads(line)
        if add := action.get("add"):
            rows = json.loads(add["stats"]).get("numRecords") if add.get("stats") else None
            added.append(DataFile(add["path"], add["size"], rows, add["partitionValues"]))
            data_change |= add["dataChange"]
        elif remove := action.get("remove"):
            removed.append(remove["path"])
            data_change |= remove["dataChange"]
        elif found := action.get("commitInfo"):
            info = found
    return LogEntry(version, tuple(added), tuple(removed), data_change, info)


def append(table: DeltaTable, dataset: str, adds: Adds, removes: Removes, info: dict[str, str]) -> int:
    """Commit adds and removes together on the snapshot that `table` holds.

    Args:
        info: kept with the commit.

    Returns:
        The version that the commit made.

    Raises:
        ConflictError: another commit came first.
    """
    spec = DATASETS[dataset]
    properties = CommitProperties(
        custom_metadata=dict(info),
        max_commit_retries=0,
        app_transactions=[Transaction(APP_ID, (table.transaction_version(APP_ID) or 0) + 1)],
    )
    version: int = table.version() + 1
    try:
        table.create_write_transaction([*adds, *removes], "append", spec.schema, list(spec.partitions), commit_properties=properties)
    except CommitFailedError as error:
        raise ConflictError(f"{dataset}: version {version} was committed by somebody else ({error})") from error
    return version


def in_partitions(found: Iterable[DataFile], wanted: set[str]) -> dict[str, list[DataFile]]:
    """The files of some partitions, by folder (`country_pair=IRN-PAK`)."""
    by_folder: dict[str, list[DataFile]] = {}
    for file in found:
        folder = file.path.rpartition("/")[0]
        if folder in wanted:
            by_folder.setdefault(folder, []).append(file)
    return by_folder
