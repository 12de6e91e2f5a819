"""Near-duplicates are grouped in the commit, whatever the order of arrival."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from generated_rows import article

from pipelines.dataset import CommitResult, Layout, commit, open_root, read
from pipelines.dataset.copies import CopyKeys
from pipelines.near_duplicates import Signed
from schemas import Article, Claim
from tests.dataset.conftest import run_info, stage

Put = Callable[..., CommitResult]
RowsOf = Callable[..., list[dict[str, object]]]
Row = tuple[Article, list[Claim]]


def signature(story: int, changed: int = 0) -> bytes:
    """128 values of a story, the last `changed` of them other ones."""
    same, other = random.Random(story), random.Random(story * 1000 + changed + 1)
    values = [same.getrandbits(32) for _ in range(128 - changed)] + [other.getrandbits(32) for _ in range(changed)]
    return b"".join(v.to_bytes(4, "little") for v in values)


def story(seed: int, of: int, changed: int = 0, **options: object) -> Row:
    return article(seed, signature=signature(of, changed), **options)  # type: ignore[arg-type]


def groups(layout: Layout) -> dict[str, str]:
    rows = read(layout.root, "copies").to_table().to_pylist()
    found = {r["article_id"]: r["copy_group"] for r in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)])
def test_groups_do_not_depend_on_the_order_of_arrival(tmp_path: Path, order: tuple[int, ...]) -> None:
    made = [story(1, of=1), story(2, of=1, changed=20), story(3, of=1, changed=30), story(4, of=2)]
    layout = open_root(tmp_path / "root")
    for i in order:
        commit(layout, [stage(layout, [made[i]])], run_info())
    ids = sorted(a.article_id for a, _ in made[:3])
    assert groups(layout) == dict.fromkeys(ids, ids[0])


def test_an_article_that_joins_two_groups_merges_them(put: Put, layout: Layout) -> None:
    half = signature(1)[:256] + signature(2)[256:]
    put([story(1, of=1), story(2, of=1, changed=5), story(3, of=2), story(4, of=2, changed=5)])
    assert len(set(groups(layout).values())) == 2
    put([article(5, signature=half)])
    assert len(groups(layout)) == 5
    assert set(groups(layout).values()) == {min(groups(layout))}


def test_an_article_without_copies_or_without_signature_has_no_row(put: Put, layout: Layout) -> None:
    put([story(1, of=1), article(2), article(3)])
    assert groups(layout) == {}


def test_copies_are_published_close_to_each_other(put: Put, layout: Layout) -> None:
    put([story(1, of=1), story(2_003, of=1)])  # ten days apart
    assert groups(layout) == {}


def test_what_was_published_too_far_away_is_not_even_looked_at(put: Put, layout: Layout) -> None:
    near, far = story(1, of=1), story(2_003, of=1)  # ten days apart
    put([near, far])

    looked_at = CopyKeys(layout).like([Signed("new", signature(1), near[0].published_at.date())])
    undated = CopyKeys(layout).like([Signed("new", signature(1), None)])

    assert set(looked_at) == {near[0].article_id}
    assert set(undated) == {near[0].article_id, far[0].article_id}


def test_a_revision_that_is_no_copy_any_more_leaves_its_group(put: Put, layout: Layout) -> None:
    early, late = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    put([story(1, of=1, text_seed=1, fetched_at=early), story(2, of=1, changed=3), story(3, of=1, changed=6)])
    put([story(1, of=9, text_seed=2, fetched_at=late)])
    ids = sorted(article(s)[0].article_id for s in (2, 3))
    assert groups(layout) == dict.fromkeys(ids, ids[0])


def test_articles_that_a_crash_left_ungrouped_are_grouped_by_the_next_commit(layout: Layout, put: Put) -> None:
    put([story(1, of=1)])
    layout.key_table("copies").unlink()
    put([story(2, of=1, changed=4)])
    assert len(groups(layout)) == 2
