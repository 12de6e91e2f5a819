"""A backfill from the net: an hour whose list is missing stops no other, stays open, and is taken up again."""

from __future__ import annotations

import io
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "fetch"))

from fetching import config
from servers import Server, answer

from pipelines.backfill import Request, Workers, make_plan
from pipelines.backfill.drive import Patience, jobs_of, tried, work_off
from pipelines.dataset import read
from pipelines.ingest import IngestOptions
from pipelines.web import RAW, STATE

START = datetime(2026, 11, 1, tzinfo=UTC)
PAGE = "<html><head><title>Talks</title></head><body><article>{}</article></body></html>"
TEXT = (
    "<p>The government of Iran praised Pakistan for its help in the talks. Report {} was written in the capital by our correspondent.</p>"
)


def listed(*urls: str) -> bytes:
    """An events list of GDELT 2.0: 61 columns, the time at 59, the page at 60."""
    rows = "\n".join("\t".join(["0"] * 59 + ["20261101000000", url]) for url in urls)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("list.CSV", rows)
    return answer(packed.getvalue(), type="application/zip")


def serve(server: Server, hour: int) -> None:
    """The lists of an hour, the first of which names a page."""
    page = f"/news/{hour}/a-long-day-of-talks"
    server.routes[page] = answer(PAGE.format("".join(TEXT.format(f"{hour}.{n}") for n in range(8))))
    for quarter in range(4):
        stamp = START + timedelta(hours=hour, minutes=15 * quarter)
        names = [server.url(page)] if quarter == 0 else []
        server.routes[f"/g/{stamp:%Y%m%d%H%M%S}.export.CSV.zip"] = listed(*names)
        server.routes[f"/g/{stamp:%Y%m%d%H%M%S}.mentions.CSV.zip"] = listed()


def test_an_hour_without_its_list_stops_no_other_and_is_taken_up_again(tmp_path: Path) -> None:
    root = tmp_path / "root"
    request = Request(source="gdelt:", root=root, since=START, until=START + timedelta(hours=3), by="hour")
    with Server() as server, Workers(1) as workers:
        fetch = replace(config(raw=root / RAW, state=root / STATE), gdelt=server.url("/g/"))
        options = IngestOptions(inputs=(), root=root, fetch=fetch)
        do = partial(tried, workers=workers, patience=Patience(attempts=1))
        serve(server, 0)
        serve(server, 2)

        first = work_off(jobs_of(make_plan(request), options), do, 1)
        left = make_plan(request)
        serve(server, 1)
        asked = len(server.asked)
        second = work_off(jobs_of(left, options), do, 1)

    assert [r.outcome for r in first] == ["complete", "incomplete", "complete"], [r.error for r in first]
    assert [p.state for p in left.slices] == ["complete", "todo", "complete"]
    assert [p.slice.count for p in left.slices] == [8, 8, 8]
    assert [r.outcome for r in second] == ["complete"], [r.error for r in second]
    assert len([a for a in server.asked[asked:] if a.path.startswith("/g/")]) == 8, "hours that were complete were read again"
    assert make_plan(request).todo == ()
    assert read(root, "articles").count_rows() == 3
