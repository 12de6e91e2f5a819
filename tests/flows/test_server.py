"""For real: a Prefect server, the deployments of deploy/prefect.yaml, a worker; runs as a scheduler makes them; a worker that dies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest
import yaml
from station import PROJECT, Station, descendants, kill_tree, postgres, postgres_programs, until

from pipelines.dataset import RootError, open_root, read
from pipelines.dataset.verify import verify
from tests.conftest import SAMPLES
from tests.test_operations import BLOCKS

pytestmark = pytest.mark.slow

DEPLOYMENTS: list[dict[str, Any]] = yaml.safe_load((PROJECT / "deploy" / "prefect.yaml").read_text(encoding="utf8"))["deployments"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def station(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A server with the deployments; their schedules are seen and then paused, so that only the tests make runs."""
    folder = tmp_path_factory.mktemp(request.param)
    settings = {"DYADWIRE_ROOT": str(folder / "data"), "DYADWIRE_SOURCES": str(SAMPLES), "DYADWIRE_LOG_LEVEL": "info"}
    if request.param == "sqlite":
        with Station(folder, settings=settings) as station:
            yield _deployed(station)
        return
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with postgres(programs) as url, Station(folder, database=url, settings=settings) as station:
        yield _deployed(station)


def _deployed(station: Station) -> Station:
    station.prefect("work-pool", "create", "dyadwire", "--type", "process")
    station.prefect("--no-prompt", "deploy", "--all", "--prefect-file", "deploy/prefect.yaml")
    return station


def _name(deployment: dict[str, Any]) -> str:
    return f"{deployment['entrypoint'].rpartition('.')[2]}/{deployment['name']}"


def _ids(root: Path, dataset: str, key: str) -> list[str]:
    return sorted(read(root, dataset).to_table(columns=[key]).column(key).to_pylist())


def _count(root: Path, dataset: str) -> int:
    try:
        return read(root, dataset).count_rows()
    except RootError:
        return 0


def _runs(root: Path) -> int:
    return _count(root, "runs")


def test_the_deployments_are_what_the_file_says_and_their_schedules_make_runs(station: Station) -> None:
    for wanted in DEPLOYMENTS:
        found = station.deployment(_name(wanted))
        assert set(wanted["tags"]) == set(found["tags"])
        assert [s["schedule"]["cron"] for s in found["schedules"]] == [s["cron"] for s in wanted["schedules"]]
        assert found["global_concurrency_limit"]["limit"] == wanted["concurrency_limit"]["limit"]
        assert found["work_pool_name"] == "dyadwire"
    ingest = station.deployment("ingest/sources")
    body = {"flow_runs": {"deployment_id": {"any_": [ingest["id"]]}, "state": {"type": {"any_": ["SCHEDULED"]}}}}
    until(lambda: station.ask("POST", "/flow_runs/filter", body), "the scheduler plans runs")
    for wanted in DEPLOYMENTS:
        station.ask("PATCH", f"/deployments/{station.deployment(_name(wanted))['id']}", {"paused": True})


def test_ingest_maintain_and_quality_run_as_scheduled_and_leave_artifacts(station: Station, sample_root: Path) -> None:
    root = Path(station.settings["DYADWIRE_ROOT"])
    worker = station.worker()

    first = station.trigger("ingest/sources")
    assert station.finished(first) == "COMPLETED", station.log("worker")
    left = station.artifacts(first)
    assert "8 new articles" in left["ingest"]
    assert "**New pairs**" in left["ingest"]
    assert float(left["ingest-progress"]) == 100
    assert _ids(root, "claims", "claim_id") == _ids(sample_root, "claims", "claim_id")

    second = station.trigger("ingest/sources")
    assert station.finished(second) == "COMPLETED"
    assert "nothing new" in station.artifacts(second)["ingest"]
    assert _runs(root) == 1

    upkeep = station.trigger("maintain/nightly")
    assert station.finished(upkeep) == "COMPLETED"
    assert "verified: sound" in station.artifacts(upkeep)["maintain"]

    judged = station.trigger("quality/daily", day=f"{datetime.now(UTC):%Y-%m-%d}")
    assert station.finished(judged) == "COMPLETED"
    assert "volume of articles" in station.artifacts(judged)["quality"]
    kill_tree(worker.pid)


def test_a_failed_check_is_an_event_that_an_automation_can_act_on(station: Station, tmp_path: Path) -> None:
    """All pages come from one host and most of them are refused: shares that no limit allows."""
    pages = tmp_path / "pages"
    pages.mkdir()
    for i in range(25):
        (pages / f"{i}.html").write_bytes(bytes(range(256)) * (i + 1))
    worker = station.worker()
    root = str(tmp_path / "bad")

    assert station.finished(station.trigger("ingest/sources", inputs=[str(pages)], root=root)) == "COMPLETED"
    assert station.finished(station.trigger("quality/daily", root=root, day=f"{datetime.now(UTC):%Y-%m-%d}")) == "COMPLETED"

    events = until(lambda: station.events("dyadwire.quality.failed"), "the event arrives", 60)
    assert {e["payload"]["check"] for e in events} == {"rejected"}
    assert events[0]["resource"]["prefect.resource.id"] == f"dyadwire.root.{root}"
    kill_tree(worker.pid)


