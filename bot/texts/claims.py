"""What the bot says of a message that was forwarded to it, or is long: what the articles say to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Claims:
    """What frames what the articles say to a message, in one language; the pair is for one sentence and for several."""

    heading: str
    nothing: str
    not_said: tuple[str, str]


FRENCH: Final = Claims(
    heading="Ce que disent les articles à propos de ce message\u00a0:",
    nothing="Les articles de la bibliothèque ne disent rien de ce qu’affirme ce message.",
    not_said=(
        "Sur une autre phrase du message, les articles ne disent rien.",
        "Sur {count} autres phrases du message, les articles ne disent rien.",
    ),
)

ENGLISH: Final = Claims(
    heading="What the articles say on this message:",
    nothing="The articles in the library say nothing of what this message claims.",
    not_said=(
        "On one other sentence of the message the articles say nothing.",
        "On {count} other sentences of the message the articles say nothing.",
    ),
)
