"""Who may import whom, and what must stay cheap."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
CHEAP = ["schemas", "pipelines", "pipelines.settings", "pipelines.logs", "pipelines.version", "pipelines.claims"]
STAGES = ["sources", "fetch", "normalize", "claims", "dataset"]


def imports(file: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offenders(folder: str, forbidden: tuple[str, ...]) -> list[str]:
    return [
        f"{file.relative_to(PROJECT)} imports {name}"
        for file in (PROJECT / folder).rglob("*.py")
        for name in imports(file)
        if any(name == f or name.startswith(f"{f}.") for f in forbidden)
    ]


def test_the_contract_imports_nothing_of_the_project() -> None:
    assert offenders("schemas", ("pipelines", "flows", "tests")) == []


def test_pipelines_never_import_flows_or_tests() -> None:
    assert offenders("pipelines", ("flows", "tests")) == []


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_knows_neither_the_others_nor_beam(stage: str) -> None:
    others = tuple(f"pipelines.{other}" for other in STAGES if other != stage)
    above = ("pipelines.transforms", "pipelines.ingest", "pipelines.cli", "apache_beam", "prefect")

    assert offenders(f"pipelines/{stage}", (*others, *above)) == []


@pytest.mark.parametrize("module", CHEAP)
def test_an_import_that_the_command_line_needs_is_cheap(module: str) -> None:
    heavy = ["apache_beam", "prefect", "spacy", "newspaper", "trafilatura", "deltalake"]
    code = f"import sys, {module}; print(sorted(set({heavy!r}) & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
