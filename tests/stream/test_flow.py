"""The flow `stream`: a worker's run that watches until it is stopped, and says in its log how it goes."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.dataset import RootError, read
from tests.conftest import SAMPLES

PROJECT = Path(__file__).parents[2]


def test_the_flow_computes_nothing() -> None:
    tree = ast.parse((PROJECT / "flows" / "stream.py").read_text(encoding="utf8"))
    computing = (ast.For, ast.While, ast.comprehension)
    assert [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, computing)] == []


@pytest.mark.slow
def test_a_run_streams_until_it_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    shutil.copy(min(SAMPLES.glob("*.html")), tmp_path / "news")
    code = f"from flows.stream import stream\nstream(sources=[{str(tmp_path / 'news')!r}], root={str(tmp_path / 'data')!r})"
    environment = {**os.environ, "PREFECT_HOME": str(tmp_path / "prefect"), "PYTHONPATH": str(PROJECT)}
    log = tmp_path / "log"
    with log.open("w") as told:
        running = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env=environment, stdout=told, stderr=told)
    deadline = time.monotonic() + 180
    while _articles(tmp_path / "data") < 1:
        assert running.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=60) != 0
    assert "1 source, " in log.read_text()
    assert read(tmp_path / "data", "runs").count_rows() == 1


def _articles(root: Path) -> int:
    try:
        return int(read(root, "articles").count_rows())
    except (RootError, FileNotFoundError):
        return 0
