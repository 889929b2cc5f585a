"""Which network addresses may be connected to: a page on the web must not lead to what lies inside."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from ingest.fetch.errors import FetchError

Resolve = Callable[[str, int], list[str]]

_UNICAST = IPv6Network("2000::/3")  # all that is routed on the Internet (RFC 4291, 2.4)
# What is not one machine's on the Internet, by IANA's registries of special addresses (RFC 6890). Python's own list is another with each
# version.
_INSIDE_4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # shared by a provider's customers
            "127.0.0.0/8",  # this machine
            "168.63.129.16/32",  # the host of a virtual machine, in Azure
            "169.254.0.0/16",  # link-local, and clouds' metadata
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocols' own
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112: whoever is nearest
            "192.52.193.0/24",  # multicast tunnels
            "192.88.99.0/24",  # 6to4 relays, given up
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/3",  # multicast, reserved, broadcast
        ),
    )
)
_INSIDE_6: Final = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocols' own
            "2001:db8::/32",  # documentation
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits


def is_public(address: str) -> bool:
    """Tell whether an address (as text, a zone allowed) is one of the Internet's own, of one machine.

    Private, loopback, link-local, shared, multicast, reserved and documentation addresses are not; of an IPv6 address that
    stands for an IPv4 one, that one is judged.
    """
    ip = ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        return ip in _UNICAST and not any(ip in network for network in _INSIDE_6)
    return not any(ip in network for network in _INSIDE_4)


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses a name has, in the order the system prefers; raise `FetchError` where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        passing = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        raise FetchError("its host name cannot be found", "Check the address", passing=passing) from None
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


def reachable(addresses: list[str]) -> list[str]:
    """Return those of a host's addresses that are public; raise `FetchError` where none is."""
    public = [address for address in addresses if is_public(address)]
    if not public:
        raise FetchError(
            "its host is in a private network, where nothing is fetched from",
            "To allow it, set DEPECHE_ALLOW_PRIVATE_ADDRESSES=true",
        )
    return public
