"""`normalizer_version`: the release and a digest of everything that decides what a page becomes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.version import versioned

if TYPE_CHECKING:
    from pipelines.normalize.shared_lines import SharedLines


def normalizer_version(shared: SharedLines | None = None) -> str:
    """For example `0.1.0+77aa12cd`: the release, and eight hex digits over this package's code and data.

    Args:
        shared: a list of shared lines decides, too: with one, its digest follows, as in `0.1.0+77aa12cd.90ab12cd`.
    """
    return f"{_own()}.{shared.digest}" if shared is not None and shared.stories else _own()


@cache
def _own() -> str:
    return versioned([Path(__file__).parent])
