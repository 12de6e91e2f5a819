"""One holder at a time, across processes; the system frees the lock when the holder dies."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock of that name; waits for whoever has it.

    Args:
        path: a file of its own for the lock; made where it is missing and never removed (removing it would let two in).
        shared: several may hold it together, while nobody holds it alone.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
