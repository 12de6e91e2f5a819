"""The Flink cluster of `make flink-up`: it starts with two task managers, says what is in its way, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.engines import EngineError, flink
from tests.engines.kafka_broker import free_port

pytestmark = [pytest.mark.engines, pytest.mark.slow]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A cluster's port; whatever a test starts in its folder is stopped."""
    if shutil.which("java") is None or not flink.INSTALLED.exists():
        pytest.skip("no Flink: install Java 17 and run `make flink`")
    yield free_port()
    flink.down(tmp_path)


def task_managers(port: int) -> list[str]:
    return sorted(found["id"] for found in flink.ask(port, "/taskmanagers")["taskmanagers"])


def test_it_has_two_task_managers_and_its_checkpoints_in_its_folder(tmp_path: Path, port: int) -> None:
    address = flink.up(tmp_path, port)

    settings = {row["key"]: row["value"] for row in flink.ask(port, "/jobmanager/config")}  # type: ignore[index]
    assert (address, len(task_managers(port)), len(flink.running(tmp_path))) == (f"127.0.0.1:{port}", 2, 3)
    assert settings["execution.checkpointing.dir"] == (tmp_path / "checkpoints").as_uri()
    with pytest.raises(EngineError, match="make flink-down"):
        flink.up(tmp_path, port)

    assert (flink.down(tmp_path), flink.running(tmp_path)) == (3, [])


def test_a_task_manager_that_was_killed_is_replaced_by_another_one(tmp_path: Path, port: int) -> None:
    flink.up(tmp_path, port)
    before = task_managers(port)
    os.kill(int((tmp_path / "pids" / "taskmanager-0.pid").read_text()), signal.SIGKILL)

    flink.start_task_manager(tmp_path, 0)

    deadline = time.monotonic() + 60
    while not set(task_managers(port)) - set(before):
        assert time.monotonic() < deadline, "no new task manager has reported"
        time.sleep(0.3)


def test_a_cluster_that_cannot_start_says_where_its_logs_are_and_is_gone(tmp_path: Path, port: int) -> None:
    with pytest.raises(EngineError, match=f"logs are in {tmp_path}"):
        flink.up(tmp_path, port, patience=0)

    assert flink.running(tmp_path) == []
