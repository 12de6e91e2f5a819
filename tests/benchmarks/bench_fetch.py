"""How fast pages are fetched, archives are read and feeds are polled, against a server on loopback. Prints a table.

The server runs in a process of its own: 200 host names, 50 ms latency, pages of 40 kB, archive on, memory on.
"""

from __future__ import annotations

import asyncio
import gzip
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

for folder in ("fetch", "sources"):
    sys.path.insert(0, str(Path(__file__).parents[1] / folder))

from fastwarc.warc import ArchiveIterator, WarcRecordType
from fetching import CONTEXT, config
from listing import confirm, listed, run
from rich.console import Console
from rich.table import Table
from servers import Names, Server, answer
from test_feed import feed_of
from test_warc import record

from pipelines.fetch import FetchConfig, fetch
from pipelines.fetch.remote import Fetcher
from schemas import Document, Locator

HOSTS, LATENCY, PAGE_SIZE = 200, 0.05, 40_000


def _page() -> bytes:
    source = random.Random(1)
    words = [source.randbytes(3).hex() for _ in range(5000)]
    text = " ".join(source.choices(words, k=PAGE_SIZE // 7))
    return f"<html><body><p>{text}</p></body></html>".encode()[:PAGE_SIZE]


def _serve(ready: Connection) -> None:
    """A server that does nothing else, so that it is not what is measured."""
    page = answer(_page())
    missing = answer("", "404 Not Found")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(LATENCY)
                writer.write(missing if head.startswith(b"GET /robots.txt") else page)
        except (OSError, asyncio.IncompleteReadError):
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1000)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def fetch_rate(port: int, pages: int, delay: float, concurrency: int = 256) -> tuple[float, float]:
    """Pages a second of one worker, from the first to the last document, and its CPU time a page in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        locators = [Locator(kind="url", uri=f"http://host{i % HOSTS}.example:{port}/{i}") for i in range(pages * HOSTS)]
        settings = config(
            raw=Path(folder) / "raw",
            state=Path(folder) / "state.sqlite",
            delay=delay,
            concurrency=concurrency,
            host_requests=10**6,
            connect_timeout=60.0,
            deadline=120.0,
        )
        with Fetcher(settings, resolver=Names(default="127.0.0.1")) as fetcher:
            cpu = time.process_time()
            times = [time.perf_counter() for result in fetcher.fetch_many(locators, CONTEXT) if isinstance(result, Document)]
            cpu = time.process_time() - cpu
    if len(times) != len(locators):
        raise SystemExit(f"{len(times)} of {len(locators)} pages arrived")
    return (len(times) - 1) / (times[-1] - times[0]), 1000 * cpu / len(times)


def warc_rates(records: int = 3000) -> tuple[float, float]:
    """Records a second of CPU time: ours, and FastWARC alone reading the same payloads; the best of five each, taken in turn."""
    page = _page()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.warc.gz"
        with path.open("wb") as file:
            for number in range(records):
                body = page[number % 97 :]
                file.write(gzip.compress(record(number, body, headers=f"Content-Length: {len(body)}\r\n"), 6))

        def ours() -> int:
            return sum(isinstance(d, Document) for d in fetch(Locator(kind="warc", uri=str(path)), CONTEXT, FetchConfig()))

        def bare() -> int:
            return sum(bool(r.reader.read()) for r in ArchiveIterator(str(path), record_types=WarcRecordType.response))

        pairs = [(_seconds(ours, records), _seconds(bare, records)) for _ in range(5)]
    return records / min(mine for mine, _ in pairs), records / min(theirs for _, theirs in pairs)


def _seconds(work: Callable[[], int], expected: int) -> float:
    started = time.process_time()
    if (found := work()) != expected:
        raise SystemExit(f"{found} of {expected} records arrived")
    return time.process_time() - started


def requests_of_an_unchanged_feed() -> int:
    """Requests of the second poll."""

    async def feed(asked: object, writer: asyncio.StreamWriter) -> None:
        conditional = "if-none-match" in asked.headers  # type: ignore[attr-defined]
        writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n" if conditional else answer(feed_of(1, 2), ETag='"1"'))

    with tempfile.TemporaryDirectory() as folder, Server({"/rss": feed}) as server:
        state = Path(folder) / "seen.sqlite"
        listed(f"feed:{server.url('/rss')}", context=run(1), state=state)
        confirm(state, run(1))
        before = len(server.asked)
        listed(f"feed:{server.url('/rss')}", context=run(2), state=state)
        return len(server.asked) - before


@contextmanager
def serving() -> Iterator[int]:
    """The server runs while the block does; its port."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    try:
        yield ours.recv()
    finally:
        server.terminate()
        server.join()


def main() -> None:
    table = Table("what", "measured", "wanted")
    with serving() as port:
        rate, cpu = fetch_rate(port, 15, 0.0)
        table.add_row("pages/s a worker, no delay", f"{rate:.0f} ({cpu:.1f} ms of CPU a page)", "≥ 150")
        for delay, pages in ((2.0, 5), (1.0, 8)):
            rate, _ = fetch_rate(port, pages, delay)
            # between n pages of a host lie n-1 pauses
            most = HOSTS * pages / ((pages - 1) * delay)
            table.add_row(f"pages/s, a delay of {delay:.0f} s", f"{rate:.0f} = {rate / most:.2f} of what the delay allows", "≥ 0.90")
    mine, bare = warc_rates()
    table.add_row("WARC records/s", f"{mine:.0f} = {mine / bare:.2f} of bare FastWARC ({bare:.0f})", "≥ 0.80")
    table.add_row("requests of an unchanged feed", str(requests_of_an_unchanged_feed()), "1")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
