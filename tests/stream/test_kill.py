"""kill -9 at random moments, over looking, fetching, extracting, commit, publishing and compaction: nothing lost, nothing twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from killing import rows_of
from servers import Server
from site_on_loopback import Site

from pipelines.dataset import RootError, open_root, read
from pipelines.dataset.verify import verify

PROGRAM = Path(__file__).with_name("stream_job.py")
HELPERS = [str(PROGRAM.parents[n]) for n in (0, 2)] + [str(PROGRAM.parents[1] / name) for name in ("fetch", "sources", "faults")]
OF_THE_RUN = {"fetched_at", "raw_file", "raw_offset"}
"""Besides `killing.RUN_COLUMNS`: when and where a page was fetched."""


def start(root: Path, *sources: str) -> subprocess.Popen[str]:
    stream = subprocess.Popen(
        [sys.executable, str(PROGRAM), str(root), *sources],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(HELPERS)},
    )
    assert stream.stdout is not None
    assert stream.stdout.readline() == "ready\n"
    return stream


def count(root: Path, dataset: str) -> int:
    try:
        return int(read(root, dataset).count_rows())
    except (RootError, FileNotFoundError):
        return 0


def until(condition: Callable[[], bool], stream: subprocess.Popen[str], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert stream.poll() is None, f"the stream ended with {stream.returncode}"
        assert time.monotonic() < deadline, "it did not come to it in time"
        time.sleep(0.05)


def rows(root: Path, dataset: str) -> list[dict[str, object]]:
    return [{name: value for name, value in row.items() if name not in OF_THE_RUN} for row in rows_of(root, dataset)]


@pytest.mark.parametrize(("kills", "pages"), [(2, 12), pytest.param(40, 60, marks=pytest.mark.slow)])
def test_a_stream_that_is_killed_again_and_again_gives_the_rows_of_an_undisturbed_one(tmp_path: Path, kills: int, pages: int) -> None:
    folder, lists = tmp_path / "folder", tmp_path / "urls.txt"
    folder.mkdir()
    whole, killed, rng = tmp_path / "undisturbed", tmp_path / "killed", random.Random(kills)
    with Server() as server:
        site = Site(server)
        sources = (site.feed, str(folder), f"urls:{lists}")
        files = min(5, pages)
        for number in range(files):
            text = f"Report {number}. The envoys of Norway met those of Peru in the {number}th week of the year to speak of fish."
            record = {"url": f"https://wire.example/reports/{number}-story", "text": text, "published_at": "2026-11-01T00:00:00Z"}
            (folder / f"{number}.jsonl").write_text(json.dumps(record) + "\n")
        site.publish_poison()
        lists.write_text("")
        for round_ in range(kills):
            site.publish(*range(round_ * pages // kills, (round_ + 1) * pages // kills))
            listed = f"/lists/{round_}-visit"
            server.routes[listed] = server.routes[site.published[-1]]
            with lists.open("a") as file:
                file.write(server.url(listed) + "\n")
            stream = start(killed, *sources)
            time.sleep(rng.uniform(0, 2.5))  # the moment of the kill is what is tried
            stream.send_signal(signal.SIGKILL)
            stream.wait()
        articles = pages + files + kills
        streams = {root: start(root, *sources) for root in (killed, whole)}
        for root, stream in streams.items():
            until(lambda root=root: count(root, "articles") >= articles and count(root, "rejected") >= 3, stream)
            stream.send_signal(signal.SIGTERM)
            stream.wait()
    assert [finding for check in verify(open_root(killed)) for finding in check.findings] == []
    for dataset in ("articles", "claims", "rejected"):
        assert rows(killed, dataset) == rows(whole, dataset)
    assert Counter(row["reason"] for row in rows(killed, "rejected")) == {"http_4xx": 1, "not_html": 1, "failed": 1}
    assert max(Counter(read(killed).to_table(columns=["claim_id"]).column("claim_id").to_pylist()).values()) == 1
