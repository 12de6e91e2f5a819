"""The net for sources: the one client and the memory, opened together where a run has remote inputs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pipelines.fetch.config import FetchConfig
from pipelines.seen import SeenStore
from pipelines.settings import Settings, load_settings
from pipelines.sources import is_remote
from pipelines.sources.web import Web
from schemas import Completeness

if TYPE_CHECKING:
    from pipelines.context import RunContext
    from pipelines.dataset import Layout
    from pipelines.ingest import IngestOptions

RAW: Final = "raw"
"""Folder of the archive of raw responses, below a root."""
STATE: Final = "_state/seen.sqlite"
"""What sources have listed, below a root."""
_DEAD: Final = timedelta(days=30)
"""Age at which the notes of a run that never committed are dropped: no run takes that long."""


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


def forget(config: FetchConfig, urls: Collection[str], host: str | None, memories: Iterable[Path] = ()) -> tuple[int, int]:
    """Erases pages from the archive and every trace of them from the memory: those at `urls`, and all of a host and its subdomains.

    Args:
        memories: of jobs that remember for themselves, beside the one that all share.

    Returns:
        How many archived pages and how many remembered rows are gone.
    """
    from pipelines.fetch.repair import forget_pages, repair

    def matches(url: str) -> bool:
        if url in urls:
            return True
        try:
            name = (urlsplit(url).hostname or "").lower() if host else ""
        except ValueError:
            return False
        return host is not None and (name == host.lower() or name.endswith(f".{host.lower()}"))

    pages = rows = 0
    if config.raw is not None:
        repair(config.raw)
        pages = forget_pages(config.raw, matches)
    for path in filter(None, (config.state, *memories)):
        if path.exists():
            seen = SeenStore(path)
            rows += seen.forget(matches)
            seen.close()
    return pages, rows


Opener = Callable[[], AbstractContextManager[Web]]


def net(options: IngestOptions, layout: Layout) -> tuple[FetchConfig, Opener | None]:
    """How a job fetches, and what opens the net for its sources: None where all inputs are local.

    An archive file that a crashed run left open is closed first.

    Raises:
        UnknownSchemeError, NoContactError: nothing was done.
    """
    config = options.fetch or fetch_config(load_settings(), layout.root)
    config = replace(config, page_limit=options.work.page_limit, record_limit=options.work.page_limit)
    if not any(is_remote(given) for given in options.inputs):
        return config, None
    opened = opener(config, since=options.since, until=options.until)
    if config.raw is not None:
        from pipelines.fetch.repair import repair

        repair(config.raw)
    return config, opened


def covered(state: Path | None, context: RunContext) -> tuple[Completeness, ...]:
    """What a run's commit makes complete, and what its sources lost; empty where nothing is remembered."""
    if state is None or not state.exists():
        return ()
    seen = SeenStore(state)
    rows = seen.told(context.run_id)
    seen.close()
    return rows


def advance(config: FetchConfig, context: RunContext, *, recorded: bool) -> None:
    """Makes count what a run's sources listed: after the commit of what it led to, never before.

    Args:
        recorded: whether the run wrote a row in `runs`.
    """
    if config.state is None:
        return
    seen = SeenStore(config.state)
    seen.confirm(context.run_id, recorded=recorded)
    seen.drop_before(context.now - _DEAD)
    seen.close()


@contextmanager
def _open(
    config: FetchConfig, since: datetime | None, until: datetime | None, complete: Callable[[Completeness], None] | None
) -> Iterator[Web]:
    from pipelines.fetch.remote import Fetcher

    seen = SeenStore(config.state) if config.state else None
    try:
        with Fetcher(config) as fetcher:
            yield Web(fetcher.ask, fetcher.sitemaps, seen, since, until, config.gdelt, complete)
    finally:
        if seen is not None:
            seen.close()
