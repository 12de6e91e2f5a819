"""Why a page could not be had: library errors in the words of `rejected`."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from pipelines.fetch.addresses import BlockedAddressError


@dataclass(eq=False)
class FetchError(Exception):
    """A page that could not be had."""

    reason: str
    """From `REJECTION_REASONS` of stage `fetch`."""
    words: str
    passes: bool = False
    """Whether the same request may succeed a little later."""
    retry_after: datetime | None = None
    """When the server, or its robots.txt, asked us to come back."""
    status: int | None = None

    def __str__(self) -> str:
        return self.words


@dataclass(eq=False)
class PostponedError(Exception):
    """A host may not be asked before a time that is too far away to wait for."""

    not_before: datetime
    words: str


def explained(error: Exception, url: str) -> FetchError:
    """The library's error as ours."""
    words = f"{url}: {error}" if str(error) else f"{url}: {type(error).__name__}"
    if (blocked := _blocked(error)) is not None:
        return FetchError("blocked_address", f"{url}: {blocked}")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError | ssl.SSLError):
        return FetchError("tls", words)
    if isinstance(error, aiohttp.ClientConnectorDNSError | socket.gaierror):
        return FetchError("dns", words, passes=_dns_may_pass(error))
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return FetchError("timeout", f"{url}: no whole answer within the deadline", passes=True)
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return FetchError("bad_url", words)
    if isinstance(error, aiohttp.ClientResponseError | aiohttp.http_exceptions.HttpProcessingError):
        return FetchError("headers", words)
    return FetchError("connection", words, passes=True)


def _blocked(error: BaseException | None) -> str | None:
    """The refusal of our own socket factory; several addresses of a host come back as one error with all words."""
    while error is not None:
        if isinstance(error, BlockedAddressError) or BlockedAddressError.MARK in str(error):
            return str(getattr(error, "strerror", None) or error)
        error = error.__cause__
    return None


def _dns_may_pass(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, socket.gaierror):
            return error.errno == socket.EAI_AGAIN
        error = getattr(error, "os_error", None) or error.__cause__
    return False
