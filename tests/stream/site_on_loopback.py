"""A news site on loopback whose feed grows as a test goes on."""

from __future__ import annotations

from servers import Asked, Server, Writer, answer
from test_through_ingest import article

from pipelines.stream.options import StreamOptions
from pipelines.stream.pace import Bounds

QUICK = Bounds(least=0.2, first=0.2, most=0.5)


class Site:
    """Pages `/news/N` of a server, and `/rss`, which lists those that were published; `Poison` ones can be had or read by nobody."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.published: list[str] = []
        server.routes["/rss"] = self._rss

    @property
    def feed(self) -> str:
        return f"feed:{self.server.url('/rss')}"

    def publish(self, *numbers: int) -> None:
        for number in numbers:
            path = f"/news/2026/11/{number:03d}-talks-of-the-day"
            self.server.routes[path] = article(number)
            self.published.append(path)

    def publish_poison(self) -> None:
        """A page that is gone, one that is a picture, and one that the extractor fails on."""
        body = article(999).partition(b"\r\n\r\n")[2].decode().replace("Ministers met", "Things explode. Ministers met")
        answers = {"/gone": answer("", "410 Gone"), "/picture": answer(b"\x89PNG", type="image/png"), "/explodes": answer(body)}
        self.server.routes.update(answers)
        self.published += answers

    async def _rss(self, asked: Asked, writer: Writer) -> None:
        tag = f'"{len(self.published)}"'
        if asked.headers.get("if-none-match") == tag:
            writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
            return
        items = "".join(f"<item><link>{path}</link><guid>{path}</guid></item>" for path in self.published)
        writer.write(answer(f'<rss version="2.0"><channel>{items}</channel></rss>', type="application/rss+xml", ETag=tag))


def quick(options: StreamOptions) -> StreamOptions:
    """The same, for a test that does not wait long."""
    from dataclasses import replace

    return replace(options, feeds=QUICK, sitemaps=QUICK, files=QUICK, settle=0.0, gather=0.3, report=1.0, tidy_jobs=2)
