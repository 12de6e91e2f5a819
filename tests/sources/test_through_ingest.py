"""Live sources through the whole job: polled, fetched, committed once, and only then remembered."""

from __future__ import annotations

import base64
import gzip
import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fetching import config
from servers import Server, answer

sys.path.append(str(Path(__file__).parents[1] / "faults"))

import stand_in_stages

from pipelines.cli.main import main
from pipelines.context import new_run
from pipelines.dataset import read
from pipelines.fetch import FetchConfig
from pipelines.ingest import IngestOptions, RunReport, ingest
from pipelines.web import RAW, STATE

DOCS = Path(__file__).parents[2] / "docs" / "sources.md"
TEXT = "Ministers met on Monday to speak about trade. The government of Iran praised Pakistan for its help in the talks. More is to follow."


def article(number: int) -> bytes:
    paragraphs = "".join(
        f"<p>{TEXT} Report {number}, paragraph {p}, was written in the capital by our correspondent.</p>" for p in range(6)
    )
    return answer(f"<html><head><title>Talks, day {number}</title></head><body><article><h1>Talks</h1>{paragraphs}</article></body></html>")


def rss(*numbers: int, tag: str = "v1") -> bytes:
    items = "".join(f"<item><link>/news/2026/11/{n:02d}/talks-of-the-day</link><guid>{n}</guid></item>" for n in numbers)
    return answer(f'<rss version="2.0"><channel>{items}</channel></rss>', type="application/rss+xml", ETag=f'"{tag}"')


def serve(server: Server, *numbers: int) -> None:
    server.routes["/rss"] = rss(*numbers, tag=str(numbers))
    for n in numbers:
        server.routes.setdefault(f"/news/2026/11/{n:02d}/talks-of-the-day", article(n))


def settings(root: Path, **changes: object) -> FetchConfig:
    return replace(config(raw=root / RAW, state=root / STATE), **changes)  # type: ignore[arg-type]


def job(root: Path, *inputs: str, workers: int = 1, **changes: object) -> RunReport:
    options = IngestOptions(inputs=inputs, root=root, workers=workers, fetch=settings(root, **changes), publish=False)
    return ingest(options, stages=stand_in_stages.build, extractor_version="0+stand-in", context=new_run())


def urls(root: Path) -> list[str]:
    return sorted(read(root, "articles").to_table(columns=["url"]).column("url").to_pylist())


def test_a_feed_becomes_articles_once_and_each_knows_its_raw_page(tmp_path: Path) -> None:
    with Server() as server:
        serve(server, 1, 2)
        feed = f"feed:{server.url('/rss')}"
        first = job(tmp_path, feed)
        asked = len(server.asked)
        second = job(tmp_path, feed)
        assert [a.path for a in server.asked[asked:]] == ["/rss"]
        serve(server, 1, 2, 3)
        third = job(tmp_path, feed)
    assert [sum(r.result.articles.values()) for r in (first, second, third)] == [2, 0, 1]
    rows = read(tmp_path, "articles").to_table().to_pylist()
    assert {row["source"] for row in rows} == {"feed"}
    assert all((tmp_path / RAW / row["raw_file"]).is_file() and row["raw_offset"] > 0 for row in rows)


def test_a_run_says_what_it_makes_complete_and_where_a_feed_lost_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "data"
    with Server() as server:
        feed = f"feed:{server.url('/rss')}"
        ended = []
        for numbers in ((1, 2), (1, 2), (2, 3), (5, 6)):
            serve(server, *numbers)
            ended.append(job(root, feed).run_id)
    rows = {row["run_id"]: row for row in read(root, "runs").to_table().to_pylist()}
    assert sorted(rows) == sorted([ended[0], *ended[2:]]), "the second run read nothing new"
    told = [rows[run]["complete"] for run in (ended[0], ended[2], ended[3])]
    assert [[row["gap"] for row in found] for found in told] == [[False], [False], [False, True]]
    assert {row["source"] for found in told for row in found} == {feed}
    first, second, lost = told[0][0], told[1][0], told[2][1]
    assert second["since"] == first["until"] == rows[ended[0]]["started_at"], "the second poll belongs to the third run's period"
    assert (lost["since"], lost["until"]) == (rows[ended[2]]["started_at"], rows[ended[3]]["started_at"])
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    (example,) = re.findall(r"^```python\n(.*?)^```", DOCS.read_text("utf8"), re.MULTILINE | re.DOTALL)
    exec(compile(example, str(DOCS), "exec"), {})
    assert capsys.readouterr().out == f"{feed} {lost['since']} {lost['until']} {ended[3]}\n"


def _ingest_until_killed(root: Path, feed: str, ready: Path) -> None:
    import apache_beam as beam

    from pipelines import transforms

    def hang(*_: object) -> None:
        ready.touch()
        signal.pause()

    transforms.Commit.expand = lambda self, staged: staged | beam.Map(hang)  # type: ignore[method-assign]
    job(root, feed)


def test_a_job_killed_between_poll_and_commit_skips_nothing(tmp_path: Path) -> None:
    root, ready = tmp_path / "root", tmp_path / "ready"
    with Server() as server:
        serve(server, 1, 2)
        feed = f"feed:{server.url('/rss')}"
        worker = multiprocessing.get_context("spawn").Process(target=_ingest_until_killed, args=(root, feed, ready))
        worker.start()
        while not ready.exists():
            worker.join(0.1)
            assert worker.is_alive(), "the job ended before its commit"
        os.kill(worker.pid or 0, signal.SIGKILL)
        worker.join()
        report = job(root, feed)
        again = job(root, feed)
    assert sum(report.result.articles.values()) == 2
    assert sum(again.result.articles.values()) == 0
    assert len(urls(root)) == 2


