"""/lang and /settings: what a chat chooses, by a word or by buttons."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Final

from bot.answers.asking import say
from bot.answers.render import plain_message
from bot.chats import choices
from bot.chats.choices import Choices
from bot.markup import Message, Run, pack
from bot.menus.boards import acknowledge, change, keyboard, put_up
from bot.menus.owning import own_tap, owner_of
from bot.texts import TEXTS, counted, time_of_day
from bot.updates import arguments, language_of, message_of, speak, words
from retrieval.domain import LANGUAGES, Language

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup, Update

    from bot.menus.languages import Languages
    from bot.office import Office
    from bot.settings import BotSettings
    from bot.updates import Context

NAMES: Final[dict[Language, str]] = {"fr": "Français", "en": "English"}  # each in its own language
AUTO: Final = "auto"
NOTICES: Final = (0, 1, 3, 5, 10)  # a day, to choose from; the settings' own number is one of them too
NIGHT: Final = (22 * 60, 7 * 60)  # quiet hours for those who want some where the bot's own are none
NO_QUIET: Final = (0, 0)  # from midnight to midnight, in no time at all

LANGUAGE_TAP: Final = r"^lang:(\d{1,19}):(fr|en|auto)$"
SETTINGS_TAP: Final = r"^set:(\d{1,19}):(lang|notices|quiet|close):([a-z0-9]{1,4})$"


class Choosing:
    """Keeps what a chat chooses."""

    def __init__(self, office: Office, languages: Languages) -> None:
        self._office = office
        self._languages = languages

    async def language(self, update: Update, context: Context) -> None:
        """Take the language that follows `/lang`, or offer them by buttons."""
        chosen = arguments(message_of(update)).lower()
        texts = words(update).choosing
        if chosen in {AUTO, *LANGUAGES}:
            message = await self._choose_language(update, chosen)
            await say(update, context.bot, message.plain)
        elif chosen:
            await say(update, context.bot, texts.language_usage)
        else:
            owner = owner_of(update)
            buttons = [
                [(NAMES[one], f"lang:{owner}:{one}") for one in LANGUAGES],
                [(texts.auto_button, f"lang:{owner}:{AUTO}")],
            ]
            await put_up(update, context.bot, plain_message(texts.which_language), keyboard(buttons))

    async def tap_language(self, update: Update, context: Context) -> None:
        """Take a language by its button."""
        query = await own_tap(update, context)
        if query and context.match:
            await acknowledge(query)
            await change(update, context.bot, await self._choose_language(update, context.match[2]))

    async def settings(self, update: Update, context: Context) -> None:
        """Show what the chat has chosen, with buttons to choose otherwise."""
        chosen = await self._chosen(message_of(update).chat_id)
        owner = owner_of(update)
        await put_up(update, context.bot, *_board(chosen, self._office.settings, language_of(update), owner))

    async def tap_settings(self, update: Update, context: Context) -> None:
        """Take a choice by its button, and show what has become of it."""
        query = await own_tap(update, context)
        if query is None or context.match is None:
            return
        await acknowledge(query)
        owner, what, value = int(context.match[1]), context.match[2], context.match[3]
        chat_id = message_of(update).chat_id
        if what == "lang":
            await self._choose_language(update, value)
        elif what == "notices" and value in map(str, _offered(self._office.settings)):
            await self._choose(chat_id, notices_a_day=int(value))
        elif what == "quiet":
            start, end = self._quiet() if value == "on" else NO_QUIET
            await self._choose(chat_id, quiet_from=start, quiet_to=end)
        message, buttons = _board(
            await self._chosen(chat_id), self._office.settings, language_of(update), owner
        )
        await change(update, context.bot, message, None if what == "close" else buttons)

    async def _choose_language(self, update: Update, chosen: str) -> Message:
        """Keep a language; return what to say, in that language."""
        language = next((one for one in LANGUAGES if one == chosen), None)
        await self._languages.choose(message_of(update).chat_id, language)
        speak(language)
        texts = words(update).choosing
        return plain_message(texts.language_chosen if language else texts.language_auto)

    async def _chosen(self, chat_id: int) -> Choices:
        return await self._office.store.run(lambda connection: choices.get(connection, chat_id))

    async def _choose(self, chat_id: int, **chosen: int | None) -> None:
        await self._office.store.run(lambda connection: choices.choose(connection, chat_id, **chosen))

    def _quiet(self) -> tuple[int | None, int | None]:
        """Return the hours for somebody who wants quiet: the bot's own, where it has any."""
        return (None, None) if self._office.settings.quiet_hours else NIGHT


def _board(
    chosen: Choices, settings: BotSettings, language: Language, owner: int
) -> tuple[Message, InlineKeyboardMarkup | None]:
    """Return what a chat has chosen, and the buttons by which `owner` may choose otherwise."""
    told = TEXTS[language].choosing
    notices = settings.notices_a_day if chosen.notices_a_day is None else chosen.notices_a_day
    quiet = _quiet_hours(chosen, settings)
    lines = [
        told.always[chosen.language] if chosen.language else told.as_asked,
        counted(notices, told.notices, language) if notices else told.no_notices,
        told.no_quiet
        if quiet is None
        else told.quiet.format(
            start=time_of_day(quiet[0].hour, quiet[0].minute, language),
            end=time_of_day(quiet[1].hour, quiet[1].minute, language),
            timezone=settings.timezone,
        ),
    ]
    message = pack([(Run(told.settings, bold=True), Run("\n" + "\n".join(lines)))])[0]
    mark = f"set:{owner}"
    return message, keyboard(
        [
            [
                (_marked(name, one == (chosen.language or AUTO)), f"{mark}:lang:{one}")
                for one, name in ((AUTO, told.auto_button), *NAMES.items())
            ],
            [
                (
                    _marked(told.no_notices_button if not one else str(one), one == notices),
                    f"{mark}:notices:{one}",
                )
                for one in _offered(settings)
            ],
            [
                (_marked(told.quiet_button, quiet is not None), f"{mark}:quiet:on"),
                (_marked(told.no_quiet_button, quiet is None), f"{mark}:quiet:off"),
            ],
            [(told.close_button, f"{mark}:close:now")],
        ]
    )


def _offered(settings: BotSettings) -> list[int]:
    """Return how many notices a day a chat may choose."""
    return sorted({*NOTICES, settings.notices_a_day})


def _quiet_hours(chosen: Choices, settings: BotSettings) -> tuple[time, time] | None:
    """Return when a chat wants quiet: its own choice, else the bot's."""
    if chosen.quiet_from is None or chosen.quiet_to is None:
        return settings.quiet_hours
    if chosen.quiet_from == chosen.quiet_to:
        return None
    return time(*divmod(chosen.quiet_from, 60)), time(*divmod(chosen.quiet_to, 60))


def _marked(text: str, is_chosen: bool) -> str:
    return f"✓\u00a0{text}" if is_chosen else text
