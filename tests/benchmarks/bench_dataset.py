"""What the store costs, as ratios within one run: `python tests/benchmarks/bench_dataset.py [CLAIMS]` (default 1,000,000)."""

from __future__ import annotations

import multiprocessing
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pyarrow.dataset as ds
from made_claims import made, stage

from pipelines.context import RunContext, utc_now
from pipelines.dataset import Layout, RunInfo, Staged, commit, open_root
from pipelines.dataset.staged import CAPTURE
from schemas import DATASETS


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def run(name: str) -> RunInfo:
    return RunInfo(context=RunContext(run_id=name, now=utc_now()), code_version="0", extractor_version="v")


def filled(root: Path, claims: int) -> tuple[Layout, float, int]:
    """A root with so many claims, how long their commit took, articles and publishing included, and its process's peak in megabytes."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as processes:  # a process each, so that memory is its own
        staged = processes.submit(staged_in, root, claims).result()
        seconds, peak = processes.submit(committed_in, root, staged).result()
    return open_root(root), seconds, peak


def staged_in(root: Path, claims: int) -> Staged:
    return stage(open_root(root), *made(claims), "fill")


def committed_in(root: Path, staged: Staged) -> tuple[float, int]:
    layout = open_root(root)
    seconds = timed(lambda: commit(layout, [staged], run("fill")))
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def written_by_pyarrow(folder: Path, claims: int) -> float:
    articles, rows = (t.drop_columns([CAPTURE]) for t in made(claims))

    def write() -> None:
        for name, table in (("claims", rows), ("articles", articles)):
            by = ds.partitioning(table.select(DATASETS[name].partitions).schema, flavor="hive")
            options = ds.ParquetFileFormat().make_write_options(compression="zstd")
            ds.write_dataset(
                table, folder / name, format="parquet", partitioning=by, file_options=options, max_partitions=4096, max_open_files=2500
            )

    return timed(write)


def append(layout: Layout, number: int) -> float:
    """An append of 1,000 claims of new articles: lookup, commit and publishing."""
    staged = stage(layout, *made(1000, seed=100 + number, first=10_000_000 + number * 1000), f"append-{number}")
    return timed(lambda: commit(layout, [staged], run(f"append-{number}")))


def median_pair(layout: Layout) -> tuple[float, float]:
    """Seconds to read the median pair by its path, and to scan everything for it."""
    folders = sorted(layout.plain("claims").iterdir(), key=lambda f: sum(p.stat().st_size for p in f.iterdir()))
    folder = folders[len(folders) // 2]
    pair = folder.name.partition("=")[2]
    columns = ["claim_id", "evidence", "published_at"]
    by_path = statistics.median(timed(lambda: ds.dataset(folder).to_table(columns=columns)) for _ in range(5))

    def scan() -> None:
        everything = ds.dataset(layout.plain("claims"), partitioning="hive").to_table(columns=[*columns, "country_pair"])
        everything.filter(ds.field("country_pair") == pair)

    return by_path, statistics.median(timed(scan) for _ in range(3))


def size(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*.parquet"))


def duckdb_size(folder: Path, claims: int) -> int:
    import duckdb

    rows = made(claims)[1].drop_columns([CAPTURE])  # noqa: F841 - DuckDB finds it by its name
    duckdb.sql(f"COPY (FROM rows) TO '{folder}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (country_pair))")
    return size(folder)


def line(what: str, value: float, bound: str, holds: bool) -> None:
    print(f"{what:<58} {value:>8.3f}  {bound:<8} {'holds' if holds else 'FAILS'}", flush=True)


def main(claims: int) -> None:
    base = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        layout, committed, peak = filled(base / "large", claims)
        print(f"  commit {committed:.1f} s, peak of its process {peak:,} MB", flush=True)
        written = written_by_pyarrow(base / "pyarrow", claims)
        line(f"commit of {claims:,} claims / write_dataset, rate", written / committed, ">= 0.4", written / committed >= 0.4)
        print(f"  write_dataset {written:.1f} s", flush=True)
        small, _, _ = filled(base / "small", max(claims // 100, 1000))
        few = statistics.median(append(small, i) for i in range(3))
        many = statistics.median(append(layout, i) for i in range(3))
        line("append of 1,000 claims, large / small root", many / few, "<= 2", many / few <= 2)
        print(f"  large {many:.2f} s, small {few:.2f} s", flush=True)
        by_path, whole = median_pair(layout)
        line("median pair by path / full scan", by_path / whole, "<= 0.02", by_path / whole <= 0.02)
        print(f"  by path {by_path * 1000:.1f} ms, full scan {whole:.2f} s")
        ratio = size(base / "large" / "claims") / duckdb_size(base / "duckdb", claims)
        line("size of claims / DuckDB's partitioned Parquet", ratio, "<= 1.2", ratio <= 1.2)
    finally:
        shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else 1_000_000)
