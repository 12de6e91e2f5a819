"""Read a dataset from Python: an Arrow dataset of one consistent snapshot."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from pipelines.dataset import log
from pipelines.dataset.paths import RootError, open_root
from schemas import DATASETS, parse_pair

Moment = datetime | date | str


def read(
    root: str | Path,
    dataset: str = "claims",
    *,
    pair: str | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    version: int | None = None,
) -> ds.Dataset:
    """An Arrow dataset of the newest snapshot, or of an older one; it stays what it is while others write.

        read("data", pair="IRN-PAK", since="2026-11-01").to_table(columns=["published_at", "claim_type", "evidence"])

    Args:
        root: the dataset's root.
        dataset: `claims`, `articles`, `rejected`, `copies` or `runs`.
        pair: only the claims of these two countries, in either order, as codes or English names.
        since: only rows published at or after this moment, UTC; rows without a date are left out.
        until: only rows published before this moment.
        version: an older snapshot, as `runs.versions` names it; it can be read for the retention.

    Raises:
        RootError: there is no such dataset or version below the root.
        schemas.UnknownCountryError: `pair` names something else than two countries.
        ValueError: the dataset has no pairs or no publication time, or a moment cannot be read.
    """
    if dataset not in DATASETS:
        raise ValueError(f"no dataset is called {dataset!r}; these are: {', '.join(DATASETS)}")
    spec = DATASETS[dataset]
    layout = open_root(root, create=False)
    if pair is not None and "country_pair" not in spec.partitions:
        raise ValueError(f"{dataset} is not kept by pair; read claims instead")
    if (since or until) and "published_at" not in spec.schema.names:
        raise ValueError(f"{dataset} has no publication time; leave out since and until")
    table = _open(str(layout.delta(dataset)), version)
    found = log.files(table)
    if pair is not None:
        wanted = f"country_pair={parse_pair(pair)}"
        found = log.in_partitions(found, {wanted}).get(wanted, [])
    whole = _dataset(Path(str(layout.delta(dataset))), dataset, found)
    condition = _between(since, until)
    return whole if condition is None else whole.filter(condition)


def moment(value: Moment) -> datetime:
    """A moment in UTC from a time, a day (its first moment) or ISO text; times without a zone are UTC.

    Raises:
        ValueError: the text is no ISO date or time.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f"{value!r} is no date or time; write it like 2026-11-24 or 2026-11-24T06:00:00Z") from error
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the zone follows
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _open(path: str, version: int | None) -> DeltaTable:
    try:
        return DeltaTable(path, version=version)
    except DeltaError as error:
        which = "it has no commit yet" if version is None else f"version {version} is not there, or past its retention"
        raise RootError(f"{path} cannot be read: {which} ({error})") from error


def _dataset(base: Path, name: str, found: list[log.DataFile]) -> ds.Dataset:
    spec = DATASETS[name]
    format_ = ds.ParquetFileFormat()
    filesystem = pa.fs.LocalFileSystem()
    fragments = [format_.make_fragment(str(base / f.path), filesystem, partition_expression=_partition(name, f)) for f in found]
    return ds.FileSystemDataset(fragments, spec.schema, format_, filesystem)


def _partition(name: str, file: log.DataFile) -> pc.Expression:
    expression = ds.scalar(True)
    for column, value in file.partition.items():
        scalar = pa.scalar(value).cast(DATASETS[name].schema.field(column).type)
        expression = expression & (ds.field(column) == scalar)
    return expression


def _between(since: Moment | None, until: Moment | None) -> pc.Expression | None:
    published = ds.field("published_at")
    conditions = [published >= pa.scalar(moment(since), pa.timestamp("us", "UTC"))] if since is not None else []
    conditions += [published < pa.scalar(moment(until), pa.timestamp("us", "UTC"))] if until is not None else []
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else conditions[0] & conditions[1]
