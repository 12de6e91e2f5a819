"""A child of `Workers`: python -m pipelines.backfill.child FD LOG_LEVEL LOG_FORMAT. Jobs come in over a pipe, results go out."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection
from typing import Any, Final

_LOOK: Final = 1.0
_TERMINATED: Final = 128 + signal.SIGTERM
_STOPPED: Final = threading.Event()
"""Set when the parent asked to stop: the runner may catch the exit within a bundle and raise an error of its own instead."""


def main() -> None:
    """Work until the parent closes the pipe, or dies."""
    number, level, form = sys.argv[1:]
    line = Connection(int(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent says what becomes of it
    signal.signal(signal.SIGTERM, _stop)
    os.dup2(2, 1)  # whatever a library prints is no result
    from pipelines.logs import configure

    configure(level, form)  # type: ignore[arg-type]
    sending = threading.Lock()
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()

    def tell(message: Any) -> None:
        with sending:
            line.send(message)

    while (job := _next(line)) is not None:
        result = _result(job, tell)
        if _STOPPED.is_set():
            return
        tell(result)


def _next(line: Connection) -> Any:
    try:
        return line.recv()
    except EOFError:
        return None


def _result(job: Any, tell: Any) -> Any:
    from pipelines.backfill.work import SliceResult, run_slice
    from pipelines.logs import logger

    try:
        return run_slice(job, progress=tell)
    except Exception as error:  # whatever went wrong with a slice, the others go on
        logger("backfill").error("slice failed", slice=job.slice.id, error=f"{type(error).__name__}: {error}")
        return SliceResult(slice_id=job.slice.id, outcome="failed", error=f"{type(error).__name__}: {error}", may_pass=_may_pass(error))


def _may_pass(error: Exception) -> bool:
    """A job that broke off, or a disk or network that failed; not a wrong root or input."""
    from pipelines.running import IngestError

    return isinstance(error, IngestError | OSError)


def _stop(_: int, __: object) -> None:
    _STOPPED.set()
    sys.exit(_TERMINATED)


def _leave_with(parent: int) -> None:
    """End with the parent: the pipe tells of its end only between two slices."""
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(_TERMINATED)


if __name__ == "__main__":
    try:
        main()
    finally:
        if _STOPPED.is_set():
            os._exit(_TERMINATED)  # without waiting for threads that the runner may have under way: they write only what nobody reads
