"""Real servers on loopback for the tests of the client: what they answer is written byte for byte by each test."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

from aiohttp.abc import AbstractResolver, ResolveResult


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it."""

    host: str
    path: str
    headers: dict[str, str]
    at: float


Writer = asyncio.StreamWriter
Handler = Callable[[Asked, Writer], Awaitable[None]]


def answer(
    body: bytes | str = "",
    status: str = "200 OK",
    *,
    type: str | None = "text/html; charset=utf-8",
    length: int | None = None,
    **headers: str,
) -> bytes:
    """A whole HTTP/1.1 answer; `_` in a header's name stands for `-`."""
    body = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"Content-Type: {type}"] if type else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class Server:
    """A server in a thread.

    `routes` maps `path` or `host path` to the bytes of an answer, to several for one after the other, or to a handler.
    """

    routes: dict[str, bytes | list[bytes] | Handler] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    latency: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    most_at_once: dict[str, int] = field(default_factory=dict)
    port: int = 0

    def __enter__(self) -> Self:
        self._at_once: dict[str, int] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def paths(self, host: str | None = None) -> list[str]:
        """What was asked for, robots.txt aside."""
        return [a.path for a in self.asked if a.path != "/robots.txt" and host in (None, a.host)]

    async def _start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, "0.0.0.0", self.port, ssl=self.tls, limit=1 << 20)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _stop(self) -> None:
        self._server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        try:
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
                asked = Asked(headers.get("host", "").partition(":")[0], head[0].split(" ")[1], headers, time.monotonic())
                self.asked.append(asked)
                await self._count(asked, writer)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _count(self, asked: Asked, writer: Writer) -> None:
        self._at_once[asked.host] = self._at_once.get(asked.host, 0) + 1
        self.most_at_once[asked.host] = max(self.most_at_once.get(asked.host, 0), self._at_once[asked.host])
        try:
            if self.latency:
                await asyncio.sleep(self.latency)
            await self._answer(asked, writer)
        finally:
            self._at_once[asked.host] -= 1

    async def _answer(self, asked: Asked, writer: Writer) -> None:
        route = self.routes.get(
            f"{asked.host} {asked.path}", self.routes.get(asked.path, self.routes.get("*") if asked.path != "/robots.txt" else None)
        )
        if callable(route):
            await route(asked, writer)
        elif isinstance(route, list):
            writer.write(route.pop(0) if len(route) > 1 else route[0])
        else:
            writer.write(route if route is not None else answer("none", "404 Not Found"))


class Names(AbstractResolver):
    """A resolver that answers from a table; the answers of a name are given one after the other, the last one for ever."""

    def __init__(self, answers: dict[str, Sequence[str | list[str]]] | None = None, *, default: str | None = None) -> None:
        self.answers = {name: list(addresses) for name, addresses in (answers or {}).items()}
        self.default = default
        self.questions: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        self.questions.append(host)
        answers = self.answers.get(host)
        if answers is None and self.default is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        found = (answers.pop(0) if len(answers) > 1 else answers[0]) if answers else self.default
        addresses = found if isinstance(found, list) else [str(found)]
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=socket.AF_INET6 if ":" in address else socket.AF_INET, proto=0, flags=0
            )
            for address in addresses
        ]

    async def close(self) -> None:
        pass
