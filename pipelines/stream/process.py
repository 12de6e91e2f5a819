"""A stream as a process: everything that it needs is opened, it runs until it is stopped, and everything is closed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from pipelines.context import utc_now
from pipelines.dataset import open_root, prepare
from pipelines.lease import lease
from pipelines.logs import logger
from pipelines.sources import is_remote
from pipelines.stream import warm
from pipelines.stream.job import run_job, warm_up
from pipelines.stream.loop import Stream
from pipelines.stream.options import StreamOptions
from pipelines.stream.polling import Listing, Poller
from pipelines.stream.tidying import tidy
from pipelines.stream.watched import watched
from pipelines.stream.watching import Snapshot
from pipelines.work import real_stages


class StreamBusyError(RuntimeError):
    """Another stream runs on the root."""


class RealClock:
    def now(self) -> datetime:
        return utc_now()

    def wait(self, wake: threading.Event, seconds: float) -> None:
        wake.wait(seconds)
        wake.clear()


def run(
    options: StreamOptions,
    *,
    watch: Callable[[Snapshot], None] = lambda _: None,
    build: warm.Build = real_stages,
    extractor: str | None = None,
    seconds: float | None = None,
) -> None:
    """Stream until interrupted.

    Args:
        options: what to do.
        watch: told how it goes, about every second.
        build: builds the stages.
        extractor: version of the extractor in them; None is the project's own.
        seconds: after which it ends by itself, with all that was seen until then; None: never.

    Raises:
        RootError, UnwatchableError, UnknownSchemeError, NoContactError: it cannot begin; nothing was done.
        StreamBusyError: another stream runs on the root.
    """
    layout, sources, fetch = open_root(options.root), watched(options), options.job_fetch
    if any(is_remote(source.given) for source in sources):
        _ = fetch.user_agent  # refused before any work
    with lease(layout.lock("stream")) as mine:
        if not mine:
            raise StreamBusyError(f"another stream runs on {options.root}; stop it first, or give it these sources, too")
        prepare(layout)
        if fetch.raw is not None:
            from pipelines.fetch.repair import repair

            repair(fetch.raw)
        assert fetch.state is not None  # a root has a memory
        seen = Listing(fetch.state)
        poller = Poller(seen, warm.fetcher(fetch) if fetch.contact else None, settle=options.settle)
        stream = Stream(
            options,
            sources,
            seen,
            poller.poll,
            lambda polls, now, most: run_job(options, seen, polls, now, most=most, build=build, extractor=extractor),
            lambda: tidy(layout),
            ThreadPoolExecutor(options.polls, thread_name_prefix="poll"),
            ThreadPoolExecutor(1, thread_name_prefix="job"),
            RealClock(),
            watch,
        )
        stream.jobs.submit(warm_up, options, build)
        logger("stream").info("started", sources=len(sources), root=str(options.root))
        try:
            stream.run(seconds)
        finally:
            warm.close()
            seen.close()
