"""What is forgotten is nowhere below the root, and does not come back."""

from __future__ import annotations

import gc
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from generated_rows import NOW, article, corpus

from pipelines.context import RunContext
from pipelines.dataset import CommitResult, Layout, RootError, StagedWriter, commit, open_root, read
from pipelines.dataset.compact import compact_all
from pipelines.dataset.forget import forget
from pipelines.dataset.verify import sound, verify
from pipelines.fetch import FetchConfig
from pipelines.seen import Seen, SeenStore
from pipelines.web import STATE
from pipelines.web import forget as forget_traces
from schemas import Rejected, RejectionStage
from tests.dataset.conftest import Rows, run_info, stage

Put = Callable[..., CommitResult]

SEED = 3
MADE, CLAIMS = article(SEED, claims=5)
PHRASES = [s.partition(" on day")[2] for s in MADE.text.split("\n\n")]


def decoded(root: Path) -> Iterator[tuple[Path, str]]:
    """Every file below the root as text, Parquet and SQLite decoded."""
    for path in root.rglob("*"):
        if not path.is_file():
            continue
        if path.suffix == ".parquet":
            yield path, str(pq.ParquetFile(path).read().to_pydict()) + str(pq.read_metadata(path).to_dict())
        elif path.suffix == ".sqlite":
            with sqlite3.connect(path) as db:
                yield path, "\n".join(db.iterdump())
        yield path, path.read_bytes().decode("latin-1")


