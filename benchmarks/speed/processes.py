"""Whole processes: how long one takes from its start to its exit, and how much memory it needs."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

TOP: Final = Path(__file__).parent.parent.parent
_LOOK_EVERY: Final = 0.01  # seconds between two looks at a process's memory


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, what it adds to the environment, and what it is given on its standard input, a line when that before is answered."""

    words: tuple[str, ...]
    environment: Mapping[str, str]
    given: str = ""


@dataclass(frozen=True, slots=True)
class Ran:
    """One command: seconds from start to exit, those of all cores, the most memory it held in MB, and what it printed.

    `peak_mb` counts every page that was in memory, also of files that are mapped and that other processes share; `own_mb`, where it
    was looked at, those alone that no other process has.
    """

    seconds: float
    cores_seconds: float
    peak_mb: float
    own_mb: float
    output: str


def run(command: Command, *, looked_at: bool = False) -> Ran:
    """Run a command to its end; raise `SystemExit` with its error where it fails.

    `looked_at`: its memory is looked at a hundred times a second, which takes it some time.
    """
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", **command.environment}
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            command.words,
            cwd=TOP,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            encoding="utf-8",
        )
        watch = _Watch(process.pid) if looked_at else None
        output = _spoken_with(process, command.given)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.stdout:
            process.stdout.close()
        # The system's own account begins with what this process held when it made the other.
        own, peak = watch.stop() if watch else (0.0, 0.0)
        if process.returncode:
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().split("\n")
            why = next((line for line in reversed(lines) if "Error" in line), lines[-1])
            raise SystemExit(f"{' '.join(command.words[:6])} … ended with {process.returncode}: {why}")
    return Ran(seconds, used.ru_utime + used.ru_stime, peak or used.ru_maxrss / 1024, own, output)


def _spoken_with(process: subprocess.Popen[str], given: str) -> str:
    """Return what a process prints; each line it is given once it has answered the one before."""
    assert process.stdin  # noqa: S101 - `run` has asked for both
    assert process.stdout  # noqa: S101
    said = ""
    with suppress(BrokenPipeError):  # it ended: its error says why
        for line in given.splitlines(keepends=True):
            process.stdin.write(line)
            process.stdin.flush()
            said += process.stdout.readline()
        process.stdin.close()
    return said + process.stdout.read()


class _Watch:
    """Looks at a process's memory until it is stopped."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._own = self._peak = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self) -> tuple[float, float]:
        """Return the most memory in MB that was the process's own, and the most in all; 0 where the system does not tell."""
        self._stopped.set()
        self._thread.join()
        return self._own, self._peak

    def _look(self) -> None:
        while not self._stopped.wait(_LOOK_EVERY):
            self._own = max(self._own, own_mb(self._pid))
            with suppress(OSError):
                told = re.search(
                    r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self._pid}/status").read_text(encoding="utf-8")
                )
                self._peak = int(told[1]) / 1024 if told else self._peak


def own_mb(pid: int) -> float:
    """Return the memory in MB that no other process has, 0 where the system does not tell."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return sum(int(found) for found in re.findall(r"Private_\w+:\s+(\d+) kB", told)) / 1024
