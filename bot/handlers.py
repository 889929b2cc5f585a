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
from bot.answers.claims import Claims, claims_in
from bot.answers.editing import add_edits
from bot.answers.sourcing import add_source
from bot.answers.taps import add_taps
from bot.chats.store import StoreError
from bot.door.access import Access
from bot.door.gate import Gate
from bot.door.limits import Limits
from bot.groups import Groups
from bot.inline import Inline
from bot.links import links_in, without_links
from bot.menus.articles import PAGING, Articles
from bot.menus.boards import acknowledge
from bot.menus.choosing import LANGUAGE_TAP, SETTINGS_TAP, Choosing
from bot.menus.forgetting import FORGET_TAP, Forgetting
from bot.menus.greeting import Greeting
from bot.menus.languages import Languages
from bot.menus.privacy import Privacy
from bot.news.digesting import Digesting
from bot.news.publishing import Publishing
from bot.news.telling import Telling
from bot.running.redact import describe
from bot.updates import arguments, language_of, message_of, question_to_bot, user_id_of, words
from retrieval.errors import DepecheError

if TYPE_CHECKING:
    from bot.news.linking import Linking
    from bot.office import Office
    from bot.running.polling import AnyApplication
    from bot.texts.talk import Talk as TalkTexts
    from bot.updates import Context

log = logging.getLogger(__name__)

AnyHandler = BaseHandler[Any, Any, Any]


FIRST: Final = -1  # the group of handlers before all others


def add_handlers(application: AnyApplication, office: Office, linking: Linking) -> Gate:
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
            *_on_messages(office, asking, languages, telling, linking),
        ]
    )
    add_taps(application, office, again)  # last: what no other handler takes is answered there
    application.add_error_handler(apologise)
    return gate


def _on_messages(
    office: Office, asking: Asking, languages: Languages, telling: Telling, linking: Linking
) -> list[AnyHandler]:
    talk, articles = Talk(office, asking, linking), Articles(office)
    choosing, forgetting = Choosing(office, languages), Forgetting(office, languages)
    privacy = Privacy(office)
    new = filters.UpdateType.MESSAGE  # an edited message is no second question
    private = filters.ChatType.PRIVATE
    commands = {
        "start": Greeting(office).start,
        "help": talk.help,
        "ask": talk.ask,
        "articles": articles.overview,
        "latest": telling.latest,
        "timeline": telling.timeline,
        "digest": Digesting(office, telling).take,
        "lang": choosing.language,
        "settings": choosing.settings,
        "privacy": privacy.tell,
        "export": privacy.export,
        "publish": Publishing(office).take,
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

    def __init__(self, office: Office, asking: Asking, linking: Linking) -> None:
        self._settings = office.settings
        self._asking = asking
        self._linking = linking
        self._claims = Claims(office)

    async def help(self, update: Update, context: Context) -> None:
        """Say how to ask and how to read an answer; to admins what they may too."""
        talk = words(update).talk
        admin = user_id_of(update) in self._settings.admins
        await say(update, context.bot, f"{talk.help}\n\n{talk.admin_help}" if admin else talk.help)

    async def ask(self, update: Update, context: Context) -> None:
        """Answer the question that follows `/ask`."""
        await self._asking.take(update, context.bot, arguments(message_of(update)))

    async def text(self, update: Update, context: Context) -> None:
        """Answer a text or a caption: any in a private chat, in a group those that speak to the bot.

        Its links are told of or taken in first; what stands beside them is answered where it asks something.
        """
        message, bot = message_of(update), context.bot
        question = question_to_bot(message, bot)
        if question is None:
            return
        _begins_album(message, context)
        if links := links_in(message):
            await self._linking.take(update, bot, links)
            question = without_links(question)
            if "?" not in question:
                return
        if claims := claims_in(message, question, language_of(update)):
            await self._claims.take(update, bot, claims)
        else:
            await self._asking.take(update, bot, question)

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
    told = _told_of(context.error, words(update).talk)
    if update.callback_query:
        await acknowledge(update.callback_query, told)
    elif update.message or update.edited_message:
        await say(update, context.bot, told)


def _told_of(error: Exception | None, texts: TalkTexts) -> str:
    """Return what a reader is told of what went wrong."""
    if isinstance(error, StoreError):
        return texts.full
    return texts.unreadable if isinstance(error, DepecheError) else texts.failed
