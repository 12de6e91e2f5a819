"""What a worker does with a shard of remote locators: all its hosts at once, each page worked on as it arrives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.context import RunContext
from pipelines.dataset import Layout, Staged
from pipelines.fetch import Deferred, FetchConfig
from pipelines.work import Stages, Work, WorkOptions
from schemas import Document, Locator, Rejected, RejectionStage

if TYPE_CHECKING:
    from pipelines.fetch.remote import Fetcher

OpenFetcher = Callable[[FetchConfig], AbstractContextManager["Fetcher"]]
"""Opens a worker's way to the net; picklable."""


def shard_of(locator: Locator, shards: int) -> int:
    """The shard of a locator's host: the same one in every process, so that a host is asked by one worker of a run."""
    try:
        host = urlsplit(locator.uri).hostname or ""
    except ValueError:
        host = ""
    return int.from_bytes(hashlib.sha256(host.rstrip(".").lower().encode("utf8", "replace")).digest()[:8]) % shards


def work_on(
    layout: Layout,
    context: RunContext,
    stages: Stages,
    config: FetchConfig,
    locators: Iterable[Locator],
    options: WorkOptions = WorkOptions(),  # noqa: B008 - it is frozen
    fetcher: OpenFetcher | None = None,
) -> Staged:
    """Fetch, normalize, extract and stage; bodies never leave the worker. What a host's share of the run does not cover goes back.

    Args:
        fetcher: opens the way to the net; None opens one for this shard alone. A process that runs many jobs keeps its connections.

    Raises:
        NoContactError: the configuration names no contact.
    """
    if fetcher is None:
        from pipelines.fetch.remote import Fetcher

        fetcher = Fetcher

    handed = _Handed()
    work = Work(layout, context, replace(stages, fetch=handed), options.store_text, options.again, options.told)
    with fetcher(config) as opened:
        for result in opened.fetch_many(locators, context):
            if isinstance(result, Document):
                handed.document = result
                work.take(result.locator)
            elif isinstance(result, Rejected):
                work.take(result)
            elif config.state is None:
                work.take(_put_off(result, context))
    return work.finish()


@dataclass
class _Handed:
    """A fetch stage that hands on a page which the loop has fetched already."""

    document: Document | None = None

    def __call__(self, locator: Locator, context: RunContext) -> Iterator[Document | Rejected]:
        assert self.document is not None
        yield self.document


def _put_off(deferred: Deferred, context: RunContext) -> Rejected:
    """Without a memory that would list it again, what is put off is kept as rejected, to be retried."""
    return Rejected.of(
        RejectionStage.FETCH,
        "circuit_open",
        input=deferred.locator.uri,
        error=deferred.why,
        seen=context.now,
        run_id=context.run_id,
        retry_after=deferred.not_before or context.now,
    )