@pytest.fixture
def asked(tmp_path: Path) -> dict[str, object]:
    """The parameters of a backfill of six slices, a page each, into a root of its own."""
    pages = tmp_path / "pages"
    pages.mkdir()
    for i, page in enumerate(sorted(SAMPLES.glob("*.html"))[:6]):
        shutil.copy(page, pages / f"2026-01-{i + 1:02d}-{page.name}")
    period = {"since": "2026-01-01T00:00:00Z", "until": "2026-01-07T00:00:00Z", "by": "day"}
    return {"source": f"{pages}/%Y-%m-%d*.html", "root": str(tmp_path / "root"), "concurrency": 1} | period


def test_a_worker_that_is_killed_in_the_middle_loses_and_doubles_nothing(
    station: Station, sample_root: Path, asked: dict[str, object]
) -> None:
    root, worker = Path(str(asked["root"])), station.worker()

    planned = station.trigger("backfill/period", **asked, dry_run=True)
    assert station.finished(planned) == "COMPLETED", station.log("worker")
    assert station.artifacts(planned)["backfill-plan"].count('"todo"') == 6
    assert not root.exists()

    broken = station.trigger("backfill/period", **asked)
    until(lambda: _runs(root) >= 2, "two slices are committed")
    kill_tree(worker.pid)
    committed = _runs(root)
    assert committed < 6, "it was too fast to be killed in the middle"
    assert station.state(broken) == "RUNNING"

    worker = station.worker()
    resumed = station.trigger("backfill/period", **asked)
    assert station.finished(resumed) == "COMPLETED", station.log("worker")

    assert f"{6 - committed} slice" in station.artifacts(resumed)["backfill"]
    claims = _each_once(root, sample_root)
    kill_tree(worker.pid)
    print(f"{station.folder.name}: killed after {committed} of 6 slices, resumed with {6 - committed}, {claims} claims once")


def test_a_run_that_is_cancelled_stops_cleanly_and_the_rest_is_done_by_the_next(
    station: Station, sample_root: Path, asked: dict[str, object]
) -> None:
    root, worker = Path(str(asked["root"])), station.worker()

    stopped = station.trigger("backfill/period", **asked)
    until(lambda: _runs(root) >= 1, "a slice is committed")
    station.ask("POST", f"/flow_runs/{stopped}/set_state", {"state": {"type": "CANCELLING"}, "force": True})
    assert station.finished(stopped) == "CANCELLED", station.log("worker")
    until(lambda: len(descendants(worker.pid)) == 1, "no process of the run is left", 60)
    committed = _runs(root)
    assert committed < 6

    resumed = station.trigger("backfill/period", **asked)
    assert station.finished(resumed) == "COMPLETED", station.log("worker")
    assert f"{6 - committed} slice" in station.artifacts(resumed)["backfill"]
    _each_once(root, sample_root)
    kill_tree(worker.pid)


def test_a_stream_reads_until_it_is_cancelled_and_the_next_run_goes_on(station: Station, tmp_path: Path) -> None:
    root, news, worker = tmp_path / "root", tmp_path / "news", station.worker()
    news.mkdir()
    pages = sorted(SAMPLES.glob("*.html"))[:2]
    for number, page in enumerate(pages, 1):
        running = station.trigger("stream/live", sources=[str(news)], root=str(root))
        shutil.copy(page, news)
        until(lambda number=number: _count(root, "articles") == number, f"page {number} is read")
        station.ask("POST", f"/flow_runs/{running}/set_state", {"state": {"type": "CANCELLING"}, "force": True})
        assert station.finished(running) == "CANCELLED", station.log("worker")
        until(lambda: len(descendants(worker.pid)) == 1, "no process of the run is left", 60)

    assert _runs(root) == 2
    kill_tree(worker.pid)


def _each_once(root: Path, sample_root: Path) -> int:
    """Six articles with the claims that an undisturbed run finds, each once, in six runs and a sound root."""
    articles = _ids(root, "articles", "article_id")
    assert len(articles) == len(set(articles)) == 6
    wanted = ds.field("article_id").isin(articles)
    expected = read(sample_root, "claims").to_table(columns=["claim_id"], filter=wanted).column("claim_id").to_pylist()
    assert _ids(root, "claims", "claim_id") == sorted(expected)
    assert _runs(root) == 6
    assert [f for c in verify(open_root(root)) for f in c.findings] == []
    return len(expected)


def test_the_runbooks_commands_for_a_server_run_as_written(station: Station) -> None:
    env = station.environment | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    for block in (text for where, text in BLOCKS if where == "server"):
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=PROJECT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
