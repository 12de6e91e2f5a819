"""The loop by a clock of its own: hours pass without a moment's sleep, against a real site, with real jobs and a real dataset."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import stand_in_stages
from by_hand import Bench
from fetching import config
from servers import Server, answer
from site_on_loopback import QUICK, Site

from pipelines.dataset import read
from pipelines.settings import load_settings
from pipelines.stream import warm
from pipelines.stream.options import StreamOptions
from pipelines.stream.process import StreamBusyError, run
from pipelines.stream.reporting import every, line
from pipelines.stream.settings import stream_options
from pipelines.stream.tidying import MIN_FILES
from pipelines.stream.watching import Snapshot
from pipelines.web import RAW, STATE
from pipelines.work import Stages, WorkOptions
from schemas import Article

EXTRACTING = threading.Event()


def telling(options: WorkOptions) -> Stages:
    """Stages that tell when the first page is being read; of the module, so that the runner can hand them over."""
    return replace(stand_in_stages.build(options), extract=_telling_extract)


def _telling_extract(article: Article) -> stand_in_stages.Found:
    EXTRACTING.set()
    return stand_in_stages.extract(article)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server
    warm.close()


def test_new_pages_are_committed_once_and_silence_leaves_no_trace(server: Server, tmp_path: Path) -> None:
    site = Site(server)
    site.publish(1, 2, 3)
    bench = Bench(tmp_path, (site.feed,))
    bench.go(30)
    assert (bench.count(), bench.count("runs"), [pages for _, pages in bench.jobs]) == (3, 1, [3])
    bench.clock.idle = 30.0
    bench.go(6 * 3600)
    assert bench.count("runs") == 1, "nothing new, no row"
    assert len(bench.jobs) == 1, "and no job"
    gaps = [(b - a).total_seconds() for (a, _), (b, _) in zip(bench.looks, bench.looks[1:], strict=False)]
    assert gaps[-1] == pytest.approx(3600, abs=31), "a silent feed is asked ever more seldom"
    site.publish(4)
    bench.go(2 * 3600)
    assert (bench.count(), bench.count("runs")) == (4, 2)
    rows = read(tmp_path, "runs").to_table().to_pylist()
    assert {(row["flow"], row["complete"][0]["source"]) for row in rows} == {("stream", site.feed)}


def test_work_that_is_due_waits_half_a_minute_at_most_for_others(server: Server, tmp_path: Path) -> None:
    site = Site(server)
    site.publish(1)
    bench = Bench(tmp_path, (site.feed,))
    bench.go(60)
    (seen_at, _), (began, _) = bench.looks[0], bench.jobs[0]
    assert began - seen_at <= timedelta(seconds=30)


def test_more_pages_than_a_job_takes_are_worked_off_job_by_job_and_counted_as_waiting(server: Server, tmp_path: Path) -> None:
    site = Site(server)
    site.publish(*range(1, 26))
    bench = Bench(tmp_path, (site.feed,), {"job_pages": 10})
    bench.go(30)
    assert bench.count() == 25
    assert bench.waiting == [0, 25, 15, 5, 0]
    assert [pages for _, pages in bench.jobs] == [10, 10, 5]
    assert len(set(read(tmp_path, "articles").to_table(columns=["url"]).column("url").to_pylist())) == 25


def test_a_full_backlog_stops_the_polls_until_it_is_worked_off(server: Server, tmp_path: Path) -> None:
    site = Site(server)
    site.publish(*range(1, 13))
    # two hosts; the backlog is full with what the first one lists
    second = site.feed.replace("127.0.0.1", "127.0.0.2")
    bench = Bench(tmp_path, (site.feed, second), {"backlog": 5, "job_pages": 6, "polls": 1})
    bench.stream.turn()
    bench.stream.turn()
    assert [given for _, given in bench.looks] == [site.feed]
    bench.go(60)
    assert {given for _, given in bench.looks} == {site.feed, second}
    assert bench.count() == 24


def test_poison_is_rejected_and_everything_else_goes_on(server: Server, tmp_path: Path) -> None:
    site = Site(server)
    site.publish_poison()
    site.publish(1)
    server.routes["/broken"] = answer("no feed at all")
    bench = Bench(tmp_path / "root", (f"feed:{server.url('/broken')}", site.feed))
    bench.go(40)
    assert bench.count() == 1
    reasons = read(tmp_path / "root", "rejected").to_table(columns=["reason"]).column("reason").to_pylist()
    assert sorted(reasons) == ["bad_source", "failed", "http_4xx", "not_html"]
    assert bench.last is not None
    assert bench.last.trouble is not None
    assert "broken" in bench.last.trouble


def test_a_job_that_fails_is_done_again_with_nothing_lost(server: Server, tmp_path: Path) -> None:
    site = Site(server)
    site.publish(1, 2)
    bench = Bench(tmp_path, (site.feed,), failing=2)
    bench.go(400)
    assert bench.last is not None
    assert (bench.count(), bench.last.failed_jobs) == (2, 2)


def test_small_commits_leave_a_handful_of_files_a_pair(server: Server, tmp_path: Path) -> None:
    site = Site(server)
    bench = Bench(tmp_path, (site.feed,), {"gather": 0.1, "feeds": QUICK})
    most = 0
    for number in range(1, 13):
        site.publish(number)
        bench.go(3)
        most = max(most, *(len(list(folder.glob("*.parquet"))) for folder in (tmp_path / "claims").iterdir()))
    bench.go(10)
    assert bench.count("runs") == 12
    assert most < MIN_FILES + bench.options.tidy_jobs
    assert bench.count() == 12


def test_a_second_stream_on_a_root_is_refused(server: Server, tmp_path: Path) -> None:
    options = StreamOptions(sources=(str(tmp_path),), root=tmp_path / "root", fetch=config(state=tmp_path / "root" / STATE))
    seen = list[type[BaseException]]()

    def second(_: Snapshot) -> None:
        try:
            run(options, seconds=0)
        except StreamBusyError as error:
            seen.append(type(error))

    run(options, watch=second, seconds=0.1, build=stand_in_stages.build)
    assert set(seen) == {StreamBusyError}


def test_a_stream_that_is_not_to_store_texts_stores_none(server: Server, tmp_path: Path) -> None:
    site = Site(server)
    site.publish(1, 2)
    fetch = config(raw=tmp_path / RAW, state=tmp_path / STATE)
    options = StreamOptions(sources=(site.feed,), root=tmp_path, fetch=fetch, work=WorkOptions(store_text=False))
    run(options, seconds=1, build=stand_in_stages.build, extractor="0+stand-in")

    assert read(tmp_path, "articles").to_table(columns=["text"]).to_pylist() == [{"text": ""}] * 2


def test_a_stream_works_as_the_settings_say_of_jobs(tmp_path: Path) -> None:
    settings = load_settings(root=str(tmp_path), store_text=False, shared_lines="lines.txt", max_megabytes=3)

    assert stream_options(settings).work == WorkOptions(page_limit=3_000_000, store_text=False, shared_lines="lines.txt")


def test_a_stop_lets_the_job_under_way_end(server: Server, tmp_path: Path) -> None:
    site = Site(server)
    site.publish(1, 2)
    options = replace(
        StreamOptions(sources=(site.feed,), root=tmp_path, fetch=config(raw=tmp_path / RAW, state=tmp_path / STATE)), gather=0.1
    )

    def stop(_: Snapshot) -> None:
        if EXTRACTING.is_set():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(options, watch=stop, build=telling, extractor="0+stand-in")
    assert read(tmp_path, "articles").count_rows() == 2
    assert read(tmp_path, "runs").count_rows() == 1


def test_a_report_comes_now_and_then_in_words() -> None:
    said, moment = list[str](), [0.0]
    tell = every(60.0, said.append, lambda: moment[0])
    snapshot = Snapshot(
        sources=2, lag=0.0, polls=5, failed_polls=1, waiting=3, jobs=2, failed_jobs=0, pages=9, articles=8, claims=20, rejected=1,
        pages_per_minute=1.8, latency=12.4, latency_p95=20.0, job_seconds=3.0, megabytes=400.0, trouble=None,
    )  # fmt: skip
    for second in range(121):
        moment[0] = float(second)
        tell(snapshot)
    assert len(said) == 3
    assert said[0] == line(snapshot) == "2 sources, 9 pages read, 3 waiting, 20 claims, 1 rejected; 12 s from seen to readable"


def test_owed_pages_of_a_stopped_stream_are_read_by_the_next_one(server: Server, tmp_path: Path) -> None:
    site = Site(server)
    site.publish(*range(1, 13))
    first = Bench(tmp_path, (site.feed,), {"job_pages": 10})
    while not first.jobs:
        first.clock.wait(threading.Event(), first.stream.turn())
    assert first.count() == 10
    first.seen.close()
    second = Bench(tmp_path, (site.feed,))
    second.go(15)
    assert second.count() == 12
