"""Many small jobs of one stream, and what memory they leave behind: python soak.py ROOT JOBS

Prints a line after every fourth job: its number, the megabytes of this process, and the objects in it that are alive.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from by_hand import Bench
from servers import Server
from site_on_loopback import QUICK, Site

from pipelines.logs import configure
from pipelines.stream.watching import megabytes

_EACH = 4
_LOOKS = 100
"""Half seconds by the stream's clock until a page must have been read."""


def main(root: Path, jobs: int) -> None:
    configure("error")
    with Server() as server:
        site = Site(server)
        bench = Bench(root, (site.feed,), {"gather": 0.1, "feeds": QUICK})
        for number in range(1, jobs + 1):
            site.publish(number)
            for _ in range(_LOOKS):
                if len(bench.jobs) < number:
                    bench.go(0.5)
            assert len(bench.jobs) == number
            if number % _EACH == 0:
                gc.collect()
                sys.stdout.write(f"{number} {megabytes()} {len(gc.get_objects())}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
