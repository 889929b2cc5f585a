"""Servers that answer with whatever bytes, and addresses that lead inside, asked as an ingestion asks."""

from __future__ import annotations

import socket
import threading
from contextlib import closing, suppress
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any, Final

import httpcore

from benchmarks.hostile.inputs import made
from benchmarks.hostile.tally import Tally
from ingest.fetch.addresses import resolve
from ingest.fetch.connecting import Network
from ingest.fetch.fetcher import Fetcher

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable

_PUBLIC: Final = "93.184.215.14"
_NOT_THERE: Final = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_INSIDE: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 24\r\nConnection: close\r\n\r\n<p>What is inside here.\n\n"


class _Server(threading.Thread):
    """Answers every request on loopback with the bytes that `answer` gives for its first line, and hangs up. Counts the bytes it gave."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        super().__init__(daemon=True)
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.given = 0
        self.start()

    def run(self) -> None:
        with suppress(OSError):
            while True:
                taken = self._listener.accept()[0]
                with taken, suppress(OSError):
                    taken.settimeout(5.0)
                    told = self._answer(taken.recv(1 << 16).partition(b"\r\n")[0])
                    self.given += len(told)
                    taken.sendall(told)
                    taken.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


class _Outside(httpcore.SyncBackend):
    """Connects to a server on loopback for the one address that stands for the Internet."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a stream."""
        there = ("127.0.0.1", self._port) if host == _PUBLIC else (host, port)
        return super().connect_tcp(*there, timeout, local_address, socket_options)


def headers(count: int, seconds: float, chance: random.Random) -> Tally:
    """Try so many answers, each of a host of its own."""
    tally, answer = Tally(seconds), [b""]
    with closing(_Server(lambda asked: _NOT_THERE if b"robots.txt" in asked else answer[0])) as server:
        network = Network(private=False, lookup=lambda _host, _port: [_PUBLIC], inner=_Outside(server.port))
        with closing(Fetcher(network, delay=0.0, seconds=seconds, back_off=0.0)) as fetcher:
            for number in range(count):
                answer[0] = made("header", chance, "").replace(
                    b"200", chance.choice((b"200", b"200", b"301", b"304", b"503")), 1
                )
                with tally.trying():
                    fetcher.get(f"http://h{number}.example/a")
    return tally


def addresses(count: int, seconds: float, chance: random.Random) -> Tally:
    """Try so many addresses that lead inside, as they are, by a redirect, and by a name that leads elsewhere the second time."""
    tally, target = Tally(seconds), [b""]

    def answer(asked: bytes) -> bytes:
        if b"robots.txt" in asked:
            return _NOT_THERE
        return (
            b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: "
            + target[0]
            + b"\r\n\r\n"
        )

    with closing(_Server(lambda _asked: _INSIDE)) as inside, closing(_Server(answer)) as outside:
        asked: list[str] = []

        def lookup(host: str, port: int) -> list[str]:
            if host.startswith("turns"):
                asked.append(host)
                return [_PUBLIC] if asked.count(host) == 1 else ["127.0.0.1", "::1"]
            return [_PUBLIC] if host.endswith(".example") else resolve(host, port)

        network = Network(private=False, lookup=lookup, inner=_Outside(outside.port))
        with closing(Fetcher(network, delay=0.0, seconds=seconds, back_off=0.0)) as fetcher:
            for number in range(count):
                way, before = number % 3, inside.given
                address = f"http://{_dressed(chance)}:{inside.port}/{number}"
                with tally.trying():
                    if way == 0:
                        with suppress(ValueError):
                            fetcher.get(fetcher.know(address))
                    elif way == 1:
                        target[0] = address.encode()
                        fetcher.get(f"http://h{number}.example/a")
                    else:
                        target[0] = f"http://turns{number}.example:{inside.port}/b".encode()
                        fetcher.get(f"http://turns{number}.example:{inside.port}/a")
                if inside.given > before:
                    tally.fault("bytes_leaked", address, inside.given - before)
    return tally


def _dressed(chance: random.Random) -> str:
    """Return an address of this machine, written in one of the ways that some program takes for it."""
    number = int(IPv4Address("127.0.0.0")) + chance.choice((1, 1, chance.randrange(1, 1 << 24)))
    parts = number.to_bytes(4, "big")
    last = parts[1] << 16 | parts[2] << 8 | parts[3]
    wide = {ord(str(n)): chr(0xFF10 + n) for n in range(10)} | {ord("."): "\u3002"}
    return chance.choice(
        (
            str(IPv4Address(number)),
            str(number),
            hex(number),
            f"0{number:o}",
            f"127.{last}",
            f"0x7f.{hex(last)}",
            ".".join(f"0{part:o}" for part in parts),
            f"{IPv4Address(number)}.",
            str(IPv4Address(number)).translate(wide),
            f"[::ffff:{IPv4Address(number)}]",
            f"[::{IPv4Address(number)}]",
            f"[64:ff9b::{IPv4Address(number)}]",
            f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::1]",
            "[::1]",
            "[0:0:0:0:0:0:0:1%lo]",
            "localhost",
            "LOCALHOST.",
            "0",
            "0.0.0.0",  # noqa: S104 - to be refused
            f"bac.example@{IPv4Address(number)}",
            f"{IPv4Address(number)}%2f@127.0.0.1",
        )
    )
