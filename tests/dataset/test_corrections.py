"""Re-extraction in place and beside, and what differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from generated_rows import article, corpus

from pipelines.dataset import CommitResult, Layout, commit, open_root, read
from pipelines.dataset.diff import diff
from pipelines.dataset.status import status
from pipelines.reextract import reextract
from schemas import Article, Claim
from tests.dataset.conftest import run_info, stage

Put = Callable[..., CommitResult]
RowsOf = Callable[..., list[dict[str, object]]]
MADE = list(corpus(20))


@dataclass(frozen=True)
class Extraction:
    status: str
    claims: tuple[Claim, ...]


def newer(made: Article) -> Extraction:
    """An upgrade: loses the first claim of each article, and changes the trigger of the second."""
    claims = {a.article_id: c for a, c in MADE}[made.article_id]
    changed = [replace(c, extractor_version="0.2.0+newer", trigger="changed" if i == 1 else c.trigger) for i, c in enumerate(claims)]
    return Extraction("extracted" if claims else "no_pair", tuple(changed[1:]))


def judge_again(made: Article) -> Extraction:
    _, claims = article(int(str(made.url).rpartition("/")[2]), claims=2)
    return Extraction("extracted", tuple(replace(c, text_hash=made.text_hash, extractor_version="0.2.0+newer") for c in claims))


def upgrade(root: Path, **options: object) -> object:
    return reextract(root, extract=newer, extractor_version="0.2.0+newer", **options)  # type: ignore[arg-type]


def test_a_re_extraction_in_place_leaves_one_extractor_version(layout: Layout, put: Put, rows_of: RowsOf) -> None:
    put(MADE)
    articles = rows_of("articles")
    upgrade(layout.root)
    assert {r["extractor_version"] for r in rows_of("claims")} == {"0.2.0+newer"}
    assert rows_of("articles") == articles
    assert status(layout).extractors == {"0.2.0+newer": 20}


def test_a_second_re_extraction_has_nothing_to_do(layout: Layout, put: Put, rows_of: RowsOf) -> None:
    put(MADE)
    upgrade(layout.root)
    before = rows_of("claims")
    done = upgrade(layout.root)
    assert (done.articles, done.current) == (0, 20)  # type: ignore[attr-defined]
    assert rows_of("claims") == before


def test_a_re_extraction_beside_leaves_the_first_root_and_the_difference_tells_them_apart(
    layout: Layout, put: Put, rows_of: RowsOf, tmp_path: Path
) -> None:
    put(MADE)
    before = rows_of("claims")
    upgrade(layout.root, to_root=tmp_path / "beside")
    assert rows_of("claims") == before
    assert read(tmp_path / "beside", "articles").count_rows() == 20
    found = diff(layout.root, tmp_path / "beside")
    dropped, changed = sum(1 for _, c in MADE if c), sum(1 for _, c in MADE if len(c) > 1)
    assert dict(found.totals) == {"dropped": dropped, "changed": changed}
    assert found.same == len(before) - dropped - changed
    assert dict(found.by_column) == {"trigger": changed}
    for groups in (found.by_pair, found.by_type, found.by_rule):
        assert sum(sum(c.values()) for c in groups.values()) == dropped + changed


def test_a_root_differs_from_itself_in_nothing(layout: Layout, put: Put) -> None:
    put(MADE)
    assert not diff(layout.root, layout.root).totals


def test_a_mix_of_extractors_is_shown(layout: Layout, put: Put) -> None:
    put(MADE[:5])
    commit(layout, [stage(layout, MADE)], run_info("second", "0.2.0+newer"))
    assert status(layout).extractors == {"0.2.0+newer": 15, "0.1.0+00000000": 5}
    assert status(layout).mixed


def test_articles_without_claims_are_judged_again(layout: Layout, put: Put, rows_of: RowsOf) -> None:
    put([article(1, claims=0)])
    done = reextract(layout.root, extract=judge_again, extractor_version="0.2.0+newer")
    assert (done.claims_added, done.statuses_changed) == (2, 1)
    (row,) = rows_of("articles")
    assert (row["extraction_status"], row["revision"]) == ("extracted", 1)
    assert len(rows_of("claims")) == 2


@pytest.mark.parametrize(("since", "read_again"), [("2027-01-01", 0), ("2026-01-01", 18)])
def test_only_the_articles_of_a_period_are_read_again(layout: Layout, put: Put, since: str, read_again: int) -> None:
    put(MADE)
    assert upgrade(layout.root, since=since).articles == read_again  # type: ignore[attr-defined]


def test_a_re_extraction_that_was_stopped_goes_on(layout: Layout, put: Put, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(MADE)
    monkeypatch.setattr("pipelines.reextract.BATCH", 8)
    calls = 0

    def breaks(made: Article) -> Extraction:
        nonlocal calls
        calls += 1
        if calls > 12:
            raise KeyboardInterrupt
        return newer(made)

    with pytest.raises(KeyboardInterrupt):
        reextract(layout.root, extract=breaks, extractor_version="0.2.0+newer")
    done = upgrade(layout.root)
    assert (done.articles, done.current) == (12, 8)  # type: ignore[attr-defined]
    other = open_root(tmp_path / "other")
    commit(other, [stage(other, MADE)], run_info())
    upgrade(other.root)
    assert not diff(layout.root, other.root).totals
