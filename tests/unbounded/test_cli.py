"""`dyadwire stream --runner` from outside: what cannot be is refused before the root is touched, and names the remedy."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipelines.settings import load_settings
from pipelines.unbounded.settings import unbounded_options
from tests.cli.conftest import Run, run  # noqa: F401 - a fixture


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--runner", "prism", "--runner-option", "prism_location=/no/such/prism"), "make prism"),
        (("--runner", "flink", "--runner-option", "flink_job_server_jar=/no/such.jar"), "beam-runners-flink-2.2-job-server"),
        (("--runner", "sparkle"), "is no engine"),
        (
            ("--runner", "prism", "--runner-option", f"prism_location={sys.executable}", "--runner-option", "job_endpont=embed"),
            "did you mean job_endpoint",
        ),
    ],
)
def test_an_engine_that_cannot_be_used_is_refused_in_words(run: Run, words: tuple[str, ...], says: str) -> None:  # noqa: F811
    Path("news").mkdir()

    done = run("stream", "news", "--root", "data", *words)

    assert (done.code, Path("data").exists()) == (2, False)
    assert says in " ".join(done.err.split())


def test_a_topic_needs_a_contact_as_all_that_lies_in_the_net_does(run: Run) -> None:  # noqa: F811
    done = run("ingest", "kafka:nowhere", "--root", "data")

    assert done.code == 2
    assert "contact" in done.err


def test_the_settings_reach_the_job(run: Run) -> None:  # noqa: F811
    Path("dyadwire.toml").write_text('root = "data"\nrunner = "prism"\nrunner_options = ["worker_threads=2"]\nsources = ["news"]\n')

    options = unbounded_options(load_settings(workers=3), seconds=7)

    assert (options.engine.name, options.engine.options, options.workers, options.seconds) == ("prism", ("worker_threads=2",), 3, 7)
    assert options.stream.sources == ("news",)
