"""The helpers of this folder and of its neighbours can be imported."""

from __future__ import annotations

import sys
from pathlib import Path

for folder in (Path(__file__).parent, Path(__file__).parents[1] / "dataset"):
    sys.path.insert(0, str(folder))
