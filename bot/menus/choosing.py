"""/lang and /settings: what a chat chooses, by a word or by buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.answers.asking import say
from bot.answers.render import plain_message
from bot.chats import choices
from bot.chats.choices import Choices
from bot.groups import may_administer
from bot.markup import Message, Run, pack
from bot.menus.boards import acknowledge, change, keyboard, put_up
from bot.menus.owning import deciding_tap, owner_of
from bot.news.rhythm import rhythm
from bot.texts import TEXTS, counted, time_of_day
from bot.updates import arguments, language_of, message_of, speak, words
from retrieval.domain import LANGUAGES, Language

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup, Update

    from bot.menus.languages import Languages
    from bot.office import Office
    from bot.settings import BotSettings
    from bot.texts.choosing import Choosing as Texts
    from bot.updates import Context

NAMES: Final[dict[Language, str]] = {"fr": "Français", "en": "English"}  # each in its own language
AUTO: Final = "auto"
NOTICES: Final = (0, 1, 3, 5, 10)  # a day, to choose from; the settings' own number is one of them too
NIGHT: Final = (22 * 60, 7 * 60)  # quiet hours for those who want some where the bot's own are none
NO_QUIET: Final = (0, 0)  # from midnight to midnight, in no time at all

LANGUAGE_TAP: Final = r"^lang:(\d{1,19}):(fr|en|auto)$"
SETTINGS_TAP: Final = r"^set:(\d{1,19}):(lang|notices|quiet|corrections|close):([a-z0-9]{1,4})$"


class Choosing:
    """Keeps what a chat chooses; for a group its administrators do."""

    def __init__(self, office: Office, languages: Languages) -> None:
        self._office = office
        self._languages = languages

    async def language(self, update: Update, context: Context) -> None:
        """Take the language that follows `/lang`, or offer them by buttons."""
        if not await self._may_choose(update, context):
            return
        chosen = arguments(message_of(update)).lower()
        texts = words(update).choosing
        if chosen in {AUTO, *LANGUAGES}:
            message = await self._choose_language(update, message_of(update).chat_id, chosen)
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
        query = await deciding_tap(update, context, self._office.settings)
        if query and query.message and context.match:
            await acknowledge(query)
            message = await self._choose_language(update, query.message.chat.id, context.match[2])
            await change(update, context.bot, message)

    async def settings(self, update: Update, context: Context) -> None:
        """Show what the chat has chosen, with buttons to choose otherwise."""
        if not await self._may_choose(update, context):
            return
        chosen = await self._chosen(message_of(update).chat_id)
        owner = owner_of(update)
        await put_up(update, context.bot, *_board(chosen, self._office.settings, language_of(update), owner))

    async def tap_settings(self, update: Update, context: Context) -> None:
        """Take a choice by its button, and show what has become of it."""
        query = await deciding_tap(update, context, self._office.settings)
        if query is None or query.message is None or context.match is None:
            return
        await acknowledge(query)
        owner, what, value = int(context.match[1]), context.match[2], context.match[3]
        chat_id = query.message.chat.id
        if what == "lang":
            await self._choose_language(update, chat_id, value)
        elif what == "notices" and value in map(str, _offered(self._office.settings)):
            await self._choose(chat_id, notices_a_day=int(value))
        elif what == "quiet":
            start, end = self._quiet() if value == "on" else NO_QUIET
            await self._choose(chat_id, quiet_from=start, quiet_to=end)
        elif what == "corrections":
            await self._choose(chat_id, corrections=value == "on")
        message, buttons = _board(
            await self._chosen(chat_id), self._office.settings, language_of(update), owner
        )
        await change(update, context.bot, message, None if what == "close" else buttons)

    async def _may_choose(self, update: Update, context: Context) -> bool:
        """Say whether who sent a command may choose for the chat; tell who may not."""
        if await may_administer(update, context.bot, self._office.settings):
            return True
        await say(update, context.bot, words(update).groups.administrators_only)
        return False

    async def _choose_language(self, update: Update, chat_id: int, chosen: str) -> Message:
        """Keep a language; return what to say, in that language."""
        language = next((one for one in LANGUAGES if one == chosen), None)
        await self._languages.choose(chat_id, language)
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
    when = rhythm(chosen, settings)
    notices, is_quiet = when.a_day, when.quiet_from != when.quiet_to
    corrected = chosen.corrections is not False
    lines = [
        told.always[chosen.language] if chosen.language else told.as_asked,
        counted(notices, told.notices, language) if notices else told.no_notices,
        told.quiet.format(
            start=time_of_day(*divmod(when.quiet_from, 60), language),
            end=time_of_day(*divmod(when.quiet_to, 60), language),
            timezone=when.zone.key,
        )
        if is_quiet
        else told.no_quiet,
        _corrections_line(told, corrected=corrected, any_message=bool(notices)),
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
                (_marked(told.quiet_button, is_quiet), f"{mark}:quiet:on"),
                (_marked(told.no_quiet_button, not is_quiet), f"{mark}:quiet:off"),
            ],
            [
                (_marked(told.corrections_button, corrected), f"{mark}:corrections:on"),
                (_marked(told.no_corrections_button, not corrected), f"{mark}:corrections:off"),
            ],
            [(told.close_button, f"{mark}:close:now")],
        ]
    )


def _corrections_line(told: Texts, *, corrected: bool, any_message: bool) -> str:
    if not corrected:
        return told.no_corrections
    return told.corrections if any_message else told.corrections_muted


def _offered(settings: BotSettings) -> list[int]:
    """Return how many notices a day a chat may choose."""
    return sorted({*NOTICES, settings.notices_a_day})


def _marked(text: str, is_chosen: bool) -> str:
    return f"✓\u00a0{text}" if is_chosen else text
