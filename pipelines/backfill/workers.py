"""Processes that work on slices, so that slices run side by side, a slice that takes too long or dies takes nothing with it, and a stop
is a stop.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Final

from pipelines.backfill.work import SliceJob, SliceResult
from pipelines.running import Progress

_LOOK: Final = 0.5
"""Seconds between two looks at whether a child still lives."""
_GRACE: Final = 20.0
"""Seconds that a child has to clear up when it is asked to stop."""


class Workers:
    """A number of children, started when they are needed; to be used by as many threads as there are children, or more.

    Args:
        count: slices at a time.
        time_limit: seconds for one slice; None: as long as it takes.
        log: how the children log: level and format.
    """

    def __init__(self, count: int, *, time_limit: float | None = None, log: tuple[str, str] = ("warning", "auto")) -> None:
        self._free: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        self._children = [_Child(log) for _ in range(count)]
        self._time_limit = time_limit
        self.stopped = threading.Event()
        """Set when they are closed: nobody need wait any longer."""
        for child in self._children:
            self._free.put(child)

    def run(self, job: SliceJob, progress: Progress | None = None) -> SliceResult:
        """Work on a slice in a child; waits for one that is free. A failure of the slice is a result, not an exception."""
        child = self._free.get()
        started = time.monotonic()
        try:
            if self.stopped.is_set():
                return SliceResult(slice_id=job.slice.id, outcome="failed", error="stopped before it began", may_pass=False)
            return child.ask(job, progress, self._time_limit)
        except (EOFError, OSError) as error:
            why = "stopped" if self.stopped.is_set() else f"its process ended with {child.ended()} ({type(error).__name__})"
            seconds = time.monotonic() - started
            return SliceResult(slice_id=job.slice.id, outcome="failed", error=why, may_pass=not self.stopped.is_set(), seconds=seconds)
        finally:
            self._free.put(child)

    def close(self) -> None:
        """Stop all children: what they have committed stays, the rest is done by the next run."""
        self.stopped.set()
        for child in self._children:
            child.terminate()
        for child in self._children:
            child.wait()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class _Child:
    """One process that works on a slice at a time."""

    def __init__(self, log: tuple[str, str]) -> None:
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None

    def ask(self, job: SliceJob, progress: Progress | None, time_limit: float | None) -> SliceResult:
        line = self._begin()
        line.send(job)
        deadline = None if time_limit is None else time.monotonic() + time_limit
        while True:
            if line.poll(_LOOK):
                answer = line.recv()
                if isinstance(answer, SliceResult):
                    return answer
                if progress is not None:
                    progress(answer)
            elif deadline is not None and time.monotonic() > deadline:
                self.terminate()
                self.wait()
                why = f"it took longer than {time_limit:.0f} s; give it more with slice_minutes, or cut smaller slices"
                return SliceResult(slice_id=job.slice.id, outcome="failed", error=why, seconds=time_limit or 0.0)

    def ended(self) -> str:
        code = self.wait()
        return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"

    def terminate(self) -> None:
        if self._process is not None and self._process.poll() is None:
            with suppress(ProcessLookupError):
                self._process.terminate()

    def wait(self) -> int | None:
        """The exit code of a child that was stopped or has ended; the next slice gets a new one."""
        process, self._process = self._process, None
        if process is None:
            return None
        try:
            code = process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        if self._line is not None:
            self._line.close()
        return code

    def _begin(self) -> Connection:
        if self._line is None or self._process is None or self._process.poll() is not None:
            self._line, theirs = Pipe()
            command = [sys.executable, "-m", "pipelines.backfill.child", str(theirs.fileno()), *self._log]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
            theirs.close()
        return self._line
