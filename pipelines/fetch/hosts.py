"""Hosts: one request at a time, at a pace that each of them can bear."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from pipelines.context import utc_now
from pipelines.fetch.config import FetchConfig
from pipelines.fetch.failures import FetchError, PostponedError
from pipelines.fetch.state import HostState

_EASING: Final = 0.8
"""What a success makes of a delay that had grown."""
_PATIENCE: Final = 60.0
"""Seconds that a turn is waited for at most; beyond them the page is left to the next run."""


@dataclass
class Host:
    """What this process knows of a host."""

    name: str
    floor: float
    """Delay that the configuration and the host's robots.txt ask for."""
    delay: float
    """Delay now: the floor, or more after 429 and 503."""
    next_at: float = 0.0
    """Epoch seconds before which it is not asked."""
    failures: int = 0
    open_until: float = 0.0
    """Epoch seconds until which it is left alone after too many failures."""
    run_id: str = ""
    requests: int = 0
    since: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Hosts:
    """All hosts of a worker."""

    def __init__(self, config: FetchConfig, state: HostState | None = None) -> None:
        self._config = config
        self._state = state
        self._owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._slots = asyncio.Semaphore(config.concurrency)
        self._hosts: dict[str, Host] = {}

    def __getitem__(self, name: str) -> Host:
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = Host(name, self._config.delay, self._config.delay)
        return host

    @asynccontextmanager
    async def turn(self, name: str, patience: float = _PATIENCE) -> AsyncIterator[None]:
        """Waits for the host's next turn and one of the worker's `concurrency` slots, and holds both.

        The slot is waited for first: a turn begins when its request does, so that pauses and the lease are counted from there.

        Raises:
            FetchError: `circuit_open`: too many failures lately.
            PostponedError: the turn is more than `patience` seconds away.
        """
        host = self[name]
        async with host.lock:
            self._refuse_open(host)
            await self._wait(host, patience)
            started = time.time()
            host.requests += 1
            try:
                yield
            finally:
                self._slots.release()
                host.next_at = max(host.next_at, started + host.delay)
                await self._give_back(host)

    def succeeded(self, name: str) -> None:
        """The host answered: failures are forgotten, a delay that had grown shrinks."""
        host = self[name]
        host.failures = 0
        host.delay = max(host.floor, host.delay * _EASING)

    def failed(self, name: str) -> None:
        """The host did not answer as it should; after `circuit_failures` in a row it is left alone."""
        host = self[name]
        host.failures += 1
        if host.failures >= self._config.circuit_failures:
            host.open_until = time.time() + self._config.circuit_seconds
            host.failures = 0

    def slow_down(self, name: str, retry_after: datetime | None) -> None:
        """The host said 429 or 503: wait as long as it asks, or twice as long as before."""
        host = self[name]
        host.delay = min(self._config.max_delay, max(2 * host.delay, self._config.backoff, host.floor))
        wait = host.delay if retry_after is None else retry_after.timestamp() - time.time()
        host.next_at = max(host.next_at, time.time() + wait)

    def set_floor(self, name: str, crawl_delay: float) -> None:
        """What the host's robots.txt asks for, where it is more than ours."""
        host = self[name]
        host.floor = max(self._config.delay, crawl_delay)
        host.delay = max(host.delay, host.floor)

    def exhausted(self, name: str, run_id: str) -> str | None:
        """Why a run has had its share of a host, or None while it has not."""
        host = self[name]
        if host.run_id != run_id:
            host.run_id, host.requests, host.since = run_id, 0, time.time()
        if host.requests >= self._config.host_requests:
            return f"{name} was asked {host.requests} times in this run; the rest is for the next one"
        if time.time() - host.since > self._config.host_seconds:
            return f"{name} took {self._config.host_seconds:.0f} s of this run; the rest is for the next one"
        return None

    def _refuse_open(self, host: Host) -> None:
        if host.open_until > time.time():
            until = datetime.fromtimestamp(host.open_until, UTC)
            raise FetchError("circuit_open", f"{host.name} failed {self._config.circuit_failures} times in a row", retry_after=until)

    async def _wait(self, host: Host, patience: float) -> None:
        give_up = time.time() + patience
        while (wait := host.next_at - time.time()) > 0 or (wait := await self._take(host)) > 0:
            if time.time() + wait > give_up:
                not_before = utc_now() + timedelta(seconds=wait)
                raise PostponedError(not_before, f"{host.name} may not be asked before {not_before:%Y-%m-%d %H:%M:%S} UTC")
            await asyncio.sleep(wait)

    async def _take(self, host: Host) -> float:
        """A slot, and the turn with it; 0.0 when both are held, else in how many seconds to ask again."""
        await self._slots.acquire()
        wait = 1.0
        try:
            now = time.time()
            wait = 0.0 if self._state is None else self._state.take_turn(host.name, self._owner, now, self._config.deadline + 5)
        finally:
            if wait > 0:
                self._slots.release()
        return wait

    async def _give_back(self, host: Host) -> None:
        while self._state is not None and not self._state.give_back(host.name, self._owner, host.next_at):
            await asyncio.sleep(0.005)
