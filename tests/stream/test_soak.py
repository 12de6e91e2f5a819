"""A stream's memory stays where it is, job after job."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import fmean

import pytest

PROGRAM = Path(__file__).with_name("soak.py")
HELPERS = [str(PROGRAM.parents[n]) for n in (0, 2)] + [str(PROGRAM.parents[1] / name) for name in ("fetch", "sources", "faults")]
MEGABYTES = 30.0
"""Growth from the first half of what follows the warm-up to the second; three times what was measured, since allocators keep some."""
OBJECTS = 60
"""Growth a job; three times what was measured, most of it what the test's own server remembers of requests."""


@pytest.mark.parametrize(("jobs", "warm"), [(28, 12), pytest.param(400, 60, marks=pytest.mark.slow)])
def test_many_small_jobs_leave_memory_where_it_was(tmp_path: Path, jobs: int, warm: int) -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path / "root"), str(jobs)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(HELPERS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [[float(value) for value in line.split()] for line in done.stdout.splitlines()]
    later = [row for row in rows if row[0] >= warm]
    half = len(later) // 2
    assert rows[-1][0] == jobs
    assert fmean(row[1] for row in later[half:]) - fmean(row[1] for row in later[:half]) < MEGABYTES, later
    assert (later[-1][2] - later[0][2]) / (later[-1][0] - later[0][0]) < OBJECTS, later
