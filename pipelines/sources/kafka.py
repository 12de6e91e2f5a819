"""`kafka:HOST:PORT/TOPIC`: records that are articles, as lines of JSON Lines are. `kafka-urls:HOST:PORT/TOPIC`: records that are URLs.

Of articles only the ranges of offsets are listed; whoever works on a range reads it. URLs are small, and are listed themselves: a record is
one as it is, or a JSON object with `url`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from pipelines.context import RunContext
from pipelines.kafka import Reader, Topic, TopicError, reading, topic_of
from pipelines.logs import logger
from pipelines.seen import Seen
from pipelines.sources.web import Memory, Web, bad_source
from schemas import Locator, Rejected

RANGE: Final = 100
"""Records of one locator."""
_SCOPE: Final = "kafka"
"""In the memory: partitions; `etag` is the offset up to which everything is committed."""


@dataclass(frozen=True)
class Span:
    """What is new in a partition, half-open."""

    partition: int
    start: int
    stop: int


_Of = Callable[[str, Topic, Reader, Span, RunContext, Web], Iterator[Locator | Rejected]]


def locators(given: str, context: RunContext, web: Web) -> Iterator[Locator | Rejected]:
    """What was written since the last committed look: ranges of articles."""
    yield from _listed(given, context, web, _ranges)


def urls(given: str, context: RunContext, web: Web) -> Iterator[Locator | Rejected]:
    """What was written since the last committed look: URLs that no source listed before, and rejections of records that are none."""
    yield from Memory(web, context, given).owed()
    yield from _listed(given, context, web, _urls)


def _listed(given: str, context: RunContext, web: Web, of: _Of) -> Iterator[Locator | Rejected]:
    try:
        topic = topic_of(given)
        with reading(topic) as reader:
            spans = _news(topic, reader, web)
            for span in spans:
                yield from of(given, topic, reader, span, context, web)
    except TopicError as error:
        yield bad_source(given, str(error), context)
        return
    if web.seen is not None:
        web.seen.put_many(context, [(_SCOPE, _key(topic, span.partition), Seen(etag=str(span.stop))) for span in spans])


def _news(topic: Topic, reader: Reader, web: Web) -> list[Span]:
    spans = []
    for partition, (first, end) in reader.bounds().items():
        before = web.seen.get(_SCOPE, _key(topic, partition)) if web.seen is not None else None
        start = int(before.etag) if before is not None and before.etag is not None else first
        if not first <= start <= end:
            words = "deleted before they were read" if start < first else "of another topic of that name were read"
            logger("sources").warning("records are missing", topic=topic.name, partition=partition, read_to=start, first=first, why=words)
            start = first
        stop = end if web.records is None else min(end, start + web.records)
        if start < stop:
            spans.append(Span(partition, start, stop))
    return spans


def _ranges(given: str, topic: Topic, reader: Reader, span: Span, context: RunContext, web: Web) -> Iterator[Locator | Rejected]:
    uri = f"{given}/{span.partition}"
    for start in range(span.start, span.stop, RANGE):
        yield Locator(kind="kafka", uri=uri, offset=start, length=min(RANGE, span.stop - start), source_uri=topic.label)


def _urls(given: str, topic: Topic, reader: Reader, span: Span, context: RunContext, web: Web) -> Iterator[Locator | Rejected]:
    memory = Memory(web, context, given)
    for record in reader.records(span.partition, span.start, span.stop):
        url = _url(record.value)
        if url is None:
            name = f"{topic.label}/{span.partition}#{record.offset}"
            yield bad_source(name, f"{(record.value or b'')[:200]!r} is no http or https URL, and no JSON object with one", context)
            continue
        locator = Locator(kind="urls", uri=url, listed_at=None, source_uri=given)
        if memory.is_new(locator):
            yield locator
    memory.flush()


def _url(value: bytes | None) -> str | None:
    try:
        text = (value or b"").decode("utf8").strip()
        found = json.loads(text).get("url") if text.startswith("{") else text
        parts = urlsplit(found)
    except (ValueError, AttributeError, RecursionError):
        return None
    usable = isinstance(found, str) and parts.scheme in ("http", "https") and bool(parts.hostname) and not any(c.isspace() for c in found)
    return found if usable else None


def _key(topic: Topic, partition: int) -> str:
    return f"{','.join(topic.servers)}/{topic.name}/{partition}"
