"""The one HTTP session of a worker, with everything switched off that would reach further than it should."""

from __future__ import annotations

import ssl
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver

from pipelines.fetch.addresses import AddressPolicy
from pipelines.fetch.config import FetchConfig

ENCODINGS: Final = "gzip, deflate, br, zstd"


def open_session(config: FetchConfig, resolver: AbstractResolver | None = None) -> aiohttp.ClientSession:
    """A session without cookies, credentials, proxies or own decompression; to be opened on the loop that uses it.

    Names are asked for at each new connection and the address is checked by the socket factory, the last step before connecting:
    there is no time between check and use in which a name could point elsewhere.

    Raises:
        NoContactError: the configuration names no contact.
    """
    policy = AddressPolicy(allowed_networks=config.allowed_networks, ports=config.ports)
    connector = aiohttp.TCPConnector(
        resolver=resolver,
        use_dns_cache=False,
        ssl=_tls(config),
        limit=2 * config.concurrency,
        limit_per_host=2,
        keepalive_timeout=15,
        socket_factory=policy.socket,  # type: ignore[arg-type]
    )
    session = aiohttp.ClientSession(
        connector=connector,
        headers={"User-Agent": config.user_agent, "Accept-Encoding": ENCODINGS, "Accept-Language": "en, *;q=0.5"},
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=config.connect_timeout),
        auto_decompress=False,
        trust_env=False,
        max_line_size=config.header_limit,
        max_field_size=config.header_limit,
        max_headers=config.header_count,
        read_bufsize=64 * 1024,
    )
    # aiohttp would send a GET again at once where a connection breaks off before the answer, without the host's pause and unseen by its
    # count of failures; the client tries again by itself, in the host's next turn. There is no public switch: a test counts requests
    session._retry_connection = False
    return session


def _tls(config: FetchConfig) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if config.ca_file is not None:
        context.load_verify_locations(config.ca_file)
    return context
