"""A worker process of the in-process engine: Beam's own, but logging is set up before Beam is imported and sets it up its way."""

from __future__ import annotations

import sys


def main() -> None:
    """Set up logging, then do what Beam's worker does."""
    from pipelines.logs import ensure

    ensure()
    from apache_beam.runners.worker import sdk_worker_main

    sdk_worker_main.main(sys.argv)


if __name__ == "__main__":
    main()
