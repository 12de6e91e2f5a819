"""A stream's numbers in words, now and then."""

from __future__ import annotations

import time
from collections.abc import Callable

from pipelines.stream.watching import Snapshot
from pipelines.words import counted


def every(
    seconds: float,
    say: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
    form: Callable[[Snapshot], str] | None = None,
) -> Callable[[Snapshot], None]:
    """Something to be told how it goes all the time, which passes a line on to `say` at most so often.

    Args:
        form: makes the line; None is `line`.
    """
    last: float | None = None

    def tell(snapshot: Snapshot) -> None:
        nonlocal last
        if last is None or clock() - last >= seconds:
            last = clock()
            say((form or line)(snapshot))

    return tell


def line(snapshot: Snapshot) -> str:
    """One line for people."""
    latency = "" if snapshot.latency is None else f"; {snapshot.latency:.0f} s from seen to readable"
    trouble = "" if snapshot.trouble is None else f"; trouble: {snapshot.trouble}"
    return (
        f"{counted(snapshot.sources, 'source')}, {counted(snapshot.pages, 'page')} read, {snapshot.waiting} waiting, "
        f"{counted(snapshot.claims, 'claim')}, {snapshot.rejected} rejected{latency}{trouble}"
    )
