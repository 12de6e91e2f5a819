"""The job of the kill test, as a program: ingest slices one after the other and compact in between.

python kill_job.py beam|plain ROOT SLICE.jsonl…
"""

from __future__ import annotations

import sys

import stand_in_stages

from pipelines.context import new_run
from pipelines.dataset import RunInfo, commit, open_root, prepare
from pipelines.dataset.compact import compact_all
from pipelines.sources import discover
from pipelines.work import Work, WorkOptions


def main(how: str, root: str, slices: list[str]) -> None:
    """`beam` runs the whole job; `plain` does without the runner, whose start takes longer than the work on a small slice."""
    if how == "beam":
        import apache_beam  # noqa: F401 - so that the clock of the killer starts when the work does

        import pipelines.transforms  # noqa: F401
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for i, part in enumerate(slices):
        beam(root, part) if how == "beam" else plain(root, part)
        if i % 2:
            compact_all(open_root(root), min_files=2)


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
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
