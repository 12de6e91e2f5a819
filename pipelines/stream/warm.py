"""What stays loaded between the jobs of a stream: models, rules and connections.

The in-process runner unpickles a job's functions in this very process, so what they keep in this module outlives the job.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from pipelines.fetch import FetchConfig
from pipelines.fetch.remote import Fetcher
from pipelines.work import Stages, WorkOptions

Build = Callable[[WorkOptions], Stages]

_LOCK: Final = threading.Lock()
_STAGES: Final[dict[tuple[Build, WorkOptions], Stages]] = {}
_FETCHERS: Final[dict[FetchConfig, Fetcher]] = {}


def stages(options: WorkOptions, build: Build) -> Stages:
    """The stages, built once in this process."""
    with _LOCK:
        if (build, options) not in _STAGES:
            _STAGES[build, options] = build(options)
        return _STAGES[build, options]


def fetcher(config: FetchConfig) -> Fetcher:
    """The process's way to the net.

    Raises:
        NoContactError: the configuration names no contact.
    """
    with _LOCK:
        if config not in _FETCHERS:
            _FETCHERS[config] = Fetcher(config)
        return _FETCHERS[config]


@contextmanager
def lent(config: FetchConfig) -> Iterator[Fetcher]:
    """The same for a job, which leaves it open."""
    yield fetcher(config)


def close() -> None:
    """Close connections and archive files; models stay until the process ends."""
    with _LOCK:
        for opened in _FETCHERS.values():
            opened.close()
        _FETCHERS.clear()
