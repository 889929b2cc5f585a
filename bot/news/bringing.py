"""Articles that an operator sends the bot, as a link or a file: taken in one after the other, told in one message that is edited."""

from __future__ import annotations

import asyncio
import logging
import re
import tempfile
import time
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from telegram.constants import FileSizeLimit
from telegram.error import RetryAfter, TelegramError
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.answers.asking import say
from bot.answers.render import TITLE_LIMIT, plain_message
from bot.links import links_in, written_in
from bot.markup import Run, one_line, pack
from bot.news.ingesting import IngestError, ingest
from bot.news.jobs import Job
from bot.news.requesting import settle
from bot.running.redact import describe
from bot.send import Delivery, Shown, bring_to, edit_once, place_of, send_one
from bot.texts import TEXTS, counted
from bot.trying import Manner, seconds_asked
from bot.updates import language_of, message_of
from retrieval.errors import DepecheError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Bot, Document, Update

    from bot.office import Office
    from bot.running.polling import AnyApplication
    from bot.texts.bringing import Bringing as Texts
    from bot.updates import Context
    from retrieval.domain import Language

log = logging.getLogger(__name__)

ENDINGS: Final = (".txt", ".md", ".html", ".htm", ".pdf", ".eml", ".jsonl", ".jsonl.gz")
TIME_LIMIT: Final = 900.0  # seconds; a feed of 200 pages, one a second, takes a quarter of it
JOBS_WAITING: Final = 20
EDIT_EVERY: Final = 1.5  # seconds between two edits; Telegram allows about one a second
TITLES_SHOWN: Final = 10
NAME_LIMIT: Final = 180  # bytes of a file's name without its ending; systems take 255
PROBLEM_LIMIT: Final = 300  # UTF-16 units
LAST_WORD: Final = 1.0  # seconds, at a stop

_FOLDERS: Final = re.compile(r".*[/\\]", re.S)


def add_bringing(application: AnyApplication, office: Office) -> Bringing:
    """Say which updates bring articles: an admin's files in a private chat, and /ingest; other messages' links come by `Linking`."""
    desk = Bringing(office)
    admin = filters.UpdateType.MESSAGE & filters.User(office.settings.admins)
    private = admin & filters.ChatType.PRIVATE
    application.add_handlers(
        [
            CommandHandler("ingest", desk.command, filters=admin),
            MessageHandler(private & filters.Document.ALL, desk.document),
        ]
    )
    return desk


