"""One unbounded job on every engine that streams: the rows of a batch run, whatever the input and whoever kills it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from pipelines.dataset import open_root, read
from pipelines.dataset.verify import sound, verify
from pipelines.engines import EngineChoice, EngineError
from pipelines.fetch import FetchConfig
from pipelines.ingest import IngestOptions, ingest
from pipelines.kafka import reading, topic_of
from pipelines.seen import SeenStore
from pipelines.unbounded.job import run
from pipelines.web import STATE
from schemas import DATASETS
from tests.engines.kafka_broker import Broker, broker, skip_where_missing
from tests.engines.made_articles import write_articles
from tests.engines.stream_on import options
from tests.engines.test_sameness import rows

pytestmark = [pytest.mark.engines, pytest.mark.slow]

ENGINES = {"Prism": EngineChoice(name="prism"), "Flink": EngineChoice(name="flink")}
ARTICLES = 120
KILLED = int(os.environ.get("KILLED_ARTICLES", "200"))
"""Articles of the stream that is killed; 20000 take an hour or so."""
PROGRAM = Path(__file__).with_name("stream_on.py")
SAMPLES = Path(__file__).parents[2] / "seeds" / "articles"


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    skip_where_missing()
    with broker(tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> EngineChoice:
    """Each engine that the machine has."""
    choice = ENGINES[request.param]
    try:
        choice.check()
    except EngineError as error:
        pytest.skip(str(error))
    return choice


def test_a_watched_folder_gives_the_rows_of_a_batch(engine: EngineChoice, tmp_path: Path) -> None:
    news = tmp_path / "news"
    news.mkdir()
    write_articles(news / "made-0.jsonl", ARTICLES, seed=1)
    (news / "broken.jsonl").write_text('{"id": "no-text"}\n{"id": "torn"\n')
    sources = (str(SAMPLES), str(news))
    batch(tmp_path / "batch", *sources)

    run(options(engine, tmp_path / "stream", 25.0, *sources))

    assert_same(tmp_path)


def test_files_that_come_while_it_runs_are_read(engine: EngineChoice, tmp_path: Path) -> None:
    news = tmp_path / "news"
    news.mkdir()
    write_articles(news / "made-0.jsonl", 10, seed=1)
    with streaming(engine, tmp_path / "stream", str(news)) as stream:
        until(lambda: count(tmp_path / "stream") == 10, stream)
        write_articles(tmp_path / "late.jsonl", 10, seed=2, first=10)
        (tmp_path / "late.jsonl").rename(news / "late.jsonl")
        until(lambda: remembered(tmp_path / "stream", "file", str(news / "late.jsonl")) is not None, stream)
    batch(tmp_path / "batch", str(news))

    assert_same(tmp_path)


def test_a_topic_with_poison_in_it_gives_the_rows_of_a_batch(engine: EngineChoice, tmp_path: Path, kafka: Broker) -> None:
    topic = kafka.topic(f"same-{engine.name}", partitions=3)
    kafka.write(f"same-{engine.name}", [*made(tmp_path, ARTICLES), b"no record", None, b'{"id": 7}'])
    batch(tmp_path / "batch", topic)

    run(options(engine, tmp_path / "stream", 25.0, topic))

    assert_same(tmp_path)
    assert len(rows(tmp_path / "stream", "rejected")) == 2


@pytest.mark.parametrize("victim", ["everything", "the engine", "the worker"])
def test_a_stream_that_is_killed_and_started_anew_gives_the_rows_of_a_batch(
    victim: str, engine: EngineChoice, tmp_path: Path, kafka: Broker
) -> None:
    name, root = f"killed-{engine.name}-{victim.split()[-1]}", tmp_path / "stream"
    topic, records = kafka.topic(name, partitions=3), [*made(tmp_path, KILLED), b"no record"]
    share = len(records) // (len(MOMENTS) + 1) + 1
    for round, moment in enumerate(MOMENTS):
        kafka.write(name, records[round * share : (round + 1) * share])
        with streaming(engine, root, topic) as stream:
            before = moment(root)
            until(lambda moment=moment, before=before: moment(root) != before, stream)  # type: ignore[misc]
            kill(victim, stream)
            stream.wait(timeout=60)
    kafka.write(name, records[len(MOMENTS) * share :])
    ends = {f"{kafka.server}/{name}/{partition}": str(end) for partition, (_, end) in bounds(topic).items()}

    with streaming(engine, root, topic) as stream:
        until(lambda: all(remembered(root, "kafka", key) == end for key, end in ends.items()), stream)

    batch(tmp_path / "batch", topic)
    assert_same(tmp_path)


def staged(root: Path) -> object:
    """What workers have found and nobody has committed."""
    return {file.name for file in (root / "_tmp" / "staged").rglob("*.parquet")}


def articles(root: Path) -> object:
    """How many are committed: from the first of them on, a commit is under way, which ends with the row in `runs`."""
    return count(root)


def memory(root: Path) -> object:
    """What counts as seen, which it does after the commit."""
    SeenStore(root / STATE).close()
    with closing(sqlite3.connect(root / STATE)) as database:
        return database.execute("SELECT key, etag FROM seen WHERE scope = 'kafka' ORDER BY key").fetchall()


MOMENTS = (staged, articles, memory)
"""A stream is killed as soon as one of these changes: while it works, while it commits, and after its commit."""


def batch(root: Path, *sources: str) -> None:
    """What one process makes of them in one go."""
    ingest(IngestOptions(inputs=sources, root=root, fetch=FetchConfig(contact="tests@example.org", state=root / STATE)))


def made(folder: Path, count: int) -> list[bytes]:
    """Generated articles as records."""
    file = write_articles(folder / "made.jsonl", count, seed=3)
    return [json.dumps(json.loads(line)).encode() for line in file.read_text().splitlines()]


def assert_same(folder: Path) -> None:
    """All rows of all datasets, and both faces of them."""
    for name in set(DATASETS) - {"runs"}:
        assert rows(folder / "stream", name) == rows(folder / "batch", name), name
    assert sound(verify(open_root(folder / "stream")))


def count(root: Path) -> int:
    try:
        return int(read(root, "articles").count_rows())
    except (ValueError, OSError):  # there is no root yet
        return 0


def remembered(root: Path, scope: str, key: str) -> str | None:
    """How far the memory has come, which it does once everything up to there is committed."""
    seen = SeenStore(root / STATE)
    found = seen.get(scope, key)
    seen.close()
    return found.etag if found else None


def bounds(topic: str) -> dict[int, tuple[int, int]]:
    with reading(topic_of(topic)) as reader:
        return reader.bounds()


@contextmanager
def streaming(engine: EngineChoice, root: Path, *sources: str) -> Iterator[subprocess.Popen[bytes]]:
    """A stream without an end, as a process group of its own that is gone after the block."""
    program = [sys.executable, str(PROGRAM), engine.name, str(root), "0", *sources]
    environment = os.environ | {"PYTHONPATH": str(PROGRAM.parents[2])}
    log = root.parent / "stream.log"
    with log.open("ab") as out:
        stream = subprocess.Popen(program, stdout=out, stderr=out, env=environment, start_new_session=True)
    try:
        yield stream
    finally:
        with suppress(ProcessLookupError):
            kill("everything", stream)
        stream.wait()


def kill(victim: str, stream: subprocess.Popen[bytes]) -> None:
    """kill -9 of the whole group, of the engine's server alone, or of the process that submitted the job and works for it."""
    if victim == "everything":
        os.killpg(stream.pid, signal.SIGKILL)
    elif victim == "the worker":
        os.kill(stream.pid, signal.SIGKILL)
    else:
        for child in below(stream.pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


def below(parent: int) -> list[int]:
    """Child processes of all threads, and theirs."""
    found: list[int] = []
    with suppress(FileNotFoundError):  # it has ended
        for task in Path(f"/proc/{parent}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return [*found, *(process for child in found for process in below(child))]


def until(condition: object, stream: subprocess.Popen[bytes], seconds: float = 300) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert stream.poll() is None, f"the stream ended with {stream.returncode}"
        assert time.monotonic() < deadline, "it did not come to it in time"
        time.sleep(0.3)
