"""Topics of a real broker as sources: what is read, what is remembered, and what happens to records that are nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.context import new_run
from pipelines.dataset import read
from pipelines.engines import EngineChoice
from pipelines.fetch import FetchConfig
from pipelines.ingest import IngestError, IngestOptions, RunReport, ingest
from pipelines.kafka import TopicError, reading, topic_of
from pipelines.seen import SeenStore
from pipelines.sources.kafka import RANGE, locators
from pipelines.sources.web import Web
from pipelines.stream import process
from pipelines.web import STATE
from schemas import Locator
from tests.engines import stream_on
from tests.engines.kafka_broker import Broker, broker, skip_where_missing
from tests.faults import stand_in_stages

pytestmark = [pytest.mark.engines, pytest.mark.slow]


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    skip_where_missing()
    with broker(tmp_path_factory.mktemp("kafka")) as running:
        yield running


def article(number: int, act: str = "thanked") -> bytes:
    text = f"Letter {number} of the desk. Norway {act} Peru for shipment {number}. The rest follows."
    return json.dumps({"id": str(number), "text": text}).encode()


def take(root: Path, *inputs: str) -> RunReport:
    options = IngestOptions(inputs=inputs, root=root, fetch=FetchConfig(contact="tests@example.org", state=root / STATE))
    return ingest(options, stages=stand_in_stages.build, extractor_version="0+stand-in")


def count(root: Path, dataset: str) -> int:
    return int(read(root, dataset).count_rows())


def test_each_record_is_an_article_and_poison_is_rejected_with_its_place(kafka: Broker, tmp_path: Path) -> None:
    topic = kafka.topic("articles", partitions=2)
    kafka.write("articles", [*(article(n) for n in range(5)), b"no record", None, b'{"id": "no text"}'])

    take(tmp_path, topic)

    rows = read(tmp_path, "rejected").to_table().sort_by("input").to_pylist()
    assert count(tmp_path, "articles") == 5
    assert [(row["input"], row["reason"]) for row in rows] == [("kafka:articles/1#2", "bad_json"), ("kafka:articles/1#3", "missing_text")]


def test_the_next_run_reads_on_where_the_last_commit_ended(kafka: Broker, tmp_path: Path) -> None:
    topic = kafka.topic("goes-on")
    kafka.write("goes-on", [article(n) for n in range(3)])
    take(tmp_path, topic)
    assert take(tmp_path, topic).result.inputs == 0

    kafka.write("goes-on", [article(n) for n in range(3, 5)])

    assert take(tmp_path, topic).result.inputs == 2
    assert count(tmp_path, "articles") == 5


def test_an_article_that_comes_late_or_twice_is_one_row_and_a_corrected_one_its_newest_revision(kafka: Broker, tmp_path: Path) -> None:
    topic = kafka.topic("twice", partitions=2)
    kafka.write("twice", [article(1), article(2)], partition=0)
    take(tmp_path, topic)
    kafka.write("twice", [article(1), article(2, "condemned")], partition=1)

    take(tmp_path, topic)

    assert sorted(read(tmp_path, "articles").to_table()["revision"].to_pylist()) == [1, 2]
    assert count(tmp_path, "claims") == 2


def test_a_run_that_dies_before_its_commit_has_read_nothing(kafka: Broker, tmp_path: Path) -> None:
    topic = kafka.topic("dies")
    kafka.write("dies", [article(n) for n in range(3)])
    seen = SeenStore(tmp_path / STATE)
    web = Web(lambda *_, **__: pytest.fail("nothing is asked of the net"), lambda _: [], seen)
    assert len(list(locators(topic, new_run(), web))) == 1

    assert take(tmp_path, topic).result.inputs == 3


def test_a_long_topic_is_listed_in_ranges_and_a_look_takes_no_more_than_it_may(kafka: Broker, tmp_path: Path) -> None:
    topic = kafka.topic("long")
    kafka.write("long", [b"{}"] * (2 * RANGE + 50))
    web = Web(lambda *_, **__: pytest.fail("nothing is asked of the net"), lambda _: [], SeenStore(tmp_path / STATE), records=RANGE + 20)

    context = new_run()

    first = [found for found in locators(topic, context, web) if isinstance(found, Locator)]
    assert web.seen is not None
    web.seen.confirm(context.run_id)
    second = [found for found in locators(topic, new_run(), web) if isinstance(found, Locator)]

    assert [(found.offset, found.length) for found in first] == [(0, RANGE), (RANGE, 20)]
    assert [(found.offset, found.length) for found in second] == [(RANGE + 20, RANGE), (2 * RANGE + 20, 20)]


def test_a_topic_of_urls_lists_each_once_and_rejects_what_is_none(kafka: Broker, tmp_path: Path) -> None:
    topic = kafka.topic("pages").replace("kafka:", "kafka-urls:")
    values = [b"https://news.example/1", b'{"url": "https://news.example/2"}', b"https://news.example/1", b"ftp://news.example/3", b"\xff"]
    kafka.write("pages", [*values, b'{"url": 7}', b"[" * 100_000, None])
    from pipelines.sources.kafka import urls

    found = list(urls(topic, new_run(), Web(lambda *_, **__: pytest.fail("not asked"), lambda _: [], SeenStore(tmp_path / STATE))))

    pages = [row.uri for row in found if isinstance(row, Locator)]
    assert sorted(set(pages)) == ["https://news.example/1", "https://news.example/2"]
    assert sorted(row.input for row in found if not isinstance(row, Locator)) == [f"kafka:pages/0#{n}" for n in range(3, 8)]


def test_records_that_were_deleted_before_they_were_read_are_passed_over(kafka: Broker, tmp_path: Path) -> None:
    from kafka import KafkaAdminClient, TopicPartition

    topic = kafka.topic("short")
    kafka.write("short", [article(n) for n in range(4)])
    admin = KafkaAdminClient(bootstrap_servers=kafka.server)
    admin.delete_records({TopicPartition("short", 0): 3})
    admin.close()

    assert take(tmp_path, topic).result.inputs == 1
    with reading(topic_of(topic)) as reader:
        assert [record.offset for record in reader.records(0, 0, 4)] == [3]


def test_a_topic_that_cannot_be_listed_is_a_row_of_rejected(kafka: Broker, tmp_path: Path) -> None:
    take(tmp_path, f"kafka:{kafka.server}/no-such-topic", "kafka:no-port/topic")

    errors = sorted(read(tmp_path, "rejected").to_table()["error"].to_pylist())
    assert "names no topic; write kafka:HOST:PORT/TOPIC" in errors[0]
    assert "there is no such topic" in errors[1]


def test_a_broker_that_goes_away_after_the_list_fails_the_job_and_loses_nothing(tmp_path: Path) -> None:
    skip_where_missing()
    root = tmp_path / "root"
    with broker(tmp_path / "kafka") as running:
        topic = running.topic("gone")
        running.write("gone", [article(1)])
        found = tuple(locators(topic, new_run(), Web(lambda *_, **__: pytest.fail("not asked"), lambda _: [])))

    with pytest.raises(IngestError, match="kafka:gone"):
        ingest(IngestOptions(inputs=(), listed=found, root=root), stages=stand_in_stages.build, extractor_version="0+stand-in")
    assert count(root, "rejected") == 0


def test_a_stream_in_one_process_reads_topics_too(kafka: Broker, tmp_path: Path) -> None:
    topic = kafka.topic("streamed", partitions=2)
    kafka.write("streamed", [*(article(n) for n in range(5)), b"no record"])
    options = stream_on.options(EngineChoice(), tmp_path, None, topic).stream

    process.run(options, build=stand_in_stages.build, extractor="0+stand-in", seconds=3)

    assert (count(tmp_path, "articles"), count(tmp_path, "rejected")) == (5, 1)
    assert take(tmp_path, topic).result.inputs == 0


def test_what_names_no_topic_says_how_one_is_named() -> None:
    with pytest.raises(TopicError, match="write kafka:HOST:PORT/TOPIC"):
        topic_of("kafka:localhost/news")
