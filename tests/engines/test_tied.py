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


def test_a_stop_reaches_the_server_and_its_exit_code_the_caller() -> None:
    with subprocess.Popen(
        tied(["sh", "-c", "trap 'exit 7' INT; echo ready; while :; do sleep 0.05; done"]), stdout=subprocess.PIPE
    ) as server:
        assert server.stdout is not None
        server.stdout.readline()

        server.send_signal(signal.SIGINT)

        assert server.wait(PATIENCE) == 7


def _ends(pid: int) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False
