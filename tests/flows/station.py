"""A Prefect server and a worker on loopback, as an operator runs them, and a client that does what a scheduler does."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

PROJECT = Path(__file__).parents[2]
PREFECT = [sys.executable, "-m", "prefect"]
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], Any], what: str, seconds: float = 180) -> Any:
    """What `holds` gives, as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.2)
    return found


def descendants(pid: int) -> list[int]:
    """All processes below one, itself last."""
    tasks = Path(f"/proc/{pid}/task")
    children = [int(c) for task in tasks.glob("*/children") for c in task.read_text().split()] if tasks.exists() else []
    return [*(d for child in children for d in descendants(child)), pid]


@dataclass
class Station:
    """A server, and workers as they are started; everything ends with the block."""

    folder: Path
    database: str | None = None
    """Connection URL; None is SQLite in `folder`."""
    settings: dict[str, str] = field(default_factory=dict)
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> Station:
        self.port = free_port()
        self.api = f"http://127.0.0.1:{self.port}/api"
        self.client = httpx.Client(base_url=self.api, timeout=120, trust_env=False)
        self._start("server", "server", "start", "--host", "127.0.0.1", "--port", str(self.port))
        until(self._healthy, "the server answers")
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        for process in reversed(self._started):
            for pid in descendants(process.pid):
                _kill(pid, signal.SIGTERM)
        for process in self._started:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "DYADWIRE_"))}
        own = {"PREFECT_HOME": str(self.folder / "home"), "PREFECT_API_URL": self.api, "DO_NOT_TRACK": "1"}
        own |= {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_WORKER_QUERY_SECONDS": "1", "PREFECT_WORKER_PREFETCH_SECONDS": "1"}
        return kept | own | ({"PREFECT_SERVER_DATABASE_CONNECTION_URL": self.database} if self.database else {}) | self.settings

    def prefect(self, *words: str) -> str:
        """Run a command of Prefect's to its end; its output."""
        done = subprocess.run([*PREFECT, *words], env=self.environment, cwd=PROJECT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def worker(self, *more: str) -> subprocess.Popen[bytes]:
        return self._start("worker", "worker", "start", "--pool", "dyadwire", "--type", "process", *more)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf8", errors="replace")

    def deployment(self, name: str) -> dict[str, Any]:
        return self.ask("GET", f"/deployments/name/{name}")

    def trigger(self, name: str, **parameters: Any) -> str:
        """What a scheduler does: make a run of a deployment that is due now."""
        run = self.ask("POST", f"/deployments/{self.deployment(name)['id']}/create_flow_run", {"parameters": parameters})
        return str(run["id"])

    def state(self, run_id: str) -> str:
        return str(self.ask("GET", f"/flow_runs/{run_id}")["state"]["type"])

    def finished(self, run_id: str, seconds: float = 300) -> str:
        """The state in which a run ended."""
        return str(until(lambda: (state := self.state(run_id)) in FINAL and state, f"run {run_id} ends", seconds))

    def artifacts(self, run_id: str) -> dict[str, Any]:
        """By key, what a run left, the newest of each."""
        wanted = {"artifacts": {"flow_run_id": {"any_": [run_id]}}, "sort": "ID_DESC"}
        found = self.ask("POST", "/artifacts/filter", wanted)
        return {row["key"]: row["data"] for row in sorted(found, key=lambda r: r["created"])}

    def events(self, name: str) -> list[dict[str, Any]]:
        wanted = {"filter": {"event": {"name": [name]}, "occurred": {}}, "limit": 50}
        return list(self.ask("POST", "/events/filter", wanted)["events"])

    def _start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen([*PREFECT, *words], env=self.environment, cwd=PROJECT, stdout=log, stderr=log)
        self._started.append(process)
        return process

    def _healthy(self) -> bool:
        assert self._started[0].poll() is None, self.log("server")
        try:
            return self.client.get("/health").status_code == 200
        except httpx.TransportError:
            return False

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """A call of the API, again while the server is busy, as Prefect's own client does."""

        def answered() -> httpx.Response | None:
            answer = self.client.request(method, path, json=body)
            return None if answer.status_code in (429, 502, 503) else answer

        answer = until(answered, f"the server answers {path}", 60)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


def _kill(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def kill_tree(pid: int) -> None:
    """SIGKILL for a process and all below it at once, as a machine that goes down does it."""
    for each in descendants(pid):
        _kill(each, signal.SIGKILL)


def postgres_programs() -> Path | None:
    """The folder of Debian's PostgreSQL programs, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def postgres(programs: Path) -> Iterator[str]:
    """A PostgreSQL server on loopback with an empty database; its URL for Prefect. It refuses to run as root, so it gets another user."""
    folder = Path(tempfile.mkdtemp(prefix="dyadwire-postgres-"))
    user: dict[str, Any] = {}
    if os.getuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    port, data = free_port(), folder / "data"
    run = [str(programs / "initdb"), "--auth=trust", "--username=prefect", "--no-sync", "--pgdata", str(data)]
    subprocess.run(run, check=True, capture_output=True, cwd=folder, **user)
    options = ["-p", str(port), "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
    server = subprocess.Popen(
        [str(programs / "postgres"), "-D", str(data), *options], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user
    )
    try:
        ready = [str(programs / "pg_isready"), "--host=127.0.0.1", f"--port={port}"]
        until(lambda: subprocess.run(ready, capture_output=True, check=False).returncode == 0, "PostgreSQL answers", 60)
        make = [str(programs / "createdb"), "--host=127.0.0.1", f"--port={port}", "--username=prefect", "prefect"]
        subprocess.run(make, check=True, capture_output=True)
        yield f"postgresql+asyncpg://prefect@127.0.0.1:{port}/prefect"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
