"""The command run by an interpreter of its own, or, sooner, as a copy of a process that has imported what it needs."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Self

from warm import LENGTH

TOP = Path(__file__).parent.parent
SECONDS = 120


def from_nothing(
    arguments: list[str], folder: Path, environment: dict[str, str], stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder and return what it said; it imports all it needs itself."""
    return subprocess.run(
        [sys.executable, "-m", "depeche", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env=environment,
        timeout=SECONDS,
        check=False,
    )


class Warm:
    """The process that commands are copies of (`tests.warm`), one at a time; `path` is its Python's."""

    def __init__(self, path: str) -> None:
        self._line, theirs = socket.socketpair()
        # what ours sets before it imports libraries, which read it then
        told = {"OPENBLAS_NUM_THREADS": "1", "ORT_DISABLE_TELEMETRY": "1"}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                # pipes, as each command's are
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=TOP,
                env=os.environ | told | {"PYTHONPATH": path, "PYTHONUTF8": "1"},
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()
        self._process.communicate()

    def run(
        self, arguments: list[str], folder: Path, environment: dict[str, str], stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Do what `from_nothing` does."""
        umask = os.umask(0)
        os.umask(umask)
        asked = {"arguments": arguments, "folder": str(folder), "environment": environment, "umask": umask}
        given = json.dumps(asked).encode()
        theirs, ours = zip(*(os.pipe(), os.pipe()[::-1], os.pipe()[::-1]), strict=True)
        socket.send_fds(self._line, [len(given).to_bytes(LENGTH, "big")], theirs)
        self._line.sendall(given)
        for end in theirs:
            os.close(end)
        with ThreadPoolExecutor(3) as streams:
            streams.submit(_write, ours[0], stdin or "")
            out, err = (streams.submit(_read, end) for end in ours[1:])
            copy = self._number()
            self._line.settimeout(SECONDS)
            try:
                code = self._number()
            except TimeoutError:
                os.kill(copy, signal.SIGKILL)
                self._number()
                raise subprocess.TimeoutExpired(arguments, SECONDS) from None
            finally:
                self._line.settimeout(None)
            return subprocess.CompletedProcess(arguments, code, out.result(), err.result())

    def _number(self) -> int:
        told = self._line.recv(LENGTH, socket.MSG_WAITALL)
        assert told, self._process.communicate()[1].decode()  # it has ended
        return int.from_bytes(told, "big", signed=True)


def _write(end: int, text: str) -> None:
    with suppress(BrokenPipeError), os.fdopen(end, "w", encoding="utf-8") as stream:
        stream.write(text)


def _read(end: int) -> str:
    with os.fdopen(end, encoding="utf-8") as stream:
        return stream.read()