def holders(root: Path, phrases: list[str]) -> set[Path]:
    return {path for path, content in decoded(root) if any(p in content for p in phrases)}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with the article in it: corrected, compacted, staged, rejected, named by a run, left by crashed jobs."""
    layout = open_root(tmp_path_factory.mktemp("history") / "root")

    def put(rows: Rows = (), rejected: Sequence[Rejected] = ()) -> None:
        commit(layout, [stage(layout, rows, rejected=rejected)], run_info())

    put(corpus(10, first=100))
    put([article(SEED, text_seed=1, fetched_at=datetime(2026, 1, 5, tzinfo=UTC)), article(4)])
    put([(replace(MADE, fetched_at=datetime(2026, 2, 5, tzinfo=UTC)), CLAIMS)])
    compact_all(layout, min_files=2)
    page = Rejected.of(
        RejectionStage.NORMALIZE, "failed", input=MADE.url or "", error="broke", seen=NOW, run_id="run", content=MADE.text.encode()
    )
    put(corpus(10, first=300), [page])
    stage(layout, [(MADE, CLAIMS), article(5)], run_id="crashed")
    half = StagedWriter(layout, RunContext(run_id="half", now=NOW))
    for _ in range(600):
        half.add(MADE, [])
    del half
    gc.collect()  # its process is dead, its file has no end
    named = replace(run_info("named"), options=json.dumps({"inputs": [MADE.url, "feed:https://news.example/rss"], "workers": 2}))
    commit(layout, [stage(layout, [article(600)], run_id="named")], named)
    layout.results("crashed").write_text(json.dumps({"result": {"failures": [{"input": MADE.url, "error": "broke"}]}}))
    spool = layout.spool("crashed") / "crashed.stdin"
    spool.parent.mkdir(parents=True)
    spool.write_text("".join(json.dumps({"url": a.url, "text": a.text}) + "\n" for a in (article(5)[0], MADE, article(6)[0])))
    return layout.root


@pytest.fixture
def filled(history: Path, tmp_path: Path) -> Layout:
    """A copy of it."""
    return open_root(shutil.copytree(history, tmp_path / "filled"))


@pytest.mark.parametrize("by", [{"article": MADE.article_id}, {"url": MADE.url}])
def test_no_phrase_of_a_forgotten_article_is_left_in_any_file(filled: Layout, by: dict[str, str]) -> None:
    assert len(holders(filled.root, PHRASES)) > 3
    others = sorted(read(filled.root).to_table()["claim_id"].to_pylist())
    done = forget(filled, **by)
    assert done.articles == (MADE.article_id,)
    assert dict(done.rows) == {"articles": 1, "claims": 5, "copies": 0, "rejected": 1}
    assert done.files >= 4
    assert holders(filled.root, [*PHRASES, f'{MADE.url}"', f"{MADE.url}'"]) == set()
    assert sorted(read(filled.root).to_table()["claim_id"].to_pylist()) == sorted(set(others) - {c.claim_id for c in CLAIMS})
    assert sound([c for c in verify(filled) if c.name != "runs"])  # the rows made up here do not name their runs


def test_others_keep_what_they_have_and_runs_the_feeds_that_they_were_given(filled: Layout) -> None:
    assert forget(filled, url=MADE.url).runs == 1
    (named,) = [r for r in read(filled.root, "runs").to_table().to_pylist() if r["run_id"] == "named"]
    assert json.loads(named["options"]) == {"inputs": ["forgotten", "feed:https://news.example/rss"], "workers": 2}
    (staged,) = filled.staged("crashed", "0000").glob("articles-*.parquet")
    assert pq.read_table(staged)["article_id"].to_pylist() == [article(5)[0].article_id]
    lines = (filled.spool("crashed") / "crashed.stdin").read_text().splitlines()
    assert [json.loads(line)["url"] if line.strip() else None for line in lines] == [article(5)[0].url, None, article(6)[0].url]


def test_a_file_that_a_living_job_is_writing_is_left_alone_and_its_rows_do_not_come_in(layout: Layout, put: Put) -> None:
    put([(MADE, CLAIMS)])
    writer = StagedWriter(layout, RunContext(run_id="living", now=NOW))
    for _ in range(500):
        writer.add(MADE, [])
    forget(layout, url=MADE.url)
    writer.add(*article(5))
    assert commit(layout, [writer.finish()], run_info("living")).articles == {"forgotten": 1, "added": 1}


@pytest.mark.parametrize("address", [MADE.url, "https://elsewhere.example/copy"])
def test_a_forgotten_article_does_not_come_back_even_under_another_address(layout: Layout, put: Put, address: str) -> None:
    put([(MADE, CLAIMS)])
    forget(layout, url=MADE.url)
    other = MADE.article_id if address == MADE.url else "f" * 32
    result = put([(replace(MADE, url=address, article_id=other), [replace(c, article_id=other) for c in CLAIMS])], run_id="again")
    assert result.articles == {"forgotten": 1}
    assert (read(layout.root, "articles").count_rows(), read(layout.root).count_rows()) == (0, 0)


def test_a_host_is_forgotten_with_its_subdomains_and_no_other(layout: Layout, put: Put) -> None:
    hosts = ["news.example", "www.news.example", "othernews.example"]
    put([(replace(article(i)[0], url=f"https://{h}/{i}"), article(i)[1]) for i, h in enumerate(hosts, start=1)])
    assert len(forget(layout, host="news.example").articles) == 2
    assert read(layout.root, "articles").to_table()["url"].to_pylist() == ["https://othernews.example/3"]


def test_forgetting_outranks_retention_and_the_rest_of_the_history_stays(layout: Layout, put: Put) -> None:
    first = put([(MADE, CLAIMS)]).versions["claims"]
    second = put(corpus(10, first=500)).versions["claims"]
    forget(layout, url=MADE.url)
    with pytest.raises((FileNotFoundError, RootError)):
        read(layout.root, version=first).to_table()
    assert second > first


def test_forgetting_twice_or_nothing_changes_nothing(layout: Layout, put: Put) -> None:
    put([(MADE, CLAIMS)])
    forget(layout, article=MADE.article_id)
    before = put([]).versions
    assert dict(forget(layout, article=MADE.article_id).rows) == {"articles": 0, "claims": 0, "copies": 0, "rejected": 0}
    assert forget(layout, url="https://nowhere.example/").articles == ()
    assert put([]).versions == before


def test_no_address_stays_in_the_memory_of_sources(layout: Layout) -> None:
    """Not even in free pages of its file, nor in the log beside it while somebody has it open."""
    shared, own = layout.root / STATE, (layout.root / STATE).with_name("force-slice.sqlite")
    memories = [SeenStore(path) for path in (shared, own)]
    for seen in memories:
        noted = [("feed:https://news.example/rss", f"https://news.example/{i}", Seen()) for i in range(500)]
        seen.put_many(RunContext(run_id="run", now=NOW), noted)
    assert any(b"news.example/3" in p.read_bytes() for p in shared.parent.iterdir())
    assert forget_traces(FetchConfig(state=shared), (), "news.example", [own])[1] == 1000
    assert not [p for p in shared.parent.iterdir() if b"https://news.example/3" in p.read_bytes()]
    for seen in memories:
        seen.close()


def test_exactly_one_thing_is_named(layout: Layout) -> None:
    with pytest.raises(ValueError, match="one of article, url and host"):
        forget(layout, article="a", host="b")
