"""What a compaction needs in memory: `python tests/benchmarks/scale_compact.py [CLAIMS]` (default 10,000,000); `make bench-compact`.

A root is filled by commits of a million claims; at a tenth of the rows and at all of them, a process of its own compacts a copy of the
table and tells its peak. The memory is bounded when the two peaks are about the same.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from made_claims import made

from pipelines.dataset import Layout, log, open_root
from pipelines.dataset.compact import compact
from pipelines.dataset.files import write_file
from pipelines.dataset.rows import TableRows
from pipelines.dataset.staged import CAPTURE

BOUND = 1.5
"""By how much the peak may grow when the rows grow tenfold: the list of files grows, the rows held at once do not."""

COMMITS = 10


def fill(root: str, number: int, claims: int) -> None:
    """One commit of many small files, without the key table: only the files matter here."""
    layout = open_root(root)
    table = made(claims, seed=number, first=number * claims)[1].drop_columns([CAPTURE])
    rows = TableRows("claims", table)
    adds = [write_file(layout, "claims", folder, part) for folder, part in rows.read(list(rows.folders))]
    log.append(log.open_table(layout, "claims"), "claims", adds, [], {"run_id": f"fill-{number}"})


def squeeze(root: str, answer: object) -> None:
    done = compact(Layout(Path(root)), "claims")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    answer.put((done.files_before, done.files_after, peak))  # type: ignore[attr-defined]


def compacted(root: Path) -> int:
    """Compact a copy of the root in a process of its own; its peak in megabytes."""
    copy = root.with_name("copy")
    shutil.copytree(root, copy, copy_function=os.link)
    spawn = multiprocessing.get_context("spawn")
    answer = spawn.Queue()
    started = time.perf_counter()
    process = spawn.Process(target=squeeze, args=(str(copy), answer))
    process.start()
    before, after, peak = answer.get()
    process.join()
    rows = sum(f.rows or 0 for f in log.files(log.open_table(Layout(copy), "claims")))
    print(f"  {rows:>12,} rows: {before:,} files became {after:,} in {time.perf_counter() - started:.0f} s, peak {peak:,} MB", flush=True)
    shutil.rmtree(copy)
    return int(peak)


def main(claims: int) -> None:
    base = Path(tempfile.mkdtemp(prefix="bench-"))
    spawn = multiprocessing.get_context("spawn")
    try:
        peaks = []
        for rows in (claims // COMMITS, claims):
            root = base / str(rows)
            open_root(root)
            for number in range(COMMITS):
                process = spawn.Process(target=fill, args=(str(root), number, rows // COMMITS))  # so that its memory is not ours
                process.start()
                process.join()
                if process.exitcode:
                    raise SystemExit(f"filling failed with exit code {process.exitcode}")
            peaks.append(compacted(root))
        growth = peaks[1] / peaks[0]
        print(f"{'peak of compacting ' + f'{claims:,} claims / a tenth of them':<58} {growth:>8.3f}  {f'<= {BOUND}':<8} ", end="")
        print("holds" if growth <= BOUND else "FAILS", flush=True)
    finally:
        shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else 10_000_000)
