"""Connections whose address is checked where it is connected to, and which end when their time is up.

This is httpcore's seam, a `NetworkBackend`: the name is resolved here, the addresses are checked here, and one of those very
addresses is connected to, for every request and every redirect. A name that resolves otherwise a moment later (DNS
rebinding) leads nowhere else. No proxy is used, whatever the environment names: it would resolve the name itself, and the check
would be of an address that nobody connects to.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import httpcore

from ingest.fetch.addresses import Resolve, reachable, resolve
from ingest.fetch.errors import FetchError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator

_TRIES = 4  # addresses of one host
CONNECT, SILENCE = 10.0, 20.0  # seconds: for one connection; without a byte

_ends: ContextVar[float] = ContextVar("ends")  # when the request under way must be done, by time.monotonic


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let all that is read, written and connected in a block take so many seconds together.

    What is slower raises httpcore's time-outs, a server that sends a byte now and then too.
    """
    token = _ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(token)


def _left(timeout: float) -> float:
    left = _ends.get(float("inf")) - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is up")
    return min(timeout, left)


class Network(httpcore.NetworkBackend):
    """Connects by checked addresses alone, `private` lets all pass. `lookup` resolves names, `inner` opens sockets."""

    def __init__(
        self, *, private: bool, lookup: Resolve = resolve, inner: httpcore.NetworkBackend | None = None
    ) -> None:
        self._private = private
        self._lookup = lookup
        self._inner = inner or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a stream to the first address of `host` that answers; raise `FetchError` where none is allowed."""
        found = self._lookup(host.strip("[]"), port)
        addresses = found if self._private else reachable(found)
        failure: Exception = FetchError("its host name cannot be found", "Check the address")
        for address in addresses[:_TRIES]:
            try:
                stream = self._inner.connect_tcp(address, port, _left(CONNECT), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream)
        raise failure


class _Stream(httpcore.NetworkStream):
    """A stream that keeps to the time limit of the request it serves."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(SILENCE))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(SILENCE))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        # CPython gives a handshake one deadline for all of it.
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(CONNECT)))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's own type
        return self._inner.get_extra_info(info)
