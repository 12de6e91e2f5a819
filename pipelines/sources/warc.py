"""`warc:GLOB` and `raw:FOLDER`: WARC files; each is one locator, whose records are found when it is read."""

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


def own(given: str, context: RunContext) -> Iterator[Locator | Rejected]:
    """The files of an archive that a run kept: its articles come out as they were fetched, without one request."""
    for found in local.from_path(given.removeprefix("raw:"), context):
        yield found if isinstance(found, Rejected) else replace(found, kind="raw", offset=None, length=None, first_line=1)
