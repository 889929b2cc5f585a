"""What can go wrong with a call to the Bot API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a call: an error status, a connection dropped (0), or only a delay (200).

    `performed`: the work is done all the same, and only the answer is lost, or late (200), after `delay` seconds.
    """

    status: int = 0
    description: str = ""
    retry_after: int | None = None
    migrate_to_chat_id: int | None = None
    delay: float = 0.0
    performed: bool = False

    def strike(self) -> None:
        """Raise the error, unless the call only comes late or only its answer is lost."""
        if self.performed or self.status == 200:
            return
        named = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrate_to_chat_id}
        raise ApiError(self.status, self.description, **{k: v for k, v in named.items() if v is not None})


DESCRIPTIONS = {
    400: "Bad Request: message text is empty",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    429: "Too Many Requests: retry later",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


class ApiError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, status: int, description: str = "", **parameters: Any) -> None:
        super().__init__(status, description)
        self.status = status
        self.description = description or DESCRIPTIONS.get(status, "Error")
        self.parameters = {"parameters": parameters} if parameters else {}
