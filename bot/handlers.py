"""What the bot does with messages: greets, explains, and takes what is a question to `Asking`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from telegram import Message, Update
from telegram.error import TelegramError
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.answers.again import Again
from bot.answers.asking import Asking, say
from bot.answers.buttons import NEWEST
from bot.answers.editing import add_edits
from bot.answers.sourcing import add_source
from bot.answers.taps import add_taps
from bot.door.access import Access
from bot.door.gate import Gate
from bot.door.limits import Limits
from bot.groups import GROUPS, Groups
from bot.inline import Inline
from bot.menus.articles import PAGING, Articles
from bot.menus.boards import acknowledge
from bot.menus.choosing import LANGUAGE_TAP, SETTINGS_TAP, Choosing
from bot.menus.forgetting import FORGET_TAP, Forgetting
from bot.menus.languages import Languages
from bot.news.digesting import Digesting
from bot.news.telling import Telling
from bot.running.redact import describe
from bot.updates import arguments, message_of, question_to_bot, words

if TYPE_CHECKING:
    from bot.office import Office
    from bot.running.polling import AnyApplication
    from bot.updates import Context

log = logging.getLogger(__name__)

AnyHandler = BaseHandler[Any, Any, Any]


FIRST: Final = -1  # the group of handlers before all others


def add_handlers(application: AnyApplication, office: Office) -> Gate:
    """Say which update goes to which handler: the gate, which is returned, sees each first, then the first that fits takes it."""
    settings = office.settings
    languages = Languages(office.store)
    groups = Groups(settings, office.store, languages)
    questions = Limits(settings.questions_a_minute, settings.all_questions_a_minute)
    gate = Gate(office, Access(settings, office.store), groups, languages, questions)
    application.add_handler(TypeHandler(Update, gate.check), FIRST)
    asking, telling = Asking(office), Telling(office)
    again = Again(office, asking)
    add_source(application, office)
    add_edits(application, again)
    application.add_handlers(
        [
            *_on_buttons(office, languages, telling),
            InlineQueryHandler(Inline(office, questions).take),
            ChatMemberHandler(groups.membership, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(filters.StatusUpdate.MIGRATE, groups.moved),
            *_on_messages(office, asking, languages, telling),
        ]
    )
    add_taps(application, office, again)  # last: what no other handler takes is answered there
    application.add_error_handler(apologise)
    return gate


def _on_messages(office: Office, asking: Asking, languages: Languages, telling: Telling) -> list[AnyHandler]:
    talk, articles = Talk(asking), Articles(office)
    choosing, forgetting = Choosing(office, languages), Forgetting(office, languages)
    new = filters.UpdateType.MESSAGE  # an edited message is no second question
    private = filters.ChatType.PRIVATE
    commands = {
        "start": talk.start,
        "help": talk.help,
        "ask": talk.ask,
        "articles": articles.overview,
        "latest": telling.latest,
        "timeline": telling.timeline,
        "digest": Digesting(office, telling).take,
        "lang": choosing.language,
        "settings": choosing.settings,
        "forget": forgetting.ask,
    }
    return [
        *(CommandHandler(name, callback, filters=new) for name, callback in commands.items()),
        MessageHandler(new & filters.COMMAND, talk.unknown_command),
        MessageHandler(new & (filters.TEXT | filters.CAPTION), talk.text),
        MessageHandler(new & private & ~filters.StatusUpdate.ALL, talk.not_text),
    ]


def _on_buttons(office: Office, languages: Languages, telling: Telling) -> list[AnyHandler]:
    choosing = Choosing(office, languages)
    return [
        CallbackQueryHandler(Articles(office).turn, PAGING),
        CallbackQueryHandler(telling.newest, f"{NEWEST}$"),
        CallbackQueryHandler(choosing.tap_language, LANGUAGE_TAP),
        CallbackQueryHandler(choosing.tap_settings, SETTINGS_TAP),
        CallbackQueryHandler(Forgetting(office, languages).tap, FORGET_TAP),
    ]


class Talk:
    """The bot's side of the conversation: one method a kind of message."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def start(self, update: Update, context: Context) -> None:
        """Greet, say what the bot does, show questions one can ask."""
        texts, private = words(update), message_of(update).chat.type not in GROUPS
        await say(update, context.bot, texts.talk.greeting if private else texts.groups.joined)

    async def help(self, update: Update, context: Context) -> None:
        """Say how to ask and how to read an answer."""
        await say(update, context.bot, words(update).talk.help)

    async def ask(self, update: Update, context: Context) -> None:
        """Answer the question that follows `/ask`."""
        await self._asking.take(update, context.bot, arguments(message_of(update)))

    async def text(self, update: Update, context: Context) -> None:
        """Answer a text or a caption: any in a private chat, in a group those that speak to the bot."""
        question = question_to_bot(message_of(update), context.bot)
        if question is not None:
            _begins_album(message_of(update), context)
            await self._asking.take(update, context.bot, question)

    async def unknown_command(self, update: Update, context: Context) -> None:
        """Point at /help."""
        await say(update, context.bot, words(update).talk.unknown_command)

    async def not_text(self, update: Update, context: Context) -> None:
        """Say that the bot reads text only; once for an album, which comes as a message a picture, and not after its caption's answer."""
        if _begins_album(message_of(update), context):
            await say(update, context.bot, words(update).talk.not_text)


def _begins_album(message: Message, context: Context) -> bool:
    """Say whether a message is the first of its album, or of none; the album is remembered."""
    album, chat_data = message.media_group_id, context.chat_data
    if album is None or chat_data is None:
        return True
    before, chat_data["album"] = chat_data.get("album"), album
    return before != album


async def apologise(update: object, context: Context) -> None:
    """Log what went wrong without anybody's words, and apologise once."""
    if context.error is not None:
        log.error("Update %s failed: %s", getattr(update, "update_id", None), describe(context.error))
    if not isinstance(update, Update) or isinstance(context.error, TelegramError):
        return
    if update.callback_query:
        await acknowledge(update.callback_query, words(update).talk.failed)
    elif update.message or update.edited_message:
        await say(update, context.bot, words(update).talk.failed)
