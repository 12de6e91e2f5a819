"""docs/dataset.md: the tests that it names are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "dataset.md").read_text(encoding="utf8")
NAMED = sorted(set(re.findall(r"`((?:\w+/)*test_\w+\.py)(?:::(test_\w+))?`", PAGE)))
ROWS = re.findall(r"^\| (.+?) \|.*\| (.*?) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_the_page_names_is_there(file: str, name: str) -> None:
    tree = ast.parse((TESTS / file).read_text(encoding="utf8"))
    assert not name or name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_promise_and_every_fault_names_its_proof() -> None:
    proven = PAGE[: PAGE.index("## How it works")] + PAGE[PAGE.index("## Faults") : PAGE.index("## Daily verbs")]
    rows = [row for row in ROWS if f"| {row[0]} |" in proven and row[0] not in ("promise", "fault", "---")]
    assert len(rows) > 25
    assert [promise for promise, proof in rows if "test_" not in proof and "make bench" not in proof] == []
