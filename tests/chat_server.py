"""A server that speaks OpenAI's chat protocol on loopback, and fails on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WORDS = ("The ", "train ", "leaves ", "at ", "nine.")


def chunk(text: str = "", why: str | None = None) -> bytes:
    """One event of a stream."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": why}
    event = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(event).encode() + b"\n\n"


class Handler(BaseHTTPRequestHandler):
    """Each request is answered by the script's next step, the last one over and over."""

    server: ChatServer

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(request)
        self.server.keys.append(self.headers.get("Authorization", ""))
        steps = self.server.steps
        step = steps[min(len(self.server.requests), len(steps)) - 1]
        try:
            step(self)
        except OSError:  # the client left
            self.server.left.set()

    def refuse(self, status: int, message: str = "no") -> None:
        body = json.dumps({"error": {"message": message, "type": "t", "code": "c"}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Retry-After-Ms", "1")
        self.end_headers()
        self.wfile.write(body)

    def begin(self, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        if length:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def say(self, *events: bytes) -> None:
        for event in events:
            self.wfile.write(event)
            self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        pass


Step = Callable[[Handler], None]


def status(code: int, message: str = "no") -> Step:
    return lambda handler: handler.refuse(code, message)


def answer(handler: Handler) -> None:
    handler.begin()
    handler.say(*map(chunk, WORDS), chunk(why="stop"), b"data: [DONE]\n\n")


def cut_by_closing(handler: Handler) -> None:
    """What a proxy does that gives up: the connection ends in good order, the answer does not."""
    handler.begin()
    handler.say(*map(chunk, WORDS[:2]))


def cut_short(handler: Handler) -> None:
    """Fewer bytes than were promised."""
    handler.begin(length=100_000)
    handler.say(*map(chunk, WORDS[:2]))


def error_inside(handler: Handler) -> None:
    handler.begin()
    handler.say(chunk(WORDS[0]), b'data: {"error": {"message": "overloaded", "code": 503}}\n\n')


def nothing(handler: Handler) -> None:
    handler.begin()
    handler.say(chunk(), chunk(why="stop"), b"data: [DONE]\n\n")


def garbage(handler: Handler) -> None:
    handler.begin()
    handler.say(b"data: {not json\n\n", b"\xff\xfe\n\n")


def a_page(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    handler.wfile.write(b"<html>Welcome to our network</html>")


def hang(handler: Handler) -> None:
    handler.server.closing.wait(60)


def hang_after_words(handler: Handler) -> None:
    handler.begin()
    handler.say(*map(chunk, WORDS[:2]))
    handler.server.closing.wait(60)


def drip(handler: Handler) -> None:
    """Alive, and saying nothing."""
    handler.begin()
    while not handler.server.closing.wait(0.02):
        handler.say(chunk(), b": ping\n\n")


def talk_on(handler: Handler) -> None:
    handler.begin()
    while not handler.server.closing.wait(0.02):
        handler.say(chunk("and "))


class ChatServer(ThreadingHTTPServer):
    """Holds what was asked, and what comes next."""

    daemon_threads = True

    def __init__(self, steps: Sequence[Step]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.steps = steps
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.left, self.closing = threading.Event(), threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


@contextmanager
def serving(*steps: Step) -> Iterator[ChatServer]:
    """Serve the steps, one a request, while the block runs."""
    server = ChatServer(steps)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
