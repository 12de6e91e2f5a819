"""The rows keep what they promised to those who read them."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from schemas import CLAIM_TYPES, DATASETS, SCHEMA_VERSION, ClaimKind
from schemas.version import major
from tests.schemas.release import RELEASED, contract

RELEASES = sorted(RELEASED.glob("*.json"))


def test_the_current_version_is_among_the_released_contracts() -> None:
    assert f"{SCHEMA_VERSION}.json" in {file.name for file in RELEASES}, "run `python -m tests.schemas.release` and commit its file"


def test_the_released_contract_of_this_version_is_what_the_code_says() -> None:
    released = json.loads((RELEASED / f"{SCHEMA_VERSION}.json").read_text(encoding="utf8"))

    assert contract() == released, "a change of the rows needs a new schema version"


@pytest.mark.parametrize("file", RELEASES, ids=lambda file: file.stem)
def test_no_column_of_the_same_major_version_goes_or_changes_its_type(file) -> None:
    if major(file.stem) != major(SCHEMA_VERSION):
        pytest.skip("another major version may differ")
    now = contract()

    for dataset, released in json.loads(file.read_text(encoding="utf8")).items():
        kept = {name: now[dataset]["columns"].get(name) for name in released["columns"]}
        assert kept == released["columns"]
        assert now[dataset]["key"] == released["key"]


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
