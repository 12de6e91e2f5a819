"""The stage's face: which reader takes a locator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pipelines.context import RunContext
from pipelines.fetch import local
from pipelines.fetch.config import FetchConfig
from pipelines.fetch.deferred import Deferred
from schemas import Document, Locator, Rejected

REMOTE_KINDS: Final = frozenset({"url", "feed", "sitemap", "site", "urls", "gdelt"})
"""The kinds of locators whose `uri` is a page's URL."""


def fetch(locator: Locator, context: RunContext, config: FetchConfig | None = None) -> Iterator[Document | Rejected]:
    """The documents of a locator that can be read from where it lies: one for a file, many for JSON Lines and WARC.

    Every failure is a `Rejected` of stage `fetch`; the records before it are kept.

    Raises:
        ValueError: no reader takes this kind of locator.
    """
    config = config or FetchConfig()
    if locator.kind in local.KINDS:
        return local.read(locator, context, config)
    if locator.kind in ("warc", "raw"):
        from pipelines.fetch import warc  # its libraries are for those who need them

        return warc.read(locator, context, config)
    if locator.kind == "kafka":
        from pipelines.fetch import kafka

        return kafka.read(locator, context, config)
    raise ValueError(f"no reader takes a locator of kind {locator.kind!r}: {locator}")


def fetch_many(
    locators: Iterable[Locator], context: RunContext, config: FetchConfig | None = None
) -> Iterator[Document | Rejected | Deferred]:
    """The documents of many locators of any kind: local ones as they come, then all remote ones at once.

    For one batch; a worker that has many keeps a `Fetcher` and its connections.

    Raises:
        NoContactError: there are remote ones, and the configuration names no contact.
    """
    from pipelines.fetch import remote

    far: list[Locator] = []
    for locator in locators:
        if locator.kind in REMOTE_KINDS:
            far.append(locator)
        else:
            yield from fetch(locator, context, config)
    if far:
        with remote.Fetcher(config or FetchConfig()) as fetcher:
            yield from fetcher.fetch_many(far, context)
