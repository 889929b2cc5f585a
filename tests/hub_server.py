"""A model hub on loopback: one file of one repository, by the protocol its client speaks."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Hub(ThreadingHTTPServer):
    """Serves `data` under `path`, in ranges too; says that its hash is `sha256`."""

    daemon_threads = True

    def __init__(self, path: str, data: bytes, sha256: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.path, self.data = path, data
        self.ranges: list[str] = []
        self.sha256 = sha256 or hashlib.sha256(data).hexdigest()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Hub

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        if self.path == "/":
            self.send_response(200)
            self.end_headers()
            return
        if self.path != self.server.path:
            self.send_response(404)
            self.send_header("X-Error-Code", "EntryNotFound")
            self.end_headers()
            return
        asked = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-")
        data = self.server.data[int(asked or 0) :]
        self.send_response(200 if asked == "0" else 206)
        self.send_header("ETag", f'"{self.server.sha256}"')
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command == "GET":
            self.server.ranges.append(self.headers.get("Range", ""))
            self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(path: str, data: bytes, sha256: str = "") -> Iterator[Hub]:
    """Serve the file while the block runs."""
    hub = Hub(path, data, sha256)
    thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        hub.shutdown()
        thread.join()
        hub.server_close()
