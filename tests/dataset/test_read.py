"""Reading a consistent snapshot from Python."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from generated_rows import article, corpus

from pipelines.dataset import CommitResult, Layout, RootError, open_root, read
from schemas import DATASETS, UnknownCountryError

Put = Callable[..., CommitResult]


def test_a_dataset_has_the_columns_of_the_contract(put: Put, layout: Layout) -> None:
    put(corpus(5))
    for name, spec in DATASETS.items():
        assert read(layout.root, name).schema.equals(spec.schema)
        assert read(layout.root, name).to_table().schema.equals(spec.schema)


def test_a_row_comes_back_as_it_was_put_in(put: Put, layout: Layout) -> None:
    from schemas import from_dict
    from schemas.article import Article
    from schemas.claim import Claim

    made, claims = article(3)
    put([(made, claims)])
    assert [from_dict(Article, r) for r in read(layout.root, "articles").to_table().to_pylist()] == [made]
    found = [from_dict(Claim, r) for r in read(layout.root).to_table().sort_by("claim_id").to_pylist()]
    assert [c.claim_id for c in found] == sorted(c.claim_id for c in claims)
    assert found[0].spans == next(c for c in claims if c.claim_id == found[0].claim_id).spans


@pytest.mark.parametrize("pair", ["{0}-{1}", "{1}-{0}", "{1}–{0}"])
def test_a_pair_is_read_in_either_order(put: Put, layout: Layout, pair: str) -> None:
    put(corpus(25))
    wanted = read(layout.root).to_table()["country_pair"][0].as_py()
    found = read(layout.root, pair=pair.format(*wanted.split("-"))).to_table()
    assert set(found["country_pair"].to_pylist()) == {wanted}
    assert found.num_rows == read(layout.root).to_table()["country_pair"].to_pylist().count(wanted)


def test_a_pair_that_nothing_was_said_about_is_empty(put: Put, layout: Layout) -> None:
    put([])
    assert read(layout.root, pair="Andorra-Tuvalu").to_table().num_rows == 0


@pytest.mark.parametrize("since", ["2026-01-02", date(2026, 1, 2), datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T01:00+01:00"])
def test_a_period_is_half_open_and_leaves_out_rows_without_a_date(put: Put, layout: Layout, since: object) -> None:
    put(corpus(400))
    everything = read(layout.root).to_table()["published_at"].to_pylist()
    start = datetime(2026, 1, 2, tzinfo=UTC)
    end = sorted({p for p in everything if p is not None and p > start})[20]  # a moment at which a row was published
    found = read(layout.root, since=since, until=end).to_table()["published_at"].to_pylist()  # type: ignore[arg-type]
    assert sorted(found) == sorted(p for p in everything if p is not None and start <= p < end)


def test_a_reader_keeps_its_snapshot_while_others_write(put: Put, layout: Layout) -> None:
    result = put(corpus(10))
    held = read(layout.root)
    put(corpus(30))
    assert held.count_rows() == result.claims_added


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"dataset": "claim"}, ValueError, "no dataset is called 'claim'"),
        ({"dataset": "runs", "since": "2026-01-01"}, ValueError, "runs has no publication time"),
        ({"dataset": "articles", "pair": "IRN-PAK"}, ValueError, "articles is not kept by pair"),
        ({"pair": "Irann-Pakistan"}, UnknownCountryError, "did you mean Iran"),
        ({"since": "yesterday"}, ValueError, "'yesterday' is no date or time"),
        ({"version": 99}, RootError, "version 99 is not there"),
    ],
)
def test_a_wrong_question_is_answered_with_the_remedy(
    put: Put, layout: Layout, arguments: dict[str, object], error: type[Exception], words: str
) -> None:
    put([])
    with pytest.raises(error, match=words):
        read(layout.root, **arguments)  # type: ignore[arg-type]


def test_a_root_that_is_not_there_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(RootError, match="does not exist"):
        read(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_roots_that_cannot_be_used_are_refused_before_any_work(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(RootError, match="is a file"):
        open_root(file)
    with pytest.raises(RootError, match="cannot be made"):
        open_root(file / "below")
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / "_dyadwire.json").write_text('{"schema_version": "1.999"}')
    with pytest.raises(RootError, match=r"data contract 1\.999.*install a newer release"):
        open_root(newer)
    assert [p.name for p in newer.iterdir()] == ["_dyadwire.json"]
    (newer / "_dyadwire.json").write_text("{")
    with pytest.raises(RootError, match="is damaged"):
        open_root(newer)
