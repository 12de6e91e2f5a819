"""`dyadwire --help` answers at once, because nothing heavy is imported for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from pipelines.cli.main import VERBS, load
from pipelines.version import RELEASE
from tests.cli.conftest import Run

HEAVY = ["apache_beam", "prefect", "spacy", "newspaper", "trafilatura", "pyarrow", "deltalake", "pydantic", "structlog"]

LIMIT = 0.5
"""Seconds, as promised; the test allows four times as much, for a machine that does other things too."""


def test_help_answers_in_time() -> None:
    def seconds() -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "pipelines.cli.main", "--help"], check=True, capture_output=True)
        return time.perf_counter() - start

    seconds()  # compiles what was never imported before

    assert min(seconds() for _ in range(3)) < 4 * LIMIT


def test_help_imports_nothing_heavy() -> None:
    code = f"""
import sys
from pipelines.cli.main import main
try:
    main(["--help"])
except SystemExit:
    pass
sys.stderr.write(",".join(sorted(set({HEAVY!r}) & set(sys.modules))))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=os.environ | {"COLUMNS": "200"})

    assert done.stderr == ""


def test_help_names_every_verb_with_its_line(run: Run) -> None:
    outcome = run("--help")

    assert outcome.code == 0
    for name, verb in VERBS.items():
        assert name in outcome.out
        assert verb.help in outcome.out


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_can_be_loaded_and_explains_itself(name: str, run: Run) -> None:
    assert load(name) is not None

    outcome = run(name, "--help")

    assert outcome.code == 0
    assert f"dyadwire {name}" in outcome.out


WRITE_JSON_ANYWAY = {"articles", "claims"}


def test_every_verb_speaks_json_to_machines() -> None:
    found = {}
    for name in VERBS:
        command = load(name)
        parts = {f"{name} {part}": below for part, below in getattr(command, "commands", {}).items()} or {name: command}
        found |= {part: any("--json" in option.opts for option in below.params) for part, below in parts.items()}

    assert {part for part, speaks in found.items() if not speaks} == WRITE_JSON_ANYWAY


def test_without_a_verb_the_help_is_shown(run: Run) -> None:
    outcome = run()

    assert "ingest" in outcome.out + outcome.err


def test_the_release_can_be_asked_for(run: Run) -> None:
    outcome = run("--version")

    assert (outcome.code, outcome.out) == (0, f"dyadwire {RELEASE}\n")


def test_an_unknown_verb_suggests_the_near_one(run: Run) -> None:
    outcome = run("schem")

    assert outcome.code == 2
    assert "schema" in outcome.err
