"""What an update says: whose it is, which conversation it belongs to, in which language, and what it asks of the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram import MessageEntity
from telegram.ext import CallbackContext, ExtBot

from bot.chats.answers import Conversation
from bot.send import place_of
from bot.texts import TEXTS, Texts, chat_language

if TYPE_CHECKING:
    from telegram import Bot, Message, Update

    from retrieval.domain import Language

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


def language_of(update: Update) -> Language:
    """Return the language of the reader's Telegram, as far as the bot speaks it."""
    user = update.effective_user
    return chat_language(user.language_code if user else None)


def words(update: Update) -> Texts:
    """Return the bot's words in the reader's language."""
    return TEXTS[language_of(update)]


def question_to_bot(message: Message, bot: Bot) -> str | None:
    """Return the question `message` puts to the bot, without the mention of it; `None` if it speaks to others."""
    text = message.text or ""
    if message.chat.type == "private":
        return text
    for entity, mention in message.parse_entities([MessageEntity.MENTION]).items():
        if mention.lower() == f"@{bot.username}".lower():
            before = _first_units(text, entity.offset)
            return f"{before}{text[len(before) + len(mention) :]}".strip()
    answered = message.reply_to_message
    if answered and answered.from_user and answered.from_user.id == bot.id:
        return text
    return None


def _first_units(text: str, units: int) -> str:
    """Return the first `units` UTF-16 units of `text`: Telegram's offsets count those."""
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", errors="ignore")
