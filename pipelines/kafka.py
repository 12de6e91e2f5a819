"""Kafka topics as lists of records that can be read anywhere, again and again: what the sources and the fetch stage have in common.

Positions are not kept by Kafka (no consumer group): they stand in the memory below the root, and advance with the commit of what they led
to. The client is kafka-python: pure Python, so it works wherever a worker does, forked or not, and needs no compiler or shared library.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pipelines.logs import logger

_GIVEN: Final = re.compile(r"(?:kafka|kafka-urls):(?P<servers>[^/\s]+:\d+(?:,[^/\s]+:\d+)*)/(?P<topic>[A-Za-z0-9._-]{1,249})")
_SILENCE: Final = 60.0
"""Seconds without a record that was announced after which the broker counts as gone."""
_RECORD_BYTES: Final = 21_000_000
"""What a partition gives at a time, about: more than the largest record that is accepted."""


class TopicError(ValueError):
    """A topic that cannot be named or read; the message says what to do."""


@dataclass(frozen=True)
class Topic:
    """A topic of a cluster."""

    servers: tuple[str, ...]
    name: str

    @property
    def label(self) -> str:
        """As it stands in rows: without the servers, which may change."""
        return f"kafka:{self.name}"


@dataclass(frozen=True)
class Record:
    """One record of a partition."""

    offset: int
    value: bytes | None
    """None: a tombstone."""
    written_at: datetime | None


def topic_of(given: str) -> Topic:
    """The topic that an input names, `kafka:HOST:PORT[,HOST:PORT…]/TOPIC`.

    Raises:
        TopicError: it names none.
    """
    found = _GIVEN.fullmatch(given)
    if found is None:
        raise TopicError(f"{given!r} names no topic; write kafka:HOST:PORT/TOPIC or kafka-urls:HOST:PORT/TOPIC")
    return Topic(tuple(found["servers"].split(",")), found["topic"])


@contextmanager
def reading(topic: Topic) -> Iterator[Reader]:
    """A connection for the time of the block.

    Raises:
        TopicError: no broker answers, there is no such topic, or the client is not installed.
    """
    try:
        from kafka import KafkaConsumer
        from kafka.errors import KafkaError
    except ImportError as error:
        raise TopicError('the client for Kafka is not installed; install it with `pip install "dyadwire[kafka]"`') from error
    try:
        consumer = KafkaConsumer(
            bootstrap_servers=list(topic.servers),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            isolation_level="read_committed",
            allow_auto_create_topics=False,
            max_partition_fetch_bytes=_RECORD_BYTES,
            bootstrap_timeout_ms=10_000,
            metrics_enabled=False,
        )
        try:
            yield Reader(topic, consumer)
        finally:
            consumer.close()
    except KafkaError as error:
        raise TopicError(f"{topic.label} at {','.join(topic.servers)}: {type(error).__name__}: {error}") from error


class Reader:
    """Reads one topic; for one thread."""

    def __init__(self, topic: Topic, consumer: Any) -> None:
        self._topic, self._consumer = topic, consumer

    def bounds(self) -> dict[int, tuple[int, int]]:
        """By partition, the first offset that is still kept, and the one after the last that is committed.

        Raises:
            TopicError: there is no such topic.
        """
        from kafka import TopicPartition

        partitions = self._consumer.partitions_for_topic(self._topic.name)
        if not partitions:
            raise TopicError(f"{self._topic.label}: there is no such topic at {','.join(self._topic.servers)}")
        all_of_it = [TopicPartition(self._topic.name, number) for number in sorted(partitions)]
        first, end = self._consumer.beginning_offsets(all_of_it), self._consumer.end_offsets(all_of_it)
        return {one.partition: (first[one], end[one]) for one in all_of_it}

    def records(self, partition: int, start: int, stop: int) -> Iterator[Record]:
        """The records of a partition from `start` to before `stop`; offsets that were compacted away, or mark transactions, have none.

        Raises:
            TopicError: the broker gave nothing for a minute though more was announced.
        """
        from kafka import TopicPartition

        one = TopicPartition(self._topic.name, partition)
        self._consumer.assign([one])
        first = self._consumer.beginning_offsets([one])[one]
        if start < first:
            logger("kafka").warning("records were deleted before they were read", partition=partition, start=start, first=first)
        self._consumer.seek(one, max(start, first))
        heard = time.monotonic()
        while (at := self._consumer.position(one)) < stop:
            for record in self._consumer.poll(timeout_ms=1000).get(one, ()):
                if record.offset >= stop:
                    return
                yield Record(record.offset, record.value, _moment(record.timestamp))
            if self._consumer.position(one) > at:
                heard = time.monotonic()
            elif time.monotonic() - heard > _SILENCE:
                raise TopicError(
                    f"{self._topic.label}/{partition}: nothing came from offset {at} on, where {stop - at} more were announced"
                )


def _moment(milliseconds: int | None) -> datetime | None:
    if milliseconds is None or milliseconds < 0:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
