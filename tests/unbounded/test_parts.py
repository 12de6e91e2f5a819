"""What a look found is shared out: hosts stay together, containers are apart, and nothing is left out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pipelines.context import RunContext
from pipelines.dataset import Staged
from pipelines.unbounded.parts import Done, parts_of
from schemas import Locator, Rejected, RejectionStage

CONTEXT = RunContext(run_id="job", slice_id="look", now=datetime(2026, 11, 24, tzinfo=UTC))


def test_every_row_is_in_exactly_one_part_and_parts_are_numbered() -> None:
    files = [Locator(kind="file", uri=f"/news/{n}.html") for n in range(25)]
    lines = [Locator(kind="jsonl", uri="/news/day.jsonl", offset=n, length=1) for n in range(3)]
    pages = [Locator(kind="feed", uri=f"https://h{n % 7}.example/{n}") for n in range(300)]
    bad = Rejected.of(RejectionStage.DISCOVER, "not_found", input="x", error="x", seen=CONTEXT.now, run_id="job")

    parts = parts_of(CONTEXT, [*files, *pages, bad, *lines], shards=3)

    found = [row for part in parts for row in part.found]
    assert sorted(map(str, found)) == sorted(map(str, [*files, *pages, bad, *lines]))
    assert [part.number for part in parts] == list(range(len(parts)))
    assert sum(part.found == (line,) for part in parts for line in lines) == 3


def test_pages_of_a_host_are_never_in_parts_of_two_shards() -> None:
    pages = [Locator(kind="feed", uri=f"https://h{n % 9}.example/{n}") for n in range(90)]

    parts = parts_of(CONTEXT, pages, shards=4)

    hosts = [{row.uri.split("/")[2] for row in part.found if isinstance(row, Locator)} for part in parts]
    assert all(not one & other for i, one in enumerate(hosts) for other in hosts[:i])


def test_a_look_that_lists_nothing_but_lost_something_is_a_part_too() -> None:
    assert [part.found for part in parts_of(CONTEXT, [], shards=1)] == [()]


def test_a_part_whose_staged_files_were_cleared_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "articles-1.parquet").touch()
    here, gone = Staged(folder=str(tmp_path), articles="articles-1.parquet"), Staged(folder=str(tmp_path), claims="claims-1.parquet")

    assert Done(context=CONTEXT, number=0, staged=(here, Staged(folder=str(tmp_path)))).is_there
    assert not Done(context=CONTEXT, number=0, staged=(here, gone)).is_there
