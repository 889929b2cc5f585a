"""How far a file was read on disk: what unpacks to a thousand times as much has no more time for it."""

from __future__ import annotations

from typing import IO, Final

_BEAT: Final = 1_000_000  # bytes


class Pulse:
    """Beats once each megabyte that is read of a file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._at = 0

    def beats(self) -> bool:
        """Tell whether another megabyte was read."""
        at = self._file.tell()
        if at < self._at + _BEAT:
            return False
        self._at = at
        return True
