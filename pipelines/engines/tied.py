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
_GRACE: Final = 3.0
"""Seconds that the command has to end by itself: with a look, less than the five that Beam gives."""


def tied(command: list[str]) -> list[str]:
    """The command, tied to this process."""
    return [sys.executable, "-IS", __file__, str(os.getpid()), *command]


def main(caller: int, command: list[str]) -> int:
    """Wait for the command; end it when told to, and once `caller` is no longer the parent. Its exit code.

    It is ended by SIGTERM whatever came: what a shell starts in the background ignores SIGINT, and so do its children.
    """
    child = subprocess.Popen(command)
    told = False

    def stop(number: int, frame: object) -> None:
        nonlocal told
        told = True
        child.terminate()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    while not told and os.getppid() == caller:
        try:
            return child.wait(_LOOK)
        except subprocess.TimeoutExpired:
            continue
    child.terminate()
    try:
        return child.wait(_GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
