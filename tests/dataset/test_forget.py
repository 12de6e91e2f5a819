"""What is forgotten is nowhere below the root, and does not come back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from generated_rows import NOW, article, corpus

from pipelines.dataset import CommitResult, Layout, RootError, read
from pipelines.dataset.compact import compact_all
from pipelines.dataset.forget import forget
from pipelines.dataset.verify import sound, verify
from schemas import Rejected, RejectionStage
from tests.dataset.conftest import stage

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


def fill(layout: Layout, put: Put) -> None:
    """History with the article in it: corrected, compacted, staged, rejected."""
    for i in range(2):
        put(corpus(10, first=100 + i * 10))
    put([article(SEED, text_seed=1, fetched_at=datetime(2026, 1, 5, tzinfo=UTC)), article(4)])
    put([(replace(MADE, fetched_at=datetime(2026, 2, 5, tzinfo=UTC)), CLAIMS)])
    compact_all(layout, min_files=2)
    put(corpus(10, first=300))
    page = Rejected.of(
        RejectionStage.NORMALIZE, "failed", input=MADE.url or "", error="broke", seen=NOW, run_id="run", content=MADE.text.encode()
    )
    put(rejected=[page])
    stage(layout, [(MADE, CLAIMS), article(5)], run_id="crashed")


@pytest.mark.parametrize("by", [{"article": MADE.article_id}, {"url": MADE.url}])
def test_no_phrase_of_a_forgotten_article_is_left_in_any_file(layout: Layout, put: Put, by: dict[str, str]) -> None:
    fill(layout, put)
    assert len(holders(layout.root, PHRASES)) > 3
    others = sorted(read(layout.root).to_table()["claim_id"].to_pylist())
    if "article" in by:  # an id does not say which failures were of that article
        forget(layout, url=MADE.url)
    done = forget(layout, **by)
    assert done.articles in ((MADE.article_id,), ())
    assert holders(layout.root, PHRASES) == set()
    assert sorted(read(layout.root).to_table()["claim_id"].to_pylist()) == sorted(set(others) - {c.claim_id for c in CLAIMS})
    assert sound([c for c in verify(layout) if c.name != "runs"])  # the rows made up here do not name their runs


def test_it_says_what_it_removed(layout: Layout, put: Put) -> None:
    fill(layout, put)
    done = forget(layout, url=MADE.url)
    assert dict(done.rows) == {"articles": 1, "claims": 5, "copies": 0, "rejected": 1}
    assert done.files >= 4


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


def test_exactly_one_thing_is_named(layout: Layout) -> None:
    with pytest.raises(ValueError, match="one of article, url and host"):
        forget(layout, article="a", host="b")
