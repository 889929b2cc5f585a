"""On the path of every process a test starts: nothing but this machine can be reached."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

_connect = socket.socket.connect


def connect(self: socket.socket, address: Any) -> None:
    """Connect to loopback addresses and local sockets alone."""
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = address[0]
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise RuntimeError(f"A test tried to reach {host}")
    _connect(self, address)


def getaddrinfo(host: Any, *rest: Any, **more: Any) -> Any:
    """Look up no name but this machine's."""
    if host not in (None, "", "localhost", "127.0.0.1", "::1"):
        raise socket.gaierror(f"A test tried to look up {host}")
    return _getaddrinfo(host, *rest, **more)


_getaddrinfo = socket.getaddrinfo
socket.socket.connect = connect  # type: ignore[method-assign]
socket.getaddrinfo = getaddrinfo
