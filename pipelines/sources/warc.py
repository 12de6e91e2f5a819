"""`warc:GLOB`: WARC files; each is one locator, whose records are found when it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipelines.context import RunContext
from pipelines.sources import local
from schemas import Locator, Rejected


def locators(given: str, context: RunContext) -> Iterator[Locator | Rejected]:
    """The files of a folder, a glob or a single name, sorted."""
    for found in local.from_path(given.removeprefix("warc:"), context):
        yield found if isinstance(found, Rejected) else replace(found, kind="warc", offset=None, length=None, first_line=1)
