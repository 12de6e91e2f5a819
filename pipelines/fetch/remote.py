"""Remote pages as documents: many hosts at once, each at its own pace, on one loop a worker."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Final, Self

from aiohttp.abc import AbstractResolver

from pipelines.context import RunContext
from pipelines.fetch.archive import Archive
from pipelines.fetch.client import PAGE_TYPES, PAGES, Client
from pipelines.fetch.config import FetchConfig
from pipelines.fetch.deferred import Deferred
from pipelines.fetch.failures import FetchError, PostponedError
from pipelines.fetch.loop import LoopThread
from pipelines.fetch.response import Response, Validators
from pipelines.fetch.urls import checked, host_of
from pipelines.fetch.warc import page_type
from pipelines.seen import PAGE, SeenStore
from schemas import Document, Locator, Rejected, RejectionStage

Result = Document | Rejected | Deferred

_HOSTS: Final = 2000
"""Hosts that are visited in turn at a time; most of them wait for their next turn."""
_BATCH: Final = 32
"""Results that are handed from the loop to the caller at a time, at most."""


class Fetcher:
    """A worker's way to the net: one loop, one connection pool, one archive file. Close it when the worker ends."""

    def __init__(self, config: FetchConfig, *, resolver: AbstractResolver | None = None) -> None:
        """
        Raises:
            NoContactError: the configuration names no contact.
            ValueError: an allowed network is not written as `ADDRESS/BITS`.
        """
        self._config = config
        self._loop = LoopThread()
        try:
            self._client = self._loop.run(_client(config, resolver))
        except BaseException:
            self._loop.close()
            raise
        self._seen = SeenStore(config.state) if config.state else None
        self._archives: dict[tuple[str, str], Archive] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._loop.run(self._client.close())
        self._loop.close()
        for archive in self._archives.values():
            archive.close()
        self._archives.clear()
        if self._seen is not None:
            self._seen.close()

    def get(
        self,
        url: str,
        *,
        types: frozenset[str] | None = None,
        accept: str = "*/*",
        validators: Validators | None = None,
        limit: int | None = None,
    ) -> Response:
        """`Client.get` for callers without a loop; for sources. Not archived."""
        return self._loop.run(self._client.get(url, types=types, accept=accept, validators=validators, limit=limit))

    def ask(
        self,
        url: str,
        context: RunContext,
        *,
        input: str,
        accept: str = "*/*",
        etag: str | None = None,
        last_modified: str | None = None,
        limit: int | None = None,
    ) -> Response | Rejected:
        """`get` for sources: a failure is the row that it gives, under the name of `input`."""
        try:
            return self.get(url, accept=accept, validators=Validators(etag=etag, last_modified=last_modified), limit=limit)
        except PostponedError as error:
            failure = FetchError("circuit_open", error.words, retry_after=error.not_before)
        except FetchError as error:
            failure = error
        return _rejected(failure, Locator(kind="url", uri=input), context)

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the robots.txt of a URL's origin names."""
        try:
            return self._loop.run(self._client.robots.sitemaps(checked(url)))
        except (FetchError, PostponedError):
            return []  # the sitemap itself is asked for next, and fails with the reason

    def fetch_many(self, locators: Iterable[Locator], context: RunContext) -> Iterator[Result]:
        """The pages of many locators, in the order in which they arrive.

        A page that has not changed since it was committed last gives nothing. Bodies wait in memory until the caller takes them: when it
        is slow, the hosts are asked more slowly.
        """
        by_host: dict[str, list[Locator]] = defaultdict(list)
        for locator in locators:
            try:
                by_host[host_of(checked(locator.uri))].append(locator)
            except FetchError as error:
                yield _rejected(error, locator, context)
        results: asyncio.Queue[Result | None] = asyncio.Queue(2 * _BATCH)
        running = self._loop.start(self._all_hosts(by_host, results, context))
        try:
            while (batch := self._loop.run(_take(results))) is not None:
                yield from batch
            running.result()
        finally:
            running.cancel()
        if (archive := self._archives.get((context.run_id, context.slice_id))) is not None:
            archive.sync()

    async def _all_hosts(self, by_host: dict[str, list[Locator]], results: asyncio.Queue[Result | None], context: RunContext) -> None:
        slots = asyncio.Semaphore(_HOSTS)
        try:
            async with asyncio.TaskGroup() as group:
                for host, locators in by_host.items():
                    group.create_task(self._host(host, locators, slots, results, context))
        finally:
            await results.put(None)

    async def _host(
        self, host: str, locators: list[Locator], slots: asyncio.Semaphore, results: asyncio.Queue[Result | None], context: RunContext
    ) -> None:
        """The pages of one host, one after the other, until the run has had its share of it."""
        async with slots:
            for index, locator in enumerate(locators):
                why = self._client.hosts.exhausted(host, context.run_id)
                not_before = None
                if why is None:
                    try:
                        found = await self._page(locator, context)
                    except PostponedError as error:
                        why, not_before = error.words, error.not_before
                    else:
                        if found is not None:
                            await results.put(found)
                        continue
                for late in locators[index:]:
                    deferred = Deferred(locator=late, not_before=not_before, why=why)
                    if self._seen is not None:
                        self._seen.defer(context, late, not_before)
                    await results.put(deferred)
                return

    async def _page(self, locator: Locator, context: RunContext) -> Document | Rejected | None:
        try:
            validators = self._validators(locator)
            response = await self._client.get(locator.uri, types=PAGE_TYPES, accept=PAGES, validators=validators)
            if response.not_modified:
                return None
            if not response.body:
                raise FetchError("empty", f"{response.url} answers {response.status} without a body")
            return self._document(response, locator, context)
        except FetchError as error:
            return _rejected(error, locator, context)

    def _validators(self, locator: Locator) -> Validators | None:
        known = self._seen.get(PAGE, locator.uri) if self._seen is not None else None
        return None if known is None else Validators(etag=known.etag, last_modified=known.last_modified)

    def _document(self, response: Response, locator: Locator, context: RunContext) -> Document:
        raw_file, raw_offset = self._archived(response, locator, context)
        if self._seen is not None and response.validators:
            validators = response.validators
            self._seen.put(context, PAGE, locator.uri, etag=validators.etag, last_modified=validators.last_modified)
        return Document(
            locator=locator,
            input=locator.uri,
            content=response.body,
            media_type=page_type(response.media_type, response.body),
            charset=response.charset,
            url=response.url,
            fetched_at=response.fetched_at,
            raw_file=raw_file,
            raw_offset=raw_offset,
            headers=dict(response.headers),
        )

    def _archived(self, response: Response, locator: Locator, context: RunContext) -> tuple[str | None, int | None]:
        if self._config.raw is None:
            return None, None
        key = (context.run_id, context.slice_id)
        if key not in self._archives:
            for archive in self._archives.values():
                archive.close()
            self._archives = {key: Archive(self._config.raw, context, file_limit=self._config.raw_file_limit)}
        return self._archives[key].write(response, locator)


async def _client(config: FetchConfig, resolver: AbstractResolver | None) -> Client:
    return Client(config, resolver=resolver)


async def _take(results: asyncio.Queue[Result | None]) -> list[Result] | None:
    """What has arrived, at least one result; None at the end."""
    first = await results.get()
    if first is None:
        return None
    batch = [first]
    while len(batch) < _BATCH and not results.empty():
        following = results.get_nowait()
        if following is None:
            results.put_nowait(None)
            break
        batch.append(following)
    return batch


def _rejected(error: FetchError, locator: Locator, context: RunContext) -> Rejected:
    return Rejected.of(
        RejectionStage.FETCH,
        error.reason,
        input=locator.uri,
        error=error.words,
        seen=context.now,
        run_id=context.run_id,
        retry_after=error.retry_after,
    )
