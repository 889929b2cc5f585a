"""Links that readers propose: put to the admins, who decide by a tap; whoever proposed one is told what came of it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler

from bot.answers.asking import say
from bot.answers.render import TITLE_LIMIT, plain_message
from bot.chats import choices, requests
from bot.markup import one_line
from bot.menus.boards import acknowledge, change, keyboard
from bot.news.jobs import Job
from bot.running.redact import describe
from bot.send import Place, deliver, send_one
from bot.texts import TEXTS, counted
from bot.updates import conversation_of, language_of, message_of, user_id_of, words
from retrieval.urls import address_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa
    from telegram import Bot, Update

    from bot.chats.requests import Request
    from bot.office import Office
    from bot.running.polling import AnyApplication
    from bot.updates import Context
    from retrieval.domain import Language

log = logging.getLogger(__name__)

URL_LIMIT: Final = 1_000  # UTF-16 units of an address that is shown; one that is longer is no article's
_DECIDES: Final = r"^request:(\d{1,18}):(yes|no)$"


def add_requesting(application: AnyApplication, office: Office) -> Requesting:
    """Let admins decide on what readers propose."""
    requesting = Requesting(office)
    application.add_handler(CallbackQueryHandler(requesting.decided, _DECIDES))
    return requesting


class Requesting:
    """Puts links to the admins, and takes their decisions."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def ask(self, update: Update, bot: Bot, links: Sequence[str]) -> None:
        """Propose links to the admins for a reader, and say so; each link is put to them once, whoever proposes it."""
        language, texts = language_of(update), words(update).links
        links = [link for link in links if len(link) <= URL_LIMIT and address_of(link)]
        if not self._office.settings.admins or not links:
            await say(update, bot, counted(len(links) or 1, texts.not_here, language))
            return

        def keep(connection: sa.Connection) -> list[tuple[Request | None, bool]]:
            kept = []
            for link in links:
                known = any(one.url == link for one in requests.every(connection))
                conversation = conversation_of(message_of(update))
                user_id = user_id_of(update)
                made = requests.add(connection, conversation, link, user_id=user_id, language=language)
                kept.append((made, known))
            return kept

        kept = await self._office.store.run(keep)
        made = [(request, known) for request, known in kept if request]
        await asyncio.gather(*(self._put(bot, request) for request, known in made if not known))
        if made:
            await say(update, bot, counted(len(made), texts.asked, language))
        if len(made) < len(kept):
            await say(update, bot, texts.full)

    async def decided(self, update: Update, context: Context) -> None:
        """Take an admin's decision: the link goes in line, or whoever proposed it is told that it was not taken."""
        query, bot, texts = update.callback_query, context.bot, words(update).links
        if query is None or query.message is None or context.match is None:
            return
        if query.from_user.id not in self._office.settings.admins:
            await acknowledge(query, texts.not_yours)
            return
        number, yes = int(context.match[1]), context.match[2] == "yes"
        request = await self._office.store.run(lambda c: requests.get(c, number))
        if request is None:
            await acknowledge(query, texts.decided)
            await change(update, bot, plain_message(texts.decided))
            return
        await acknowledge(query)
        if not yes:
            await change(update, bot, plain_message(texts.refused.format(url=request.url)))
            await self._tell(bot, await self._office.store.run(lambda c: requests.take(c, request.url)))
            return
        language = language_of(update)
        reading = TEXTS[language].bringing.reading
        await change(update, bot, plain_message(reading))
        place = Place(query.message.chat.id)
        job = Job(place, query.message.message_id, reading, language, links=(request.url,), requested=True)
        await self._office.jobs.put(job)

    async def _put(self, bot: Bot, request: Request) -> None:
        """Put a link to each admin who has spoken with the bot."""
        for admin in sorted(self._office.settings.admins):
            chosen = await self._office.store.run(lambda c, admin=admin: choices.get(c, admin))  # type: ignore[misc]
            texts = TEXTS[chosen.language or request.language].links
            mark = f"request:{request.request_id}"
            buttons = keyboard([[(texts.add_button, f"{mark}:yes"), (texts.refuse_button, f"{mark}:no")]])
            offer = plain_message(texts.offer.format(url=request.url))
            try:
                await send_one(bot, Place(admin), offer, buttons)
            except TelegramError as error:
                log.warning("Admin %s could not be asked about a link: %s", admin, describe(error))

    async def _tell(self, bot: Bot, those: Sequence[Request]) -> None:
        for one in those:
            await _say_to(bot, one, TEXTS[one.language].links.declined.format(url=one.url))


async def settle(office: Office, bot: Bot, job: Job) -> None:
    """Tell those who proposed what a job has taken in that it is there now, or, where an admin had decided for it, that it could not be read."""
    for link in job.links:
        title = await asyncio.to_thread(_title_at, office, link)
        if title is None and not job.requested:
            continue
        for one in await office.store.run(lambda c, link=link: requests.take(c, link)):  # type: ignore[misc]
            texts = TEXTS[one.language].links
            await _say_to(
                bot,
                one,
                _outcome(title, one.url, one.language) if title else texts.unread.format(url=one.url),
            )


def _outcome(title: str, url: str, language: Language) -> str:
    return TEXTS[language].links.added.format(title=one_line(title, TITLE_LIMIT) or url)


async def _say_to(bot: Bot, request: Request, text: str) -> None:
    place = Place(request.conversation.chat_id, request.conversation.thread_id or None)
    await deliver(bot, place, [plain_message(text)])


def _title_at(office: Office, link: str) -> str | None:
    """Return the title of the article at an address; None where there is none."""
    if not office.library.exists:
        return None
    with office.library.snapshot() as snapshot:
        rows = snapshot.articles_at(address_of(link)) if address_of(link) else []
        return rows[0].article.title if rows else None
