"""Ranges of a Kafka topic as documents: a record is what a line of JSON Lines is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipelines.context import RunContext
from pipelines.fetch.config import FetchConfig
from pipelines.fetch.records import record
from pipelines.kafka import Record, reading, topic_of
from schemas import Document, Locator, Rejected, RejectionStage


def read(locator: Locator, context: RunContext, config: FetchConfig) -> Iterator[Document | Rejected]:
    """A document for each record, `kafka:TOPIC/PARTITION#OFFSET`, captured when it was written; tombstones are passed over.

    Raises:
        TopicError: the topic cannot be read; what is announced must not be lost, so this is no rejection.
    """
    given, _, partition = locator.uri.rpartition("/")
    topic, start = topic_of(given), locator.offset or 0
    with reading(topic) as reader:
        for found in reader.records(int(partition), start, start + (locator.length or 0)):
            if found.value is not None:
                where = replace(locator, uri=topic.label)  # a caller's id is unique in its topic, whoever serves that
                yield _document(found, where, f"{topic.label}/{partition}#{found.offset}", context, config)


def _document(found: Record, locator: Locator, input: str, context: RunContext, config: FetchConfig) -> Document | Rejected:
    value = found.value or b""
    if len(value) > config.record_limit:
        words = f"{input} is longer than the {config.record_limit} bytes that a record may have"
        return Rejected.of(RejectionStage.FETCH, "too_large", input=input, error=words, seen=context.now, run_id=context.run_id)
    return record(value, locator, input, min(found.written_at or context.now, context.now), context)
