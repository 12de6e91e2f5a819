"""Expiry of the raw archive: pages as they were fetched are kept for as long as the operator's policy says.

Claims and articles stay; only `dyadwire page` and `reextract` from raw pages no longer reach what has expired.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

_CLOSED: Final = "*.warc.gz"
"""Finished files; one that a run still writes ends in `.open`."""


@dataclass(frozen=True)
class Expired:
    """What went."""

    files: int = 0
    bytes: int = 0


def expire(raw: Path, keep: timedelta | None, now: datetime) -> Expired:
    """Delete archive files whose last record is older than the policy allows.

    Args:
        raw: the folder of the archive, which need not exist.
        keep: how long pages are kept; None keeps them for ever.
        now: the moment that ages count from.
    """
    if keep is None:
        return Expired()
    files = size = 0
    for file in sorted(raw.rglob(_CLOSED)):
        status = file.stat()
        if datetime.fromtimestamp(status.st_mtime, UTC) < now - keep:
            file.unlink()
            files, size = files + 1, size + status.st_size
    return Expired(files, size)
