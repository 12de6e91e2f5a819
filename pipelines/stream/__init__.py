"""Streaming in one process: a loop that polls sources, each at its own pace, and runs small jobs of the pipeline.

    schedule ──▶ poll ──▶ choose ──▶ job ──▶ compaction
    who is due   what is   a fair     fetch … commit,    few files
                 new        share      the same stages     a pair

What decides (`pace`, `schedule`, `choose`) is pure and is told the time; what acts (`polling`, `job`, `tidying`) is called by `loop`,
which `process` sets up.
"""

from pipelines.stream.options import StreamOptions

__all__ = ["StreamOptions"]
