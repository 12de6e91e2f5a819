"""The whole job, once around, in this process: the rows of `ingest`, and what cannot run is refused before any work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.dataset import read
from pipelines.engines import EngineChoice, EngineError
from pipelines.fetch import NoContactError
from pipelines.ingest import IngestOptions, ingest
from pipelines.lease import lease
from pipelines.stream.process import StreamBusyError
from pipelines.unbounded.job import run
from schemas import DATASETS
from tests.engines.test_sameness import rows
from tests.faults import stand_in_stages
from tests.unbounded.unbounded_job import once, write_news

STAND_IN = {"build": stand_in_stages.build, "extractor": "0+stand-in"}


def test_it_gives_the_rows_of_an_ingest(tmp_path: Path) -> None:
    news = tmp_path / "news"
    write_news(news, range(6))
    write_news(news, range(6, 9), "late.jsonl")
    ingest(IngestOptions(inputs=(str(news),), root=tmp_path / "batch"), stages=stand_in_stages.build, extractor_version="0+stand-in")

    counters = run(once(tmp_path / "stream", news), **STAND_IN)

    for name in set(DATASETS) - {"runs"}:
        assert rows(tmp_path / "stream", name) == rows(tmp_path / "batch", name), name
    assert (counters["inputs"], counters["articles"]) == (11, 9)


def test_the_next_time_it_finds_only_what_is_new(tmp_path: Path) -> None:
    news = tmp_path / "news"
    write_news(news, range(6))
    run(once(tmp_path / "root", news), **STAND_IN)
    write_news(news, range(6, 8), "late.jsonl")

    counters = run(once(tmp_path / "root", news), **STAND_IN)

    assert counters["inputs"] == 3
    assert read(tmp_path / "root", "articles").count_rows() == 8


def test_an_engine_that_does_not_stream_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="in-process does not stream"):
        run(replace(once(tmp_path / "root", tmp_path), looks=None))
    assert not (tmp_path / "root").exists()


def test_a_remote_source_without_a_contact_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoContactError):
        run(once(tmp_path / "root", "feed:https://news.example/rss"))


def test_there_is_one_stream_a_root(tmp_path: Path) -> None:
    options = once(tmp_path / "root", tmp_path)
    run(options, **STAND_IN)
    from pipelines.dataset import open_root

    with lease(open_root(tmp_path / "root").lock("stream")) as mine:
        assert mine
        with pytest.raises(StreamBusyError):
            run(options, **STAND_IN)


def test_an_engine_that_is_missing_names_its_remedy_before_the_root_is_touched(tmp_path: Path) -> None:
    options = replace(once(tmp_path / "root", tmp_path), engine=EngineChoice(name="prism", prism_location=str(tmp_path / "none")))
    with pytest.raises(EngineError, match="make prism"):
        run(options)
    assert not (tmp_path / "root").exists()
