"""Exit code 0 when the Prefect worker of this container answers: python -m healthcheck, or as a file.

`prefect worker start --with-healthcheck` answers at `/health`, and with 503 when it has not polled for a while.
"""

from __future__ import annotations

import os
import sys
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener


def main() -> int:
    """0 for healthy."""
    port = os.environ.get("PREFECT_WORKER_WEBSERVER_PORT", "8080")
    try:
        with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return 0 if answer.status == 200 else 1
    except (URLError, OSError) as error:
        sys.stderr.write(f"the worker does not answer: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
