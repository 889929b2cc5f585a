"""What is to be taken in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.send import Place
    from retrieval.domain import Language


@dataclass(frozen=True, slots=True)
class Job:
    """What to take in, links or a file of Telegram's by its `name`, and the message that tells how far it is: at first that it says `shown`.

    `requested` are links that a reader proposed.
    """

    place: Place
    message_id: int
    shown: str
    language: Language
    links: tuple[str, ...] = ()
    file_id: str = ""
    name: str = ""
    requested: bool = False
