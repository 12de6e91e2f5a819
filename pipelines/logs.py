"""The one logger: structured, to standard error, JSON where nobody watches.

An event says `stage`, and within a job `run` and `slice`; what is about a page of the net says `host`.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import structlog

LogFormat = Literal["auto", "text", "json"]

_TRACEBACKS: Final = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
"""Without the values of local variables: those are articles, and megabytes of them."""

_ABOUT: Final[dict[str, str]] = {}
"""What the process is working on. Not a context variable: the runner works in threads of its own, which would not have it."""


def configure(level: str = "warning", format: LogFormat = "auto") -> None:
    """Set up logging for the process.

    Args:
        level: the least severe level that is shown, `debug` to `error`.
        format: `json`, a line an event; `text` for people; `auto` is `text` on a terminal and else `json`.
    """
    threshold = logging.getLevelNamesMapping()[level.upper()]
    text = format == "text" or (format == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_what_it_is_about,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    ending: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)]
        if text
        else [_TRACEBACKS, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    structlog.configure(
        processors=[*shared, *ending],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _hand_over_the_standard_library(threshold, shared, ending)


def logger(stage: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of a stage; add what an event is about as keywords: `logger("fetch").info("read", input=path)`."""
    bound: structlog.typing.FilteringBoundLogger = structlog.get_logger(stage=stage)
    return bound


@contextmanager
def about(**fields: str) -> Iterator[None]:
    """Within the block, every event of this process says so: `about(run=run_id, slice=slice_id)`."""
    before = dict(_ABOUT)
    _ABOUT.update(fields)
    try:
        yield
    finally:
        _ABOUT.clear()
        _ABOUT.update(before)


def ensure() -> None:
    """Set up logging as the settings say, in a process that nobody has set up: a worker of the runner."""
    if structlog.is_configured():
        return
    from pipelines.settings import load_settings

    settings = load_settings()
    configure(settings.log_level, settings.log_format)


def host_of(input: str) -> str | None:
    """The host of an input that lies in the net."""
    try:
        return urlsplit(input).hostname if "://" in input else None
    except ValueError:
        return None


def _add_what_it_is_about(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {**_ABOUT, **event}


def _hand_over_the_standard_library(
    threshold: int, shared: list[structlog.typing.Processor], ending: list[structlog.typing.Processor]
) -> None:
    """Libraries log through `logging`; their records take the same form and the same way.

    Their warnings are mostly about themselves (Beam misses cloud clients that nobody asked for), so they show from level `info` on.
    Beam also logs, with a traceback, the very error that it then raises and that the caller tells in a line.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending]
        )
    )
    level = logging.WARNING if threshold <= logging.INFO else logging.ERROR
    handler.setLevel(level)  # the root's own level is set again by Beam's workers
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("apache_beam").setLevel(logging.WARNING if threshold <= logging.INFO else logging.CRITICAL)
