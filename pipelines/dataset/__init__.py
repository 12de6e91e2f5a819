"""The store: staged files become Delta tables and a plain hive tree that shows the same bytes."""

from pipelines.dataset.apply import CommitConflictError
from pipelines.dataset.commit import Again, CommitResult, RunInfo, commit, prepare
from pipelines.dataset.paths import Layout, RootError, open_root
from pipelines.dataset.read import read
from pipelines.dataset.staged import Staged, StagedWriter

__all__ = [
    "Again",
    "CommitConflictError",
    "CommitResult",
    "Layout",
    "RootError",
    "RunInfo",
    "Staged",
    "StagedWriter",
    "commit",
    "open_root",
    "prepare",
    "read",
]
