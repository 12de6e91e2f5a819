"""Which addresses may be connected to: a page's owner chooses where its name points, and must not choose our own network."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address

_SPECIAL: Final = tuple(
    ip_network(network)
    for network in (
        # IANA IPv4 Special-Purpose Address Registry, multicast and reserved space
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        # a public address at which Azure answers its virtual machines
        "168.63.129.16/32",
        # IANA IPv6 Special-Purpose Address Registry, site-local and multicast
        "::/128",
        "::1/128",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
_SIX_TO_FOUR: Final = IPv6Network("2002::/16")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_COMPATIBLE: Final = IPv6Network("::/96")


class BlockedAddressError(OSError):
    """An address that must not be connected to."""

    MARK: Final = "blocked address"

    def __init__(self, address: str, port: int, why: str) -> None:
        super().__init__(None, f"{self.MARK} {address} port {port}: {why}")


class AddressPolicy:
    """The addresses and ports that may be connected to."""

    def __init__(self, *, allowed_networks: Iterable[str] = (), ports: Iterable[int] = (80, 443)) -> None:
        """
        Raises:
            ValueError: a network is not written as `ADDRESS/BITS`.
        """
        self._allowed = tuple(ip_network(network) for network in allowed_networks)
        self._ports = frozenset(ports)

    def check(self, address: str, port: int) -> None:
        """
        Raises:
            BlockedAddressError: it is not a public address, or not a port of the web.
        """
        inner = embedded(ip_address(address.partition("%")[0]))
        if any(inner in network for network in self._allowed if network.version == inner.version):
            return
        if any(inner in network for network in _SPECIAL if network.version == inner.version) or not inner.is_global:
            raise BlockedAddressError(address, port, "it is not a public one; allowed_networks can name it")
        if port not in self._ports:
            raise BlockedAddressError(address, port, f"ports are limited to {', '.join(map(str, sorted(self._ports)))}")

    def socket(self, address_info: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
        """The factory that the connector calls with the very address that it is about to connect to, IP literals included."""
        family, kind, protocol, _, (host, port, *_) = address_info
        self.check(str(host), int(str(port)))
        return socket.socket(family, kind, protocol)


def embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 address leads to (mapped, compatible, 6to4, NAT64), or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    number = int(address)
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _SIX_TO_FOUR:
        return IPv4Address(number >> 80 & 0xFFFFFFFF)
    if address in _NAT64 or (address in _COMPATIBLE and number > 1):
        return IPv4Address(number & 0xFFFFFFFF)
    return address
