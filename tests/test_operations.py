"""The runbook's commands run as they stand there, in its order, in a folder as an operator has it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SAMPLES

PROJECT = Path(__file__).parents[1]
RUNBOOK = (PROJECT / "docs" / "operations.md").read_text(encoding="utf8")
BLOCKS = re.findall(r"<!-- run(?:: (\w+))? -->\n```console\n(.*?)```", RUNBOOK, re.DOTALL)


@pytest.mark.slow
def test_the_commands_of_the_runbook_run_as_written(sample_root: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_root, tmp_path / "data")
    (tmp_path / "news").mkdir()
    for page in sorted(SAMPLES.glob("*.html"))[:2]:
        shutil.copy(page, tmp_path / "news" / f"2026-11-05-{page.name}")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DYADWIRE_", "PREFECT_"))}
    env |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(PROJECT)}

    for _, block in (b for b in BLOCKS if not b[0]):
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"


def test_every_command_of_the_runbook_is_run_by_a_test() -> None:
    assert RUNBOOK.count("```console") == len(BLOCKS)
    assert {where for where, _ in BLOCKS} == {"", "server"}


def test_the_picture_of_the_day_is_what_the_deployments_say() -> None:
    done = subprocess.run([sys.executable, "docs/draw_day.py", "--check"], cwd=PROJECT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
