"""The stream of the kill test, as a program: python stream_job.py ROOT SOURCE…"""

from __future__ import annotations

import sys
from pathlib import Path

import stand_in_stages
from fetching import config
from site_on_loopback import quick

from pipelines.cli.stopping import stoppable
from pipelines.stream.options import StreamOptions
from pipelines.stream.process import run
from pipelines.web import RAW, STATE


def main(root: Path, sources: tuple[str, ...]) -> None:
    import apache_beam  # noqa: F401 - so that the clock of the killer starts when the work does

    import pipelines.transforms  # noqa: F401

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    options = StreamOptions(sources=sources, root=root, fetch=config(raw=root / RAW, state=root / STATE))
    with stoppable():
        run(quick(options), build=stand_in_stages.build, extractor="0+stand-in")


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(sys.argv[2:]))
