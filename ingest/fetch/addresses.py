"""Which network addresses may be connected to: a page on the web must not lead to what lies inside."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from ingest.fetch.errors import FetchError

Resolve = Callable[[str, int], list[str]]

_UNICAST = IPv6Network("2000::/3")  # all that is routed on the Internet (RFC 4291, 2.4)
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
        if ip not in _UNICAST:
            return False
    return ip.is_global and not ip.is_multicast


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
