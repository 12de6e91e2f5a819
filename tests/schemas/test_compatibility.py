"""Released contracts are kept."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from schemas import SCHEMA_VERSION
from schemas.compatibility import breaks, contract, predecessors, released


def test_todays_contract_breaks_no_released_one() -> None:
    assert {version: breaks(old, contract()) for version, old in predecessors().items()} == {v: [] for v in predecessors()}


def test_todays_contract_is_stored_under_its_version() -> None:
    assert released()[SCHEMA_VERSION] == contract(), "store it: python -m schemas.compatibility > schemas/released/VERSION.json"


def _column(name: str, **change: Any) -> Callable[[Any], None]:
    def edit(found: Any) -> None:
        next(c for c in found["claims"] if c["name"] == name).update(change)

    return edit


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda c: c.pop("copies"), "dataset copies is gone"),
        (lambda c: c["claims"].pop(), "claims.slice_id is gone"),
        (_column("confidence", type="double"), "claims.confidence changed its type from float to double"),
        (_column("claim_type", partition=True), "claims.claim_type changed its partition from False to True"),
        (_column("evidence", nullable=True), "claims.evidence may be null now"),
        (_column("url", nullable=False), "claims.url may not be null any more: older files may have nulls"),
        (
            lambda c: c["runs"].append({"name": "new", "type": "string", "nullable": False, "partition": False}),
            "runs.new is new and not nullable: older files have no value for it",
        ),
    ],
)
def test_an_incompatible_change_is_told(edit: Callable[[Any], None], says: str) -> None:
    new = copy.deepcopy(contract())
    edit(new)
    assert breaks(contract(), new) == [says]


def test_a_new_nullable_column_and_a_new_dataset_break_nothing() -> None:
    new = copy.deepcopy(contract())
    new["claims"].append({"name": "new", "type": "string", "nullable": True, "partition": False})
    new["more"] = []
    assert breaks(contract(), new) == []
