"""The net for sources: the one client and the memory, opened together where a run has remote inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial

from pipelines.fetch.config import FetchConfig
from pipelines.sources.web import Web
from schemas import Completeness


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
