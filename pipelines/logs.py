"""The one logger: structured, to standard error, JSON where nobody watches."""

from __future__ import annotations

import logging
import sys
from typing import Final, Literal

import structlog

LogFormat = Literal["auto", "text", "json"]

_TRACEBACKS: Final = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
"""Without the values of local variables: those are articles, and megabytes of them."""


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
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING if threshold <= logging.INFO else logging.ERROR)
    logging.getLogger("apache_beam").setLevel(logging.WARNING if threshold <= logging.INFO else logging.CRITICAL)
