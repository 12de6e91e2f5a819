"""The engines that Beam has a runner for, and what each needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final


class EngineError(ValueError):
    """An engine that cannot be used as it was asked for; the message names the remedy. No work was done."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """One engine."""

    name: str
    runner: str
    """Beam's name for it."""
    install: str
    """The command that installs what is missing; `{beam}` stands for the version of Beam. Empty: nothing can be missing."""
    module: str | None = None
    """The Python module without which Beam cannot speak to it."""
    binary: str | None = None
    """The option that names its program or job server, a file."""
    required: tuple[str, ...] = ()
    """Options without which it does not start."""
    workers_option: str | None = None
    """The option that says how many workers there are; None: it has no such."""
    shares_folders: bool = True
    """Whether its workers can see a folder, as all roots are; else no job can run on it."""

    @property
    def remedy(self) -> str:
        """The command that installs it, for the Beam that is installed."""
        return self.install.format(beam=version("apache-beam"))


_JAR: Final = "mvn dependency:copy -Dartifact=org.apache.beam:{name}:{{beam}} -DoutputDirectory=.dyadwire/engines"

_ALL: Final = (
    Engine(name="in-process", runner="FnApiRunner", install="", workers_option="direct_num_workers"),
    Engine(name="prism", runner="PrismRunner", install="make prism", binary="prism_location"),
    Engine(
        name="flink",
        runner="FlinkRunner",
        install=_JAR.format(name="beam-runners-flink-2.2-job-server"),
        binary="flink_job_server_jar",
        workers_option="parallelism",
    ),
    Engine(
        name="spark",
        runner="SparkRunner",
        install=_JAR.format(name="beam-runners-spark-3-job-server"),
        binary="spark_job_server_jar",
    ),
    Engine(
        name="dataflow",
        runner="DataflowRunner",
        install='pip install "apache-beam[gcp]=={beam}"',
        module="apitools",
        required=("project", "region", "temp_location", "sdk_container_image"),
        workers_option="max_num_workers",
        shares_folders=False,
    ),
)

ENGINES: Final[Mapping[str, Engine]] = {engine.name: engine for engine in _ALL}
"""By name."""


def engine_named(name: str) -> Engine:
    """The engine of a name: ours, or Beam's own for its runner, in any case.

    Raises:
        EngineError: there is none.
    """
    asked = name.strip().casefold()
    for engine in _ALL:
        if asked in (engine.name, engine.runner.casefold()):
            return engine
    raise EngineError(f"{name!r} is no engine; these are: {', '.join(ENGINES)}")
