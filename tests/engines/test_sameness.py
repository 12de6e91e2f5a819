"""One matrix: the same inputs through every engine that this machine has give the same rows of all datasets."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.dataset import open_root, read
from pipelines.dataset.verify import sound, verify
from pipelines.engines import EngineChoice, EngineError
from pipelines.ingest import IngestOptions, RunReport, ingest
from schemas import DATASETS
from tests.engines.made_articles import write_articles

pytestmark = [pytest.mark.engines, pytest.mark.slow]

PROJECT = Path(__file__).parents[2]
RUN_COLUMNS = {"run_id", "slice_id", "ingested_at", "first_seen", "last_seen", "started_at", "ended_at", "options", "timings", "versions"}
ARTICLES = 200

MATRIX = {
    "two workers": (EngineChoice(), 2),
    "Beam's job service": (EngineChoice(name="prism", options=("job_endpoint=embed",)), 1),
    "Prism": (EngineChoice(name="prism"), 1),
    "Prism, a worker of its own process": (EngineChoice(name="prism", options=("experiments=use_loopback_process_worker",)), 1),
    "Flink": (EngineChoice(name="flink", options=("environment_type=LOOPBACK",)), 2),
}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The samples, generated articles in several files, and what no engine can read."""
    folder = tmp_path_factory.mktemp("inputs")
    for part in range(4):
        write_articles(folder / f"made-{part}.jsonl", ARTICLES // 4, seed=part, first=part * ARTICLES // 4)
    (folder / "broken.jsonl").write_text('{"id": "no-text"}\n{"id": "torn"\n')
    (folder / "empty.txt").write_bytes(b"")
    return str(PROJECT / "seeds" / "articles"), str(folder), str(folder / "missing.html")


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory, inputs: tuple[str, ...]) -> RunReport:
    """What one process makes of them."""
    return ingest(IngestOptions(inputs=inputs, root=tmp_path_factory.mktemp("reference") / "root"))


@pytest.mark.parametrize("name", MATRIX)
def test_every_engine_gives_the_rows_of_one_process(
    name: str, tmp_path: Path, inputs: tuple[str, ...], reference: RunReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, workers = MATRIX[name]
    _skip_where_missing(engine)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")  # Beam starts its worker as `python`

    report = ingest(IngestOptions(inputs=inputs, root=tmp_path / "root", workers=workers, engine=engine))

    assert {dataset: rows(report.root, dataset) for dataset in DATASETS} == {name: rows(reference.root, name) for name in DATASETS}
    assert sound(verify(open_root(report.root)))
    assert report.result.claims_by_pair == reference.result.claims_by_pair
    counted = {name: count for name, count in reference.counters.items() if not name.startswith("milliseconds")}
    assert {name: report.counters.get(name) for name in counted} == counted


def test_the_matrix_compares_something(reference: RunReport) -> None:
    counts = {dataset: len(rows(reference.root, dataset)) for dataset in DATASETS}

    assert counts["articles"] >= ARTICLES
    assert counts["claims"] >= ARTICLES
    assert (counts["rejected"], counts["runs"]) == (4, 1)


def test_an_engine_that_ran_before_finds_nothing_new(tmp_path: Path, inputs: tuple[str, ...], reference: RunReport) -> None:
    engine = EngineChoice(name="prism")
    _skip_where_missing(engine)
    first = ingest(IngestOptions(inputs=inputs, root=tmp_path / "root", engine=engine))

    again = ingest(IngestOptions(inputs=inputs, root=tmp_path / "root"))

    assert (first.result.recorded, again.result.recorded) == (True, False)
    assert rows(first.root, "claims") == rows(reference.root, "claims")


def test_the_example_runs_as_written(tmp_path: Path, reference: RunReport) -> None:
    _skip_where_missing(EngineChoice(name="prism"))
    example = re.search(r"<!-- example: prism -->\n```console\n(.*?)```", (PROJECT / "docs" / "engines.md").read_text("utf8"), re.DOTALL)
    assert example is not None
    (tmp_path / "seeds").symlink_to(PROJECT / "seeds")

    for line in example[1].splitlines():
        if not line.startswith("make "):
            done = subprocess.run(
                [str(Path(sys.executable).parent / shlex.split(line)[0]), *shlex.split(line)[1:]],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr

    assert len(rows(tmp_path / "data", "articles")) + len(rows(tmp_path / "data", "copies")) >= 1


def _skip_where_missing(engine: EngineChoice) -> None:
    try:
        engine.check()
    except EngineError as error:
        pytest.skip(str(error))


def rows(root: Path, dataset: str) -> list[dict[str, object]]:
    """All rows, run columns aside, in the order of what identifies them."""
    table = read(root, dataset).to_table().sort_by(DATASETS[dataset].key)
    found: list[dict[str, object]] = table.drop_columns(sorted(RUN_COLUMNS & set(table.column_names))).to_pylist()
    return found
