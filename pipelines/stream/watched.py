"""Which inputs a stream can watch, and how each is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pipelines.sources.discover import scheme_of
from pipelines.stream.options import StreamOptions
from pipelines.stream.pace import Bounds

Way = Literal["list", "lines", "files"]


class UnwatchableError(ValueError):
    """An input that has an end, or cannot be looked at twice."""


@dataclass(frozen=True)
class Watched:
    """One thing that is looked at again and again.

    Attributes:
        given: the input, as `pipelines.sources.discover` takes it.
        way: `list` is polled over the net; `lines` is a list of URLs that grows; `files` is what lies below a path.
        bounds: how often.
    """

    given: str
    way: Way
    bounds: Bounds


_REMEDIES: Final = {
    "gdelt": "a period of GDELT has an end; fill it with `dyadwire backfill gdelt:`",
    "raw": "an archive is read once; use `dyadwire reextract --from raw`",
    "-": "standard input is read once; use `dyadwire ingest -`",
}


def watched(options: StreamOptions) -> list[Watched]:
    """What the sources of the options stand for, each once: a list of feeds is each of its feeds.

    Raises:
        UnwatchableError: a source has an end; the message names the remedy.
        UnknownSchemeError: no source answers for it.
        pipelines.sources.feeds.FeedListError: a list of feeds cannot be read.
    """
    if not options.sources:
        raise UnwatchableError("nothing to watch: name sources, or set `sources` in dyadwire.toml or DYADWIRE_SOURCES")
    return list(dict.fromkeys(_each(options.sources, options)))


def _each(sources: Iterable[str], options: StreamOptions) -> Iterator[Watched]:
    for given in sources:
        scheme = "-" if given == "-" else scheme_of(given)
        if scheme in _REMEDIES:
            raise UnwatchableError(f"{given!r} cannot be watched: {_REMEDIES[scheme]}")
        if scheme == "feeds":
            from pipelines.sources.feeds import read_list

            yield from (Watched(f"feed:{row.url}", "list", options.feeds) for row in read_list(Path(given.removeprefix("feeds:"))))
        elif scheme in ("feed", "http", "https"):
            yield Watched(given, "list", options.feeds)
        elif scheme in ("sitemap", "site"):
            yield Watched(given, "list", options.sitemaps)
        elif scheme in ("kafka", "kafka-urls"):
            yield Watched(given, "list", options.files)
        elif scheme == "urls":
            yield Watched(given, "lines", options.files)
        else:
            yield Watched(given, "files", options.files)
