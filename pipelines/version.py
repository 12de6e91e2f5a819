"""The release, and digests that tell one set of rules and data from another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

RELEASE: Final = "0.1.0"
"""The one place where the release stands; `pyproject.toml` reads it from here."""


def digest(paths: Iterable[Path]) -> str:
    """Eight hex digits that change when the contents of the files change.

    Folders stand for all files below them, compiled ones left out. Names and places do not count, so the digest of an installed
    package equals that of its checkout.

    Raises:
        FileNotFoundError: a path is neither a file nor a folder.
    """
    contents = sorted(hashlib.sha256(file.read_bytes()).digest() for file in _files(paths))
    return hashlib.sha256(b"".join(contents)).hexdigest()[:8]


def versioned(paths: Iterable[Path]) -> str:
    """The release with the digest of what else decides the rows: `0.1.0+4c1d2e3f`."""
    return f"{RELEASE}+{digest(paths)}"


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts and p.suffix != ".pyc")
        elif path.is_file():
            yield path
        else:
            raise FileNotFoundError(f"{path} is neither a file nor a folder, so it has no digest")
