"""Robots Exclusion Protocol, RFC 9309: who may fetch what, and how often."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from protego import Protego
from yarl import URL

from pipelines.fetch.config import PRODUCT, FetchConfig
from pipelines.fetch.failures import FetchError
from pipelines.fetch.state import HostState
from pipelines.fetch.urls import origin_of

LIMIT: Final = 500 * 1024
"""RFC 9309, section 2.5: bytes of a robots.txt that are read at least; ours are read at most."""
UNREACHABLE_SECONDS: Final = 600.0
"""How long it is believed that a robots.txt cannot be had."""
_LONGEST_PAUSE: Final = 86_400.0


@dataclass(frozen=True)
class RobotsAnswer:
    """Status of the final answer, 0 where there was none, and the first bytes of its body."""

    status: int
    body: bytes


@dataclass(frozen=True)
class _Rules:
    rules: Protego | None
    """None: everything is forbidden, because the file cannot be had at the moment."""
    expires: float
    status: int


class Robots:
    """The rules of all origins that a worker asks."""

    def __init__(self, config: FetchConfig, fetch: Callable[[str], Awaitable[RobotsAnswer]], state: HostState | None = None) -> None:
        self._config = config
        self._fetch = fetch
        self._state = state
        self._rules: dict[str, _Rules] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def check(self, url: URL) -> float | None:
        """The crawl delay that the origin asks for, if it does.

        Raises:
            FetchError: `robots`: the file forbids it, or cannot be had (RFC 9309, section 2.3.1.4); or what kept us from asking for it.
        """
        known = await self._of(origin_of(url))
        if known.rules is None:
            again = datetime.fromtimestamp(known.expires, UTC)
            raise FetchError("robots", f"{origin_of(url)}/robots.txt answers {known.status}, so nothing may be fetched", retry_after=again)
        if not known.rules.can_fetch(str(url), PRODUCT):
            raise FetchError("robots", f"{origin_of(url)}/robots.txt forbids {url.raw_path_qs}")
        return _pause(known.rules)

    async def sitemaps(self, url: URL) -> list[str]:
        """What the origin's file names as sitemaps."""
        known = await self._of(origin_of(url))
        return [] if known.rules is None else list(known.rules.sitemaps)

    async def _of(self, origin: str) -> _Rules:
        async with self._locks.setdefault(origin, asyncio.Lock()):
            known = self._rules.get(origin)
            if known is None or known.expires <= time.time():
                known = self._rules[origin] = await self._stored(origin) or await self._fetched(origin)
            return known

    async def _stored(self, origin: str) -> _Rules | None:
        stored = self._state.robots(origin) if self._state else None
        if stored is None or stored[2] <= time.time():
            return None
        return await _parsed(stored[0], stored[1], stored[2])

    async def _fetched(self, origin: str) -> _Rules:
        answer = await self._fetch(f"{origin}/robots.txt")
        unreachable = answer.status == 429 or answer.status >= 500
        expires = time.time() + (min(UNREACHABLE_SECONDS, self._config.robots_seconds) if unreachable else self._config.robots_seconds)
        if self._state is not None:
            self._state.keep_robots(origin, answer.status, answer.body, expires)
        return await _parsed(answer.status, answer.body, expires)


async def _parsed(status: int, body: bytes, expires: float) -> _Rules:
    if status == 429 or status >= 500:
        return _Rules(None, expires, status)
    text = body.decode("utf8", "replace").lstrip("\ufeff") if 200 <= status < 300 else ""
    # the largest files take half a second, in which the other hosts go on
    rules = await asyncio.to_thread(Protego.parse, text) if len(text) > 16 * 1024 else Protego.parse(text)
    return _Rules(rules, expires, status)


def _pause(rules: Protego) -> float | None:
    """Seconds between requests, from `Crawl-delay` or `Request-rate`."""
    delay = rules.crawl_delay(PRODUCT)
    rate = rules.request_rate(PRODUCT)
    pauses = [float(delay)] if delay is not None else []
    if rate is not None and rate.requests:
        pauses.append(rate.seconds / rate.requests)
    return min(max((pause for pause in pauses if pause >= 0), default=0.0), _LONGEST_PAUSE) or None
