"""What the bot says in inline mode; Telegram shows at most 64 characters on the button above the results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Inline:
    """What is said in inline mode, in one language."""

    hint: str
    go_on: str
    too_long: str
    failed: str
    refused: str
    nearby: str


FRENCH: Final = Inline(
    hint="Écrivez votre question sur l’actualité",
    go_on="Continuez\u00a0: une question en quelques mots",
    too_long="Votre question est trop longue",
    failed="Pas de réponse pour l’instant\u00a0: réessayez",
    refused="Pas de réponse dans les articles",
    nearby="Proposer les articles les plus proches",
)

ENGLISH: Final = Inline(
    hint="Type your question about the news",
    go_on="Go on: a question in a few words",
    too_long="Your question is too long",
    failed="No answer for now: try again",
    refused="No answer in the articles",
    nearby="Offer the nearest articles",
)
