"""What the image is made of works on a machine without containers: installed from the lock, a server, a worker, its health."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "flows"))

from station import PROJECT, Station, free_port, until

from tests.conftest import SAMPLES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `RUN` of the Dockerfile's first stage, in a folder of its own."""
    text = (PROJECT / "deploy" / "Dockerfile").read_text(encoding="utf8")
    (step,) = re.findall(r"^RUN (deploy/install\.sh) /opt/dyadwire$", text, re.MULTILINE)
    dest = tmp_path_factory.mktemp("opt") / "dyadwire"
    env = os.environ | {"PYTHON": getattr(sys, "_base_executable", sys.executable)}
    done = subprocess.run([str(PROJECT / step), str(dest)], cwd=PROJECT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return dest


def test_it_holds_what_runs_and_nothing_for_development(installed: Path, tmp_path: Path) -> None:
    env = {"PATH": f"{installed / 'bin'}:/usr/bin:/bin", "HOME": str(tmp_path)}

    found = subprocess.run(
        [installed / "bin" / "dyadwire", "doctor", "--json"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    packages = subprocess.run([installed / "bin" / "pip", "list", "--format=json"], env=env, capture_output=True, text=True, check=True)

    assert found.returncode == 0, found.stdout + found.stderr
    names = {package["name"].lower() for package in json.loads(packages.stdout)}
    assert names & {"pytest", "mypy", "ruff", "polars", "duckdb", "pandas"} == set()


def test_the_streams_unit_reads_what_comes_and_ends_as_it_says(installed: Path, tmp_path: Path) -> None:
    unit = (PROJECT / "deploy" / "systemd" / "dyadwire-stream.service").read_text(encoding="utf8")
    (command,) = re.findall(r"^ExecStart=/opt/dyadwire/bin/(.*)$", unit, re.MULTILINE)
    (expected,) = re.findall(r"^SuccessExitStatus=(\d+)$", unit, re.MULTILINE)
    (tmp_path / "news").mkdir()
    shutil.copy(min(SAMPLES.glob("*.html")), tmp_path / "news")
    env = {"PATH": f"{installed / 'bin'}:/usr/bin:/bin", "HOME": str(tmp_path)}
    wrong = subprocess.run([installed / "bin" / command.split()[0], *command.split()[1:]], cwd=tmp_path, env=env, check=False)
    env |= {"DYADWIRE_ROOT": "data", "DYADWIRE_SOURCES": "news"}

    stream = subprocess.Popen([installed / "bin" / command.split()[0], *command.split()[1:]], cwd=tmp_path, env=env)
    until(lambda: any((tmp_path / "data" / "articles").glob("*/[0-9a-f]*.parquet")), "the page is read", 120)
    stream.terminate()

    assert stream.wait(60) == int(expected)
    assert f"RestartPreventExitStatus={wrong.returncode}" in unit


def test_the_health_check_knows_a_worker_that_works_from_one_that_is_gone(installed: Path, tmp_path: Path) -> None:
    check = [str(installed / "bin" / "python"), str(PROJECT / "deploy" / "healthcheck.py")]
    port = str(free_port())
    env = os.environ | {"PREFECT_WORKER_WEBSERVER_PORT": port}

    def healthy() -> bool:
        return subprocess.run(check, env=env, capture_output=True, check=False).returncode == 0

    assert not healthy()
    with Station(tmp_path, settings={"PREFECT_WORKER_WEBSERVER_PORT": port}) as station:
        station.prefect("work-pool", "create", "dyadwire", "--type", "process")
        station.worker("--with-healthcheck")
        until(healthy, "the worker is healthy", 60)
    assert not healthy()
