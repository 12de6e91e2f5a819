"""Write the data contract as it is now to `schemas/released/MAJOR.MINOR.json`, to be compared with later ones.

python -m tests.schemas.release
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import schemas
from schemas import DATASETS, SCHEMA_VERSION

RELEASED = Path(schemas.__file__).parent / "released"


def contract() -> dict[str, Any]:
    """Datasets, their keys, and their columns with type, nullability and whether they are partitions."""
    return {
        name: {
            "key": dataset.key,
            "columns": {c.name: {"type": str(c.type), "nullable": c.nullable, "partition": c.partition} for c in dataset.columns},
        }
        for name, dataset in DATASETS.items()
    }


if __name__ == "__main__":
    RELEASED.mkdir(exist_ok=True)
    (RELEASED / f"{SCHEMA_VERSION}.json").write_text(json.dumps(contract(), indent=1) + "\n", encoding="utf8")
