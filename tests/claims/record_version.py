"""Records the extractor's version with its release: `python -m tests.claims.record_version`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipelines.claims import extractor_version

RECORD: Final = Path(__file__).parent / "extractor_version.txt"


def main() -> None:
    """Write the version that this checkout has now."""
    RECORD.write_text(extractor_version() + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
