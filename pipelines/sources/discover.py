"""Which source answers for an input, by the look of the input.

news/                       a folder, read recursively
news/*.html, a.jsonl.gz     a glob, a file
-                           standard input
https://…                   a page
SCHEME:…                    a source from the tables below
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Final

from pipelines.context import RunContext
from pipelines.sources import local
from pipelines.sources.web import Web
from schemas import Locator, Rejected

Source = Callable[[str, RunContext], Iterator[Locator | Rejected]]
"""What a scheme's function is: from the whole input, scheme included, to locators; sources of the net take a `Web` besides."""

LOCAL: Final[dict[str, str]] = {
    "file": "pipelines.sources.local:from_url",
    "raw": "pipelines.sources.warc:own",
    "warc": "pipelines.sources.warc:locators",
}
REMOTE: Final[dict[str, str]] = {
    "feed": "pipelines.sources.feed:locators",
    "feeds": "pipelines.sources.feeds:locators",
    "gdelt": "pipelines.sources.gdelt:locators",
    "http": "pipelines.sources.page:locators",
    "https": "pipelines.sources.page:locators",
    "kafka": "pipelines.sources.kafka:locators",
    "kafka-urls": "pipelines.sources.kafka:urls",
    "site": "pipelines.sources.site:locators",
    "sitemap": "pipelines.sources.sitemap:locators",
    "urls": "pipelines.sources.urls:locators",
}
"""Scheme → `module:function`, imported only when it is asked for."""
SCHEMES: Final = {**LOCAL, **REMOTE}

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
"""RFC 3986, section 3.1, of two letters or more: one letter is a Windows drive."""


class UnknownSchemeError(ValueError):
    """An input names a scheme that no source answers for."""

    def __init__(self, scheme: str, given: str) -> None:
        super().__init__(f"{given!r}: no source is called {scheme!r}, and no such file exists; known schemes: {', '.join(sorted(SCHEMES))}")
        self.scheme = scheme


class NoWebError(ValueError):
    """An input lies in the net, and the caller has none."""


def discover(
    inputs: Sequence[str], context: RunContext, *, spool: Path | None = None, web: Callable[[], AbstractContextManager[Web]] | None = None
) -> Iterator[Locator | Rejected]:
    """The locators that the inputs stand for, in the order of the inputs, each once.

    Args:
        inputs: files, folders, globs, `-`, or locators with a scheme. What exists as a file is one, whatever its name.
        context: the run.
        spool: a folder into which standard input is copied, for jobs whose workers do not have it.
            None leaves it to be read where the run is.
        web: opens the net, which is done only when an input lies there; see `pipelines.web.opener`.

    Raises:
        UnknownSchemeError, NoWebError: before anything is read.
    """
    for given in inputs:
        if is_remote(given) and web is None:
            raise NoWebError(f"{given!r} lies in the net, which this command does not fetch from")
    return _distinct([_source(given, spool) for given in inputs], inputs, context, web)


def is_remote(given: str) -> bool:
    """Whether the net is needed for an input.

    Raises:
        UnknownSchemeError: no source answers for it.
    """
    return scheme_of(given) in REMOTE


def scheme_of(given: str) -> str | None:
    """The scheme of an input, None for one that is local.

    Raises:
        UnknownSchemeError: no source answers for it.
    """
    found = _SCHEME.match(given)
    if given == "-" or found is None or local.exists(given):
        return None
    scheme = found[1].lower()
    if scheme not in SCHEMES:
        raise UnknownSchemeError(scheme, given)
    return scheme


def _distinct(
    sources: list[Callable[..., Iterator[Locator | Rejected]]],
    inputs: Sequence[str],
    context: RunContext,
    web: Callable[[], AbstractContextManager[Web]] | None,
) -> Iterator[Locator | Rejected]:
    seen: set[tuple[str, int | None]] = set()
    with ExitStack() as stack:
        net: Web | None = None
        for source, given in zip(sources, inputs, strict=True):
            if is_remote(given) and web is not None:
                net = net or stack.enter_context(web())
                source = partial(source, web=net)
            for found in source(given, context):
                key = (found.rejected_id, None) if isinstance(found, Rejected) else (found.uri, found.offset)
                if key not in seen:
                    seen.add(key)
                    yield found


def _source(given: str, spool: Path | None) -> Callable[..., Iterator[Locator | Rejected]]:
    if given == "-":
        return partial(_standard_input, spool=spool)
    scheme = scheme_of(given)
    if scheme is None:
        return local.from_path
    module, function = SCHEMES[scheme].split(":")
    source: Any = getattr(importlib.import_module(module), function)
    return source  # type: ignore[no-any-return]


def _standard_input(given: str, context: RunContext, spool: Path | None) -> Iterator[Locator | Rejected]:
    return local.standard_input(context, spool)
