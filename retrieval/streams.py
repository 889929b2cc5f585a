"""The standard streams: there, however the process was started, and taking any text."""

from __future__ import annotations

import io
import os
import sys


def make_whole() -> None:
    """Open what of standard input, output and error is closed, and let text pass that their encoding cannot hold.

    A file of the library that got a closed one's number would be written into by whoever prints. Standard output that was closed
    takes nothing: writing to it raises `OSError`, as to a full device.
    """
    for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)):
        if stream is None and not _is_open(number):
            # The lowest number that is free, which is this one.
            os.set_inheritable(os.open(os.devnull, os.O_WRONLY if number == 2 else os.O_RDONLY), True)
    sys.stdin = sys.stdin or _stream(0, "r")
    sys.stdout = sys.stdout or _stream(1, "w")
    sys.stderr = sys.stderr or _stream(2, "w")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def let_go() -> None:
    """Have what could not be written to standard output go nowhere: the interpreter would try again as it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _stream(number: int, mode: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.FileIO(number, mode, closefd=False), encoding="utf-8", errors="replace")
