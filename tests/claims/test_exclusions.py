"""What is no claim: the examples in the data file fall under their exclusion, the counter-examples do not."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from pipelines.claims import exclusions

TABLES = tomllib.loads((resources.files("pipelines.claims") / "data" / "exclusions.toml").read_text(encoding="utf8"))["exclusion"]


@pytest.mark.parametrize(("name", "text"), [(t["name"], e) for t in TABLES for e in t["examples"]])
def test_an_example_is_excluded(name: str, text: str) -> None:
    assert exclusions.reason(text) == name


@pytest.mark.parametrize("text", [e for t in TABLES for e in t["counterexamples"]])
def test_a_counter_example_is_kept(text: str) -> None:
    assert exclusions.reason(text) is None
