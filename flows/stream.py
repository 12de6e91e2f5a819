"""The flow `stream`, for a long-lived worker: sources watched and read until the run is cancelled."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import flow, get_run_logger

from pipelines.settings import load_settings
from pipelines.stream.process import run
from pipelines.stream.reporting import every
from pipelines.stream.settings import stream_options


@flow(name="stream", timeout_seconds=None, persist_result=False)
def stream(sources: Sequence[str] | None = None, root: str | None = None) -> None:
    """Watch sources; the run's log says each minute how it goes. Cancelling the run stops it, the next run goes on.

    Args:
        sources: what `dyadwire stream` takes; by default `sources` of the settings.
        root: the dataset's root; by default that of the settings.
    """
    options = stream_options(load_settings(root=root), sources or ())
    run(options, watch=every(60.0, get_run_logger().info))
