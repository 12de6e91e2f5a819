"""A Kafka broker of one node (KRaft) on loopback, from the jars that `make kafka` puts below .dyadwire."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

JARS: Final = Path(__file__).parents[2] / ".dyadwire" / "engines" / "kafka"
_CLUSTER: Final = "ZHlhZHdpcmUtdGVzdHMtMQ"
"""A cluster's id is 16 bytes in base64."""
_HEAP: Final = "-Xmx384m"


class Broker:
    """A broker that runs.

    Attributes:
        server: its address, `HOST:PORT`.
    """

    def __init__(self, server: str) -> None:
        self.server = server

    def topic(self, name: str, partitions: int = 1, **settings: str) -> str:
        """Make a topic; the input that names it."""
        from kafka import KafkaAdminClient
        from kafka.admin import NewTopic

        admin = KafkaAdminClient(bootstrap_servers=self.server)
        admin.create_topics([NewTopic(name, num_partitions=partitions, replication_factor=1, topic_configs=settings)])
        admin.close()
        return f"kafka:{self.server}/{name}"

    def write(self, topic: str, values: list[bytes | None], partition: int | None = None) -> None:
        """Write records; without a partition, in turn to each."""
        from kafka import KafkaProducer

        producer: Any = KafkaProducer(bootstrap_servers=self.server, acks="all", linger_ms=20)
        count = len(producer.partitions_for(topic))
        where = [number % count if partition is None else partition for number in range(len(values))]
        sent = [producer.send(topic, value, key=b"desk", partition=number) for number, value in zip(where, values, strict=True)]
        producer.flush()
        for one in sent:
            one.get(timeout=30)
        producer.close()


def skip_where_missing() -> None:
    """Skips the test that asks."""
    if shutil.which("java") is None or not list(JARS.glob("kafka_*.jar")):
        pytest.skip("no Kafka: install Java 17 and run `make kafka`")


@contextmanager
def broker(folder: Path) -> Iterator[Broker]:
    """A broker for the time of the block, with its data below `folder`."""
    port, controller = free_port(), free_port()
    config = folder / "server.properties"
    folder.mkdir(parents=True, exist_ok=True)
    config.write_text(_config(folder, port, controller))
    java = ["java", _HEAP, "-XX:TieredStopAtLevel=1", "-cp", f"{JARS}/*"]
    subprocess.run([*java, "kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", str(config)], check=True, capture_output=True)
    with (folder / "broker.log").open("wb") as log:
        process = subprocess.Popen([*java, "kafka.Kafka", str(config)], stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        _wait(f"127.0.0.1:{port}", process, folder / "broker.log")
        yield Broker(f"127.0.0.1:{port}")
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _config(folder: Path, port: int, controller: int) -> str:
    return "\n".join(
        [
            "process.roles=broker,controller",
            "node.id=1",
            f"controller.quorum.voters=1@127.0.0.1:{controller}",
            f"listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
            f"advertised.listeners=PLAINTEXT://127.0.0.1:{port}",
            "controller.listener.names=CONTROLLER",
            f"log.dirs={folder / 'data'}",
            "offsets.topic.replication.factor=1",
            "transaction.state.log.replication.factor=1",
            "transaction.state.log.min.isr=1",
            "auto.create.topics.enable=false",
            "message.max.bytes=30000000",
        ]
    )


def _wait(server: str, process: subprocess.Popen[bytes], log: Path) -> None:
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    for _ in range(30):
        if process.poll() is not None:
            break
        try:
            KafkaAdminClient(bootstrap_servers=server, bootstrap_timeout_ms=2000).close()
        except KafkaError:
            continue
        return
    raise RuntimeError(f"the broker did not start:\n{log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    """One that nobody listens at now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
