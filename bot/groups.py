"""The bot in groups: it greets when it joins one, leaves where it may not stay, and moves with one that becomes a supergroup."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from telegram import ChatMember
from telegram.error import TelegramError

from bot.answers.render import plain_message
from bot.chats import moving
from bot.running.redact import describe
from bot.send import Place, deliver
from bot.updates import message_of, user_id_of, words

if TYPE_CHECKING:
    from telegram import Bot, Chat, ChatMemberUpdated, Update

    from bot.chats.store import Store
    from bot.menus.languages import Languages
    from bot.settings import BotSettings
    from bot.updates import Context

log = logging.getLogger(__name__)

GROUPS: Final = frozenset({"group", "supergroup"})
AWAY: Final = frozenset({ChatMember.LEFT, ChatMember.BANNED})
ADMINISTRATORS: Final = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR})


async def may_administer(update: Update, bot: Bot, settings: BotSettings) -> bool:
    """Say whether whoever is behind `update` may decide for the whole chat.

    In a private chat its reader may; in a group its administrators, those too who write in its name, and the bot's admins.
    """
    chat, user_id, message = update.effective_chat, user_id_of(update), update.message
    if chat is None or chat.type == "private" or user_id in settings.admins:
        return True
    if message and message.sender_chat:
        return message.sender_chat.id == chat.id
    try:
        member = await bot.get_chat_member(chat.id, user_id)
    except TelegramError as error:
        log.warning("Who administers group %s could not be asked: %s", chat.id, describe(error))
        return False
    return member.status in ADMINISTRATORS


class Groups:
    """What happens to the bot in groups."""

    def __init__(self, settings: BotSettings, store: Store, languages: Languages) -> None:
        self._settings = settings
        self._store = store
        self._languages = languages
        self._told: set[int] = set()
        self._left: set[int] = set()

    def is_barred(self, chat: Chat) -> bool:
        """Say whether the bot may not stay in a chat."""
        return chat.type in GROUPS and not self._settings.groups

    async def leave(self, update: Update, bot: Bot, chat: Chat) -> None:
        """Say why, then leave a group; once, whatever still comes from it. Where leaving fails, the next update tries again."""
        if chat.id in self._left:
            return
        if chat.id not in self._told:
            self._told.add(chat.id)
            why = words(update).groups.barred.format(username=bot.username)
            await deliver(bot, Place(chat.id), [plain_message(why)])
        try:
            await bot.leave_chat(chat.id)
        except TelegramError as error:
            log.warning("Group %s could not be left: %s", chat.id, describe(error))
        else:
            self._left.add(chat.id)

    async def membership(self, update: Update, context: Context) -> None:
        """Greet a group that the bot was added to, or leave it."""
        changed, bot = update.my_chat_member, context.bot
        if changed is None or changed.chat.type not in GROUPS or not _is_in(changed):
            return
        joined = changed.old_chat_member.status in AWAY
        if joined:
            self._told.discard(changed.chat.id)
            self._left.discard(changed.chat.id)
        if self.is_barred(changed.chat):
            await self.leave(update, bot, changed.chat)
        elif joined:
            await deliver(bot, Place(changed.chat.id), [plain_message(words(update).groups.joined)])

    async def moved(self, update: Update, context: Context) -> None:
        """Keep what a group has under the number it goes on with."""
        message = message_of(update)
        old, new = message.chat_id, message.migrate_to_chat_id
        if new is not None:
            await self._store.run(lambda connection: moving.move(connection, old, new))
            self._languages.look_again()


def _is_in(changed: ChatMemberUpdated) -> bool:
    """Say whether the bot is a member after a change: a restricted one may have left."""
    member = changed.new_chat_member
    return member.status not in AWAY and bool(getattr(member, "is_member", True))
