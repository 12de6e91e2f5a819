"""What an engine costs beside the bare functions, what a second worker gains, and whether memory grows with the input.

    python tests/benchmarks/bench_engines.py [--articles 2000] [--long 8000] [--memory 1000 100000] [--only overhead workers memory]

Generated articles: of a news item's length where time is measured, small ones where memory is. Every line is a process of its own that
loads the model too. What is compared with the bare functions runs beside them, at the same time: what else the machine does slows both.
Two workers can only be compared with one where nothing else runs. `--long` is the job that they share: the longer it takes, the less
starting them counts.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipelines.context import new_run
from pipelines.dataset import commit, open_root, prepare
from pipelines.engines import EngineChoice, EngineError
from pipelines.ingest import IngestOptions, ingest
from pipelines.logs import configure
from pipelines.running import run_info
from pipelines.sources import discover
from pipelines.work import Work, WorkOptions, real_stages
from schemas import Article, Document, Locator
from tests.engines.made_articles import write_articles

A_FILE = 100
"""Articles of a file, which is what one worker takes at a time."""
NEWS = {"acts": 6, "plain": 24}
"""Sentences of an article where time is measured: some 400 words."""
SMALL = {"acts": 2, "plain": 2}

JOBS = {
    "embedded": (EngineChoice(), 1),
    "two workers": (EngineChoice(), 2),
    "prism": (EngineChoice(name="prism"), 1),
    "flink": (EngineChoice(name="flink"), 1),
}
PARTS = ("overhead", "workers", "memory")


@dataclass(frozen=True)
class Measured:
    """One way to read a folder."""

    seconds: float
    processor: float
    """Seconds of processor time, of children too."""
    megabytes: float
    """The most that the process had in memory."""


def main() -> None:
    """Print the table."""
    configure("error")
    given = _arguments()
    if given.child:
        sys.stdout.write(json.dumps(vars(_child(given.child, Path(given.folder)))))
        return
    with tempfile.TemporaryDirectory() as name:
        sys.stdout.write("| what | wall, s | processor, s | memory, MB | wall, times the line above | processor, times it | wanted |\n")
        sys.stdout.write("|---|---:|---:|---:|---:|---:|---|\n")
        for part in given.only:
            _PARTS[part](Path(name), given)


def _overhead(folder: Path, given: argparse.Namespace) -> None:
    few = _inputs(folder / "time", given.articles, NEWS)
    for name, wanted in (("stored", ""), ("embedded", "≤ 1.15"), ("prism", ""), ("flink", "")):
        if name in JOBS and not _is_there(name):
            continue
        bare, other = _measured(("bare", name), few)
        _line(f"bare functions, {given.articles} articles", bare)
        _line(name if name in JOBS else "the same, stored, without Beam", other, bare, wanted)


def _workers(folder: Path, given: argparse.Namespace) -> None:
    many = _inputs(folder / "long", given.long, NEWS)
    one, two = (_measured((name,), many)[0] for name in ("embedded", "two workers"))
    _line(f"one worker, {given.long} articles", one)
    _line("two workers", two, one, "≤ 1/1.7 = 0.59")


def _memory(folder: Path, given: argparse.Namespace) -> None:
    small, large = (_measured(("embedded",), _inputs(folder / f"memory-{n}", n, SMALL))[0] for n in given.memory)
    _line(f"embedded, {given.memory[0]} small articles", small)
    _line(f"embedded, {given.memory[1]} small articles", large)
    sys.stdout.write(f"\nMemory grows {large.megabytes / small.megabytes:.2f} times (≤ 1.3 wanted).\n")


_PARTS = dict(zip(PARTS, (_overhead, _workers, _memory), strict=True))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--long", type=int, default=8000)
    parser.add_argument("--memory", type=int, nargs=2, default=(1000, 100_000))
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--child", choices=["bare", "stored", *JOBS], help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    return parser.parse_args()


def _inputs(folder: Path, count: int, sentences: dict[str, int]) -> Path:
    folder.mkdir()
    for first in range(0, count, A_FILE):
        write_articles(folder / f"{first:08d}.jsonl", min(A_FILE, count - first), seed=first, first=first, **sentences)
    return folder


def _measured(ways: Sequence[str], folder: Path) -> list[Measured]:
    """Ways to read the folder, at the same time."""
    commands = [[sys.executable, __file__, "--child", way, "--folder", str(folder)] for way in ways]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    said = [child.communicate()[0] for child in children]
    if failed := [way for way, child in zip(ways, children, strict=True) if child.returncode]:
        raise SystemExit(f"{', '.join(failed)}: failed")
    return [Measured(**json.loads(words)) for words in said]


def _child(what: str, folder: Path) -> Measured:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as root:
        if what == "bare":
            _bare(folder)
        elif what == "stored":
            _stored(folder, Path(root) / "data")
        else:
            engine, workers = JOBS[what]
            ingest(IngestOptions(inputs=(str(folder),), root=Path(root) / "data", workers=workers, engine=engine))
        seconds = time.perf_counter() - started
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return Measured(seconds, sum(u.ru_utime + u.ru_stime for u in used), used[0].ru_maxrss / 1024)


def _bare(folder: Path) -> None:
    stages, context = real_stages(WorkOptions()), new_run()
    for locator in discover([str(folder)], context):
        assert isinstance(locator, Locator)
        for document in stages.fetch(locator, context):
            assert isinstance(document, Document)
            article = stages.normalize(document, context)
            assert isinstance(article, Article)
            stages.extract(article)


def _stored(folder: Path, root: Path) -> None:
    """What the job does, in a loop."""
    layout, context = open_root(root), new_run()
    prepare(layout)
    work = Work(layout, context, real_stages(WorkOptions()))
    for locator in discover([str(folder)], context):
        work.take(locator)
    commit(layout, [work.finish()], run_info(context, "ingest", {}, None))


def _is_there(name: str) -> bool:
    try:
        JOBS[name][0].check()
    except EngineError as error:
        sys.stderr.write(f"{name}: {error}\n")
        return False
    return True


def _line(name: str, measured: Measured, first: Measured | None = None, wanted: str = "") -> None:
    wall, processor = (f"{measured.seconds / first.seconds:.2f}", f"{measured.processor / first.processor:.2f}") if first else ("", "")
    sizes = f"{measured.seconds:.1f} | {measured.processor:.1f} | {measured.megabytes:.0f}"
    sys.stdout.write(f"| {name} | {sizes} | {wall} | {processor} | {wanted} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
