"""A web on loopback: pages, feeds and robots.txt by path, well-behaved or not, every request written down."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Handler"], None]


class Web(ThreadingHTTPServer):
    """Serves `pages`: by path, bytes (HTML), or a function that answers. `asked` lists the paths asked for."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, bytes | Answer] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        self.closing = threading.Event()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_port}{path}"

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.asked)

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that hangs up on an endless body is right to


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Web
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.asked.append(self.path)
            self.server.headers.append(dict(self.headers))
            self.server.at_once += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.at_once)
            self.under_way = True
        try:
            page = self.server.pages.get(self.path)
            if page is None:
                self.give(b"not here", status=404)
            elif isinstance(page, bytes):
                self.give(page)
            else:
                page(self)
        finally:
            self._answered()

    def _answered(self) -> None:
        with self.server.lock:
            self.server.at_once -= self.under_way
            self.under_way = False

    def give(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Answer with a body; header names are written with underscores."""
        self.send_response(status)
        named = {"Content_Type": "text/html; charset=utf-8", "Content_Length": str(len(body))} | headers
        for name, value in named.items():
            if value:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self._answered()  # before who has it may ask again
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def answer(body: bytes = b"", status: int = 200, **headers: str) -> Answer:
    """Answer always the same."""
    return lambda handler: handler.give(body, status, **headers)


def redirect(to: str, status: int = 302) -> Answer:
    return answer(b"", status, Location=to)


def validated(
    body: bytes, etag: str = "", modified: str = "", kind: str = "text/html; charset=utf-8"
) -> Answer:
    """Answer 304 to whoever has it already."""

    def give(handler: Handler) -> None:
        since = handler.headers.get("If-Modified-Since")
        known = handler.headers.get("If-None-Match") == etag if etag else False
        if not known and since and modified:
            known = parsedate_to_datetime(since) >= parsedate_to_datetime(modified)
        if known:
            handler.send_response(304)
            handler.send_header("ETag", etag)
            handler.end_headers()
        else:
            handler.give(body, ETag=etag, Last_Modified=modified, Content_Type=kind)

    return give


def in_turn(*answers: Answer) -> Answer:
    """Answer each time by the next, the last one for ever."""
    left = list(answers)

    def give(handler: Handler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return give


def endless(piece: bytes, pause: float = 0.0, head: bytes = b"") -> Answer:
    """Send a piece for ever (or until the test is over), with pauses; `head`: raw bytes instead of proper headers."""

    def give(handler: Handler) -> None:
        if head:
            handler.wfile.write(head)
        else:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/html")
            handler.send_header("Connection", "close")
            handler.end_headers()
        handler.close_connection = True
        with suppress(OSError):
            while not handler.server.closing.wait(pause):
                handler.wfile.write(piece)

    return give


def raw(data: bytes, *, reset: bool = False) -> Answer:
    """Write bytes as they are and hang up, rudely where asked to."""

    def give(handler: Handler) -> None:
        handler.wfile.write(data)
        handler.wfile.flush()
        handler.close_connection = True
        if reset:
            linger = b"\x01\0\0\0\0\0\0\0"  # close with RST, not FIN
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            handler.connection.close()

    return give


@contextmanager
def serving() -> Iterator[Web]:
    """Serve while the block runs."""
    web = Web()
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield web
    finally:
        web.closing.set()
        web.shutdown()
        thread.join()
        web.server_close()
