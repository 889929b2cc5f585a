"""What Telegram shows of the bot before anybody has spoken with it: its profile, and an empty chat with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class About:
    """What the bot says of itself in its profile (`short`, at most 120 characters) and in an empty chat (`long`, at most 512)."""

    short: str
    long: str


FRENCH: Final = About(
    short="L’actualité en questions, en français ou en anglais\u00a0: chaque réponse cite les articles mot pour mot.",
    long=(
        "Posez une question sur l’actualité, en français ou en anglais. Je réponds par les phrases exactes des articles, "
        "avec leur titre, leur source et leur date\u202f; ce qu’ils ne disent pas, je ne le dis pas.\n\n"
        "Vous pouvez aussi m’envoyer le lien d’un article ou un message à vérifier, et suivre un sujet."
    ),
)

ENGLISH: Final = About(
    short="Ask the news, in English or French: every answer quotes the articles word for word.",
    long=(
        "Ask a question about the news, in English or in French. I answer with the exact sentences of the articles, "
        "with their title, source and date; what they do not say, I do not say.\n\n"
        "You can also send me a link to an article or a message to check, and follow a topic."
    ),
)
