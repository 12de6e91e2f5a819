"""A plan knows what there is to do before anything is done, and what `runs` says is complete."""

from __future__ import annotations

import itertools
import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.backfill import PlanError, Request, make_plan
from pipelines.context import new_run
from pipelines.dataset import RunInfo, commit, open_root, prepare
from schemas import Completeness


def recorded(root: Path, *complete: Completeness) -> None:
    layout = open_root(root)
    prepare(layout)
    commit(layout, [], RunInfo(context=new_run(), code_version="0", extractor_version="0", complete=complete, settles=True))


def states(request: Request) -> list[str]:
    return [planned.state for planned in make_plan(request).slices]


def test_a_dated_pattern_has_a_slice_a_day_with_its_files(request_for) -> None:
    plan = make_plan(request_for(days=4))

    assert [(p.slice.title, p.slice.files, p.state) for p in plan.slices] == [
        ("2026-01-01", 2, "todo"),
        ("2026-01-02", 2, "todo"),
        ("2026-01-03", 2, "todo"),
        ("2026-01-04", 0, "empty"),
    ]
    assert not (plan.request.root).exists(), "a plan must make nothing"


def test_files_are_cut_by_number(request_for, pages: Path) -> None:
    plan = make_plan(request_for(source=str(pages), since=None, until=None, by=4))

    assert [p.slice.files for p in plan.slices] == [4, 2]
    assert plan.slices[0].slice.id != plan.slices[1].slice.id


def test_what_runs_calls_complete_is_passed_over_unless_forced(request_for) -> None:
    request = request_for()
    first = make_plan(request).slices[0].slice
    recorded(request.root, *(Completeness(source=s, since=None, until=datetime.now(UTC), gap=False) for s in first.covers))

    assert states(request) == ["complete", "todo", "todo"]
    assert states(replace(request, force=True)) == ["todo", "todo", "todo"]


def test_a_file_that_was_written_to_since_is_not_complete_any_more(request_for, pages: Path) -> None:
    request = request_for()
    first = make_plan(request).slices[0].slice
    recorded(request.root, *(Completeness(source=s, since=None, until=datetime.now(UTC), gap=False) for s in first.covers))
    later = time.time() + 60
    os.utime(min(pages.glob("2026-01-01*")), (later, later))

    assert states(request) == ["todo", "todo", "todo"]


def test_hours_that_are_complete_make_their_day_complete(tmp_path: Path) -> None:
    hours = [datetime(2026, 1, 1, h, tzinfo=UTC) for h in range(24)] + [datetime(2026, 1, 2, tzinfo=UTC)]
    rows = [Completeness(source="gdelt:", since=a, until=b, gap=False) for a, b in itertools.pairwise(hours)]
    recorded(tmp_path, *rows)
    request = Request(source="gdelt:", root=tmp_path, since=hours[0], until=datetime(2026, 1, 3, tzinfo=UTC), by="day")

    assert states(request) == ["complete", "todo"]


def test_pages_of_the_roots_own_archive_are_read_again_by_each_version_and_other_archives_once(tmp_path: Path) -> None:
    for folder in (tmp_path / "root" / "raw", tmp_path / "elsewhere"):
        folder.mkdir(parents=True)
        (folder / "a.warc.gz").write_bytes(b"")
    own = Request(source=f"raw:{tmp_path / 'root' / 'raw'}", root=tmp_path / "root", extractor_version="1")
    (first,) = make_plan(own).slices
    recorded(own.root, *(Completeness(source=s, since=None, until=datetime.now(UTC), gap=False) for s in first.slice.covers))

    assert states(own) == ["complete"]
    assert states(replace(own, extractor_version="2")) == ["todo"]
    lines = tmp_path / "lines.csv"
    lines.write_text("site,line,stories\nnews.example,0123456789abcdef,5\n", encoding="utf8")
    listed = replace(own, extractor_version=None, shared_lines=str(lines))
    assert make_plan(listed).slices[0].slice.covers != make_plan(replace(listed, shared_lines=None)).slices[0].slice.covers
    (other,) = make_plan(replace(own, source=f"raw:{tmp_path / 'elsewhere'}")).slices
    assert other.slice.covers == (f"raw:{tmp_path / 'elsewhere' / 'a.warc.gz'}",)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"source": "feed:https://news.example/rss"}, "lists only what it holds now"),
        ({"source": "gdelt:", "since": None, "until": None}, "needs a period"),
        ({"source": "gdelt:", "by": 5}, "cut by hour or day"),
        ({"source": "nothing/*.html", "since": None, "until": None}, "nothing matches"),
        ({"source": "news/%Y-%m.html"}, "has no %d"),
        ({"source": "news/%Y-%m-%d.html", "by": 3}, "has date codes"),
        ({"source": "news/*.html"}, "has no dates in it"),
    ],
)
def test_what_cannot_be_planned_says_why(request_for, changes: dict[str, object], says: str) -> None:
    with pytest.raises(PlanError, match=says):
        make_plan(request_for(**changes))
