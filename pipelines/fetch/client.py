"""The one HTTP client: polite, safe and robust, whoever asks for a URL."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from pipelines.context import utc_now
from pipelines.fetch.body import decompress, read_wire
from pipelines.fetch.config import FetchConfig
from pipelines.fetch.connection import open_session
from pipelines.fetch.failures import FetchError, explained
from pipelines.fetch.hosts import Hosts
from pipelines.fetch.response import Response, Validators, media_type, retry_after
from pipelines.fetch.robots import LIMIT as ROBOTS_LIMIT
from pipelines.fetch.robots import Robots, RobotsAnswer
from pipelines.fetch.state import HostState
from pipelines.fetch.urls import checked, host_of

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SLOW_DOWN: Final = frozenset({429, 503})
_MAY_PASS: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_OFF_THE_LOOP: Final = 64 * 1024
"""Bodies above this are decompressed in a thread, so that other hosts are not kept waiting."""

PAGES: Final = "text/html, application/xhtml+xml, text/plain;q=0.5"
"""`Accept` for articles."""
PAGE_TYPES: Final = frozenset({"text/html", "application/xhtml+xml", "text/plain"})


class Client:
    """Gets URLs for one worker, on one loop. Every failure is a `FetchError`."""

    def __init__(self, config: FetchConfig, *, resolver: AbstractResolver | None = None) -> None:
        """To be made on the running loop that it is used on.

        Raises:
            NoContactError: the configuration names no contact.
        """
        self._config = config
        self._session = open_session(config, resolver)
        self._state = HostState(config.state) if config.state else None
        self.hosts = Hosts(config, self._state)
        self.robots = Robots(config, self._robots_txt, self._state)

    async def close(self) -> None:
        await self._session.close()
        if self._state is not None:
            self._state.close()

    async def get(
        self,
        url: str,
        *,
        types: frozenset[str] | None = None,
        accept: str = "*/*",
        validators: Validators | None = None,
        limit: int | None = None,
    ) -> Response:
        """The answer to a GET: of status 2xx, or 304 where `validators` are given.

        Args:
            types: media types that are read; the body of others is not. None reads all.
            accept: the header of that name.
            validators: make the request conditional.
            limit: bytes, on the wire and decompressed; the page limit where None.

        Raises:
            FetchError: any failure, retried before where it may pass.
            PostponedError: the host may not be asked for so long that the page is better left to the next run.
        """
        headers = {"Accept": accept, **(validators.headers() if validators else {})}
        for attempt in range(1, self._config.attempts + 1):
            try:
                return await self._follow(url, headers, types, limit or self._config.page_limit)
            except FetchError as error:
                if not error.passes or attempt == self._config.attempts:
                    raise self._dated(error) from error
            await asyncio.sleep(self._config.backoff * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))
        raise ValueError(f"attempts must be 1 or more, not {self._config.attempts}")

    def _dated(self, error: FetchError) -> FetchError:
        """What may pass is due again later, if the server named no time of its own."""
        if error.passes and error.retry_after is None:
            error.retry_after = utc_now() + timedelta(seconds=self._config.retry_in)
        return error

    async def _follow(self, url: str, headers: Mapping[str, str], types: frozenset[str] | None, limit: int) -> Response:
        """One try: robots, turn and address are checked anew at every hop; the deadline covers all of them."""
        target, left = checked(url), self._config.deadline
        for _ in range(self._config.max_redirects + 1):
            crawl_delay = await self.robots.check(target)
            if crawl_delay is not None:
                self.hosts.set_floor(host_of(target), crawl_delay)
            async with self.hosts.turn(host_of(target)):
                started = time.monotonic()
                response = await self._judged(target, headers, types, limit, left)
                left -= time.monotonic() - started
            if response.status not in _REDIRECTS:
                return replace(response, asked=url)
            target = _next(target, response)
            headers = {"Accept": headers["Accept"]}
        raise FetchError("redirects", f"{url} redirects more than {self._config.max_redirects} times, at last to {target}")

    async def _judged(self, url: URL, headers: Mapping[str, str], types: frozenset[str] | None, limit: int, left: float) -> Response:
        """A request whose outcome the host's pace and circuit learn from."""
        host = host_of(url)
        try:
            response = await self._request(url, headers, types, limit, left)
        except FetchError as error:
            if error.reason in ("timeout", "connection", "tls", "dns"):
                self.hosts.failed(host)
            raise
        if response.status in _SLOW_DOWN:
            self.hosts.slow_down(host, retry_after(response.header("Retry-After"), utc_now()))
        if response.status >= 500:
            self.hosts.failed(host)
        elif response.status != 429:
            self.hosts.succeeded(host)
        if response.status >= 400:
            raise _refused(response)
        if 300 <= response.status < 400 and response.status not in _REDIRECTS and not (response.not_modified and _conditional(headers)):
            raise FetchError("redirects", f"{url} answers {response.status} {response.reason}, which leads nowhere")
        return response

    async def _request(
        self, url: URL, headers: Mapping[str, str], types: frozenset[str] | None, limit: int, left: float, *, cut: bool = False
    ) -> Response:
        """One request on the wire, in the host's turn, and its answer; of refusals and redirects only the head."""
        try:
            async with (
                asyncio.timeout(max(left, 0.001)),
                self._session.get(url, headers=headers, allow_redirects=False) as answer,
            ):
                head = _head(url, answer)
                if not 200 <= answer.status < 300:
                    answer.close()
                    return head
                kind = media_type(head.header("Content-Type"))
                if types is not None and kind is not None and kind not in types:
                    answer.close()
                    raise FetchError("not_html", f"{url} is {kind}")
                wire = await read_wire(answer, limit, cut=cut)
            return await self._with_body(head, wire, limit, cut=cut)
        except FetchError:
            raise
        except Exception as error:
            raise explained(error, str(url)) from error

    async def _with_body(self, head: Response, wire: bytes, limit: int, *, cut: bool) -> Response:
        codings = head.header("Content-Encoding")
        if codings is None:
            return replace(head, wire=wire, body=wire)
        if len(wire) > _OFF_THE_LOOP:
            body = await asyncio.to_thread(decompress, wire, codings, limit, cut=cut)
        else:
            body = decompress(wire, codings, limit, cut=cut)
        return replace(head, wire=wire, body=body)

    async def _robots_txt(self, url: str) -> RobotsAnswer:
        """RFC 9309, section 2.3.1: up to five redirects are followed, also to other hosts; more of them are like no file."""
        target = checked(url)
        for _ in range(5 + 1):
            async with self.hosts.turn(host_of(target)):
                response = await self._robots_hop(target)
            if response.status not in _REDIRECTS:
                return RobotsAnswer(response.status, response.body)
            target = _next(target, response)
        return RobotsAnswer(404, b"")

    async def _robots_hop(self, target: URL) -> Response:
        host = host_of(target)
        try:
            response = await self._request(target, {"Accept": "text/plain, */*;q=0.5"}, None, ROBOTS_LIMIT, self._config.deadline, cut=True)
        except FetchError as error:
            if error.reason in ("timeout", "connection", "tls", "dns"):
                self.hosts.failed(host)
            raise
        if response.status in _SLOW_DOWN:
            self.hosts.slow_down(host, retry_after(response.header("Retry-After"), utc_now()))
        return response


