"""Every word of the bot's own, in French and in English; what frames an answer is in `retrieval.phrases`.

French says « vous », and follows the Imprimerie nationale: a no-break space inside « » and before a colon, a narrow one before
? ! ; and the curly apostrophe. Nothing here is HTML. `{name}` places are filled with `str.format`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.texts import (
    about,
    answer,
    bringing,
    choosing,
    claims,
    commands,
    corrections,
    digest,
    door,
    groups,
    inline,
    library,
    links,
    notices,
    privacy,
    publishing,
    talk,
)
from bot.texts.about import About
from bot.texts.answer import AnswerTexts
from bot.texts.bringing import Bringing
from bot.texts.choosing import Choosing
from bot.texts.claims import Claims
from bot.texts.commands import Commands
from bot.texts.corrections import Corrections
from bot.texts.digest import Digest
from bot.texts.door import Door
from bot.texts.groups import Groups
from bot.texts.inline import Inline
from bot.texts.library import Library
from bot.texts.links import Links
from bot.texts.notices import Notices
from bot.texts.privacy import Privacy
from bot.texts.publishing import Publishing
from bot.texts.talk import Talk
from retrieval.domain import Language


@dataclass(frozen=True, slots=True)
class Texts:
    """The bot's words in one language. `commands` are its commands, each with what it does, `admin_commands` those of its admins alone."""

    about: About
    talk: Talk
    answer: AnswerTexts
    commands: Commands
    admin_commands: Commands
    door: Door
    groups: Groups
    choosing: Choosing
    library: Library
    inline: Inline
    links: Links
    claims: Claims
    publishing: Publishing
    privacy: Privacy
    notices: Notices
    corrections: Corrections
    digest: Digest
    bringing: Bringing


TEXTS: Final[dict[Language, Texts]] = {
    "fr": Texts(
        about=about.FRENCH,
        talk=talk.FRENCH,
        answer=answer.FRENCH,
        commands=commands.FRENCH,
        admin_commands=commands.FRENCH_ADMIN,
        door=door.FRENCH,
        groups=groups.FRENCH,
        choosing=choosing.FRENCH,
        library=library.FRENCH,
        inline=inline.FRENCH,
        links=links.FRENCH,
        claims=claims.FRENCH,
        publishing=publishing.FRENCH,
        privacy=privacy.FRENCH,
        notices=notices.FRENCH,
        corrections=corrections.FRENCH,
        digest=digest.FRENCH,
        bringing=bringing.FRENCH,
    ),
    "en": Texts(
        about=about.ENGLISH,
        talk=talk.ENGLISH,
        answer=answer.ENGLISH,
        commands=commands.ENGLISH,
        admin_commands=commands.ENGLISH_ADMIN,
        door=door.ENGLISH,
        groups=groups.ENGLISH,
        choosing=choosing.ENGLISH,
        library=library.ENGLISH,
        inline=inline.ENGLISH,
        links=links.ENGLISH,
        claims=claims.ENGLISH,
        publishing=publishing.ENGLISH,
        privacy=privacy.ENGLISH,
        notices=notices.ENGLISH,
        corrections=corrections.ENGLISH,
        digest=digest.ENGLISH,
        bringing=bringing.ENGLISH,
    ),
}


def counted(count: int, texts: tuple[str, str], language: Language, **more: str) -> str:
    """Return the text for one or the text for several, `{count}` filled in as `language` writes numbers, and `more` as it is."""
    one, several = texts
    single = count < 2 if language == "fr" else count == 1
    return (one if single else several).format(count=number(count, language), **more)


def number(count: int, language: Language) -> str:
    """Return a whole number as `language` writes it: « 1 234 » with a narrow no-break space, or "1,234"."""
    return f"{count:,}".replace(",", "\u202f") if language == "fr" else f"{count:,}"


def time_of_day(hour: int, minute: int, language: Language) -> str:
    """Return a time of day as `language` writes it: « 7 h », « 7 h 05 » with no-break spaces, or "07:05"."""
    if language == "en":
        return f"{hour:02}:{minute:02}"
    return f"{hour}\u00a0h\u00a0{minute:02}" if minute else f"{hour}\u00a0h"


def chat_language(language_code: str | None) -> Language:
    """Return the language to speak to a reader whose Telegram is in `language_code` (IETF, such as `fr-CA`)."""
    return "fr" if (language_code or "").lower().split("-")[0] == "fr" else "en"
