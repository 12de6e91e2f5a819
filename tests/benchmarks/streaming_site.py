"""The news sites of the streaming benchmark: a server process with a feed a host, which publishes pages at a steady rate.

It writes down when each page was first shown to somebody who asked for its feed.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

HOSTS: Final = 20
LISTED: Final = 60
"""Entries that a feed shows."""
_PAIRS: Final = (
    ("Norway", "Peru"), ("Kenya", "Japan"), ("Chile", "Nepal"), ("Poland", "Cuba"), ("Egypt", "Spain"), ("Ghana", "Brazil"),
    ("Iran", "Pakistan"), ("India", "Vietnam"), ("Turkey", "Greece"), ("Canada", "Mexico"), ("Finland", "Sweden"), ("Morocco", "Algeria"),
)  # fmt: skip
_WHO: Final = (
    "the harbour office", "a trader", "the ministry", "a farmer", "the mayor", "one of the drivers", "the railway", "a teacher",
    "the bank", "the clinic", "a lawyer", "the union", "the weather service", "a shopkeeper", "the council", "an engineer",
    "the port", "a nurse",
)  # fmt: skip
_DID: Final = (
    "counted", "had promised", "asked for", "was waiting for", "could not find", "spoke of", "wants to keep", "sold", "repaired",
    "measured", "had paid for", "put off", "doubted", "will publish", "remembered", "moved", "had ordered", "closed",
)  # fmt: skip
_WHAT: Final = (
    "the new lists", "forty lorries", "the old bridge", "its share of the fees", "two rooms by the river", "the timetable",
    "a second survey", "the price of grain", "spare parts", "a longer night shift", "the fish market", "clean water",
    "the winter stocks", "a map of the road", "the school buses", "an answer", "the last harvest", "cheaper power",
)  # fmt: skip
_WHEN: Final = (
    "after the holiday", "before noon", "for the third week", "since the storm", "in spite of the rain", "without a word",
    "at the gate", "near the station", "with little hope", "by the end of the month", "on the eve of the talks",
    "as the delegations arrived",
)  # fmt: skip


def host(number: int) -> str:
    """Each feed has an address of its own, so that the client keeps a pace for each."""
    return f"127.0.0.{number + 2}"


def page(number: int) -> bytes:
    """An article of some 600 words about a pair of countries, in a page of about 40 kB; no two tell the same."""
    rng = random.Random(number)
    one, other = _PAIRS[number % len(_PAIRS)]
    lines = [f"The government of {one} condemned {other} on Monday for the closure of its border, report {number} of this series."]
    lines += [" ".join(_sentence(rng) for _ in range(4)) for _ in range(8)]
    lines.append(f"{other} signed an agreement with {one} on the exchange of {number} letters last week.")
    body = "".join(f"<p>{line}</p>" for line in lines)
    menu = "".join(f'<li><a href="/section/{rng.randrange(10**6)}">Section {i}</a></li>' for i in range(780))
    return (
        f"<html><head><title>Report {number} on {one} and {other}</title></head><body><nav><ul>{menu}</ul></nav>"
        f"<article><h1>Report {number}</h1>{body}</article></body></html>"
    ).encode()


def _sentence(rng: random.Random) -> str:
    first, second = rng.sample(_WHO, 2)
    told = f"{first} {rng.choice(_DID)} {rng.choice(_WHAT)} {rng.choice(_WHEN)}, and {second} {rng.choice(_DID)} {rng.choice(_WHAT)}"
    return f"{told[0].upper()}{told[1:]}."


def serve(ready: Connection, log: Path, rate: float) -> None:
    """Runs until it is terminated; publishes once `ready` gets a message, stops at the next one."""
    asyncio.run(_Sites(ready, log, rate).run())


class _Sites:
    def __init__(self, ready: Connection, log: Path, rate: float) -> None:
        self._ready, self._rate = ready, rate
        self._log = log.open("w", encoding="utf8", buffering=1)
        self._feeds: list[deque[int]] = [deque(maxlen=LISTED) for _ in range(HOSTS)]
        self._shown: set[int] = set()

    async def run(self) -> None:
        server = await asyncio.start_server(self._serve, "0.0.0.0", 0, backlog=200)
        self._ready.send(server.sockets[0].getsockname()[1])
        await asyncio.to_thread(self._ready.recv)
        began, number = time.monotonic(), 0
        while not self._ready.poll():
            while number < (time.monotonic() - began) * self._rate:
                self._feeds[number % HOSTS].append(number)
                number += 1
            await asyncio.sleep(0.05)
        self._ready.recv()
        self._ready.send(number)
        await asyncio.Event().wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].decode()
                named = next(line for line in head.decode("latin-1").split("\r\n") if line.lower().startswith("host:"))
                writer.write(self._answer(path, int(named.split(":")[1].strip().rpartition(".")[2]) - 2))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _answer(self, path: str, feed: int) -> bytes:
        if path == "/rss":
            return _ok(self._rss(feed), "application/rss+xml")
        if path.startswith("/news/"):
            return _ok(page(int(path.rpartition("-")[2])), "text/html; charset=utf-8")
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    def _rss(self, feed: int) -> bytes:
        now = time.monotonic()
        for number in self._feeds[feed]:
            if number not in self._shown:
                self._shown.add(number)
                self._log.write(f"{number} {now}\n")
        items = "".join(f"<item><link>{path_of(n)}</link><guid>{n}</guid></item>" for n in reversed(self._feeds[feed]))
        return f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()


def path_of(number: int) -> str:
    return f"/news/2026/11/24/report-{number}"


def _ok(body: bytes, kind: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
