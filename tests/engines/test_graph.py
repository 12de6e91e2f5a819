"""The job as a graph for engines that are not here: what each would be handed, without the engine or its service."""

from __future__ import annotations

from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PortableOptions, WorkerOptions
from apache_beam.portability import common_urns
from apache_beam.portability.api import beam_runner_api_pb2
from apache_beam.runners.portability.fn_api_runner import translations
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from apache_beam.runners.portability.portable_runner import PortableRunner
from apache_beam.transforms import environments

from pipelines.context import new_run
from pipelines.dataset import open_root
from pipelines.engines import EngineChoice
from pipelines.engines.flags import pipeline_options
from pipelines.running import run_info
from pipelines.transforms import Commit, Discover, ExtractAndStage

IMAGE = "example.org/dyadwire:1"
DATAFLOW = ("project=news-desk", "region=europe-west1", "temp_location=gs://news-desk-tmp/beam", f"sdk_container_image={IMAGE}")
URNS, WORKERS = (
    common_urns,
    {
        "container": common_urns.environments.DOCKER.urn,
        "process": common_urns.environments.PROCESS.urn,
    },
)
GATHER = common_urns.primitives.GROUP_BY_KEY.urn
LARGE = 20_000
"""Bytes of a step: it holds options and paths, neither models nor open files."""


def engine(name: str, *options: str) -> EngineChoice:
    return EngineChoice(name=name, options=options)


CASES = [
    (engine("spark", "spark_master_url=spark://head:7077", "environment_type=DOCKER", f"environment_config={IMAGE}"), "container"),
    (engine("spark", "environment_type=PROCESS", 'environment_config={"command": "/opt/worker"}'), "process"),
    (engine("flink", "flink_master=head:8081", "environment_type=DOCKER", f"environment_config={IMAGE}"), "container"),
    (engine("dataflow", *DATAFLOW), "container"),
]


@pytest.mark.parametrize(("choice", "workers"), CASES)
def test_every_engine_is_handed_the_same_three_stages(choice: EngineChoice, workers: str, tmp_path: Path) -> None:
    graph = translated(choice, tmp_path)

    top = {step.unique_name.partition("/")[0] for step in graph.components.transforms.values()}
    assert {"Discover", "ExtractAndStage", "Commit"} <= top
    assert not graph.requirements, "no engine need know of states, timers or splits for a job that ends"
    assert {env.urn for env in graph.components.environments.values()} == {WORKERS[workers]}


@pytest.mark.parametrize(("choice", "workers"), CASES)
def test_work_is_fused_and_only_what_crosses_to_it_and_to_the_commit_is_shuffled(
    choice: EngineChoice, workers: str, tmp_path: Path
) -> None:
    graph = translated(choice, tmp_path)

    stages = translations.create_and_optimize_stages(
        graph,
        translations.standard_optimize_phases(),
        frozenset({common_urns.primitives.IMPULSE.urn, GATHER, common_urns.primitives.FLATTEN.urn}),
    )[1]

    shuffled = sorted(t.unique_name for stage in stages for t in stage.transforms if t.spec.urn == GATHER)
    assert [name.partition("/")[0] for name in shuffled] == ["Commit", "ExtractAndStage", "ExtractAndStage"]
    assert all(len(step.spec.payload) < LARGE for step in graph.components.transforms.values())


def translated(choice: EngineChoice, folder: Path) -> beam_runner_api_pb2.Pipeline:
    """The job's graph, as Beam's portable runners hand it on."""
    options = pipeline_options(choice, 4)
    layout, context = open_root(folder / "root"), new_run()
    job = beam.Pipeline(FnApiRunner(), options)
    (
        job
        | Discover(("a.txt",), context, layout.spool(context.run_id))
        | ExtractAndStage(layout, context, shards=4)
        | Commit(layout, run_info(context, "ingest", {}, "0"))
    )
    portable = options.view_as(PortableOptions)
    if choice.name_is("dataflow"):
        image = options.view_as(WorkerOptions).sdk_container_image  # as Beam's own translation for the service does, which needs its client
        environment: environments.Environment = environments.DockerEnvironment.from_container_image(image)
    else:
        environment = environments.Environment.from_options(portable)
    return PortableRunner._optimize_pipeline(job.to_runner_api(default_environment=environment), options)