class Bringing:
    """Puts what admins send in line."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def command(self, update: Update, context: Context) -> None:
        """Take in the links that follow /ingest."""
        links = links_in(message_of(update))
        if links:
            await self.take(update, context.bot, links=links)
        else:
            await say(update, context.bot, _texts(update).usage)

    async def document(self, update: Update, context: Context) -> None:
        """Take in a file, or say why it cannot be one of articles; and the links in what is said of it."""
        document, texts = message_of(update).document, _texts(update)
        name = _name(document) if document else None
        if not document or name is None:
            await say(update, context.bot, texts.not_readable.format(endings=", ".join(ENDINGS)))
        elif (document.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
            await say(
                update, context.bot, texts.too_big.format(limit=FileSizeLimit.FILESIZE_DOWNLOAD // 1_000_000)
            )
        else:
            await self.take(update, context.bot, file_id=document.file_id, name=name)
        if links := links_in(message_of(update)):
            await self.take(update, context.bot, links=links)

    async def take(self, update: Update, bot: Bot, **source: Any) -> None:  # noqa: ANN401 - Job's own fields
        """Put links or a file in line, and say so."""
        jobs, message, texts = self._office.jobs, message_of(update), _texts(update)
        before = jobs.qsize() + self._office.working.locked()
        if jobs.qsize() >= JOBS_WAITING:
            await say(update, bot, texts.busy.format(count=before))
            return
        language, place = language_of(update), place_of(message)
        first = texts.fetching if source.get("file_id") else texts.reading
        shown = counted(before, texts.waiting, language) if before else first
        message_id = await send_one(bot, place, plain_message(shown))
        await jobs.put(Job(place, message_id, shown, language, **source))


async def bring(office: Office, bot: Bot) -> None:
    """Take in what is in line, one after the other (a library has one writer), until cancelled; then tell those who wait."""
    status: _Status | None = None
    try:
        while True:
            job = await office.jobs.get()
            status = _Status(bot, job)
            async with office.working:
                try:
                    await _take_in(office, bot, job, status)
                except Exception as error:  # whatever it is, the next one is taken in
                    log.error("What chat %s sent was not taken in: %s", job.place.chat_id, describe(error))
                    await status.end(status.texts.failed)
            status = None
            try:
                await settle(office, bot, job)
            except DepecheError as error:  # a full disk: they wait until the next of their links is taken in
                log.warning("Who proposed a link was not told of it: %s", describe(error))
    except asyncio.CancelledError:
        await _tell_of_the_stop(office, bot, status)
        raise


async def _tell_of_the_stop(office: Office, bot: Bot, working: _Status | None) -> None:
    """Say of the job in work that it was broken off, and of those in line that they were not begun."""
    ends = [working.stop()] if working else []
    while not office.jobs.empty():
        status = _Status(bot, office.jobs.get_nowait())
        ends.append(status.end(status.texts.not_begun))
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_WORD):
            await asyncio.gather(*ends)


async def _take_in(office: Office, bot: Bot, job: Job, status: _Status) -> None:
    async with _sources(bot, job, status) as sources:
        if sources:
            await status.end(await _told(office, sources, status))


async def _told(office: Office, sources: list[str], status: _Status) -> str:
    """Ingest, showing how far it is; return what came of it."""
    texts, language = status.texts, status.language
    await status.show(texts.reading)
    articles = 0
    told = texts.failed
    try:
        async with (
            asyncio.timeout(TIME_LIMIT),
            aclosing(ingest(sources, office.library.folder, language)) as events,
        ):
            async for event in events:
                if event.kind == "done":
                    told = _result(event.told, sources, language)
                    continue
                articles += event.kind == "article"
                line = counted(articles, texts.counted, language) if articles else texts.reading
                await status.show(texts.other_writer if event.kind == "waiting" else line)
    except TimeoutError:
        return texts.too_slow
    except IngestError as error:
        return texts.problem.format(line=_line(str(error), sources))
    return told


@asynccontextmanager
async def _sources(bot: Bot, job: Job, status: _Status) -> AsyncIterator[list[str]]:
    """Give what to ingest: the links, or the file, in a folder that is removed afterwards; nothing where it cannot be had."""
    if job.links:
        yield [*job.links]
        return
    await status.show(status.texts.fetching)
    try:
        content = await (await bot.get_file(job.file_id)).download_as_bytearray()
    except TelegramError as error:
        log.warning("A file was not downloaded: %s", describe(error))
        await status.end(status.texts.not_downloaded)
        yield []
        return
    if len(content) > FileSizeLimit.FILESIZE_DOWNLOAD:
        await status.end(status.texts.too_big.format(limit=FileSizeLimit.FILESIZE_DOWNLOAD // 1_000_000))
        yield []
        return
    with tempfile.TemporaryDirectory(prefix="depeche-") as folder:
        file = Path(folder) / job.name
        await asyncio.to_thread(file.write_bytes, content)
        yield [str(file)]


class _Status:
    """The message that tells how far a job is, edited now and then, and what came of it."""

    def __init__(self, bot: Bot, job: Job) -> None:
        self._bot = bot
        self._place = job.place
        self._message_id = job.message_id
        self._shown = job.shown
        self._next = 0.0
        self._end: asyncio.Task[Delivery] | None = None
        self.language = job.language
        self.texts = TEXTS[job.language].bringing

    async def show(self, text: str) -> None:
        """Show how far it is, unless the last edit was a moment ago; one that fails is no failure, the next one tells more."""
        if text == self._shown or time.monotonic() < self._next:
            return
        pause = EDIT_EVERY
        try:
            await edit_once(self._bot, Manner(self._place.chat_id), self._message_id, plain_message(text))
            self._shown = text
        except RetryAfter as error:
            pause = seconds_asked(error)
        except TelegramError as error:
            log.info("A message of chat %s was not edited: %s", self._place.chat_id, describe(error))
        self._next = time.monotonic() + pause

    async def end(self, text: str) -> None:
        """Show what came of it, after the waits that Telegram asks for; what one message cannot hold goes into more."""
        lines = tuple(map(Run, text.splitlines(keepends=True)))  # a long message is parted between them
        now = [Shown(self._message_id, None)]
        self._end = asyncio.create_task(bring_to(self._bot, self._place, now, pack([lines])))
        await asyncio.shield(self._end)

    async def stop(self) -> None:
        """Say that the job was broken off; where what came of it is being told already, tell that to its end."""
        if self._end:
            await self._end
        else:
            await self.end(self.texts.stopped)


def _texts(update: Update) -> Texts:
    return TEXTS[language_of(update)].bringing


def _name(document: Document) -> str | None:
    """Return a file's name as its sender gave it, made safe to be one; None where its ending is none of ours.

    No part of it is a folder, nothing in it is hidden from a screen, and its ending says what it is; Telegram's names have 60 characters or so.
    """
    given = one_line(_FOLDERS.sub("", document.file_name or ""), TITLE_LIMIT)
    ending = max((known for known in ENDINGS if given.lower().endswith(known)), key=len, default=None)
    if ending is None:
        return None
    stem = given[: -len(ending)].lstrip(".")
    while len(stem.encode()) > NAME_LIMIT:
        stem = stem[:-1]
    return f"{stem or 'article'}{ending}"


def _result(told: dict[str, Any], sources: list[str], language: Language) -> str:
    """Return what came of it: the titles, by what became of each article, and the problems."""
    texts = TEXTS[language].bringing
    by_state = {"new": texts.new, "changed": texts.changed, "same": texts.same}
    articles = told["articles"][:TITLES_SHOWN]
    lines = [by_state[a["state"]].format(title=one_line(a["title"], TITLE_LIMIT)) for a in articles]
    more = sum(told[state] for state in by_state) - len(articles)
    if more > 0:
        lines.append(counted(more, texts.more, language))
    problems = told["problems"]
    lines += [texts.problem.format(line=_line(problem, sources)) for problem in problems[:TITLES_SHOWN]]
    if len(problems) > TITLES_SHOWN:
        lines.append(counted(len(problems) - TITLES_SHOWN, texts.more, language))
    return "\n".join(lines) or texts.nothing


def _line(problem: str, sources: list[str]) -> str:
    """Return a problem on one line, without the folder that a file was put into."""
    for source in sources:
        if not written_in(source):
            problem = problem.replace(f"{Path(source).parent}/", "")
    return one_line(problem, PROBLEM_LIMIT)
