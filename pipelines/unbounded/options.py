"""What an unbounded job is to do."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.engines import EngineChoice
from pipelines.stream.options import StreamOptions


@dataclass(frozen=True, kw_only=True)
class UnboundedOptions:
    """An unbounded job."""

    stream: StreamOptions
    """Sources, root, pace and manners, as of a stream in one process; what it says of the size of jobs has no meaning here."""
    engine: EngineChoice
    workers: int = 1
    """As the engine takes it; see `pipelines.engines`."""
    seconds: float | None = None
    """After which no look begins, and the job ends by itself with all that was seen; None: never."""
    looks: int | None = None
    """How often each source is looked at, at most; None: no limit. An engine that does not stream can do one."""
