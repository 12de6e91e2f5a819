"""A dataset rebuilt from its archived pages, beside and in place, without one request."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from servers import Server, answer
from test_through_ingest import article, job, rss, serve, settings

import stand_in_stages  # isort: skip  (its folder is on the path since the import above)

from pipelines.cli.main import main
from pipelines.context import new_run
from pipelines.dataset import RootError, read
from pipelines.fetch.archive import archive_files
from pipelines.ingest import IngestOptions, ingest
from pipelines.rebuild import Versions, rebuild_beside, rebuild_in_place
from pipelines.reextract import Reextracted
from pipelines.web import RAW, STATE
from pipelines.work import Stages, WorkOptions
from schemas import Article

RUN = {"run_id", "slice_id", "ingested_at"}
TODAY = Versions("n1", "0+stand-in")


def rows(root: Path, dataset: str) -> list[str]:
    """All rows of a dataset, their run columns aside."""
    table = read(root, dataset).to_table()
    return sorted(map(str, table.drop_columns([name for name in table.column_names if name in RUN]).to_pylist()))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of three articles from a feed, and a page that gave none."""
    root = tmp_path_factory.mktemp("made") / "root"
    with Server() as server:
        serve(server, 1, 2, 3)
        server.routes["/news/2026/11/09/nothing"] = answer("<html><body></body></html>")
        job(root, f"feed:{server.url('/rss')}", server.url("/news/2026/11/09/nothing"))
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "root"))


def old_then_new(text: str = "Report", title: str | None = None) -> tuple[Any, Any]:
    """Stages before and after an upgrade of the normaliser that changes every text or title."""

    def build(options: WorkOptions, version: str, old: str, new: str, title: str | None) -> Stages:
        stages = stand_in_stages.build(options)

        def normalize(document: Any, context: Any) -> Any:
            found = stages.normalize(document, context)
            if not isinstance(found, Article):
                return found
            changed = dataclasses.replace(found, text=found.text.replace(old, new), title=title or found.title, normalizer_version=version)
            return dataclasses.replace(changed, text_hash=found.text_hash if old == new else f"!{new}")  # sorts before

        return dataclasses.replace(stages, normalize=normalize)

    return (
        lambda options: build(options, "n1", "Report", "Report", None),
        lambda options: build(options, "n2", "Report", text, title),
    )


AUDIT = """
import sys
met = []
def audit(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo"):
        met.append((event, str(arguments)))
sys.addaudithook(audit)
from pipelines.cli.main import main
first, second = sys.argv[1:]
for more in (["--to-root", second], []):
    try:
        main(["reextract", "--root", first, "--from", "raw", *more])
    except SystemExit as stop:
        assert not stop.code, stop.code
print("sockets:", met)
"""


def test_the_verb_rebuilds_every_row_beside_and_in_place_without_a_socket(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with Server() as server:
        serve(server, 1, 2)
        ingest(IngestOptions(inputs=(f"feed:{server.url('/rss')}",), root=first, fetch=settings(first)), context=new_run())
    before = {name: rows(first, name) for name in ("articles", "claims", "copies")}
    assert len(before["articles"]) == 2
    assert before["claims"]
    command = [sys.executable, "-c", AUDIT, str(first), str(second)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, "DYADWIRE_CONTACT": ""})
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "sockets: []"
    for root in (second, first):
        assert {name: rows(root, name) for name in before} == before


def test_a_root_beside_shows_the_pages_of_its_rows(root: Path, tmp_path: Path) -> None:
    first, second = root, tmp_path / "second"
    done = rebuild_beside(first, second, stages=stand_in_stages.build, extractor_version="0+stand-in")
    assert done == Reextracted(articles=3, claims_added=len(rows(second, "claims")))
    assert rows(second, "articles") == rows(first, "articles")
    assert rows(second, "claims") == rows(first, "claims")
    assert [row["reason"] for row in read(second, "rejected").to_table().to_pylist()] == ["no_text"]
    assert not (second / STATE).exists()
    claim = read(second, "claims").to_table().to_pylist()[0]
    with pytest.raises(SystemExit) as stop:
        main(["page", claim["claim_id"], "--root", str(second), "--out", str(tmp_path / "page.html")])
    assert stop.value.code == 0
    assert b"Talks" in (tmp_path / "page.html").read_bytes()


