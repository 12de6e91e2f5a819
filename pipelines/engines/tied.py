"""Run a command that ends when its caller does, however that ends: `python tied.py PID COMMAND…`.

Beam starts an engine's server as a child and stops it at the end of the job. After a `kill -9` of the caller, nothing would.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Final

_LOOK: Final = 1.0
"""Seconds between two looks at the caller."""
_GRACE: Final = 5.0
"""Seconds that the command has to end by itself."""


def tied(command: list[str]) -> list[str]:
    """The command, tied to this process."""
    return [sys.executable, "-IS", __file__, str(os.getpid()), *command]


def main(caller: int, command: list[str]) -> int:
    """Wait for the command, hand signals on to it, and end it once `caller` is no longer the parent; its exit code."""
    child = subprocess.Popen(command)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, _: child.send_signal(number))
    while True:
        try:
            return child.wait(_LOOK)
        except subprocess.TimeoutExpired:
            if os.getppid() != caller:
                break
    child.terminate()
    try:
        return child.wait(_GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
