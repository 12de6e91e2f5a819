"""The flow runs the job and leaves a report; the first run says what a newcomer needs; nobody is told about it."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]

HOOK = """
# Notes every connection that this process or one of its Python children asks for.
import json, os, sys

def note(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo"):
        address = arguments[1] if event != "socket.getaddrinfo" else arguments[0]
        with open(os.environ["CONNECTIONS"], "a") as log:
            log.write(json.dumps([event, os.getpid(), repr(address)]) + "\\n")

sys.addaudithook(note)
"""

LOOPBACK = ("127.0.0.1", "::1", "localhost", "None")


class FirstRun:
    """`make run` without the environment's making: in a folder of its own, every connection noted."""

    def __init__(self, folder: Path) -> None:
        (folder / "hook").mkdir()
        (folder / "hook" / "sitecustomize.py").write_text(HOOK)
        self.folder = folder
        self.connections = folder / "connections.jsonl"
        self.connections.touch()

    def __call__(self) -> subprocess.CompletedProcess[str]:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "DYADWIRE_"))}
        env |= {
            "PYTHONPATH": f"{self.folder / 'hook'}{os.pathsep}{PROJECT}",
            "CONNECTIONS": str(self.connections),
            "PREFECT_HOME": str(self.folder / "prefect"),
            "COLUMNS": "140",
        }
        command = [sys.executable, "-m", "flows.first_run", "--root", "data"]
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    return FirstRun(tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="module")
def twice(first_run: FirstRun) -> tuple[subprocess.CompletedProcess[str], subprocess.CompletedProcess[str]]:
    return first_run(), first_run()


def test_a_first_run_shows_claims_where_they_lie_and_what_to_do_next(twice) -> None:
    first, _ = twice

    assert first.returncode == 0, first.stderr
    assert "IRN → PAK" in first.stdout
    assert "8 inputs read" in first.stdout
    assert "The dataset lies in data" in first.stdout
    assert "dyadwire show IRN-PAK --root data" in first.stdout
    assert "unsupported_language" in first.stdout


def test_a_second_run_changes_nothing_and_says_so(twice, first_run: FirstRun) -> None:
    from pipelines.dataset import read

    first, second = twice

    assert second.returncode == 0, second.stderr
    assert "nothing new" not in first.stdout
    assert "nothing new" in second.stdout
    assert read(first_run.folder / "data", "runs").count_rows() == 1


def test_no_connection_goes_beyond_loopback(twice, first_run: FirstRun) -> None:
    events = [json.loads(line) for line in first_run.connections.read_text().splitlines()]

    assert events, "the hook noted nothing: even Prefect's own server was not seen"
    beyond = [e for e in events if not (any(own in e[2] for own in LOOPBACK) or e[2].startswith(("'/", "b'/")))]
    assert beyond == []


def test_prefect_keeps_its_state_where_it_was_told(twice, first_run: FirstRun) -> None:
    assert (first_run.folder / "prefect" / "prefect.db").is_file()


def test_state_lies_inside_the_project_and_telemetry_is_off_by_default() -> None:
    code = "import os, flows; print(os.environ['PREFECT_HOME'], os.environ['DO_NOT_TRACK'], os.environ['PREFECT_SERVER_ANALYTICS_ENABLED'])"
    env = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_") and k != "DO_NOT_TRACK"}

    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)

    assert done.stdout.split() == [str(PROJECT / ".dyadwire" / "prefect"), "1", "false"]


def test_the_report_is_left_as_an_artifact(twice, first_run: FirstRun) -> None:
    import sqlite3

    with sqlite3.connect(first_run.folder / "prefect" / "prefect.db") as database:
        reports = [json.loads(data) for (data,) in database.execute("SELECT data FROM artifact WHERE key = 'ingest' ORDER BY created")]

    assert len(reports) == 2
    assert "8 new articles" in reports[0]
    assert "| IRN-PAK |" in reports[0]
    assert "nothing new" in reports[1]


@pytest.mark.parametrize("module", ["ingest", "backfill", "maintain", "quality", "slices"])
def test_a_flow_computes_nothing(module: str) -> None:
    """It may call, compare and pass on; loops and arithmetic belong to `pipelines`."""
    tree = ast.parse((PROJECT / "flows" / f"{module}.py").read_text(encoding="utf8"))

    computing = (ast.For, ast.While, ast.BinOp, ast.comprehension)
    unions_and_constants = (ast.BitOr, ast.Mult, ast.Sub)
    assert [
        ast.unparse(n) for n in ast.walk(tree) if isinstance(n, computing) and not isinstance(getattr(n, "op", None), unions_and_constants)
    ] == []


@pytest.mark.parametrize(("outcome", "passing", "again"), [("failed", True, True), ("incomplete", True, True), ("failed", False, False)])
def test_only_a_slice_that_may_pass_is_tried_again(outcome: str, passing: bool, again: bool) -> None:
    code = f"""
import flows
from prefect.states import Failed
from flows.slices import may_pass
from pipelines.backfill import SliceResult
from pipelines.backfill.drive import SliceError
result = SliceResult(slice_id="x", outcome={outcome!r}, may_pass={passing})
print(may_pass(None, None, Failed(data=SliceError(result))), may_pass(None, None, Failed(data=ValueError("a mistake"))))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)

    assert done.stdout.split() == [str(again), "False"]


STORY = ("8 documents fetched", "**Claims by pair**", "**New pairs**", "**Time of each stage", "| extractor |", "8 new articles", "IRN-PAK")


def test_the_artifact_tells_the_story_of_the_run(twice, first_run: FirstRun) -> None:
    import sqlite3

    with sqlite3.connect(first_run.folder / "prefect" / "prefect.db") as database:
        found = dict(database.execute("SELECT key, data FROM artifact ORDER BY created DESC"))
        first = json.loads(database.execute("SELECT data FROM artifact WHERE key = 'ingest' ORDER BY created").fetchone()[0])

    assert [part for part in STORY if part not in first] == []
    assert float(found["ingest-progress"]) == 100
