"""Every word of the bot's own, in French and in English; what frames an answer is in `retrieval.phrases`.

French says « vous », and follows the Imprimerie nationale: a no-break space inside « » and before a colon, a narrow one before
? ! ; and the curly apostrophe. Nothing here is HTML. `{name}` places are filled with `str.format`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.texts import answer, bringing, notices, talk
from bot.texts.answer import AnswerTexts
from bot.texts.bringing import Bringing
from bot.texts.notices import Notices
from bot.texts.talk import Talk
from retrieval.domain import Language


@dataclass(frozen=True, slots=True)
class Texts:
    """The bot's words in one language. `commands` are those of Telegram's menu, each with what it does."""

    talk: Talk
    answer: AnswerTexts
    notices: Notices
    bringing: Bringing
    commands: tuple[tuple[str, str], ...]


TEXTS: Final[dict[Language, Texts]] = {
    "fr": Texts(
        talk.FRENCH,
        answer.FRENCH,
        notices.FRENCH,
        bringing.FRENCH,
        commands=(
            ("ask", "Poser une question"),
            ("help", "Comment m’utiliser"),
            ("start", "Bienvenue"),
        ),
    ),
    "en": Texts(
        talk.ENGLISH,
        answer.ENGLISH,
        notices.ENGLISH,
        bringing.ENGLISH,
        commands=(
            ("ask", "Ask a question"),
            ("help", "How to use me"),
            ("start", "Welcome"),
        ),
    ),
}


def chat_language(language_code: str | None) -> Language:
    """Return the language to speak to a reader whose Telegram is in `language_code` (IETF, such as `fr-CA`)."""
    return "fr" if (language_code or "").lower().split("-")[0] == "fr" else "en"
