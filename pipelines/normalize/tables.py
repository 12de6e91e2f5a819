"""The data files of this package: CSV whose first lines, after `#`, explain the columns."""

from __future__ import annotations

import csv
from importlib.resources import files


def table(name: str) -> list[dict[str, str]]:
    """The rows of `data/NAME`, by column."""
    text = files(__package__).joinpath("data", name).read_text(encoding="utf8")
    return list(csv.DictReader(line for line in text.splitlines() if line and not line.startswith("#")))
