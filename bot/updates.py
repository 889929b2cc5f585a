"""What an update says: whose it is, which conversation it belongs to, in which language, and what it asks of the bot."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from telegram import MessageEntity
from telegram.ext import CallbackContext, ExtBot

from bot.chats.answers import Conversation
from bot.send import place_of
from bot.texts import TEXTS, Texts, chat_language
from retrieval.domain import Language

if TYPE_CHECKING:
    from telegram import Bot, Message, Update

COMMANDS: Final = frozenset(name for name, _ in (*TEXTS["en"].commands, *TEXTS["en"].admin_commands))

# The language that the chat of the update at work has chosen: each update has a task, and so a context, of its own.
_CHOSEN: Final[ContextVar[Language | None]] = ContextVar("language the chat has chosen", default=None)

Context = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]


def message_of(update: Update) -> Message:
    """Return the message of an update that the handlers' filters let through, new or edited."""
    message = update.effective_message
    if message is None:
        raise ValueError("an update without a message reached a handler for messages")
    return message


def conversation_of(message: Message) -> Conversation:
    """Return which conversation a message is of: its chat, and its topic where the chat has topics."""
    place = place_of(message)
    return Conversation(place.chat_id, place.thread_id or 0)


def chat_name(conversation: Conversation) -> str:
    """Return what names a conversation to the chain, so that chats take turns at a chat model."""
    return f"telegram {conversation.chat_id} {conversation.thread_id}"


def user_id_of(update: Update) -> int:
    """Return who sent an update, 0 where nobody is named (a channel, an anonymous admin's message has its group's bot)."""
    return update.effective_user.id if update.effective_user else 0


def speak(language: Language | None) -> None:
    """Speak `language` for as long as the update at work takes; None: the language of the reader's Telegram."""
    _CHOSEN.set(language)


def language_of(update: Update) -> Language:
    """Return the language to speak: the one the chat has chosen, else that of the reader's Telegram."""
    user = update.effective_user
    return _CHOSEN.get() or chat_language(user.language_code if user else None)


def language_for(said: Language) -> Language:
    """Return the language to answer something in: the one the chat has chosen, else the one it is `said` in."""
    return _CHOSEN.get() or said


def words(update: Update) -> Texts:
    """Return the bot's words in the reader's language."""
    return TEXTS[language_of(update)]


def speaker_of(update: Update) -> int:
    """Return who is behind an update: a person, or the group or channel in whose name somebody writes."""
    message = update.message or update.edited_message
    if message and message.sender_chat:
        return message.sender_chat.id
    return user_id_of(update)


def is_of_a_person(message: Message) -> bool:
    """Say whether a person wrote a message here: no other bot, no post of a linked channel, nothing made in inline mode.

    Who writes in the name of a chat comes as a bot of Telegram's own.
    """
    if message.via_bot or message.is_automatic_forward:
        return False
    return message.sender_chat is not None or (message.from_user is not None and not message.from_user.is_bot)


def is_to_bot(message: Message, bot: Bot) -> bool:
    """Say whether `message` speaks to the bot: any in a private chat, in a group by a command, a mention or a reply."""
    if message.chat.type == "private":
        return True
    command = command_of(message)
    if command is None:
        return question_to_bot(message, bot) is not None
    name, _, addressed = command.partition("@")
    return addressed == bot.username.lower() if addressed else name in COMMANDS


def command_of(message: Message) -> str | None:
    """Return the command that `message` begins with, in small letters, without its slash; None where there is none."""
    first = message.entities[0] if message.text and message.entities else None
    if first is None or first.type != MessageEntity.BOT_COMMAND or first.offset:
        return None
    return message.parse_entity(first)[1:].lower()


def arguments(message: Message) -> str:
    """Return what follows the command that `message` begins with."""
    return "".join((message.text or "").split(maxsplit=1)[1:]).strip()


def question_to_bot(message: Message, bot: Bot) -> str | None:
    """Return the question `message` puts to the bot, without the mention of it; `None` if it speaks to others.

    It may be the caption of a picture.
    """
    text = message.text or message.caption or ""
    if message.chat.type == "private":
        return text
    for entity in message.entities or message.caption_entities:
        before, mention = _first_units(text, entity.offset), _first_units(text, entity.offset + entity.length)
        mention = mention[len(before) :]
        if entity.type == MessageEntity.TEXT_MENTION:
            mentioned = entity.user is not None and entity.user.id == bot.id
        else:
            mentioned = entity.type == MessageEntity.MENTION and mention.lower() == f"@{bot.username}".lower()
        if mentioned:
            return _without_vocative(before, text[len(before) + len(mention) :])
    answered = message.reply_to_message
    if text and answered and answered.from_user and answered.from_user.id == bot.id:
        return text
    return None


def _without_vocative(before: str, after: str) -> str:
    """Return what stands around the bot's name, without the comma or colon that parted it: "@bot, who won?" asks "who won?"."""
    if not before.strip():
        return after.lstrip().lstrip(",:;–—-").strip()
    return f"{before.rstrip() if after.startswith(',') else before}{after}".strip()


def _first_units(text: str, units: int) -> str:
    """Return the first `units` UTF-16 units of `text`: Telegram's offsets count those."""
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", errors="ignore")
