"""What an engine costs beside the bare functions, what a second worker gains, and whether memory grows with the input.

    python tests/benchmarks/bench_engines.py [--articles 2000] [--long 2000] [--memory 1000 100000]

Generated small articles, each with two sentences that make claims. Every line is a process of its own that loads the model too; times
are of the wall, so nothing else should run. `--long` is the job that one and two workers share: the longer it takes, the less starting
them counts.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipelines.context import new_run
from pipelines.engines import EngineChoice, EngineError
from pipelines.ingest import IngestOptions, ingest
from pipelines.sources import discover
from pipelines.work import WorkOptions, real_stages
from schemas import Article, Document, Locator
from tests.engines.made_articles import write_articles

A_FILE = 100
"""Articles of a file, which is what one worker takes at a time."""

JOBS = {
    "embedded": (EngineChoice(), 1),
    "two workers": (EngineChoice(), 2),
    "prism": (EngineChoice(name="prism"), 1),
}


def main() -> None:
    """Print the table."""
    given = _arguments()
    if given.child:
        sys.stdout.write(json.dumps(_child(given.child, Path(given.folder))))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, many = (_inputs(folder / f"time-{n}", n) for n in (given.articles, given.long))
        bare = _measured("bare", few)["seconds"]
        _print(f"bare functions, {given.articles} articles", bare, "s")
        _print("embedded", _measured("embedded", few)["seconds"] / bare, "times the bare functions (1.15 wanted)")
        if _is_there("prism"):
            _print("Prism", _measured("prism", few)["seconds"] / bare, "times the bare functions")
        one = _measured("embedded", many)["seconds"]
        _print(f"one worker, {given.long} articles", one, "s (600 wanted, for the next line to count)")
        _print("two workers", one / _measured("two workers", many)["seconds"], "times as fast as one (1.7 wanted)")
        small, large = (_measured("embedded", _inputs(folder / f"memory-{n}", n))["megabytes"] for n in given.memory)
        _print(f"memory, {given.memory[0]} articles", small, "MB")
        _print(f"memory, {given.memory[1]} articles", large / small, "times that (1.3 wanted)")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--long", type=int, default=2000)
    parser.add_argument("--memory", type=int, nargs=2, default=(1000, 100_000))
    parser.add_argument("--child", choices=["bare", *JOBS], help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    return parser.parse_args()


def _inputs(folder: Path, count: int) -> Path:
    if not folder.is_dir():
        folder.mkdir()
        for first in range(0, count, A_FILE):
            write_articles(folder / f"{first:08d}.jsonl", min(A_FILE, count - first), seed=first, first=first)
    return folder


def _measured(what: str, folder: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--child", what, "--folder", str(folder)], stdout=subprocess.PIPE, check=True, text=True, cwd=folder
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _child(what: str, folder: Path) -> dict[str, float]:
    """Seconds and peak memory of one way to read the folder, in this process."""
    started = time.perf_counter()
    if what == "bare":
        _bare(folder)
    else:
        engine, workers = JOBS[what]
        with tempfile.TemporaryDirectory() as root:
            ingest(IngestOptions(inputs=(str(folder),), root=Path(root) / "data", workers=workers, engine=engine))
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _bare(folder: Path) -> None:
    stages, context = real_stages(WorkOptions()), new_run()
    for locator in discover([str(folder)], context):
        assert isinstance(locator, Locator)
        for document in stages.fetch(locator, context):
            assert isinstance(document, Document)
            article = stages.normalize(document, context)
            assert isinstance(article, Article)
            stages.extract(article)


def _is_there(name: str) -> bool:
    try:
        JOBS[name][0].check()
    except EngineError as error:
        sys.stdout.write(f"{name}: {error}\n")
        return False
    return True


def _print(name: str, value: float, unit: str) -> None:
    sys.stdout.write(f"{name:40s} {value:10.2f} {unit}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
