"""The process that the commands of tests are copies of: it has imported what every command imports, and the libraries.

`tests.command` begins it and asks it for the copies. From the first line of `depeche.py` to its exit a copy is what `python -m
depeche` is; it need not wait for SQLAlchemy, Chroma and ONNX Runtime, which take longer to import than most that is tested.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import socket
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

LIBRARIES = (
    "depeche",
    "chromadb.api.rust",
    "datasketch",
    "numpy",
    "onnxruntime",
    "pydantic_settings",
    "rich.progress",
    "sentencepiece",
    "sqlalchemy.dialects.sqlite",
    "Stemmer",
    "typer",
)
LENGTH = 4  # bytes of a number on the line


def serve(line: socket.socket) -> None:
    """Make a copy for each command that comes, and tell its number and its exit code; return in the copies alone."""
    while True:
        length, streams, _, _ = socket.recv_fds(line, LENGTH, 3)
        if not length:
            os._exit(0)
        asked = json.loads(line.recv(int.from_bytes(length, "big"), socket.MSG_WAITALL))
        copy = os.fork()
        if not copy:
            line.close()
            _become(asked, streams)
            return
        for stream in streams:
            os.close(stream)
        line.sendall(copy.to_bytes(LENGTH, "big"))
        code = os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
        line.sendall(code.to_bytes(LENGTH, "big", signed=True))


def _become(asked: dict[str, Any], streams: list[int]) -> None:
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(asked["folder"])
    os.umask(asked["umask"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    sys.path[0] = asked["folder"]
    sys.argv[1:] = asked["arguments"]


if __name__ == "__main__":
    for name in LIBRARIES:
        import_module(name)
    assert len([*Path("/proc/self/task").iterdir()]) == 1, "a copy has no other thread than this one"
    gc.collect()
    gc.freeze()
    serve(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module("depeche", run_name="__main__", alter_sys=True)
