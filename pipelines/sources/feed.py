"""`feed:URL`: RSS, Atom, RDF and JSON Feed."""

from __future__ import annotations

import calendar
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from pipelines.context import RunContext
from pipelines.seen import COVERED, Seen, SeenStore
from pipelines.sources.coverage import Poll, of_poll
from pipelines.sources.web import Answer, Memory, Web, bad_source
from schemas import Locator, Rejected

ACCEPT: Final = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
_LIMIT: Final = 10_000_000
_SCOPE: Final = "feed"


class FeedError(ValueError):
    """Bytes that are no feed."""


@dataclass(frozen=True)
class Entry:
    """What a feed says about an article."""

    url: str
    guid: str | None
    listed_at: datetime | None


def locators(given: str, context: RunContext, web: Web) -> Iterator[Locator | Rejected]:
    """The entries that are new since the last committed poll, oldest first as far as the feed tells; before them what earlier runs left."""
    url = given.removeprefix("feed:")
    memory = Memory(web, context, given)
    yield from memory.owed()
    before = web.seen.get(_SCOPE, url) if web.seen else None
    answer = web.ask(
        url,
        context,
        input=given,
        accept=ACCEPT,
        etag=before.etag if before else None,
        last_modified=before.last_modified if before else None,
        limit=_LIMIT,
    )
    if isinstance(answer, Rejected):
        yield answer
        return
    if answer.not_modified:
        web.tell(context, given, of_poll(_poll(web, context, given, before, [], known=True), web.since, web.until))
        return
    try:
        entries = parse(answer.body, answer.url, answer.media_type)
    except FeedError as error:
        yield bad_source(given, f"{url}: {error}", context)
        return
    wanted = [entry for entry in reversed(entries) if web.covers(entry.listed_at)]
    for entry in wanted:
        locator = Locator(kind="feed", uri=entry.url, listed_at=entry.listed_at, source_uri=given)
        if memory.is_new(locator, entry.guid):
            yield locator
    memory.flush()
    poll = _poll(web, context, given, before, entries, known=memory.known > 0 or not entries)
    web.tell(context, given, of_poll(poll, web.since, web.until))
    if web.seen is not None:
        _remember(web.seen, context, url, answer, entries, poll, whole=len(wanted) == len(entries))


def _poll(web: Web, context: RunContext, given: str, before: Seen | None, entries: list[Entry], *, known: bool) -> Poll:
    covered = web.seen.get(COVERED, given) if web.seen else None
    return Poll(
        source=given,
        at=context.now,
        oldest=min(_dates(entries), default=None),
        known=known,
        covered_until=covered.listed_at if covered else None,
        before=before.listed_at if before else None,
    )


def _remember(seen: SeenStore, context: RunContext, url: str, answer: Answer, entries: list[Entry], poll: Poll, *, whole: bool) -> None:
    """The poll, pending until the commit. What lay outside of the period that was asked for is to be listed by a later poll, though the
    feed has not changed then: its validators are kept only without such entries."""
    newest = max(_dates(entries), default=None) or (poll.at if entries else poll.before)
    validators = (answer.etag, answer.last_modified) if whole else (None, None)
    seen.put(context, _SCOPE, url, etag=validators[0], last_modified=validators[1], listed_at=newest)


def _dates(entries: list[Entry]) -> list[datetime]:
    return [entry.listed_at for entry in entries if entry.listed_at is not None]


def parse(body: bytes, url: str, media_type: str | None = None) -> list[Entry]:
    """The entries of a feed, each once, in its order; broken XML is read as far as it goes.

    Raises:
        FeedError: it is no feed.
    """
    head = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    found = _json_entries(body, url) if head.startswith(b"{") else _xml_entries(body, url, media_type)
    return list({entry.url: entry for entry in found}.values())


def _xml_entries(body: bytes, url: str, media_type: str | None) -> list[Entry]:
    import feedparser

    headers = {"content-location": url, **({"content-type": media_type} if media_type and "xml" in media_type else {})}
    # as a stream: a string could be taken for an address to fetch
    parsed = feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False)
    if not parsed.entries and not parsed.get("version"):
        raise FeedError(f"it is no feed: {parsed.get('bozo_exception') or 'no feed element is in it'}")
    entries = (_xml_entry(entry, url) for entry in parsed.entries)
    return [entry for entry in entries if entry is not None]


def _xml_entry(entry: Any, base: str) -> Entry | None:
    guid = entry.get("id") or None
    url = _web_url(base, entry.get("link") or (guid if str(guid).startswith("http") else None))
    moment = entry.get("updated_parsed") or entry.get("published_parsed")
    return None if url is None else Entry(url, guid, _moment(moment))


def _json_entries(body: bytes, base: str) -> list[Entry]:
    """JSON Feed 1.1, https://jsonfeed.org/version/1.1."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FeedError(f"it is no JSON: {error}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise FeedError("it is JSON without a list of items")
    entries = []
    for item in items:
        if isinstance(item, dict) and (url := _web_url(base, item.get("url") or item.get("external_url"))) is not None:
            guid = item.get("id")
            entries.append(Entry(url, None if guid is None else str(guid), iso(item.get("date_modified") or item.get("date_published"))))
    return entries


def _web_url(base: str, link: object) -> str | None:
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        url = urljoin(base, link.strip())
        return url if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname else None
    except ValueError:
        return None


def _moment(parsed: Any) -> datetime | None:
    try:
        return None if parsed is None else datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def iso(value: object) -> datetime | None:
    """An ISO 8601 time, UTC where it names no zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(str(value).strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