def test_in_place_what_is_current_is_passed_over_and_a_second_call_changes_nothing(root: Path) -> None:
    old, _ = old_then_new()
    first = rebuild_in_place(root, stages=old, versions=TODAY)
    versions = {name: read(root, name).to_table().num_rows for name in ("articles", "claims", "rejected", "runs")}
    again = rebuild_in_place(root, stages=old, versions=TODAY)
    assert (first.articles, first.current) == (3, 0), "the first run's normaliser was another version"
    assert (again.articles, again.current, again.claims_added) == (0, 3, 0)
    assert {name: read(root, name).to_table().num_rows for name in versions} == versions


@pytest.mark.parametrize("upgrade", [{"text": "Account"}, {"title": "A better title"}])
def test_in_place_a_newer_normaliser_replaces_articles_and_their_claims(root: Path, upgrade: dict[str, str]) -> None:
    old, new = old_then_new(**{"text": "Report", **upgrade})
    rebuild_in_place(root, stages=old, versions=TODAY)
    done = rebuild_in_place(root, stages=new, versions=Versions("n2", "0+stand-in"))
    articles = read(root, "articles").to_table().to_pylist()
    claims = read(root, "claims").to_table().to_pylist()
    assert done.articles == len(articles) == 3
    assert {row["normalizer_version"] for row in articles} == {"n2"}
    assert all(value in row[name] for row in articles for name, value in upgrade.items())
    assert {row["title"] for row in claims} == {row["title"] for row in articles}
    assert {row["text_hash"] for row in claims} == {row["text_hash"] for row in articles}
    assert done.claims_added == done.claims_removed == len(claims)
    again = rebuild_in_place(root, stages=new, versions=Versions("n2", "0+stand-in"))
    assert (again.articles, again.current) == (0, 3)


def test_in_place_an_older_capture_of_a_page_stays_older(tmp_path: Path) -> None:
    root = tmp_path / "root"
    with Server() as server:
        page = server.url("/news/2026/11/01/talks-of-the-day")
        for number in (1, 2):
            server.routes["/news/2026/11/01/talks-of-the-day"] = article(number)
            job(root, page)
    newest = rows(root, "articles")
    assert len(newest) == 1
    assert len(archive_files(root / RAW)) == 2
    old, _ = old_then_new()
    rebuild_in_place(root, stages=old, versions=Versions("n1", "0+stand-in"))
    rebuild_in_place(root, stages=old, versions=Versions("n1", "1+stand-in"))
    (row,) = read(root, "articles").to_table().to_pylist()
    assert "Report 2" in row["text"]
    assert row["revision"] == 2


def test_in_place_an_article_whose_page_gives_none_any_more_keeps_its_row_and_the_reason_is_rejected_once(root: Path) -> None:

    def strict(options: WorkOptions) -> Stages:
        def fail(document: Any, context: Any) -> Any:
            raise ValueError("a stricter normaliser")

        return dataclasses.replace(stand_in_stages.build(options), normalize=fail)

    for _ in range(2):
        assert rebuild_in_place(root, stages=strict, versions=TODAY).articles == 0
    assert len(rows(root, "articles")) == 3
    failed = [row for row in read(root, "rejected").to_table().to_pylist() if row["reason"] == "failed"]
    assert [(row["attempts"], "stricter" in row["error"]) for row in failed] == [(1, True)] * 4


def test_in_place_a_page_of_the_archive_is_no_success_of_a_later_fetch_that_failed(tmp_path: Path) -> None:
    with Server() as server:
        server.routes["/rss"] = rss(1)
        page = server.url("/news/2026/11/01/talks-of-the-day")
        server.routes["/news/2026/11/01/talks-of-the-day"] = article(1)
        job(tmp_path, page)
        server.routes["/news/2026/11/01/talks-of-the-day"] = answer("", "404 Not Found")
        job(tmp_path, page)
    old, _ = old_then_new()
    assert rebuild_in_place(tmp_path, stages=old, versions=TODAY).articles == 1
    assert [row["reason"] for row in read(tmp_path, "rejected").to_table().to_pylist()] == ["http_4xx"]


def test_a_root_without_an_archive_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(article(1).partition(b"\r\n\r\n")[2])
    job(tmp_path / "root", str(tmp_path / "a.html"))
    with pytest.raises(RootError, match="no archived pages"):
        rebuild_in_place(tmp_path / "root", stages=stand_in_stages.build, versions=TODAY)
    with pytest.raises(SystemExit) as stop:
        main(["reextract", "--root", str(tmp_path / "root"), "--from", "raw", "--since", "2026-11-01"])
    assert stop.value.code == 2
