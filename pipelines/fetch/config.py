"""What an operator can set about fetching."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.version import RELEASE

PRODUCT: Final = "dyadwire"
"""The product token of the User-Agent: what a robots.txt calls us by (RFC 9309, section 2.2.1)."""


class NoContactError(ValueError):
    """Remote sources are asked for without saying whom a site's owner can write to."""

    def __init__(self) -> None:
        super().__init__("set `contact` to an address or a page where a site's owner reaches you; nothing remote is fetched without it")


@dataclass(frozen=True, kw_only=True)
class FetchConfig:
    """Limits and manners of fetching; sizes in bytes, times in seconds."""

    contact: str | None = None
    """A mail address or page in the User-Agent. Remote sources are refused without one."""

    page_limit: int = 20_000_000
    """Size of a page or file, on the wire and again after decompression, above which it is rejected."""
    record_limit: int = 20_000_000
    """Size of one JSON Lines record above which it is rejected."""

    concurrency: int = 64
    """Requests that a worker has under way at a time; to each host one."""
    delay: float = 1.0
    """From the start of a request to the start of the next one to the same host, at least."""
    max_delay: float = 120.0
    """What a host's delay may grow to after 429 and 503."""
    deadline: float = 30.0
    """For one page from the first connection to the last byte, redirects included, waiting for one's turn not."""
    connect_timeout: float = 10.0
    """For one TCP connection with its TLS handshake."""
    max_redirects: int = 5
    attempts: int = 3
    """Tries of what may pass: timeouts, cut connections, 429 and 5xx."""
    backoff: float = 1.0
    """Wait before the second try, doubled for each further one, give or take a half."""
    retry_in: float = 3600.0
    """When `dyadwire retry` may try a failure again that did not pass and named no time of its own."""
    header_limit: int = 64 * 1024
    """Size of one header line, and of the status line."""
    header_count: int = 256

    host_requests: int = 500
    """Requests to a host in a run; what exceeds them is left to the next run."""
    host_seconds: float = 900.0
    """Time that a run spends on one host; what exceeds it is left to the next run."""
    circuit_failures: int = 5
    """So many failures of a host in a row, and it is left alone …"""
    circuit_seconds: float = 300.0
    """… for so long."""
    robots_seconds: float = 86_400.0
    """How long a robots.txt is believed (RFC 9309, section 2.4: not longer than a day)."""

    ports: frozenset[int] = frozenset({80, 443, 8080, 8443})
    allowed_networks: tuple[str, ...] = ()
    """Networks such as `10.2.0.0/16` that may be connected to although they are private, at any port: tests and intranets."""
    ca_file: str | None = None
    """Certificates that are trusted besides the system's, PEM."""

    gdelt: str = "http://data.gdeltproject.org/gdeltv2/"
    """Where GDELT 2.0's lists lie."""

    raw: Path | None = None
    """Folder of the archive of raw responses; None keeps none."""
    raw_file_limit: int = 256 * 1024 * 1024
    """Size above which an archive file is closed and the next one begun."""
    state: Path | None = None
    """SQLite file with what was seen and when each host may be asked again; None keeps both in this process alone."""

    @property
    def user_agent(self) -> str:
        """Who we are, truthfully.

        Raises:
            NoContactError: there is no contact.
        """
        contact = (self.contact or "").strip()
        if not contact or any(ord(character) < 32 for character in contact):
            raise NoContactError
        return f"{PRODUCT}/{RELEASE} (+{contact})"
