"""An engine's server does not outlive the process that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from pipelines.engines.tied import tied

CALLER = """
import subprocess
from pipelines.engines.tied import tied
subprocess.run(tied(["sh", "-c", "echo $$; exec sleep 600"]))
"""
PATIENCE = 20.0


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_ends_with_its_caller(end: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", CALLER], stdout=subprocess.PIPE, text=True) as caller:
        assert caller.stdout is not None
        server = int(caller.stdout.readline())

        caller.send_signal(end)
        caller.wait()

    assert _ends(server)


@pytest.mark.parametrize(
    "server",
    [
        "trap 'exit 7' TERM; echo $$; while :; do sleep 0.05; done",
        "trap '' INT; echo $$; exec sleep 600",  # as all that a shell starts in the background
        "trap '' INT TERM; echo $$; exec sleep 600",
    ],
)
def test_a_stop_ends_a_server_whatever_it_ignores(server: str) -> None:
    with subprocess.Popen(tied(["sh", "-c", server]), stdout=subprocess.PIPE, text=True) as guard:
        assert guard.stdout is not None
        pid = int(guard.stdout.readline())

        guard.send_signal(signal.SIGINT)

        code = guard.wait(PATIENCE)
        assert _ends(pid)
        assert code == 7 or "exit 7" not in server


def _ends(pid: int) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False
