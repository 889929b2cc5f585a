"""What the bot says to groups: when it joins one, and before it leaves one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Groups:
    """What is said to a group, in one language."""

    joined: str
    barred: str
    administrators_only: str


FRENCH: Final = Groups(
    joined=(
        "Bonjour à tous\u202f! Mentionnez-moi, répondez à l’un de mes messages ou écrivez /ask suivi d’une question "
        "sur l’actualité\u00a0: je réponds avec les passages des articles. Le reste de vos échanges ne me regarde pas."
    ),
    barred=(
        "Merci de l’invitation\u202f! Mais je ne réponds qu’en message privé\u00a0: je quitte donc ce groupe. "
        "Écrivez-moi directement\u00a0: @{username}."
    ),
    administrators_only="Dans un groupe, seuls ses administrateurs peuvent faire cela.",
)

ENGLISH: Final = Groups(
    joined=(
        "Hello, everyone! Mention me, reply to one of my messages, or write /ask followed by a question about the news: "
        "I answer with passages from the articles. The rest of your conversation is none of my business."
    ),
    barred=(
        "Thank you for the invitation! But I only answer in private messages, so I’m leaving this group. "
        "Write to me directly: @{username}."
    ),
    administrators_only="In a group, only its administrators can do that.",
)
