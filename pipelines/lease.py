"""Who works on what: a lock that is tried and not waited for. The system frees it when its holder dies."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def lease(path: Path) -> Iterator[bool]:
    """Whether the block has the lock of that name; False when somebody else works under it.

    Args:
        path: a file of its own for the lock; made where it is missing and never removed (removing it would let two in).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
