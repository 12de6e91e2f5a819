"""From settings to jobs: what the command line and the flows have in common."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from pipelines.backfill.slices import Slice, input_id
from pipelines.backfill.work import SliceJob
from pipelines.engines import EngineChoice
from pipelines.ingest import IngestOptions
from pipelines.settings import Settings, SettingsError
from pipelines.web import fetch_config
from pipelines.work import WorkOptions


def job_options(
    settings: Settings, inputs: Iterable[str] = (), *, since: datetime | None = None, until: datetime | None = None
) -> IngestOptions:
    """The job that the settings describe.

    Raises:
        SettingsError: no root is set, or a setting about fetching cannot be used.
    """
    if not settings.root:
        raise SettingsError("no dataset is named; set `root` in dyadwire.toml or DYADWIRE_ROOT")
    root = Path(settings.root)
    try:
        fetch = fetch_config(settings, root)
    except ValueError as error:
        raise SettingsError(f"allowed_networks: {error}") from error
    return IngestOptions(
        inputs=tuple(inputs),
        root=root,
        workers=settings.workers,
        engine=EngineChoice(name=settings.runner, options=settings.runner_options, prism_location=settings.prism_location),
        work=work_options(settings),
        publish=settings.publish,
        fetch=fetch,
        since=since,
        until=until,
    )


def work_options(settings: Settings) -> WorkOptions:
    """What the settings say to workers."""
    return WorkOptions(page_limit=settings.max_megabytes * 1_000_000, store_text=settings.store_text, shared_lines=settings.shared_lines)


def jobs_of_inputs(inputs: Iterable[str], options: IngestOptions) -> list[SliceJob]:
    """A job an input: each is a slice of its own, so that a source that fails or is slow holds up none of the others.

    Raises:
        SettingsError: there is none.
    """
    parts = [Slice(id=input_id(given), inputs=(given,), covers=(), since=options.since, until=options.until) for given in inputs]
    if not parts:
        raise SettingsError("nothing to read: name inputs, or set `sources` in dyadwire.toml or DYADWIRE_SOURCES")
    return [SliceJob(slice=part, options=options) for part in dict.fromkeys(parts)]
