"""Damage is found and named; repair mends it and loses nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from generated_rows import corpus

from pipelines.dataset import Layout, commit, log, open_root, prepare
from pipelines.dataset.files import write_file
from pipelines.dataset.publish import LogBehindError, plain_files, publish
from pipelines.dataset.repair import repair
from pipelines.dataset.verify import sound, verify
from pipelines.reextract import reextract
from schemas import DATASETS
from tests.dataset.conftest import run_info, stage
from tests.dataset.test_copies import groups, story

MADE = list(corpus(30))


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    layout = open_root(tmp_path_factory.mktemp("pristine") / "root")
    commit(layout, [stage(layout, MADE[:20])], run_info("one"))
    commit(layout, [stage(layout, MADE, run_id="two")], run_info("two"))
    return layout.root


@pytest.fixture
def root(pristine: Path, tmp_path: Path) -> Layout:
    """A root to damage; its two faces share their bytes as in real life."""
    shutil.copytree(pristine, tmp_path / "root", copy_function=os.link)
    for path in (tmp_path / "root").rglob("*"):
        if path.is_file() and path.suffix != ".parquet":  # what is written in place must not be shared with the pristine root
            copy = path.with_name(path.name + ".copy")
            shutil.copyfile(path, copy)
            copy.replace(path)
    return open_root(tmp_path / "root")


def first_file(layout: Layout, dataset: str) -> str:
    return max(log.files(log.open_table(layout, dataset)), key=lambda f: (f.rows or 0, f.path)).path


def rewrite(path: Path, content: bytes) -> None:
    """Another file of that name: the pristine root keeps its own."""
    path.unlink()
    path.write_bytes(content)


def claims(layout: Layout) -> list[str]:
    from pipelines.dataset import read

    return sorted(read(layout.root).to_table()["claim_id"].to_pylist())


def test_a_sound_root_has_no_findings(root: Layout) -> None:
    checks = verify(root)
    assert sound(checks)
    assert {c.name for c in checks if c.looked_at} == {
        "files", "plain tree", "contract", "unique ids", "partitions", "evidence", "runs", "key tables"
    }  # fmt: skip


def truncated(layout: Layout) -> None:
    path = first_file(layout, "claims")
    content = (layout.delta("claims") / path).read_bytes()
    rewrite(layout.delta("claims") / path, content[: len(content) // 2])


def missing(layout: Layout) -> None:
    (layout.delta("claims") / first_file(layout, "claims")).unlink()


def flipped(layout: Layout) -> None:
    path = layout.delta("claims") / first_file(layout, "claims")
    content = bytearray(path.read_bytes())
    content[100:140] = bytes(40)
    rewrite(path, bytes(content))


def unpublished(layout: Layout) -> None:
    (layout.plain("claims") / first_file(layout, "claims")).unlink()


@pytest.mark.parametrize(
    ("harm", "check", "words"),
    [
        (truncated, "files", "the log says"),
        (missing, "files", "is missing"),
        (flipped, "files", "cannot be read"),
        (unpublished, "plain tree", "is missing"),
    ],
)
def test_a_damaged_file_is_found_and_put_back_from_its_other_face(
    root: Layout, harm: Callable[[Layout], None], check: str, words: str
) -> None:
    before = claims(root)
    harm(root)
    (finding, *_) = [f for c in verify(root) for f in c.findings]
    assert finding.check == check
    assert words in finding.detail
    assert repair(root)
    assert sound(verify(root))
    assert claims(root) == before


def test_a_file_damaged_in_both_faces_is_set_aside_and_its_claims_come_back_by_re_extraction(root: Layout) -> None:
    path, before = first_file(root, "claims"), claims(root)
    for face in (root.delta("claims"), root.plain("claims")):
        rewrite(face / path, b"PAR1 rubbish PAR1")
    done = repair(root)
    assert any("set aside" in d.what and "dyadwire reextract" in d.what for d in done)
    assert (root.root / "_damaged" / "claims" / path).read_bytes() == b"PAR1 rubbish PAR1"
    assert sound(verify(root))
    assert len(claims(root)) < len(before)
    by_id = {a.article_id: (a, c) for a, c in MADE}

    class Found:
        def __init__(self, article_id: str) -> None:
            self.status, self.claims = by_id[article_id][0].extraction_status, tuple(by_id[article_id][1])

    reextract(root.root, extract=lambda a: Found(a.article_id), extractor_version="0.1.0+00000000")
    assert claims(root) == before
    assert sound(verify(root))


def test_articles_that_are_lost_come_back_when_they_are_ingested_again(root: Layout) -> None:
    path = first_file(root, "articles")
    for face in (root.delta("articles"), root.plain("articles")):
        rewrite(face / path, b"")
    repair(root)
    assert not sound(verify(root))  # claims whose article is gone
    commit(root, [stage(root, MADE, run_id="again")], run_info("again"))
    assert sound(verify(root))


@pytest.mark.parametrize("lost", ["file", "row"])
def test_lost_copies_are_found_again_from_the_articles(layout: Layout, lost: str) -> None:
    """Two commits, so that each group has rows in two files."""
    first, second = ([story(i, of=i % 2, changed=i) for i in part] for part in (range(1, 5), range(5, 9)))
    for i, rows in enumerate((first, [story(20, of=9)], second)):
        commit(layout, [stage(layout, rows, run_id=f"run-{i}")], run_info(f"run-{i}"))
    before = groups(layout)
    assert len(before) == 8
    table = log.open_table(layout, "copies")
    if lost == "file":
        for face in (layout.delta("copies"), layout.plain("copies")):
            rewrite(face / first_file(layout, "copies"), b"PAR1 rubbish PAR1")
    else:  # a release with an error wrote a group of one
        wrong = pa.Table.from_pylist([{"article_id": story(20, of=9)[0].article_id, "copy_group": "0" * 32}], DATASETS["copies"].schema)
        log.append(table, "copies", [write_file(layout, "copies", "", wrong)], [], {"run_id": "wrong"})
    assert not sound(verify(layout))
    repair(layout)
    assert groups(layout) == before
    assert sound([c for c in verify(layout) if c.name != "runs"])
    commit(layout, [stage(layout, [story(30, of=9, changed=2)], run_id="later")], run_info("later"))
    assert len(groups(layout)) == 10  # who had no copies before is still known


def test_a_foreign_file_is_set_aside_not_deleted(root: Layout) -> None:
    foreign = root.plain("claims") / "country_pair=AFG-ALB" / "_half.parquet"
    foreign.parent.mkdir(exist_ok=True)
    foreign.write_bytes(b"half")
    assert [f.detail for c in verify(root) for f in c.findings] == ["country_pair=AFG-ALB/_half.parquet is foreign"]
    repair(root)
    assert sound(verify(root))
    assert (root.root / "_damaged/foreign/claims/country_pair=AFG-ALB/_half.parquet").read_bytes() == b"half"


def test_lost_log_entries_are_an_error_and_repair_brings_their_rows_back(root: Layout) -> None:
    before = claims(root)
    newest = log.open_table(root, "claims").version()
    (root.delta("claims") / "_delta_log" / f"{newest:020d}.json").unlink()
    with pytest.raises(LogBehindError, match="log files are missing"):
        prepare(root)
    assert len(plain_files(root, "claims")) > len(log.files(log.open_table(root, "claims")))
    repair(root)
    assert claims(root) == before
    assert [f for c in verify(root) for f in c.findings if c.name != "key tables"] == []


def test_a_claim_whose_evidence_is_not_in_its_article_is_found(root: Layout, tmp_path: Path) -> None:
    from dataclasses import replace

    made, made_claims = MADE[1]
    layout = open_root(tmp_path / "other")
    wrong = [replace(made_claims[0], evidence_start=1, evidence_end=5)]
    commit(layout, [stage(layout, [(made, wrong)])], run_info())
    assert [f.detail.partition(": ")[2] for c in verify(layout) for f in c.findings] == ["its evidence is not the text between its offsets"]


def test_a_claim_in_the_folder_of_another_pair_is_found(tmp_path: Path) -> None:
    from dataclasses import replace

    made, made_claims = MADE[1]
    layout = open_root(tmp_path / "other")
    commit(layout, [stage(layout, [(made, [replace(made_claims[0], country_pair="AFG-ALB")])])], run_info())
    assert [f.check for c in verify(layout) for f in c.findings] == ["partitions"]


@pytest.mark.parametrize(("dataset", "words"), [("claims", "the commits say"), ("articles", "has 0 rows, the commits say 1")])
def test_rows_that_a_merge_loses_are_told_although_the_log_knows_of_no_loss(root: Layout, dataset: str, words: str) -> None:
    """Which run wrote them does not matter: the commits say how many rows each article has, whatever was replaced since."""
    table = log.open_table(root, dataset)
    file = next(f for f in log.files(table) if (f.rows or 0) > 1)
    kept = pq.ParquetFile(root.delta(dataset) / file.path).read().slice(1)
    add = write_file(root, dataset, file.path.rpartition("/")[0], kept, data_change=False)
    log.append(table, dataset, [add], [file.remove(0, data_change=False)], {"run_id": "wrong"})
    publish(root, dataset)
    (finding,) = [f for c in verify(root) for f in c.findings if f.check == "key tables"]
    assert words in finding.detail


def test_a_key_that_no_commit_decided_on_is_told(root: Layout) -> None:
    with sqlite3.connect(root.key_table("claims")) as db:
        db.execute("DELETE FROM keys WHERE id = ?", (MADE[1][0].article_id,))
    assert [f.detail for c in verify(root) for f in c.findings] == [f"{MADE[1][0].article_id} has rows, and no commit says so"]
