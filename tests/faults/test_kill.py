"""kill -9 at random moments, over reading, extracting, staging, commit, publishing and compaction."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from killing import Seen, expected_claims, look_at_plain, look_at_snapshot, plain_ids, rows_of, write_slices

from pipelines.dataset import open_root
from pipelines.dataset.verify import verify

JOB = Path(__file__).with_name("kill_job.py")


def start(how: str, root: Path, slices: list[Path]) -> subprocess.Popen[str]:
    job = subprocess.Popen(
        [sys.executable, str(JOB), how, str(root), *map(str, slices)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert job.stdout is not None
    assert job.stdout.readline() == "ready\n"
    return job


def readers(root: Path, slices: list[Path], stop: threading.Event, snapshot: Seen, plain: Seen) -> list[threading.Thread]:
    expected, known = expected_claims(slices), dict[str, str]()

    def snapshots() -> None:
        while not stop.wait(0.05):
            look_at_snapshot(root, expected, snapshot)

    def trees() -> None:
        while not stop.wait(0.05):
            look_at_plain(root, known, plain)

    found = [threading.Thread(target=f, daemon=True) for f in (snapshots, trees)]
    for thread in found:
        thread.start()
    return found


@pytest.mark.parametrize(
    ("how", "kills", "count"),
    [
        ("plain", 10, 2),
        pytest.param("plain", 100, 3, marks=pytest.mark.slow),
        pytest.param("beam", 25, 3, marks=pytest.mark.slow),
    ],
)
def test_a_job_that_is_killed_again_and_again_gives_the_rows_of_an_undisturbed_one(
    tmp_path: Path, how: str, kills: int, count: int
) -> None:
    slices = write_slices(tmp_path / "inputs", slices=count, records=9)
    started = time.monotonic()
    undisturbed = start(how, tmp_path / "undisturbed", slices)
    assert undisturbed.wait() == 0
    whole = time.monotonic() - started
    root, rng, stop, snapshot, plain = tmp_path / "killed", random.Random(kills), threading.Event(), Seen(), Seen()
    looking = readers(root, slices, stop, snapshot, plain)
    survived = 0
    for _ in range(kills):
        job = start(how, root, slices)
        try:
            job.wait(timeout=rng.uniform(0, whole))
            survived += 1
        except subprocess.TimeoutExpired:
            job.send_signal(signal.SIGKILL)
            job.wait()
    assert start(how, root, slices).wait() == 0
    stop.set()
    for thread in looking:
        thread.join()
    print(
        f"kills {kills - survived} of {kills}; snapshot reads {snapshot.rounds}; plain reads {plain.rounds}, "
        f"tried again {plain.retries}; undisturbed {whole:.1f} s"
    )
    assert (snapshot.wrong, plain.wrong) == ([], [])
    assert snapshot.rounds > 0
    assert [f for c in verify(open_root(root)) for f in c.findings] == []
    for name in ("articles", "claims", "copies", "rejected"):
        assert rows_of(root, name) == rows_of(tmp_path / "undisturbed", name)
        assert list(plain_ids(root, name)) == list(plain_ids(tmp_path / "undisturbed", name))
