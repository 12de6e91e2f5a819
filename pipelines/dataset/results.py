"""How a job's last step hands its result to whoever started the job: a small file below the root.

The runner returns nothing from a pipeline, and the last step may run in another process.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pipelines.dataset.commit import CommitResult, RunInfo, commit
from pipelines.dataset.failures import Failure
from pipelines.dataset.paths import Layout, replace_text
from pipelines.dataset.staged import Staged


def commit_and_leave(layout: Layout, staged: Sequence[Staged], run: RunInfo, *, publish: bool = True) -> None:
    """Commit, and leave the result, or the error's words, under the run's id.

    Raises:
        what `commit` raises.
    """
    path = layout.results(run.context.run_id)
    try:
        result = commit(layout, staged, run, publish_plain=publish)
    except Exception as error:
        replace_text(path, json.dumps({"error": f"{type(error).__name__}: {error}"}))
        raise
    replace_text(path, json.dumps({"result": asdict(result)}))


def leftover(layout: Layout, run_id: str) -> CommitResult | str | None:
    """The result that a run's commit left, its error's words, or None when it did not come that far."""
    path = layout.results(run_id)
    if not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf8"))
    if "error" in found:
        return str(found["error"])
    values = found["result"] | {"failures": tuple(Failure(**f) for f in found["result"]["failures"])}
    return CommitResult(**values)
