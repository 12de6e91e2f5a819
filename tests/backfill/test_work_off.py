"""Slices are worked off in processes of their own: side by side, once, and whatever happens to one of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace

import pyarrow.dataset as ds
import pytest

from pipelines.backfill import Workers, make_plan, run_slice
from pipelines.backfill.drive import Patience, jobs_of, summary, tried, work_off
from pipelines.backfill.slices import Slice
from pipelines.claims import Extractor, extractor_version
from pipelines.dataset import open_root, read
from pipelines.dataset.verify import verify
from pipelines.engines import EngineChoice
from pipelines.ingest import IngestOptions, ingest
from pipelines.lease import lease
from pipelines.work import Stages, WorkOptions, real_stages
from schemas import Article, Completeness

QUICK = Patience(attempts=2, pause=0.01)


def ids(root: Path, articles: list[str] | None = None) -> list[str]:
    wanted = None if articles is None else ds.field("article_id").isin(articles)
    return sorted(read(root, "claims").to_table(columns=["claim_id"], filter=wanted).column("claim_id").to_pylist())


def until_true(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


def running(of: int) -> list[int]:
    """The children of a process."""
    return [int(pid) for task in Path(f"/proc/{of}/task").glob("*/children") for pid in task.read_text().split()]


def test_slices_side_by_side_give_each_row_once_and_a_failing_one_stops_no_other(request_for) -> None:
    request = request_for()
    options = IngestOptions(inputs=(), root=request.root)
    jobs = jobs_of(make_plan(request), options)
    bad = replace(jobs[0], slice=Slice(id="bad", inputs=("nosuch:thing",), covers=()))

    with Workers(2, time_limit=300) as workers:
        done = work_off([jobs[0], bad, *jobs[1:]], partial(tried, workers=workers, patience=QUICK), 2)

    assert [r.outcome for r in done] == ["complete", "failed", "complete", "complete"]
    assert "no source is called 'nosuch'" in (done[1].error or "")
    assert done[1].attempts == 1, "a wrong input does not become right"
    plan = make_plan(request)
    assert plan.todo == ()
    assert summary(plan, []).startswith("3 slices: 3 complete before")
    rows = read(request.root, "articles").to_table(columns=["slice_id", "article_id"]).to_pylist()
    assert len(rows) == len({row["article_id"] for row in rows}) == 6
    assert {row["slice_id"] for row in rows} == {job.slice.id for job in jobs}
    runs = read(request.root, "runs").to_table().to_pylist()
    assert {run["flow"] for run in runs} == {"backfill"}
    assert {json.loads(run["options"])["slice"]: {c["source"] for c in run["complete"]} for run in runs} == {
        job.slice.id: set(job.slice.covers) for job in jobs
    }


def test_an_engine_that_is_not_there_is_no_failure_that_passes(request_for, monkeypatch: pytest.MonkeyPatch) -> None:
    request = request_for(days=1)
    jobs = jobs_of(make_plan(request), IngestOptions(inputs=(), root=request.root, engine=EngineChoice(name="dataflow")))

    with Workers(1) as workers:
        result = tried(jobs[0], workers, QUICK)

    assert (result.outcome, result.attempts, result.may_pass) == ("failed", 1, False)
    assert "EngineError" in (result.error or "")


def _older_extract(article: Article) -> SimpleNamespace:
    found = claims_extractor().extract(article)
    return SimpleNamespace(status=found.status, claims=tuple(replace(claim, extractor_version="0+older") for claim in found.claims[1:]))


def older(options: WorkOptions) -> Stages:
    """Stages whose extractor is an older one, which found a claim less in each article."""
    return replace(real_stages(options), extract=_older_extract)


def test_force_reads_complete_slices_again_and_replaces_what_they_gave(request_for, sample_root: Path) -> None:
    request = request_for(days=1)
    (job,) = jobs_of(make_plan(request), IngestOptions(inputs=(), root=request.root))
    covered = tuple(Completeness(source=source, since=None, until=datetime.now(UTC), gap=False) for source in job.slice.covers)
    ingest(replace(job.options, inputs=job.slice.inputs, complete=covered), stages=older, extractor_version="0+older")
    before = ids(request.root)
    articles = read(request.root, "articles").to_table(columns=["article_id"]).column("article_id").to_pylist()
    assert make_plan(request).todo == ()

    (forced,) = jobs_of(make_plan(replace(request, force=True)), job.options)
    passed_over, done = run_slice(job), run_slice(forced)

    assert passed_over.report is None
    assert done.outcome == "complete"
    assert done.report is not None
    assert (done.report.result.inputs, done.report.result.known) == (2, 0)
    assert set(before) < set(ids(request.root))
    assert ids(request.root) == ids(sample_root, articles)
    versions = read(request.root, "claims").to_table(columns=["extractor_version"]).column("extractor_version").to_pylist()
    assert set(versions) == {extractor_version()}


@cache
def claims_extractor() -> Extractor:
    return Extractor()


@pytest.mark.slow
def test_a_child_that_is_killed_is_a_failure_that_is_tried_again(request_for) -> None:
    request = request_for(days=1)
    jobs = jobs_of(make_plan(request), IngestOptions(inputs=(), root=request.root))
    killed: list[int] = []

    with Workers(1) as workers:

        def kill(_: int) -> None:
            killed.append(workers._children[0]._process.pid)
            os.kill(killed[0], signal.SIGKILL)

        first = workers.run(jobs[0], kill)
        second = workers.run(jobs[0])

    assert (first.outcome, first.may_pass) == ("failed", True)
    assert "signal 9" in (first.error or "")
    assert second.outcome == "complete"


def test_a_slice_that_takes_too_long_is_stopped_and_says_what_to_do(request_for) -> None:
    request = request_for(days=1)
    jobs = jobs_of(make_plan(request), IngestOptions(inputs=(), root=request.root))

    with Workers(1, time_limit=0.01) as workers:
        result = workers.run(jobs[0])

    assert result.outcome == "failed"
    assert "slice_minutes" in (result.error or "")
    assert result.may_pass


def test_a_slice_that_another_run_works_on_is_left_to_it(request_for) -> None:
    request = request_for(days=1)
    jobs = jobs_of(make_plan(request), IngestOptions(inputs=(), root=request.root))

    with lease(open_root(request.root).lock(f"slice-{jobs[0].slice.id}")) as mine, Workers(1) as workers:
        assert mine
        assert workers.run(jobs[0]).outcome == "busy"


COMMAND = [sys.executable, "-m", "pipelines.cli.main", "backfill"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGKILL, -9),
        pytest.param(signal.SIGINT, 130, marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow),
    ],
)
def test_a_stopped_backfill_leaves_no_process_and_goes_on_where_it_was_stopped(
    request_for, sample_root: Path, number: int, code: int
) -> None:
    request = request_for()
    command = [*COMMAND, request.source, "--since", "2026-01-01", "--until", "2026-01-04", "--root", str(request.root)]
    job = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert job.stderr is not None
    assert "1/3 2026-01-01: complete" in job.stderr.readline()
    children = running(job.pid)
    assert children
    job.send_signal(number)
    said = job.communicate(timeout=60)[1]

    assert job.returncode == code
    until_true(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() and _works(pid) for pid in children))
    if number != signal.SIGKILL:
        assert "the same command goes on from there" in said
        assert "dyadwire backfill" in said
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "complete before" in again.stdout
    articles = read(request.root, "articles").to_table(columns=["article_id"]).column("article_id").to_pylist()
    assert len(articles) == len(set(articles)) == 6
    assert ids(request.root) == ids(sample_root, articles)
    assert [f for c in verify(open_root(request.root)) for f in c.findings] == []


def _works(pid: int) -> bool:
    try:
        return b"backfill.child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False
