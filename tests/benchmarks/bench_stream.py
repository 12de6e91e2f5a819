"""How long it takes from the poll that sees a page to its row in the plain tree, and whether memory stays flat. Prints a table.

python tests/benchmarks/bench_stream.py [--minutes 10] [--rate 5] [--soak] [--write]

The real command streams the feeds of twenty hosts on loopback with the settings that a user has; a reader looks at the plain tree every
half second. `--soak` goes on for an hour. `--write` puts the table into docs/streaming.md.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import fmean, median, quantiles

sys.path.insert(0, str(Path(__file__).parent))

import pyarrow.parquet as pq
import streaming_site as site

DOCS = Path(__file__).parents[2] / "docs" / "streaming.md"
PATIENCE = 120.0
"""Seconds that the last pages have to appear."""
WARM = 0.25
"""Share of the run after which memory counts."""


@dataclass
class Measured:
    """What was seen from outside."""

    visible: dict[int, float] = field(default_factory=dict)
    """Page → when its row could be read."""
    memory: list[tuple[float, float]] = field(default_factory=list)
    """(seconds, MB)."""
    most_files: int = 0
    """Of one pair, at any look."""
    _read: set[Path] = field(default_factory=set)

    def look(self, root: Path) -> None:
        """Read what is new in the plain tree of claims."""
        folders = list((root / "claims").glob("country_pair=*"))
        for folder in folders:
            files = list(folder.glob("*.parquet"))
            self.most_files = max(self.most_files, len(files))
            for file in files:
                if file in self._read:
                    continue
                try:
                    urls = pq.ParquetFile(file).read(columns=["url"]).column("url").to_pylist()
                except FileNotFoundError:
                    continue  # merged meanwhile
                self._read.add(file)
                now = time.monotonic()
                for url in urls:
                    self.visible.setdefault(int(url.rpartition("-")[2]), now)


def measure(minutes: float, rate: float, keep: Path | None = None) -> dict[str, str]:
    """Run it, and the numbers by name; `keep` is a file for the stream's log."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        server = context.Process(target=site.serve, args=(theirs, folder / "shown", rate), daemon=True)
        server.start()
        port = ours.recv()
        stream = _stream(folder, port)
        try:
            measured, published = _watch(stream, folder / "data", ours, 60 * minutes)
            cpu = _cpu_seconds(stream.pid)
        finally:
            stream.send_signal(signal.SIGTERM)
            stream.wait()
            server.terminate()
            server.join()
            if keep is not None:
                keep.write_bytes((folder / "log").read_bytes())
        shown = {int(n): float(at) for n, at in (line.split() for line in (folder / "shown").read_text().splitlines())}
        return _numbers(measured, shown, published, 60 * minutes, cpu) | {"a job of nothing": f"{_job_of_nothing(folder):.2f} s"}


def _stream(folder: Path, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pipelines.cli.main", "stream", "--root", str(folder / "data")]
    command += [f"feed:http://{site.host(number)}:{port}/rss" for number in range(site.HOSTS)]
    environment = {**os.environ, "DYADWIRE_CONTACT": "bench@example.org", "DYADWIRE_ALLOWED_NETWORKS": "127.0.0.0/8"}
    return subprocess.Popen(command, env=environment, stderr=(folder / "log").open("w"))


def _watch(stream: subprocess.Popen[bytes], root: Path, server: Connection, seconds: float) -> tuple[Measured, int]:
    measured, published = Measured(), None
    server.send("begin")
    began = time.monotonic()
    while True:
        if stream.poll() is not None:
            raise SystemExit(f"the stream ended with {stream.returncode}: {(root.parent / 'log').read_text()[-2000:]}")
        measured.look(root)
        passed = time.monotonic() - began
        if published is None:
            measured.memory.append((passed, _megabytes(stream.pid)))
        if passed >= seconds and published is None:
            server.send("end")
            published = server.recv()
        if published is not None and (len(measured.visible) == published or passed > seconds + PATIENCE):
            return measured, published
        time.sleep(0.5)


def _numbers(measured: Measured, shown: Mapping[int, float], published: int, seconds: float, cpu: float) -> dict[str, str]:
    latencies = [at - shown[number] for number, at in measured.visible.items()]
    cuts = quantiles(latencies, n=100)
    settled = [(at, mb) for at, mb in measured.memory if at >= WARM * seconds]
    half = len(settled) // 2
    early, late = fmean(mb for _, mb in settled[:half]), fmean(mb for _, mb in settled[half:])
    return {
        "pages published, shown, readable": f"{published}, {len(shown)}, {len(measured.visible)}",
        "rate": f"{published / seconds:.1f} pages/s for {seconds / 60:.0f} minutes",
        "from the poll that sees a page to its readable row, median": f"{median(latencies):.1f} s",
        "p95": f"{cuts[94]:.1f} s",
        "p99": f"{cuts[98]:.1f} s",
        "longest": f"{max(latencies):.1f} s",
        "most files of a pair": str(measured.most_files),
        "memory once warm, first half → second half": f"{early:.0f} → {late:.0f} MB",
        "CPU of the stream": f"{cpu / seconds:.2f} cores",
    }


def _megabytes(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _job_of_nothing(folder: Path) -> float:
    """What a job costs before its first page: the runner's start, and a commit that finds nothing to do."""
    from pipelines.fetch import FetchConfig
    from pipelines.ingest import IngestOptions, ingest
    from pipelines.logs import configure

    configure("error")
    options = IngestOptions(inputs=(), listed=(), root=folder / "data", fetch=FetchConfig(state=folder / "data" / "_state" / "seen.sqlite"))
    ingest(options)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        ingest(options)
        times.append(time.perf_counter() - started)
    return median(times)


def markdown(numbers: Mapping[str, str]) -> str:
    return "\n".join(["| what | measured |", "|---|---|", *(f"| {name} | {value} |" for name, value in numbers.items())])


def write(table: str) -> None:
    """Put the table between the marks of the page."""
    text = DOCS.read_text(encoding="utf8")
    marked = re.compile(r"(<!-- latency -->\n).*?(\n<!-- /latency -->)", re.DOTALL)
    if not marked.search(text):
        raise SystemExit(f"{DOCS} has no place for the table, between <!-- latency --> and <!-- /latency -->")
    DOCS.write_text(marked.sub(lambda found: found[1] + table + found[2], text), encoding="utf8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=5.0, help="pages a second")
    parser.add_argument("--soak", action="store_true", help="an hour")
    parser.add_argument("--write", action="store_true", help="put the table into docs/streaming.md")
    parser.add_argument("--log", type=Path, help="keep the stream's log in this file")
    given = parser.parse_args()
    table = markdown(measure(60.0 if given.soak else given.minutes, given.rate, given.log))
    print(table)
    if given.write:
        write(table)


if __name__ == "__main__":
    main()
