"""The job of the kill test, as a program: ingest slices one after the other and compact in between.

python kill_job.py beam|plain ROOT files|pages EVENTS DELAY SLICE.jsonl…

It kills itself with SIGKILL, DELAY seconds after the EVENTS-th thing that it did to a file below ROOT, or after the EVENTS-th page that it
read or extracted; with EVENTS 0 it never does, and says at its end how many things it did. Counting what is done, and not seconds, spreads
the kills over all phases, whatever the load.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
import time

import stand_in_stages

from pipelines.context import new_run
from pipelines.dataset import RunInfo, commit, open_root, prepare
from pipelines.dataset.compact import compact_all
from pipelines.sources import discover
from pipelines.work import Work, WorkOptions

COUNTED = {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.utime", "os.scandir", "sqlite3.connect"}

PHASES = {
    "compact": "compaction",
    "publish": "publishing",
    "append": "commit",
    "_write_part": "commit",
    "catch_up": "commit",
    "commit": "commit",
    "finish": "staging",
    "_flush": "staging",
    "extract": "extracting",
    "told": "reading",
    "normalize": "normalizing",
    "discover": "reading",
    "take": "reading",
}
"""By the innermost of these functions that is running."""


def main(how: str, root: str, what: str, events: int, delay: float, slices: list[str]) -> None:
    """`beam` runs the whole job; `plain` does without the runner, whose start takes longer than the work on a small slice."""
    if how == "beam":
        import apache_beam  # noqa: F401 - so that the counting starts when the work does

        import pipelines.transforms  # noqa: F401
    files, pages = itertools.count(1), itertools.count(1)

    def count(event: str, about: tuple[object, ...]) -> None:
        number = 0
        if event.startswith("stand_in."):
            number = next(pages) if what == "pages" else 0
        elif event in COUNTED and str(about[0]).startswith(root):
            number = next(files) if what == "files" else 0
        if number and number == events:
            threading.Thread(target=kill, args=(delay,), daemon=True).start()

    sys.addaudithook(count)
    for i, part in enumerate(slices):
        beam(root, part) if how == "beam" else plain(root, part)
        compact_all(open_root(root), min_files=2)
        say(f"done {i}")
    say(f"events {next(files if what == 'files' else pages) - 1}")


def kill(delay: float) -> None:
    time.sleep(delay)
    say(f"killed {phase()}")
    os.kill(os.getpid(), signal.SIGKILL)


def phase() -> str:
    """What the job is doing at the moment."""
    for frame in sys._current_frames().values():
        here = frame
        while here is not None:
            name = here.f_code.co_name
            if name in PHASES and str(here.f_globals.get("__name__")).startswith(("pipelines.", "stand_in_stages")):
                return PHASES[name]
            here = here.f_back
    return "between"


def say(words: str) -> None:
    os.write(1, f"{words}\n".encode())


def beam(root: str, part: str) -> None:
    from pipelines.ingest import IngestOptions, ingest

    ingest(IngestOptions(inputs=(part,), root=root), stages=stand_in_stages.build, extractor_version="0+stand-in")


def plain(root: str, part: str) -> None:
    layout, context = open_root(root), new_run()
    prepare(layout)
    work = Work(layout, context, stand_in_stages.build(WorkOptions()))
    for locator in discover([part], context):
        work.take(locator)
    commit(layout, [work.finish()], RunInfo(context=context, code_version="0", extractor_version="0+stand-in"))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]), sys.argv[6:])
