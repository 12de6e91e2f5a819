"""What an operator asks for: what ran, what is whole, what is missing here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.context import new_run
from pipelines.dataset import RunInfo, commit, open_root, prepare
from schemas import Completeness
from tests.cli.conftest import Run


def day(number: int) -> datetime:
    return datetime(2026, 11, number, tzinfo=UTC)


@pytest.fixture
def polled(tmp_path: Path) -> Path:
    """A root whose runs tell of a feed with a loss on the 3rd, of GDELT until the 5th, and of a file."""
    told = [
        Completeness(source="feed:https://news.example/rss", since=day(1), until=day(6), gap=False),
        Completeness(source="feed:https://news.example/rss", since=day(3), until=day(3) + timedelta(hours=2), gap=True),
        Completeness(source="gdelt:", since=day(1), until=day(5), gap=False),
        Completeness(source="warc:/archive/a.warc.gz", since=None, until=day(5), gap=False),
    ]
    layout = open_root(tmp_path / "polled")
    prepare(layout)
    commit(layout, [], RunInfo(context=new_run(day(6)), code_version="0", extractor_version="0", complete=tuple(told), settles=True))
    return layout.root


def test_runs_tells_what_ran_newest_first(run: Run, sample_root: Path) -> None:
    outcome = run("runs", "--root", sample_root)
    (row,) = map(json.loads, run("runs", "--root", sample_root, "--json").out.splitlines())

    assert row["run_id"] in outcome.out
    assert (row["inputs"], row["flow"]) == (8, "ingest")
    assert "no run that fits" in run("runs", "--root", sample_root, "--until", "2026-01-01").err


def test_a_run_that_ended_before_its_commit_is_told(run: Run, polled: Path) -> None:
    (polled / "_tmp" / "staged" / "20261123T030000Z-abcd" / "0000").mkdir(parents=True)

    assert "20261123T030000Z-abcd" in run("runs", "--root", polled).err


@pytest.mark.parametrize(
    ("since", "until", "code", "missing"),
    [
        ("2026-11-01", "2026-11-02", 0, {"feed:https://news.example/rss": 0, "gdelt:": 0}),
        ("2026-11-03", "2026-11-04", 1, {"feed:https://news.example/rss": 1, "gdelt:": 0}),
        ("2026-11-04", "2026-11-08", 1, {"feed:https://news.example/rss": 1, "gdelt:": 1}),
    ],
)
def test_complete_says_whether_a_day_is_whole(run: Run, polled: Path, since: str, until: str, code: int, missing: dict[str, int]) -> None:
    outcome = run("complete", "--root", polled, "--since", since, "--until", until, "--json")

    assert outcome.code == code
    assert {row["source"]: len(row["missing"]) for row in map(json.loads, outcome.out.splitlines())} == missing


def test_complete_without_a_period_shows_what_is_there_and_what_was_lost(run: Run, polled: Path) -> None:
    outcome = run("complete", "--root", polled)

    assert outcome.code == 0
    assert "2026-11-03 00:00 – 2026-11-03 02:00" in outcome.out
    assert "1 file read whole" in outcome.err


def test_the_doctor_finds_this_installation_well(run: Run, sample_root: Path) -> None:
    outcome = run("doctor", "--root", sample_root, "--json")
    found = {row["what"]: row for row in map(json.loads, outcome.out.splitlines())}

    assert outcome.code == 0, outcome.out
    assert set(found) == {"Python", "packages", "model", "settings", "root", "disk", "net", "Prefect"}
    assert found["net"]["state"] == "warning"
    assert "DYADWIRE_CONTACT" in found["net"]["remedy"]


@pytest.mark.parametrize(
    ("environment", "what", "remedy"),
    [
        ({"DYADWIRE_WORKERS": "none"}, "settings", "dyadwire settings"),
        ({"PREFECT_API_URL": "http://127.0.0.1:9/api"}, "Prefect", "prefect server start"),
        ({"DYADWIRE_ROOT": "/proc/version"}, "root", "another folder"),
    ],
)
def test_the_doctor_says_what_is_broken_and_what_to_do(
    run: Run, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], what: str, remedy: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    outcome = run("doctor", "--json")
    found = {row["what"]: row for row in map(json.loads, outcome.out.splitlines())}

    assert outcome.code == 1
    assert found[what]["state"] == "failed"
    assert remedy in found[what]["remedy"]


@pytest.mark.parametrize(
    ("words", "expected"), [("dyadwire bac", "backfill"), ("dyadwire show --lim", "--limit"), ("dyadwire runs --j", "--json")]
)
def test_the_shell_completes_verbs_and_options(words: str, expected: str) -> None:
    env = os.environ | {"_DYADWIRE_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}

    done = subprocess.run([sys.executable, "-m", "pipelines.cli.main"], env=env, capture_output=True, text=True, check=False)

    assert expected in done.stdout.split()
