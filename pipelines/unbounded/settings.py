"""From the settings to an unbounded job."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.jobs import job_options
from pipelines.settings import Settings
from pipelines.stream.settings import stream_options
from pipelines.unbounded.options import UnboundedOptions


def unbounded_options(settings: Settings, sources: Iterable[str] = (), seconds: float | None = None) -> UnboundedOptions:
    """The job that the settings describe.

    Args:
        sources: what to watch; none are `sources` of the settings.
        seconds: see `UnboundedOptions`.

    Raises:
        SettingsError: no root is set, or a setting about fetching cannot be used.
    """
    stream, job = stream_options(settings, sources), job_options(settings)
    return UnboundedOptions(stream=stream, engine=job.engine, workers=job.workers, seconds=seconds)
