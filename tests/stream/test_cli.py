"""`dyadwire stream` from outside: it is stopped, says how to go on, and refuses what cannot be watched."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from pipelines.cli.stream import table
from pipelines.stream.watching import Snapshot, megabytes
from tests.cli.conftest import Run, run  # noqa: F401 - a fixture


def test_sigterm_stops_it_and_it_says_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    command = [sys.executable, "-m", "pipelines.cli.main", "stream", "news", "--root", "data"]
    stream = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env=os.environ | {"DYADWIRE_LOG_LEVEL": "info"})
    assert stream.stderr is not None
    deadline = time.monotonic() + 60
    while '"event": "started"' not in stream.stderr.readline():
        assert time.monotonic() < deadline
    stream.send_signal(signal.SIGTERM)
    _, told = stream.communicate(timeout=30)
    assert stream.returncode == 128 + signal.SIGTERM
    assert "dyadwire stream news --root data" in told
    assert "goes on from there" in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("gdelt:2026-11-01/2026-11-02",), "backfill"),
        ((), "sources"),
        (("feed:https://news.example/rss",), "contact"),
        (("ftp://news.example/",), "known schemes"),
    ],
)
def test_what_cannot_be_watched_is_refused_with_a_remedy(
    arguments: tuple[str, ...],
    words: str,
    run: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DYADWIRE_CONTACT", raising=False)
    monkeypatch.chdir(tmp_path)
    outcome = run("stream", *arguments, "--root", str(tmp_path / "data"))
    assert outcome.code == 2
    assert words in outcome.err


def test_for_machines_a_line_at_least_says_how_it_went(run: Run, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "news").mkdir()
    outcome = run("stream", tmp_path / "news", "--root", tmp_path / "data", "--for", "0", "--json")

    assert outcome.code == 0
    rows = [json.loads(line) for line in outcome.out.splitlines()]
    assert [(row["sources"], row["pages"]) for row in rows] == [(1, 0)] * len(rows)
    assert rows


def test_the_table_says_what_is_not_known_yet_and_what_went_wrong() -> None:
    snapshot = Snapshot(
        sources=2, lag=7.0, polls=5, failed_polls=1, waiting=3, jobs=0, failed_jobs=0, pages=0, articles=0, claims=0, rejected=0,
        pages_per_minute=0.0, latency=None, latency_p95=None, job_seconds=None, megabytes=megabytes(), trouble="feed:x: it is no feed",
    )  # fmt: skip
    console = Console(width=120)
    with console.capture() as shown:
        console.print(table(snapshot))
    assert "late by 7 s" in shown.get()
    assert "– median" in shown.get()
    assert "it is no feed" in shown.get()
    assert snapshot.megabytes is not None
    assert 10 < snapshot.megabytes < 10_000
