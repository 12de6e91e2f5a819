"""What Prefect must find in the environment before it is imported."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parents[1]
"""The checkout; for an installed package, the folder that holds the packages."""


def prepare() -> None:
    """Keep Prefect's state inside the project, and keep it from telling anybody that it ran.

    What the caller has set already is left as it is: a deployment names its own server and home. Without a checkout around, the state
    lies below the current folder.
    """
    home = PROJECT if (PROJECT / "pyproject.toml").is_file() else Path.cwd()
    for name, value in (
        ("PREFECT_HOME", str(home / ".dyadwire" / "prefect")),
        ("DO_NOT_TRACK", "1"),
        ("PREFECT_SERVER_ANALYTICS_ENABLED", "false"),
        # 20 s by default; making the database for the first time takes 12 s on an idle machine
        ("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "180"),
    ):
        os.environ.setdefault(name, value)
    # the temporary server does not make the folder of its database
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
