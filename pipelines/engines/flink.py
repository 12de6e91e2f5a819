"""A standalone Flink cluster on this machine: `make flink-up` and `make flink-down`.

One job manager and two task managers, each a process of its own, from the jars that `make flink` installed. All ports are on loopback;
configuration, logs, checkpoints and savepoints lie below the folder that is given.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pipelines.engines.choice import BINARIES
from pipelines.engines.table import EngineError

INSTALLED: Final = BINARIES / "flink" / "pyflink"
FOLDER: Final = BINARIES.parent / "flink"
TASK_MANAGERS: Final = 2
PORT: Final = 8081
"""Of the web page and the REST interface, which is what jobs are handed to."""

_CONFIG: Final = Path(__file__).parent / "data" / "flink-config.yaml"
_JOB_MANAGER: Final = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
_TASK_MANAGER: Final = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
_HEAP: Final = {_JOB_MANAGER: ("-Xmx512m",), _TASK_MANAGER: ("-Xmx512m", "-XX:MaxDirectMemorySize=384m", "-XX:MaxMetaspaceSize=256m")}
_MEMORY: Final = {
    "taskmanager.memory.task.heap.size": "384m",
    "taskmanager.memory.framework.heap.size": "128m",
    "taskmanager.memory.managed.size": "128m",
    "taskmanager.memory.network.min": "64m",
    "taskmanager.memory.network.max": "64m",
    "taskmanager.memory.task.off-heap.size": "128m",
    "taskmanager.memory.framework.off-heap.size": "128m",
    "taskmanager.memory.jvm-metaspace.size": "256m",
    "taskmanager.memory.jvm-overhead.min": "128m",
    "taskmanager.memory.jvm-overhead.max": "128m",
    "taskmanager.cpu.cores": "2.0",
}
"""Flink's shell scripts work these out of the sizes of processes; without them they are said."""


def up(folder: Path = FOLDER, port: int = PORT, *, patience: float = 90) -> str:
    """Start the cluster and wait until its task managers have reported.

    Returns:
        The address for `--runner-option flink_master=…`.

    Raises:
        EngineError: Java or Flink is missing, a cluster runs in the folder, or it did not start; then nothing is left running.
    """
    if shutil.which("java") is None:
        raise EngineError("Flink needs Java 17; on Debian and Ubuntu: apt-get install openjdk-17-jre-headless")
    if not list(INSTALLED.glob("lib/flink-dist-*.jar")):
        raise EngineError("Flink is not installed; install it with `make flink`")
    if running(folder):
        raise EngineError(f"a cluster runs already (processes {', '.join(map(str, running(folder)))}); stop it with `make flink-down`")
    _configure(folder, port)
    _start(folder, "jobmanager", _JOB_MANAGER, {})
    for number in range(TASK_MANAGERS):
        start_task_manager(folder, number)
    try:
        _await(folder, port, patience)
    except EngineError:
        down(folder)
        raise
    return f"127.0.0.1:{port}"


def start_task_manager(folder: Path, number: int) -> None:
    """One more task manager, or one in place of another that died."""
    options = {**_MEMORY, "taskmanager.resource-id": f"taskmanager-{number}-{time.time_ns():x}"}
    _start(folder, f"taskmanager-{number}", _TASK_MANAGER, options)


def down(folder: Path = FOLDER) -> int:
    """Stop what `up` started; how many processes there were."""
    stopped = running(folder)
    for process in stopped:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + 20
    while running(folder) and time.monotonic() < deadline:
        time.sleep(0.2)
    for process in running(folder):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    shutil.rmtree(folder / "pids", ignore_errors=True)
    return len(stopped)


def running(folder: Path = FOLDER) -> list[int]:
    """The processes of the cluster that are alive; numbers that another program has by now do not count."""
    found = []
    for file in sorted((folder / "pids").glob("*.pid")):
        command = Path(f"/proc/{file.read_text()}/cmdline")
        with suppress(OSError):
            if str(folder).encode() in command.read_bytes():
                found.append(int(file.read_text()))
    return found


def ask(port: int, path: str) -> dict[str, Any]:
    """What the cluster's REST interface says."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def _configure(folder: Path, port: int) -> None:
    """Write the configuration, which all processes read."""
    for name in ("conf", "log", "pids", "checkpoints", "savepoints", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    added = {
        "jobmanager.rpc.address": "127.0.0.1",
        "jobmanager.bind-host": "127.0.0.1",
        "jobmanager.rpc.port": str(port + 1),
        "taskmanager.host": "127.0.0.1",
        "taskmanager.bind-host": "127.0.0.1",
        "rest.address": "127.0.0.1",
        "rest.bind-address": "127.0.0.1",
        "rest.port": str(port),
        "execution.checkpointing.dir": (folder / "checkpoints").as_uri(),
        "execution.checkpointing.savepoint-dir": (folder / "savepoints").as_uri(),
        "io.tmp.dirs": str(folder / "tmp"),
    }
    lines = [f"{key}: {value}" for key, value in added.items()]
    (folder / "conf" / "config.yaml").write_text(_CONFIG.read_text(encoding="utf8") + "\n".join(["", *lines, ""]), encoding="utf8")


def _start(folder: Path, name: str, entry: str, options: dict[str, str]) -> None:
    opened = re.findall(r"--add-\S+", _CONFIG.read_text(encoding="utf8"))
    said = [part for key, value in options.items() for part in ("-D", f"{key}={value}")]
    command = ["java", *_HEAP[entry], *opened, "-cp", f"{INSTALLED}/lib/*", entry, "--configDir", str(folder / "conf"), *said]
    with (folder / "log" / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, start_new_session=True)
    (folder / "pids" / f"{name}.pid").write_text(str(process.pid))


def _await(folder: Path, port: int, patience: float) -> None:
    deadline, said = time.monotonic() + patience, "it does not answer"
    while time.monotonic() < deadline:
        try:
            found = ask(port, "/taskmanagers")["taskmanagers"]
        except (OSError, ValueError) as error:
            said = str(error)
        else:
            said = f"{len(found)} of {TASK_MANAGERS} task managers have reported"
            if len(found) >= TASK_MANAGERS:
                return
        time.sleep(0.3)
    raise EngineError(f"the cluster did not start: {said}; its logs are in {folder / 'log'}")


def main(arguments: Sequence[str]) -> None:
    """`up`, which prints how a job is handed over, or `down`."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("what", choices=("up", "down"))
    if parser.parse_args(arguments).what == "down":
        sys.stdout.write(f"stopped {down()} processes\n")
        return
    try:
        address = up()
    except EngineError as error:
        sys.exit(str(error))
    sys.stdout.write(
        f"Flink runs; its page is http://{address}\n"
        f"hand it a job: dyadwire ingest INPUT… --root data --runner flink --runner-option flink_master={address} "
        "--runner-option environment_type=LOOPBACK\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
