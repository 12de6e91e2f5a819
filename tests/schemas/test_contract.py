"""The rows keep what they promised to those who read them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from schemas import CLAIM_TYPES, DATASETS, ClaimKind


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda d: d.name)
def test_every_column_says_what_it_means(dataset) -> None:
    assert [c.name for c in dataset.columns if not c.meaning] == []


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda d: d.name)
def test_partitions_stand_in_the_path_and_never_in_the_file(dataset) -> None:
    assert set(dataset.schema.names) - set(dataset.file_schema.names) == set(dataset.partitions)
    assert dataset.key in dataset.file_schema.names


@pytest.mark.parametrize(
    ("dataset", "partitions"),
    [("claims", ("country_pair",)), ("articles", ("published_month",)), ("rejected", ("stage", "day")), ("copies", ()), ("runs", ())],
)
def test_datasets_are_partitioned_as_readers_expect(dataset: str, partitions: tuple[str, ...]) -> None:
    assert DATASETS[dataset].partitions == partitions


def test_times_are_in_utc_and_microseconds() -> None:
    times = {f.type for d in DATASETS.values() for f in d.schema if pa.types.is_timestamp(f.type)}

    assert times == {pa.timestamp("us", tz="UTC")}


def test_events_have_a_quadrant_and_an_intensity_and_relations_have_neither() -> None:
    events = [t for t in CLAIM_TYPES.values() if t.kind is ClaimKind.EVENT]
    relations = [t for t in CLAIM_TYPES.values() if t.kind is ClaimKind.RELATION]

    assert (len(events), len(relations)) == (16, 5)
    assert all(t.quad_class is not None and t.intensity is not None and -10 <= t.intensity <= 10 for t in events)
    assert all(t.quad_class is None and t.intensity is None for t in relations)
