"""The net for sources: the one client and the memory, opened together where a run has remote inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipelines.fetch.config import FetchConfig
from pipelines.sources.web import Web
from schemas import Completeness

if TYPE_CHECKING:
    from pipelines.settings import Settings

RAW: Final = "raw"
"""Folder of the archive of raw responses, below a root."""
STATE: Final = "_state/seen.sqlite"
"""What sources have listed, below a root."""


def fetch_config(settings: Settings, root: Path | None = None) -> FetchConfig:
    """What the settings say about fetching for a dataset; without a root nothing is kept and nothing is remembered.

    Raises:
        ValueError: a network is not written as `ADDRESS/BITS`.
    """
    networks = tuple(part.strip() for part in settings.allowed_networks.split(",") if part.strip())
    for network in networks:
        ip_network(network)
    size = settings.max_megabytes * 1_000_000
    state = Path(settings.state) if settings.state else root / STATE if root else None
    return FetchConfig(
        contact=settings.contact,
        page_limit=size,
        record_limit=size,
        delay=settings.host_delay,
        allowed_networks=networks,
        gdelt=settings.gdelt,
        raw=root / RAW if root and settings.keep_raw else None,
        state=state,
    )


def opener(
    config: FetchConfig,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    complete: Callable[[Completeness], None] | None = None,
) -> Callable[[], AbstractContextManager[Web]]:
    """What `discover` opens the net with; picklable where `complete` is.

    Raises:
        NoContactError: the configuration names no contact; better told before the job than in it.
    """
    _ = config.user_agent
    return partial(_open, config, since, until, complete)


@contextmanager
def _open(
    config: FetchConfig, since: datetime | None, until: datetime | None, complete: Callable[[Completeness], None] | None
) -> Iterator[Web]:
    from pipelines.fetch.remote import Fetcher
    from pipelines.seen import SeenStore

    seen = SeenStore(config.state) if config.state else None
    try:
        with Fetcher(config) as fetcher:
            yield Web(fetcher.ask, fetcher.sitemaps, seen, since, until, config.gdelt, complete)
    finally:
        if seen is not None:
            seen.close()
