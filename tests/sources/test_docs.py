"""Every example of docs/sources.md runs as it is written, against a site on loopback that stands in for the hosts that it names."""

from __future__ import annotations

import gzip
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from servers import Server, answer
from test_lists import event, index, mention, urlset, xml, zipped
from test_through_ingest import article, rss
from test_warc import record

DOCS = Path(__file__).parents[2] / "docs" / "sources.md"
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", DOCS.read_text("utf8"), re.MULTILINE | re.DOTALL)
LINES = [line for language, block in BLOCKS if not language for line in block.splitlines() if line.startswith("dyadwire")]


def site(server: Server) -> None:
    """A site with a feed, a sitemap and a front page."""
    for n in (1, 2, 3):
        server.routes[f"/news/2026/11/{n:02d}/talks-of-the-day"] = article(n)
    server.routes["/2026/11/01/a-visit"] = article(4)
    server.routes["/rss"] = rss(1, 2)
    server.routes["/sitemap.xml"] = xml(index(("/news.xml", "2026-11-03")))
    server.routes["/news.xml"] = xml(urlset(("/news/2026/11/02/talks-of-the-day", "2026-11-02", None), ("/old", "2025-01-01", None)))
    links = "".join(f'<a href="/news/2026/11/{n:02d}/talks-of-the-day">Talks</a>' for n in (1, 2, 3))
    server.routes["/"] = answer(f"<html><body>{links}</body></html>")
    page = server.url("/news/2026/11/03/talks-of-the-day")
    for stamp in ("000000", "001500", "003000", "004500"):
        server.routes[f"/20261101{stamp}.export.CSV.zip"] = zipped(event(page))
        server.routes[f"/20261101{stamp}.mentions.CSV.zip"] = zipped(mention(page))


def test_the_examples_name_every_source() -> None:
    schemes = {"https:", "urls:", "feed:", "feeds:", "sitemap:", "site:", "gdelt:", "warc:"}
    assert all(any(scheme in line for line in LINES) for scheme in schemes)


@pytest.mark.slow
def test_every_example_runs_as_it_is_written(tmp_path: Path) -> None:
    with Server() as server:
        site(server)
        (tmp_path / "pages.txt").write_text(server.url("/news/2026/11/01/talks-of-the-day") + "\n")
        feeds = f'[[feed]]\nname = "N"\nurl = "{server.url("/rss")}"\ncountry = "PAK"\nlanguage = "en"\n'
        (tmp_path / "feeds.toml").write_text(feeds)
        (tmp_path / "crawl").mkdir()
        body = article(9).partition(b"\r\n\r\n")[2]
        (tmp_path / "crawl" / "a.warc.gz").write_bytes(gzip.compress(record(9, body)))
        environment = {
            **os.environ,
            "DYADWIRE_CONTACT": "tests@example.org",
            "DYADWIRE_ALLOWED_NETWORKS": "127.0.0.0/8",
            "DYADWIRE_HOST_DELAY": "0",
            "DYADWIRE_GDELT": server.url("/"),
        }
        for line in LINES:
            arguments = shlex.split(line.replace("https://news.example", server.url("")))[1:]
            done = subprocess.run(
                [sys.executable, "-c", "from pipelines.cli.main import main; main()", *arguments],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
            )
            assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
            assert "rejected" not in done.stderr or "nothing is due" in done.stderr, f"{line}\n{done.stderr}"
        asked = {path for path in server.paths() if path.startswith(("/news/", "/2026/"))}
        assert asked == {f"/news/2026/11/{n:02d}/talks-of-the-day" for n in (1, 2, 3)} | {"/2026/11/01/a-visit"}
