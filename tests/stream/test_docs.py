"""The example of docs/streaming.md runs as it is written, and the page names what there is."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from servers import Server
from site_on_loopback import Site

from pipelines.dataset import read
from tests.conftest import SAMPLES

PAGE = (Path(__file__).parents[2] / "docs" / "streaming.md").read_text("utf8")
(EXAMPLE,) = re.findall(r"^```\n(dyadwire .*)\n```", PAGE, re.MULTILINE)


@pytest.mark.slow
def test_the_example_reads_the_feed_and_the_folder_and_a_log_line_tells_of_it(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    shutil.copy(min(SAMPLES.glob("*.html")), tmp_path / "news")
    os.utime(tmp_path / "news" / min(SAMPLES.glob("*.html")).name, (1_700_000_000, 1_700_000_000))
    with Server() as server:
        site = Site(server)
        site.publish(1, 2)
        arguments = shlex.split(EXAMPLE.replace("https://news.example", server.url("")))[1:]
        environment = {
            **os.environ,
            "DYADWIRE_CONTACT": "tests@example.org",
            "DYADWIRE_ALLOWED_NETWORKS": "127.0.0.0/8",
            "DYADWIRE_HOST_DELAY": "0",
        }
        done = subprocess.run(
            [sys.executable, "-m", "pipelines.cli.main", *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
    assert done.returncode == 0, done.stderr
    rows = read(tmp_path / "data", "articles").to_table(columns=["source"]).column("source").to_pylist()
    assert sorted(rows) == ["feed", "feed", "file"]
    assert read(tmp_path / "data", "runs").count_rows() == 1
    assert '"event": "committed"' in done.stderr


def test_the_page_has_a_place_for_the_table_that_the_benchmark_writes() -> None:
    assert "<!-- latency -->\n" in PAGE
    assert "\n<!-- /latency -->" in PAGE
