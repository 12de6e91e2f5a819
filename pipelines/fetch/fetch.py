"""The stage's face: which reader takes a locator."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.context import RunContext
from pipelines.fetch import local
from pipelines.fetch.config import FetchConfig
from schemas import Document, Locator, Rejected


def fetch(locator: Locator, context: RunContext, config: FetchConfig | None = None) -> Iterator[Document | Rejected]:
    """The documents of a locator: one for a page, many for a container such as JSON Lines.

    Every failure is a `Rejected` of stage `fetch`; the records before it are kept.

    Raises:
        ValueError: no reader takes this kind of locator.
    """
    config = config or FetchConfig()
    if locator.kind in local.KINDS:
        return local.read(locator, context, config)
    raise ValueError(f"no reader takes a locator of kind {locator.kind!r}: {locator}")
