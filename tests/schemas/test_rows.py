"""Rows go to Arrow and JSON and come back as they were."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from pipelines.cli.output import json_line
from schemas import DATASETS, Claim, OtherActor, Quantity, Rejected, RejectionStage, Span, arrow_schema, from_dict, to_dict
from schemas.rejected import PAYLOAD_LIMIT

NOON = datetime(2026, 11, 24, 12, 0, 0, 5, tzinfo=UTC)


def full_claim() -> Claim:
    """A claim with every column filled, nested ones included."""
    plain = {f.name: "x" for f in dataclasses.fields(Claim)}
    return Claim(
        **plain
        | {
            "published_at": NOON,
            "fetched_at": NOON,
            "ingested_at": NOON,
            "intensity": -2.0,
            "reciprocal": False,
            "cited_outlet": ("La Ribera",),
            "quantities": (Quantity(value=1e9, unit="currency", currency="USD", role=None, text="a billion dollars"),),
            "event_start": date(2026, 11, 1),
            "event_end": date(2026, 11, 30),
            "evidence_start": 0,
            "evidence_end": 1,
            "spans": (Span(role="trigger", start=0, end=1),),
            "actors": (OtherActor(text="the United Nations"),),
            "confidence": 0.5,
        }
    )


def test_a_claim_survives_arrow() -> None:
    table = pa.Table.from_pylist([to_dict(full_claim())], schema=arrow_schema(Claim))

    assert from_dict(Claim, table.to_pylist()[0]) == full_claim()


def test_a_claim_survives_json() -> None:
    assert from_dict(Claim, json.loads(json_line(full_claim()))) == full_claim()


def test_times_in_json_are_utc_with_a_z_and_days_are_days() -> None:
    row = json.loads(json_line(full_claim()))

    assert (row["published_at"], row["event_start"]) == ("2026-11-24T12:00:00.000005Z", "2026-11-01")


def test_bytes_in_json_are_base64() -> None:
    row = Rejected.of(RejectionStage.FETCH, "empty", input="a.html", error="no bytes", seen=NOON, run_id="r", content=b"\x00\xff")

    assert json.loads(json_line(row))["payload"] == "AP8="


def test_a_column_that_is_missing_is_named() -> None:
    values = to_dict(full_claim())
    del values["evidence"]

    with pytest.raises(TypeError, match="evidence"):
        from_dict(Claim, values)


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda d: d.name)
def test_examples_fit_their_columns(dataset) -> None:
    for column in dataset.columns:
        if column.example is not None:
            assert pa.scalar(column.example, column.type).is_valid


def test_a_rejection_is_the_same_row_when_it_happens_again() -> None:
    first = Rejected.of(RejectionStage.NORMALIZE, "no_text", input="a.html", error="nothing", seen=NOON, run_id="one", content=b"<p>")
    again = Rejected.of(
        RejectionStage.NORMALIZE, "no_text", input="a.html", error="nothing", seen=NOON.replace(day=25), run_id="two", content=b"<p>"
    )

    assert first.rejected_id == again.rejected_id


@pytest.mark.parametrize(
    ("changed", "value"), [("input", "b.html"), ("reason", "binary"), ("content", b"<div>")], ids=["input", "reason", "content"]
)
def test_a_rejection_for_another_cause_is_another_row(changed: str, value: object) -> None:
    given = {"reason": "no_text", "input": "a.html", "error": "nothing", "seen": NOON, "run_id": "one", "content": b"<p>"}

    def rejected_id(values: dict) -> str:
        return Rejected.of(RejectionStage.NORMALIZE, values.pop("reason"), **values).rejected_id

    assert rejected_id(dict(given)) != rejected_id(given | {changed: value})


def test_a_reason_outside_the_closed_list_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'bored' is no reason of stage fetch"):
        Rejected.of(RejectionStage.FETCH, "bored", input="a", error="b", seen=NOON, run_id="r")


def test_the_payload_of_a_rejection_is_capped() -> None:
    row = Rejected.of(RejectionStage.FETCH, "too_large", input="a", error="b", seen=NOON, run_id="r", content=b"x" * (PAYLOAD_LIMIT + 1))

    assert row.payload is not None
    assert len(row.payload) == PAYLOAD_LIMIT
