"""kill -9 at random moments, over reading, extracting, staging, commit, publishing and compaction."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from killing import Seen, expected_claims, look_at_plain, look_at_snapshot, plain_ids, rows_of, write_slices

from pipelines.dataset import open_root
from pipelines.dataset.verify import verify

JOB = Path(__file__).with_name("kill_job.py")

PATIENCE = 600
"""Seconds for one start of the job, which takes about two on an idle machine: the number of kills does not count."""

LONGEST_DELAY = 0.03
"""Seconds from an event to the kill, so that kills fall between events, too: inside the libraries that write."""


PAGES_SHARE = 0.3
"""Of the kills, how many fall into reading and extracting."""


@dataclass(frozen=True)
class Ended:
    """How a start of the job ended."""

    done: int
    """Slices that it finished."""
    events: int
    """How often it touched the file system; 0 when it was killed."""
    killed_in: str | None
    """The phase that it was killed in; None when it came to its end."""


def start(how: str, root: Path, slices: list[Path], what: str = "files", events: int = 0, delay: float = 0) -> Ended:
    job = subprocess.run(
        [sys.executable, str(JOB), how, str(root), what, str(events), str(delay), *map(str, slices)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert job.returncode in (0, -signal.SIGKILL), job.stderr
    said = [line.partition(" ") for line in job.stdout.splitlines()]
    last = {word: rest for word, _, rest in said}
    return Ended(sum(w == "done" for w, _, _ in said), int(last.get("events", 0)), last.get("killed") if job.returncode else None)


def readers(root: Path, slices: list[Path], stop: threading.Event, snapshot: Seen, plain: Seen) -> list[threading.Thread]:
    expected, known = expected_claims(slices), dict[str, str]()

    def snapshots() -> None:
        while not stop.wait(0.1):
            look_at_snapshot(root, expected, snapshot)

    def trees() -> None:
        while not stop.wait(0.1):
            look_at_plain(root, known, plain)

    found = [threading.Thread(target=f, daemon=True) for f in (snapshots, trees)]
    for thread in found:
        thread.start()
    return found


def disturbed(how: str, root: Path, slices: list[Path], kills: int, events: int, seed: int) -> tuple[int, Counter[str]]:
    """Start the job again and again, each time from the first slice that is not finished, until it was killed so often.

    Args:
        events: of an undisturbed run.

    Returns:
        How many slices are finished, and the phases of the kills.
    """
    rng, at, phases = random.Random(seed), 0, Counter[str]()
    while phases.total() < kills:
        if rng.random() < PAGES_SHARE:  # reading and extracting touch no file below the root: these kills count pages
            moment = ("pages", rng.randint(1, 6), 0.0)
        else:
            moment = ("files", rng.randint(1, round(1.8 * events / len(slices))), rng.uniform(0, LONGEST_DELAY))
        ended = start(how, root, slices[at:] or slices[-2:], *moment)
        at += ended.done
        phases += Counter([ended.killed_in] if ended.killed_in else [])
    return at, phases


@pytest.mark.parametrize(
    ("how", "kills", "seed"),
    [
        ("plain", 10, 0),
        *(pytest.param("plain", 20, seed, marks=pytest.mark.slow) for seed in (1, 2, 3, 4)),
        *(pytest.param("beam", 10, seed, marks=pytest.mark.slow) for seed in (5, 6)),
    ],
)
def test_a_job_that_is_killed_again_and_again_gives_the_rows_of_an_undisturbed_one(tmp_path: Path, how: str, kills: int, seed: int) -> None:
    slices = write_slices(tmp_path / "inputs", slices=kills, records=6, seed=seed)
    whole = start(how, tmp_path / "undisturbed", slices)
    assert whole.done == len(slices)
    root, stop, snapshot, plain = tmp_path / "killed", threading.Event(), Seen(), Seen()
    looking = readers(root, slices, stop, snapshot, plain)
    try:
        at, phases = disturbed(how, root, slices, kills, whole.events, seed)
        assert start(how, root, slices[at:]).killed_in is None
    finally:
        stop.set()
        for thread in looking:
            thread.join()
    print(
        f"{how}, {phases.total()} kills over {len(slices)} slices, {at} of them finished under kills: {dict(phases.most_common())}; "
        f"snapshot reads {snapshot.rounds}; plain reads {plain.rounds}, tried again {plain.retries}"
    )
    assert (snapshot.wrong, plain.wrong) == ([], [])
    assert snapshot.rounds > 0
    assert [f for c in verify(open_root(root)) for f in c.findings] == []
    for name in ("articles", "claims", "copies", "rejected"):
        assert rows_of(root, name) == rows_of(tmp_path / "undisturbed", name)
        assert list(plain_ids(root, name)) == list(plain_ids(tmp_path / "undisturbed", name))
