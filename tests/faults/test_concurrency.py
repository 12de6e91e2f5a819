"""Writers, a compactor and readers at the same time: nothing lost, nothing twice."""

from __future__ import annotations

import multiprocessing
import threading
import time
from pathlib import Path

import pytest
from committing import commit_rows
from generated_rows import corpus
from killing import Seen, plain_ids

from pipelines.dataset import open_root, read
from pipelines.dataset.compact import compact
from pipelines.dataset.verify import verify

WRITERS = 4


def write(root: str, writer: int, rounds: int) -> None:
    layout = open_root(root)
    for i in range(rounds):
        # each round overlaps with what the other writers write
        commit_rows(layout, corpus(8, first=(i * WRITERS + writer) * 5), f"run-{writer}-{i}")


def keep_compacting(root: str, stop: object) -> None:
    layout = open_root(root)
    while not stop.is_set():  # type: ignore[attr-defined]
        for name in ("claims", "articles"):
            compact(layout, name, min_files=3)


def look(root: Path, sizes: dict[str, int], stop: threading.Event, seen: Seen) -> None:
    """Every snapshot holds all claims of an article or none of them."""
    while not stop.wait(0.05):
        rows = read(root).to_table(columns=["article_id", "claim_id"])
        seen.rounds += 1
        counts = {r["values"]: r["counts"] for r in rows["article_id"].value_counts().to_pylist()}
        seen.wrong += [a for a, n in counts.items() if n != sizes[a]]


@pytest.mark.parametrize("rounds", [4, pytest.param(30, marks=pytest.mark.slow)])
def test_overlapping_writers_a_compactor_and_readers_agree(tmp_path: Path, rounds: int) -> None:
    layout, spawn = open_root(tmp_path / "root"), multiprocessing.get_context("spawn")
    expected = list(corpus((rounds * WRITERS - 1) * 5 + 8))
    stop, stopped, seen = threading.Event(), spawn.Event(), [Seen(), Seen()]
    commit_rows(layout, [], "first")
    sizes = {a.article_id: len(claims) for a, claims in expected}
    readers = [threading.Thread(target=look, args=(layout.root, sizes, stop, s), daemon=True) for s in seen]
    writers = [spawn.Process(target=write, args=(str(layout.root), w, rounds)) for w in range(WRITERS)]
    compactor = spawn.Process(target=keep_compacting, args=(str(layout.root), stopped))
    started = time.monotonic()
    for worker in (*readers, *writers, compactor):
        worker.start()
    for writer in writers:
        writer.join()
    stopped.set()
    compactor.join()
    stop.set()
    for reader in readers:
        reader.join()
    print(f"{WRITERS * rounds} commits of {WRITERS} writers in {time.monotonic() - started:.1f} s; reads {[s.rounds for s in seen]}")
    assert [w.exitcode for w in (*writers, compactor)] == [0] * (WRITERS + 1)
    assert [s.wrong for s in seen] == [[], []]
    assert list(plain_ids(layout.root, "articles")) == sorted(sizes)
    assert list(plain_ids(layout.root, "claims")) == sorted(c.claim_id for _, claims in expected for c in claims)
    # the made-up rows all name one run, so that its count cannot agree
    assert [f for c in verify(layout) for f in c.findings if c.name != "runs"] == []
