"""Which source answers for an input, by the look of the input.

news/                       a folder, read recursively
news/*.html, a.jsonl.gz     a glob, a file
-                           standard input
SCHEME:…                    a source from the table below
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pipelines.context import RunContext
from pipelines.sources import local
from schemas import Locator, Rejected

Source = Callable[[str, RunContext], Iterator[Locator | Rejected]]
"""What a scheme's function is: from the whole input, scheme included, to locators."""

SCHEMES: Final[dict[str, str]] = {
    "file": "pipelines.sources.local:from_url",
}
"""Scheme → `module:function`, imported only when it is asked for."""

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
"""RFC 3986, section 3.1, of two letters or more: one letter is a Windows drive."""


class UnknownSchemeError(ValueError):
    """An input names a scheme that no source answers for."""

    def __init__(self, scheme: str, given: str) -> None:
        super().__init__(f"{given!r}: no source is called {scheme!r}, and no such file exists; known schemes: {', '.join(sorted(SCHEMES))}")
        self.scheme = scheme


def discover(inputs: Sequence[str], context: RunContext, *, spool: Path | None = None) -> Iterator[Locator | Rejected]:
    """The locators that the inputs stand for, in the order of the inputs, each once.

    Args:
        inputs: files, folders, globs, `-`, or locators with a scheme. What exists as a file is one, whatever its name.
        context: the run.
        spool: a folder into which standard input is copied, for jobs whose workers do not have it.
            None leaves it to be read where the run is.

    Raises:
        UnknownSchemeError: before anything is read.
    """
    sources = [(_source(given, spool), given) for given in inputs]
    return _distinct(sources, context)


def _distinct(sources: list[tuple[Source, str]], context: RunContext) -> Iterator[Locator | Rejected]:
    seen: set[tuple[str, int | None]] = set()
    for source, given in sources:
        for found in source(given, context):
            key = (found.rejected_id, None) if isinstance(found, Rejected) else (found.uri, found.offset)
            if key not in seen:
                seen.add(key)
                yield found


def _source(given: str, spool: Path | None) -> Source:
    if given == "-":
        return lambda _, context: local.standard_input(context, spool)
    scheme = _SCHEME.match(given)
    if scheme is None or local.exists(given):
        return local.from_path
    name = scheme[1].lower()
    if name not in SCHEMES:
        raise UnknownSchemeError(name, given)
    module, function = SCHEMES[name].split(":")
    source: Source = getattr(importlib.import_module(module), function)
    return source
