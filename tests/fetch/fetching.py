"""Fetches in one line, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from servers import Names

from pipelines.context import RunContext
from pipelines.fetch import Deferred, FetchConfig
from pipelines.fetch.remote import Fetcher
from schemas import Document, Locator, Rejected

CONTEXT = RunContext(run_id="20261124T000000Z-0000", now=datetime(2026, 11, 24, tzinfo=UTC))
PAGE = "<html><body><p>A page.</p></body></html>"
LOOPBACK = ("127.0.0.0/8",)

Result = Document | Rejected | Deferred


def config(**changes: Any) -> FetchConfig:
    """A configuration for loopback: no delay, no patience."""
    values: dict[str, Any] = {
        "contact": "tests@example.org",
        "allowed_networks": LOOPBACK,
        "delay": 0.0,
        "deadline": 5.0,
        "connect_timeout": 2.0,
        "backoff": 0.01,
        "attempts": 2,
        "circuit_failures": 1000,
    }
    return FetchConfig(**{**values, **changes})


def fetch_all(urls: Sequence[str], context: RunContext = CONTEXT, *, names: Names | None = None, **changes: Any) -> dict[str, Result]:
    """What becomes of each URL."""
    with Fetcher(config(**changes), resolver=names) as fetcher:
        found = list(fetcher.fetch_many([Locator(kind="url", uri=url) for url in urls], context))
    return {result.input if not isinstance(result, Deferred) else result.locator.uri: result for result in found}


def fetch_one(url: str, **changes: Any) -> Result:
    return fetch_all([url], **changes)[url]


def outcome(result: Result) -> str:
    """`ok`, `deferred`, or the reason of the rejection."""
    if isinstance(result, Rejected):
        return result.reason
    return "ok" if isinstance(result, Document) else "deferred"
