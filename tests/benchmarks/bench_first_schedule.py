"""From clone to a scheduled run: how long a newcomer waits. python tests/benchmarks/bench_first_schedule.py

Clones the checkout's last commit, makes the environment, starts Prefect's server and a worker, makes the deployments, asks for a run
every minute, and waits until a run that the scheduler made has committed claims. Every step is one that docs/operations.md names.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).parents[2]
sys.path.append(str(PROJECT / "tests" / "flows"))


def main() -> None:
    """Print a line a step, with seconds since the start."""
    started = time.monotonic()

    def step(what: str) -> None:
        print(f"{time.monotonic() - started:7.1f} s  {what}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "dyadwire"
        subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(clone)], check=True)
        step("cloned")
        subprocess.run(["make", "setup"], cwd=clone, check=True, capture_output=True)
        step("make setup")
        inner = [
            str(clone / ".venv" / "bin" / "python"),
            str(clone / "tests" / "benchmarks" / "bench_first_schedule.py"),
            "--inside",
            folder,
        ]
        with subprocess.Popen(inner, cwd=clone, stdout=subprocess.PIPE, text=True) as inside:
            assert inside.stdout is not None
            for line in inside.stdout:
                step(line.strip())
        sys.exit(inside.returncode)


def inside(folder: Path) -> None:
    """The part that runs in the clone's environment."""
    from station import Station, until

    from pipelines.dataset import read

    home, root = folder / "station", folder / "data"
    home.mkdir()
    settings = {"DYADWIRE_ROOT": str(root), "DYADWIRE_SOURCES": str(PROJECT / "seeds" / "articles")}
    with Station(home, settings=settings) as station:
        print("Prefect server answers", flush=True)
        station.prefect("work-pool", "create", "dyadwire", "--type", "process")
        station.prefect("--no-prompt", "deploy", "--all", "--prefect-file", "deploy/prefect.yaml")
        print("work pool and deployments", flush=True)
        station.prefect("deployment", "schedule", "create", "ingest/sources", "--interval", "60")
        station.worker()
        print("schedule of a minute, worker", flush=True)
        until(lambda: _done(station.ask), "a scheduled run ends", 300)
        print(f"a scheduled run has committed {read(root, 'claims').count_rows()} claims", flush=True)


def _done(ask: Callable[..., list[dict[str, object]]]) -> bool:
    found = ask("POST", "/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}})
    return any(run["auto_scheduled"] for run in found)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        sys.path.insert(0, str(PROJECT))
        inside(Path(sys.argv[2]))
    else:
        main()
