"""URLs: what may be asked for at all, before any address is known."""

from __future__ import annotations

from typing import Final

from yarl import URL

from pipelines.fetch.failures import FetchError

MAX_LENGTH: Final = 8000
"""RFC 9110, section 4.1, asks for that much; nothing longer names a page."""


def checked(url: str) -> URL:
    """A URL that may be asked for, without its fragment.

    Raises:
        FetchError: `bad_url`: no http or https, no host, credentials in it, control characters, too long.
    """
    if len(url) > MAX_LENGTH:
        raise FetchError("bad_url", f"{url[:100]}… has {len(url)} characters, more than {MAX_LENGTH}")
    try:
        parsed = URL(url.strip())
        host, port = parsed.raw_host, parsed.port
    except (ValueError, UnicodeError) as error:
        raise FetchError("bad_url", f"{url!r}: {error}") from error
    if parsed.scheme not in ("http", "https"):
        raise FetchError("bad_url", f"{url!r}: only http and https are fetched")
    if not host or port is None:
        raise FetchError("bad_url", f"{url!r} names no host")
    if parsed.raw_user is not None or parsed.raw_password is not None:
        raise FetchError("bad_url", f"{parsed.with_user(None)}: a URL with a user's name or password is not fetched")
    if any(ord(character) < 33 for character in url.strip()):
        raise FetchError("bad_url", f"{url!r} has blanks or control characters in it")
    return parsed.with_fragment(None)


def host_of(url: URL) -> str:
    """What politeness is counted by."""
    return (url.raw_host or "").rstrip(".").lower()


def origin_of(url: URL) -> str:
    """Scheme, host and port: what a robots.txt speaks for (RFC 9309, section 2.3)."""
    return str(url.origin())