def _conditional(headers: Mapping[str, str]) -> bool:
    return len(headers) > 1


def _head(url: URL, answer: aiohttp.ClientResponse) -> Response:
    connection = answer.connection
    peer = connection.transport.get_extra_info("peername") if connection is not None and connection.transport is not None else None
    headers = tuple((key.decode("latin-1"), value.decode("utf8", "replace")) for key, value in answer.raw_headers)
    return Response(
        asked=str(url),
        url=str(url),
        status=answer.status,
        reason=answer.reason or "",
        headers=headers,
        wire=b"",
        body=b"",
        fetched_at=utc_now(),
        address=peer[0] if peer else None,
    )


def _next(target: URL, response: Response) -> URL:
    location = response.header("Location")
    if location is None:
        raise FetchError("redirects", f"{target} answers {response.status} without a Location")
    try:
        joined = target.join(URL(location))
    except (ValueError, UnicodeError) as error:
        raise FetchError("bad_url", f"{target} redirects to {location[:200]!r}: {error}") from error
    return checked(str(joined))


def _refused(response: Response) -> FetchError:
    """A status of 400 or more as an error."""
    status = response.status
    words = f"{response.url} answers {status} {response.reason}".strip()
    reason = "paywall" if status == 402 else "http_5xx" if status >= 500 else "http_4xx"
    again = retry_after(response.header("Retry-After"), utc_now()) if status in _SLOW_DOWN else None
    return FetchError(reason, words, passes=status in _MAY_PASS, retry_after=again, status=status)
