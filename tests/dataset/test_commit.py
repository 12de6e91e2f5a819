"""Exactly once by identity, whatever the order, the bundles and the extractor."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from deltalake import DeltaTable
from generated_rows import NOW, article, corpus

from pipelines.dataset import CommitConflictError, CommitResult, Layout, commit, log, open_root, read
from pipelines.dataset.apply import Committer
from pipelines.dataset.captures import choose
from pipelines.dataset.key_table import KeyTable
from pipelines.dataset.keys import ArticleKey
from pipelines.dataset.plan import Plan, plan_articles
from pipelines.dataset.staged import candidates
from schemas import Article, Claim, Rejected, RejectionStage
from tests.dataset.conftest import run_info, stage

Put = Callable[..., CommitResult]
RowsOf = Callable[..., list[dict[str, object]]]

EARLY, LATE = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


def failure(input: str = "a.html", *, run_id: str = "run", seen: datetime = NOW, content: bytes = b"\0") -> Rejected:
    return Rejected.of(RejectionStage.NORMALIZE, "binary", input=input, error="not text", seen=seen, run_id=run_id, content=content)


def test_articles_and_their_claims_are_in_the_datasets_after_a_commit(put: Put, rows_of: RowsOf) -> None:
    made = list(corpus(30))
    result = put(made)
    assert [r["article_id"] for r in rows_of("articles")] == sorted(a.article_id for a, _ in made)
    assert [r["claim_id"] for r in rows_of("claims")] == sorted(c.claim_id for _, claims in made for c in claims)
    assert (result.articles["added"], result.claims_added) == (30, sum(len(c) for _, c in made))


def test_a_commit_of_the_same_staged_files_changes_nothing(layout: Layout, rows_of: RowsOf) -> None:
    staged = [stage(layout, corpus(20), rejected=[failure()])]
    first = commit(layout, staged, run_info())
    before = {name: rows_of(name) for name in ("articles", "claims", "rejected", "runs", "copies")}
    second = commit(layout, staged, run_info())
    assert {name: rows_of(name) for name in before} == before
    assert second.versions == first.versions
    assert not second.recorded
    assert second.articles == {"known": 20}


def test_a_text_that_is_known_is_skipped_whatever_extractor_made_it(put: Put, rows_of: RowsOf) -> None:
    put([article(1, claims=0)])
    result = put([(article(1, claims=0)[0], article(1, claims=1)[1])], run_id="newer-extractor")
    assert result.claims_added == 0
    assert rows_of("claims") == []


@pytest.mark.parametrize("claims_of_newer", [0, 2])
def test_a_newer_revision_replaces_the_article_and_its_claims(put: Put, rows_of: RowsOf, claims_of_newer: int) -> None:
    put([article(1, text_seed=1, fetched_at=EARLY, claims=4), article(2)])
    newer, claims = article(1, text_seed=2, fetched_at=LATE, claims=claims_of_newer)
    result = put([(newer, claims)])
    stand = {r["article_id"]: r for r in rows_of("articles")}
    assert stand[newer.article_id]["text_hash"] == newer.text_hash
    assert stand[newer.article_id]["revision"] == 2
    assert {r["claim_id"] for r in rows_of("claims") if r["article_id"] == newer.article_id} == {c.claim_id for c in claims}
    assert sum(r["article_id"] == article(2)[0].article_id for r in rows_of("claims")) == 3
    assert (result.articles, result.claims_removed) == ({"replaced": 1}, 4)


def test_the_older_revision_can_be_read_in_the_snapshot_before(put: Put, layout: Layout) -> None:
    old, old_claims = article(1, text_seed=1, fetched_at=EARLY)
    before = put([(old, old_claims)]).versions
    put([article(1, text_seed=2, fetched_at=LATE)])
    assert read(layout.root, "articles", version=before["articles"]).to_table()["text"].to_pylist() == [old.text]
    found = read(layout.root, version=before["claims"]).to_table()["claim_id"].to_pylist()
    assert sorted(found) == sorted(c.claim_id for c in old_claims)


def test_a_late_older_capture_changes_nothing(put: Put, rows_of: RowsOf) -> None:
    put([article(1, text_seed=2, fetched_at=LATE, claims=0)])
    before = rows_of("articles")
    result = put([article(1, text_seed=1, fetched_at=EARLY, claims=4)])
    assert (rows_of("articles"), rows_of("claims")) == (before, [])
    assert result.articles == {"older": 1}


def test_a_dated_capture_is_newer_than_one_without_a_time(put: Put, rows_of: RowsOf) -> None:
    put([article(1, text_seed=1, fetched_at=EARLY)])
    put([article(1, text_seed=2, fetched_at=None)])
    assert [r["text_hash"] for r in rows_of("articles")] == [article(1, text_seed=1)[0].text_hash]


def test_of_two_captures_at_one_moment_the_greater_hash_stands_in_either_order(tmp_path: Path) -> None:
    stands = set()
    for order in ([1, 2], [2, 1]):
        layout = open_root(tmp_path / str(order))
        for text in order:
            commit(layout, [stage(layout, [article(1, text_seed=text, fetched_at=EARLY)])], run_info())
        stands.add(read(layout.root, "articles").to_table()["text_hash"].to_pylist()[0])
    assert stands == {max(article(1, text_seed=t)[0].text_hash for t in (1, 2))}


def overlapping() -> list[tuple[Article, list[Claim]]]:
    return [*corpus(24), *corpus(8), *(article(s, text_seed=9, fetched_at=LATE) for s in range(5))]


@pytest.fixture(scope="module")
def one_by_one(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = open_root(tmp_path_factory.mktemp("one-by-one"))
    for one in sorted(overlapping(), key=lambda m: (m[0].fetched_at is not None, m[0].article_id)):
        commit(layout, [stage(layout, [one])], run_info())
    return layout


@pytest.mark.parametrize("bundles", [1, 3, 17])
def test_bundles_and_order_do_not_change_the_rows(tmp_path: Path, one_by_one: Layout, bundles: int) -> None:
    made, layout = overlapping(), open_root(tmp_path / "root")
    random.Random(bundles).shuffle(made)
    commit(layout, [stage(layout, made[i::bundles]) for i in range(bundles)], run_info())
    for name, key in (("articles", "article_id"), ("claims", "claim_id")):
        found = read(layout.root, name).to_table().sort_by(key)
        assert found.equals(read(one_by_one.root, name).to_table().sort_by(key))


def test_a_commit_writes_one_file_a_partition(put: Put, layout: Layout) -> None:
    put(corpus(60))
    folders = [f.path.rpartition("/")[0] for f in log.files(DeltaTable(str(layout.delta("claims"))))]
    assert len(folders) == len(set(folders)) > 3


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    contents = []
    for bundles in (1, 4):
        made, layout = list(corpus(30)), open_root(tmp_path / str(bundles))
        commit(layout, [stage(layout, made[i::bundles]) for i in range(bundles)], run_info())
        contents.append(sorted(p.read_bytes() for p in layout.plain("claims").rglob("*.parquet")))
    assert contents[0] == contents[1]


def test_a_crash_between_two_datasets_is_finished_by_the_next_commit(layout: Layout, rows_of: RowsOf) -> None:
    made = list(corpus(20))
    staged = stage(layout, made)
    articles = candidates([staged], "articles")
    keys = KeyTable(layout, "articles", ArticleKey)
    chosen = choose(articles.rows)
    Committer(layout, "articles", keys, "crashed").commit(lambda: plan_articles(articles, chosen, keys.get(chosen)))
    assert len(rows_of("articles")) == 20
    result = commit(layout, [stage(layout, made, run_id="next")], run_info("next"))
    assert result.articles == {"known": 20}
    assert len(rows_of("claims")) == result.claims_added == sum(len(c) for _, c in made)


def test_claims_of_a_revision_that_does_not_stand_are_left_out(layout: Layout, put: Put, rows_of: RowsOf) -> None:
    """A crash left the newer revision in `articles` alone; then an older capture arrives."""
    newer = candidates([stage(layout, [article(1, text_seed=2, fetched_at=LATE)])], "articles")
    keys = KeyTable(layout, "articles", ArticleKey)
    Committer(layout, "articles", keys, "crashed").commit(lambda: plan_articles(newer, choose(newer.rows), {}))
    put([article(1, text_seed=1, fetched_at=EARLY)])
    assert rows_of("claims") == []
    put([article(1, text_seed=2, fetched_at=LATE)])
    assert {r["text_hash"] for r in rows_of("claims")} == {article(1, text_seed=2)[0].text_hash}


def test_the_same_failure_again_raises_attempts_and_adds_no_row(put: Put, rows_of: RowsOf) -> None:
    put(rejected=[failure(), failure("b.html"), failure("b.html")])
    later = NOW + timedelta(days=2)
    result = put(rejected=[failure(run_id="second", seen=later)], run_id="second")
    rows = {r["input"]: r for r in rows_of("rejected")}
    assert (rows["a.html"]["attempts"], rows["b.html"]["attempts"]) == (2, 1)
    assert (rows["a.html"]["first_seen"], rows["a.html"]["last_seen"]) == (NOW, later)
    assert rows["a.html"]["day"] == NOW.date()
    assert (result.rejected, result.recorded) == ({"again": 1}, False)


def test_a_later_success_removes_the_failure(put: Put, rows_of: RowsOf) -> None:
    made, claims = article(5)
    put(rejected=[failure(made.url or ""), failure("other.html")])
    result = put([(made, claims)], run_id="second")
    assert [r["input"] for r in rows_of("rejected")] == ["other.html"]
    assert result.rejected == {"cleared": 1}


def test_a_run_with_news_is_recorded_last_with_the_versions_to_read_in_step(put: Put, rows_of: RowsOf, layout: Layout) -> None:
    result = put(corpus(10), rejected=[failure()], run_id="first")
    put(corpus(10), run_id="nothing-new")
    (row,) = rows_of("runs")
    assert (row["run_id"], row["articles"], row["claims"], row["inputs"]) == ("first", 10, result.claims_added, 11)
    versions = {v["name"]: v["version"] for v in row["versions"]}
    assert read(layout.root, "claims", version=versions["claims"]).count_rows() == result.claims_added


def test_a_commit_gives_up_with_a_clear_error_when_others_always_come_first(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    staged = candidates([stage(layout, corpus(2))], "articles")
    keys = KeyTable(layout, "articles", ArticleKey)
    monkeypatch.setattr("pipelines.dataset.apply.ATTEMPTS", 3)
    monkeypatch.setattr("pipelines.dataset.apply.LONGEST_WAIT", 0)

    def while_another_commits() -> Plan:
        other = log.open_table(layout, "articles")
        log.append(other, "articles", [], [], {"run_id": "other"})
        return plan_articles(staged, choose(staged.rows), {})

    with pytest.raises(CommitConflictError, match="each of 3 attempts"):
        Committer(layout, "articles", keys, "run").commit(while_another_commits)


def _write(root: str, first: int, step: int) -> None:
    layout = open_root(root)
    for i in range(4):
        run = f"run-{first}-{i}"
        commit(layout, [stage(layout, corpus(12, first=first + i * step), run_id=run)], run_info(run))


def test_two_writers_with_overlapping_articles_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    root = tmp_path / "root"
    writers = [multiprocessing.get_context("spawn").Process(target=_write, args=(str(root), first, 6)) for first in (0, 5)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [w.exitcode for w in writers] == [0, 0]
    expected = list(corpus(12 + 18 + 5))
    articles = read(root, "articles").to_table()["article_id"].to_pylist()
    claims = read(root, "claims").to_table()["claim_id"].to_pylist()
    assert sorted(articles) == sorted(a.article_id for a, _ in expected)
    assert sorted(claims) == sorted(c.claim_id for _, made in expected for c in made)
