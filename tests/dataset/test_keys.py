"""The key table: equal to the sum of the log's decisions, rebuilt when it is lost."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from generated_rows import NOW, article, corpus

from pipelines.dataset import CommitResult, Layout, log
from pipelines.dataset.key_table import KeyTable
from pipelines.dataset.keys import ArticleKey, RejectedKey, micros, moment, of_input
from schemas import Rejected, RejectionStage

Put = Callable[..., CommitResult]


def everything(layout: Layout, dataset: str) -> dict[str, ArticleKey]:
    keys = KeyTable(layout, dataset, ArticleKey)
    keys.catch_up(log.open_table(layout, dataset))
    return keys.get(a.article_id for a, _ in corpus(40))


def damage(layout: Layout) -> None:
    layout.key_table("claims").write_bytes(b"no database " * 500)


def lose(layout: Layout) -> None:
    layout.key_table("claims").unlink()


def as_of_an_older_release(layout: Layout) -> None:
    with sqlite3.connect(layout.key_table("claims")) as db:
        db.execute("ALTER TABLE keys DROP COLUMN rows")
        db.execute("PRAGMA user_version = 0")


@pytest.mark.parametrize("harm", [damage, lose, as_of_an_older_release])
def test_a_lost_or_damaged_key_table_is_rebuilt_from_the_log(layout: Layout, put: Put, harm: Callable[[Layout], None]) -> None:
    put(corpus(20))
    put(corpus(40))
    before = everything(layout, "claims")
    assert len(before) == 40
    harm(layout)
    assert everything(layout, "claims") == before


def test_without_the_decisions_it_is_rebuilt_from_the_rows(layout: Layout, put: Put) -> None:
    put(corpus(40))
    before = everything(layout, "claims")
    lose(layout)
    shutil.rmtree(layout.decisions("claims"))
    assert everything(layout, "claims") == {i: replace(k, rows=None) for i, k in before.items() if k.partitions}


def test_a_key_table_that_is_ahead_of_the_log_is_rebuilt(layout: Layout, put: Put) -> None:
    put(corpus(20))
    saved = layout.delta("claims").with_name("saved")
    shutil.copytree(layout.delta("claims"), saved)
    put(corpus(40))
    assert len(everything(layout, "claims")) == 40
    shutil.rmtree(layout.delta("claims"))
    saved.rename(layout.delta("claims"))
    assert len(everything(layout, "claims")) == 20


def test_a_key_says_where_an_articles_claims_are_and_how_many(layout: Layout, put: Put) -> None:
    made, claims = article(1, claims=6)
    put([(made, claims), article(2, claims=0)])
    known = everything(layout, "claims")
    assert known[made.article_id].partitions.split("|") == sorted({f"country_pair={c.country_pair}" for c in claims})
    assert [known[article(i)[0].article_id].rows for i in (1, 2)] == [6, 0]


def test_failures_are_found_by_their_input_whose_name_is_not_kept(layout: Layout, put: Put) -> None:
    failed = Rejected.of(RejectionStage.FETCH, "failed", input="https://news.example/a", error="broke", seen=NOW, run_id="run")
    put(rejected=[failed])
    keys = KeyTable(layout, "rejected", RejectedKey)
    keys.catch_up(log.open_table(layout, "rejected"))
    assert keys.by("input", [of_input("https://news.example/b")]) == {}
    (key,) = keys.by("input", [of_input("https://news.example/a")]).values()
    assert key.id == failed.rejected_id
    assert "example" not in str(key)
    assert replace(key, attempts=2).input == key.input


def test_moments_keep_their_microseconds() -> None:
    when = datetime(2026, 11, 24, 6, 11, 22, 999_999, tzinfo=UTC)
    assert moment(micros(when)) == when
