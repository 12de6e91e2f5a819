"""Ctrl-C and SIGTERM: what is committed stays, nothing is left half-written, and the next call goes on.

A job writes below `ROOT/_tmp` until its commit, and a commit is atomic (see docs/dataset.md), so stopping is safe at any moment.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


class Stopped(BaseException):
    """Somebody asked the command to stop."""


@dataclass
class Stop:
    """Whether somebody did."""

    number: int | None = None
    """Of the signal. `Stopped` alone does not tell: a runner may catch it within a bundle and raise an error of its own instead."""

    @property
    def exit_code(self) -> int:
        return 128 + (self.number or 0)


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Within the block, SIGINT and SIGTERM raise `Stopped`; a second one ends the process at once."""
    asked = Stop()

    def stop(number: int, _: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        asked.number = number
        raise Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
