"""From what is said on the command line to Beam's options, and what is refused before any work."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.engines import ENGINES, EngineChoice, EngineError, engine_named
from pipelines.engines import choice as choices
from pipelines.engines.flags import _parser, checked_options, pipeline_options
from pipelines.jobs import job_options
from pipelines.settings import load_settings
from tests.cli.conftest import Run, run  # noqa: F401 - a fixture

PROJECT = Path(__file__).parents[2]
DATAFLOW = (
    "project=news-desk",
    "region=europe-west1",
    "temp_location=gs://news-desk-tmp/beam",
    "sdk_container_image=example.org/dyadwire:1",
)


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(choices, "BINARIES", tmp_path / "engines")


@pytest.mark.parametrize(
    ("choice", "workers", "expected"),
    [
        (EngineChoice(), 1, {"runner": "FnApiRunner"}),
        (EngineChoice(), 3, {"runner": "FnApiRunner", "direct_num_workers": 3, "direct_running_mode": "multi_processing"}),
        (EngineChoice(name="prism", prism_location="/opt/prism"), 1, {"runner": "PrismRunner", "prism_location": "/opt/prism"}),
        (EngineChoice(name="PrismRunner", options=("prism_log_level=debug",)), 1, {"runner": "PrismRunner", "prism_log_level": "debug"}),
        (
            EngineChoice(name="flink", options=("flink_master=localhost:8081", "flink_submit_uber_jar=true")),
            4,
            {"runner": "FlinkRunner", "flink_master": "localhost:8081", "parallelism": 4, "flink_submit_uber_jar": True},
        ),
        (EngineChoice(name="flink", options=("parallelism=8",)), 4, {"parallelism": 8}),
        (EngineChoice(name="flink", options=("experiments=one", "experiments=two")), 1, {"experiments": ["one", "two"]}),
        (
            EngineChoice(name="spark", options=("spark_master_url=spark://head:7077", "environment-type=LOOPBACK")),
            1,
            {"runner": "SparkRunner", "spark_master_url": "spark://head:7077", "environment_type": "LOOPBACK"},
        ),
        (
            EngineChoice(name="dataflow", options=DATAFLOW),
            20,
            {"runner": "DataflowRunner", "project": "news-desk", "region": "europe-west1", "max_num_workers": 20},
        ),
    ],
)
def test_options_reach_beam_under_its_own_names(choice: EngineChoice, workers: int, expected: dict[str, object]) -> None:
    options = pipeline_options(choice, workers).get_all_options()

    assert {name: options[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        (EngineChoice(name="sparkle"), "'sparkle' is no engine; these are: in-process, prism, flink, spark, dataflow"),
        (EngineChoice(options=("worker_threads",)), "'worker_threads' is not NAME=VALUE"),
        (EngineChoice(options=("runner=FlinkRunner",)), "is said with --runner"),
        (EngineChoice(name="spark", options=("spark_versio=3",)), "did you mean spark_version"),
        (EngineChoice(name="flink", options=("flink_version=0.9",)), "invalid choice: '0.9'"),
        (EngineChoice(name="flink", options=("flink_submit_uber_jar=perhaps",)), "is a switch: say flink_submit_uber_jar=true"),
        (EngineChoice(name="dataflow", options=(*DATAFLOW[:2], "temp_location=/tmp/beam")), "Invalid GCS path"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused_in_words(choice: EngineChoice, says: str) -> None:
    with pytest.raises(EngineError) as caught:
        pipeline_options(choice, 1)

    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("name", "command"),
    [("prism", "`make prism`"), ("flink", "beam-runners-flink-2.2-job-server:2."), ("spark", "beam-runners-spark-3-job-server:2.")],
)
def test_a_missing_engine_is_an_error_that_names_the_command_that_installs_it(name: str, command: str) -> None:
    with pytest.raises(EngineError) as caught:
        checked_options(EngineChoice(name=name), 1)

    assert f"{name} is not installed; install it with " in str(caught.value)
    assert command in str(caught.value)


def test_an_engine_that_runs_already_needs_nothing_installed() -> None:
    options = checked_options(EngineChoice(name="flink", options=("job_endpoint=localhost:8099",)), 1)

    assert options.get_all_options()["job_endpoint"] == "localhost:8099"


def test_a_program_that_is_named_wrongly_is_named_in_the_error() -> None:
    with pytest.raises(EngineError, match="prism_location is '/no/such/prism', which is no file"):
        checked_options(EngineChoice(name="prism", prism_location="/no/such/prism"), 1)


def test_no_job_starts_on_an_engine_whose_workers_cannot_reach_the_root() -> None:
    with pytest.raises(EngineError, match="no job can run on dataflow yet"):
        checked_options(EngineChoice(name="dataflow", options=DATAFLOW), 1)


def test_the_command_line_refuses_before_the_root_is_touched(run: Run) -> None:  # noqa: F811
    Path("a.txt").write_text("Kenya thanked Uganda.")

    done = run("ingest", "a.txt", "--root", "data", "--runner", "prism")

    assert (done.code, Path("data").exists()) == (2, False)
    assert "install it with `make prism`" in " ".join(done.err.split())


def test_an_engine_can_be_set_for_all_jobs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    Path("dyadwire.toml").write_text('root = "data"\nrunner = "flink"\nrunner_options = ["parallelism=2"]\n')
    assert job_options(load_settings()).engine == EngineChoice(name="flink", options=("parallelism=2",))

    monkeypatch.setenv("DYADWIRE_RUNNER_OPTIONS", "parallelism=3 worker_threads=2")
    assert job_options(load_settings(runner="spark")).engine == EngineChoice(name="spark", options=("parallelism=3", "worker_threads=2"))


@pytest.mark.parametrize("name", ENGINES)
def test_a_choice_survives_the_way_to_another_process(name: str) -> None:
    choice = EngineChoice(name=name, options=("worker_threads=2",), prism_location="/opt/prism")

    assert pickle.loads(pickle.dumps(choice)) == choice
    assert engine_named(engine_named(name).runner).name == name


def test_the_picture_of_the_engines_is_what_their_table_says() -> None:
    done = subprocess.run([sys.executable, "docs/draw_engines.py", "--check"], cwd=PROJECT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_beam_knows_every_option_that_the_page_names() -> None:
    """On a line that is about an engine; `_flags` refuses what Beam has not."""
    page = (PROJECT / "docs" / "engines.md").read_text(encoding="utf8")
    table = page[page.index("| engine | option |") : page.index("## What holds on every engine")]
    named = set(re.findall(r"`([a-z_]+)=", table)) | set(re.findall(r"--runner-option '?([a-z_]+)=", table))

    known = {flag.lstrip("-") for action in _parser()._actions for flag in action.option_strings}

    assert len(named) >= 15
    assert named - known == set()
    assert {name for engine in ENGINES.values() for name in (*engine.required, engine.binary) if name} <= named
