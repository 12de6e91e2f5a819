"""An unbounded job as a program, for tests that kill it: python stream_on.py ENGINE ROOT SECONDS SOURCE… (with `dyadwire`'s own stages)."""

from __future__ import annotations

import sys
from pathlib import Path

from pipelines.cli.stopping import stoppable
from pipelines.engines import EngineChoice
from pipelines.fetch import FetchConfig
from pipelines.stream.options import StreamOptions
from pipelines.stream.pace import Bounds
from pipelines.unbounded.job import run
from pipelines.unbounded.options import UnboundedOptions
from pipelines.web import STATE

QUICK = Bounds(least=0.2, first=0.2, most=0.5)


def options(engine: EngineChoice, root: Path, seconds: float | None, *sources: str, workers: int = 1) -> UnboundedOptions:
    """A stream for a test that does not wait long."""
    stream = StreamOptions(
        sources=sources,
        root=root,
        fetch=FetchConfig(contact="tests@example.org", allowed_networks=("127.0.0.0/8",), delay=0.0, state=root / STATE),
        settle=0.0,
        gather=2.0,
        files=QUICK,
        feeds=QUICK,
    )
    return UnboundedOptions(stream=stream, engine=engine, seconds=seconds, workers=workers)


def main(engine: str, root: str, seconds: str, *sources: str) -> None:
    with stoppable():
        run(options(EngineChoice(name=engine), Path(root), float(seconds) or None, *sources))


if __name__ == "__main__":
    main(*sys.argv[1:])
