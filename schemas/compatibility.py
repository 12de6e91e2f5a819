"""Released data contracts, and what a change would break.

`released/MAJOR.MINOR.json` holds the columns of each release. `python -m schemas.compatibility` prints today's, to be stored there.
"""

from __future__ import annotations

import json
import sys
from importlib import resources
from typing import Any

from schemas.datasets import DATASETS
from schemas.version import SCHEMA_VERSION, major

Contract = dict[str, list[dict[str, Any]]]
"""Dataset → its columns, each with name, type, nullable, partition."""


def contract() -> Contract:
    """Today's columns."""
    return {
        name: [{"name": c.name, "type": str(c.type), "nullable": c.nullable, "partition": c.partition} for c in spec.columns]
        for name, spec in DATASETS.items()
    }


def released() -> dict[str, Contract]:
    """All released contracts by version."""
    folder = resources.files("schemas") / "released"
    return {f.name.removesuffix(".json"): json.loads(f.read_text(encoding="utf8")) for f in folder.iterdir() if f.name.endswith(".json")}


def breaks(old: Contract, new: Contract) -> list[str]:
    """What a reader of `old` could no longer rely on, or what `old` files could not give to a reader of `new`."""
    found = [f"dataset {name} is gone" for name in old if name not in new]
    for name in old.keys() & new.keys():
        before, after = ({c["name"]: c for c in side[name]} for side in (old, new))
        found += [f"{name}.{c} is gone" for c in before if c not in after]
        found += [
            f"{name}.{c} is new and not nullable: older files have no value for it"
            for c in after
            if c not in before and not after[c]["nullable"]
        ]
        for c in before.keys() & after.keys():
            for what in ("type", "partition"):
                if before[c][what] != after[c][what]:
                    found.append(f"{name}.{c} changed its {what} from {before[c][what]} to {after[c][what]}")
            if after[c]["nullable"] and not before[c]["nullable"]:
                found.append(f"{name}.{c} may be null now")
            if before[c]["nullable"] and not after[c]["nullable"]:
                found.append(f"{name}.{c} may not be null any more: older files may have nulls")
    return sorted(found)


def predecessors() -> dict[str, Contract]:
    """The released contracts that today's must be compatible with: those of its major version."""
    return {version: found for version, found in released().items() if major(version) == major(SCHEMA_VERSION)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(contract(), indent=1) + "\n")
