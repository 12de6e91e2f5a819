"""Ctrl-C and SIGTERM: nothing is left half-written, no process stays, and the message says how to go on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.dataset import open_root, read
from pipelines.dataset.verify import verify
from tests.faults.killing import write_slices

pytestmark = pytest.mark.slow


def until(holds: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


def children(pid: int) -> set[int]:
    tasks = Path(f"/proc/{pid}/task")
    return {int(c) for task in tasks.glob("*/children") for c in task.read_text().split()} if tasks.exists() else set()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_stopped_ingest_can_be_called_again(tmp_path: Path, workers: int, number: int, code: int) -> None:
    (inputs,) = write_slices(tmp_path / "inputs", slices=1, records=3000)
    root = tmp_path / "root"
    command = [sys.executable, "-m", "pipelines.cli.main", "ingest", str(inputs), "--root", str(root), "--workers", str(workers)]
    job = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    until(lambda: any((root / "_tmp" / "progress").rglob("*")) and any(f.stat().st_size for f in (root / "_tmp" / "progress").rglob("*")))
    below = children(job.pid)

    job.send_signal(number)
    said = job.communicate(timeout=60)[1]

    assert job.returncode == code
    assert "stopped. What was committed stays; the same command goes on from there:" in said
    assert f"dyadwire ingest {inputs}" in said
    assert "Traceback" not in said
    until(lambda: not any(Path(f"/proc/{pid}/stat").exists() and _runs(pid) for pid in below))
    assert read(root, "claims").count_rows() == 0
    assert [f for c in verify(open_root(root)) for f in c.findings] == []


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
