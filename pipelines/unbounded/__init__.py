"""Streaming as one unbounded job, for engines that stream.

    Sources ──▶ Look ──▶ Reshuffle ──▶ Work ──▶ one key ──▶ Commit
    watched     what is   parts of      the       all that     datasets, then
                new       a look        stages    has gathered the memory

`Look` is a splittable DoFn: between two looks it hands its restriction back to the engine, which keeps it in its checkpoints. The
restriction says only when to look again and which look was the last; what was seen stands in the memory below the root, which is advanced
by the commit. So a job that goes on from a checkpoint, and one that starts anew without any, give the same rows.
"""

from pipelines.unbounded.options import UnboundedOptions

__all__ = ["UnboundedOptions"]
