"""The version of the data contract.

Within a major version, changes are additive: a column may come, none may go or change its type.
"""

from __future__ import annotations

from typing import Final

SCHEMA_VERSION: Final = "1.0"


def major(version: str) -> int:
    """The part of a schema version that tells whether this code can read it.

    Raises:
        ValueError: `version` is not `MAJOR.MINOR`.
    """
    head, dot, tail = version.partition(".")
    if not (dot and head.isdigit() and tail.isdigit()):
        raise ValueError(f"schema version {version!r} is not MAJOR.MINOR, such as {SCHEMA_VERSION!r}")
    return int(head)