def test_a_forgotten_page_is_gone_from_the_archive_and_from_memory_too(tmp_path: Path) -> None:
    from pipelines.fetch.archive import archive_files
    from pipelines.seen import SeenStore

    with Server() as server:
        serve(server, 1, 2)
        job(tmp_path, f"feed:{server.url('/rss')}")
        gone, kept = urls(tmp_path)
    with pytest.raises(SystemExit) as stop:
        main(["forget", "--url", gone, "--root", str(tmp_path)])
    assert stop.value.code == 0
    assert urls(tmp_path) == [kept]
    archived = b"".join(gzip.decompress(path.read_bytes()) for path in archive_files(tmp_path / RAW))
    assert gone.encode() not in archived
    assert kept.encode() in archived
    store = SeenStore(tmp_path / STATE)
    assert store.get("url", gone) is None
    assert store.get("url", kept) is not None


@pytest.mark.slow
def test_two_workers_fetch_what_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1] / "faults"))
    with Server() as server:
        for n in range(1, 5):
            server.routes[f"/{n}"] = article(n)
        pages = [server.url(f"/{n}", f"127.0.0.{n + 1}") for n in range(1, 5)]
        for workers in (1, 2):
            job(tmp_path / str(workers), *pages, workers=workers)
    assert urls(tmp_path / "1") == urls(tmp_path / "2") == sorted(pages)


@pytest.mark.slow
def test_the_flow_fetches_a_feed_as_the_command_does(tmp_path: Path) -> None:
    code = "import sys; from flows.ingest import ingest; ingest([sys.argv[1]], root=sys.argv[2])"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "DYADWIRE_"))} | {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "DYADWIRE_CONTACT": "tests@example.org",
        "DYADWIRE_ALLOWED_NETWORKS": "127.0.0.0/8",
        "DYADWIRE_HOST_DELAY": "0",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    with Server() as server:
        serve(server, 1, 2)
        command = [sys.executable, "-c", code, f"feed:{server.url('/rss')}", str(tmp_path / "root")]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert len(urls(tmp_path / "root")) == 2
    (run,) = read(tmp_path / "root", "runs").to_table().to_pylist()
    assert [row["gap"] for row in run["complete"]] == [False]


def test_a_failure_is_rejected_until_a_retry_succeeds_and_then_its_row_is_gone(tmp_path: Path) -> None:
    from pipelines.cli.retry import due_inputs

    with Server() as server:
        server.routes |= {"/a": answer("", "503 Busy"), "/b": answer("", "404 Not Found"), "/c": article(3)}
        pages = tuple(server.url(p) for p in ("/a", "/b", "/c"))
        report = job(tmp_path, *pages, retry_in=0.0)
        assert report.result.rejected_by_reason == {"http_5xx": 1, "http_4xx": 1}
        due = due_inputs(tmp_path, datetime.now(UTC))
        assert due == (server.url("/a"),)
        server.routes["/a"] = article(1)
        job(tmp_path, *due)
    assert [row["reason"] for row in read(tmp_path, "rejected").to_table().to_pylist()] == ["http_4xx"]
    assert due_inputs(tmp_path, datetime.now(UTC)) == ()
    assert due_inputs(tmp_path, datetime.now(UTC), everything=True) == (server.url("/b"),)


def test_the_archived_page_of_a_row_is_shown(tmp_path: Path) -> None:
    with Server() as server:
        serve(server, 1)
        job(tmp_path, f"feed:{server.url('/rss')}")
    claim = read(tmp_path, "claims").to_table().to_pylist()[0]
    with pytest.raises(SystemExit) as stop:
        main(["page", claim["claim_id"], "--root", str(tmp_path), "--out", str(tmp_path / "page.html")])
    assert stop.value.code == 0
    assert (tmp_path / "page.html").read_bytes() == article(1).partition(b"\r\n\r\n")[2]
    with pytest.raises(SystemExit):
        main(["page", claim["claim_id"], "--root", str(tmp_path), "--json", "--out", str(tmp_path / "page.json")])
    row = json.loads((tmp_path / "page.json").read_text(encoding="utf8"))
    assert base64.b64decode(row["content"]) == (tmp_path / "page.html").read_bytes()
    assert row["url"] == claim["url"]


def test_a_remote_input_without_a_contact_is_refused_before_any_work(tmp_path: Path) -> None:
    from pipelines.fetch import NoContactError

    with pytest.raises(NoContactError, match="contact"):
        job(tmp_path, "https://news.example/a", contact=None)
    assert not any(tmp_path.rglob("*.parquet"))


def test_a_list_of_feeds_is_checked_and_what_does_not_work_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DYADWIRE_CONTACT", "tests@example.org")
    monkeypatch.setenv("DYADWIRE_ALLOWED_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("DYADWIRE_HOST_DELAY", "0")
    with Server({"/rss": rss(1, 2), "/gone": answer("", "404 Not Found"), "/page": article(1)}) as server:
        rows = "".join(
            f'[[feed]]\nname = "N{p}"\nurl = "{server.url(p)}"\ncountry = "PAK"\nlanguage = "en"\n' for p in ("/rss", "/gone", "/page")
        )
        (tmp_path / "feeds.toml").write_text(rows)
        with pytest.raises(SystemExit) as stop:
            main(["sources", "check", str(tmp_path / "feeds.toml"), "--json"])
    assert stop.value.code == 0
    output = capsys.readouterr().out
    assert [word in output for word in ('"entries": 2', "http_4xx", "bad_source")] == [True] * 3
