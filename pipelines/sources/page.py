"""`https://…`: one page. Asked for by name, it is listed each time; whether it changed since, the client asks its server."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.context import RunContext
from pipelines.sources.web import Web
from schemas import Locator, Rejected


def locators(given: str, context: RunContext, web: Web) -> Iterator[Locator | Rejected]:
    yield Locator(kind="url", uri=given)
