"""From the settings to a stream: what the command line and the flow have in common."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipelines.jobs import job_options
from pipelines.settings import Settings
from pipelines.stream.options import StreamOptions


def stream_options(settings: Settings, sources: Iterable[str] = ()) -> StreamOptions:
    """The stream that the settings describe.

    Args:
        sources: what to watch; none are `sources` of the settings.

    Raises:
        SettingsError: no root is set, or a setting about fetching cannot be used.
    """
    job = job_options(settings)
    assert job.fetch is not None
    return StreamOptions(
        sources=tuple(sources) or settings.sources,
        root=Path(job.root),
        fetch=job.fetch,
        work=job.work,
        publish=job.publish,
    )
