"""`feeds:FILE`: all feeds of a list such as `seeds/feeds.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.context import RunContext
from pipelines.sources import feed
from pipelines.sources.web import Web, bad_source
from schemas import COUNTRIES, Locator, Rejected


class FeedListError(ValueError):
    """A feed list that does not have the form of `seeds/feeds.toml`."""


@dataclass(frozen=True)
class ListedFeed:
    """A row of a feed list."""

    name: str
    url: str
    country: str
    """Of the outlet, ISO 3166-1 alpha-3."""
    language: str
    """ISO 639-1."""


def read_list(path: Path) -> list[ListedFeed]:
    """The feeds of a list, in its order.

    Raises:
        FeedListError: it cannot be read, or a row is not as it should be; the message names the row.
    """
    try:
        rows = tomllib.loads(path.read_text("utf8")).get("feed", [])
    except (OSError, ValueError) as error:
        raise FeedListError(f"{path}: {error}") from error
    if not isinstance(rows, list) or not rows:
        raise FeedListError(f"{path} has no [[feed]] in it")
    feeds = [_row(path, number, row) for number, row in enumerate(rows, 1)]
    if len({listed.url for listed in feeds}) < len(feeds):
        raise FeedListError(f"{path} names a URL twice")
    return feeds


def _row(path: Path, number: int, row: object) -> ListedFeed:
    where = f"{path}, feed {number}"
    if not isinstance(row, dict) or set(row) != {"name", "url", "country", "language"}:
        raise FeedListError(f"{where}: a feed has name, url, country and language, and nothing else")
    listed = ListedFeed(**{key: str(value).strip() for key, value in row.items()})
    if not listed.name:
        raise FeedListError(f"{where}: the name is empty")
    if urlsplit(listed.url).scheme not in ("http", "https") or not urlsplit(listed.url).hostname:
        raise FeedListError(f"{where}: {listed.url!r} is no http or https URL")
    if listed.country not in COUNTRIES:
        raise FeedListError(f"{where}: {listed.country!r} is no ISO 3166-1 alpha-3 code")
    if len(listed.language) != 2 or not listed.language.islower():
        raise FeedListError(f"{where}: {listed.language!r} is no ISO 639-1 code")
    return listed


def locators(given: str, context: RunContext, web: Web) -> Iterator[Locator | Rejected]:
    try:
        listed = read_list(Path(given.removeprefix("feeds:")))
    except FeedListError as error:
        yield bad_source(given, str(error), context)
        return
    for row in listed:
        yield from feed.locators(f"feed:{row.url}", context, web)
