"""/articles and /latest: what the library holds, its titles page by page, and the newest on a topic."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.answers.asking import say
from bot.answers.render import byline, plain_message, titled
from bot.markup import Block, Message, Run, one_line, pack, safe_link
from bot.menus.boards import acknowledge, change, keyboard, put_up
from bot.send import deliver, place_of
from bot.texts import TEXTS, counted, number, time_of_day
from bot.updates import arguments, language_of, message_of, words
from retrieval import overview, phrases, staleness
from retrieval.domain import Question
from retrieval.words import content_spans, stems

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup, Update

    from bot.office import Office
    from bot.updates import Context
    from retrieval.domain import Article, Language
    from retrieval.overview import Listed, Overview

PAGE: Final = 8  # titles; more do not fit a telephone's screen
FOUND: Final = 40  # passages in which a topic is looked for
NEAREST: Final = 3  # titles, where no article is about a topic
TOPIC_LIMIT: Final = 200  # characters of a topic
LONGEST: Final = 20.0  # seconds for a topic, its wait behind others and behind the comparison of what has just come in with it

PAGING: Final = r"^articles:(\d{1,7})$"


class Articles:
    """Shows the library's articles."""

    def __init__(self, office: Office) -> None:
        self._office = office
        # comparing waits for a lock that only one can have: on the loop's own threads, those waiting would hold up everything else
        self._topics = ThreadPoolExecutor(1, thread_name_prefix="topic")

    async def overview(self, update: Update, context: Context) -> None:
        """Say what the library holds, with the first page of its titles."""
        message, buttons = await self._page(0, language_of(update))
        await put_up(update, context.bot, message, buttons)

    async def turn(self, update: Update, context: Context) -> None:
        """Show another page, in the same message."""
        query = update.callback_query
        if query and context.match:
            await acknowledge(query)
            await change(update, context.bot, *await self._page(int(context.match[1]), language_of(update)))

    async def latest(self, update: Update, context: Context) -> None:
        """List the newest articles, or the newest on the topic that follows the command."""
        language, topic = language_of(update), one_line(arguments(message_of(update)), TOPIC_LIMIT)
        texts = words(update).library
        if any(map(str.isalnum, topic)):
            loop = asyncio.get_running_loop()
            try:
                async with asyncio.timeout(LONGEST):
                    listed, nearest = await loop.run_in_executor(self._topics, self._about, topic, language)
            except TimeoutError:
                await say(update, context.bot, texts.too_late)
                return
            title = (texts.latest_about if listed else texts.none_about).format(words=topic)
            if not listed and nearest:
                title = f"{title} {phrases.NEARBY[language]}"
        else:
            listed, nearest = await asyncio.to_thread(self._newest), []
            title = texts.latest if listed else texts.empty
        stale = await asyncio.to_thread(self._stale, language)
        ahead: list[Block] = [(Run(stale),)] if stale else []
        heading: Block = (Run(title, bold=bool(listed)),)
        blocks = [*ahead, heading, *(_line(one, language) for one in listed or nearest)]
        await deliver(context.bot, place_of(message_of(update)), pack(blocks))

    async def _page(self, offset: int, language: Language) -> tuple[Message, InlineKeyboardMarkup | None]:
        held, listed = await asyncio.to_thread(self._look, offset)
        texts = TEXTS[language].library
        if not held.count:
            return plain_message(texts.empty), None
        blocks = [_summary(held, language, ZoneInfo(self._office.settings.timezone))]
        if listed:
            first, last = number(offset + 1, language), number(offset + len(listed), language)
            shown = counted(len(listed), texts.shown, language, first=first, last=last)
            blocks += [(Run(shown, bold=True),)]
            blocks += [_line(one, language) for one in listed]
        later, earlier = max(0, offset - PAGE), offset + PAGE
        row = [(texts.later_button, f"articles:{later}")] if offset else []
        row += [(texts.earlier_button, f"articles:{earlier}")] if earlier < held.count else []
        return pack(blocks)[0], keyboard([row])

    def _look(self, offset: int) -> tuple[Overview, list[Listed]]:
        if not self._office.library.exists:
            return overview.Overview({}, 0, None, None, None), []
        with self._office.library.snapshot() as snapshot:
            return (
                overview.look(snapshot.connection),
                overview.newest(snapshot.connection, limit=PAGE, offset=offset),
            )

    def _newest(self) -> list[Listed]:
        return self._look(0)[1]

    def _stale(self, language: Language) -> str | None:
        """Return the sentence that says that nothing has come for days, None where something has."""
        if not self._office.library.exists:
            return None
        today = datetime.now(ZoneInfo(self._office.settings.timezone)).date()
        with self._office.library.snapshot() as snapshot:
            return staleness.old(overview.newest_day(snapshot.connection), today, language)

    def _about(self, topic: str, language: Language) -> tuple[list[Listed], list[Listed]]:
        """Return the newest of the articles about a topic, of those that search finds, and the nearest where none is.

        Search gives the nearest, whether or not any is about it. An article is, where the matcher of subscriptions says so, or where it
        holds the topic's words.
        """
        question = Question(topic, chat_language=language)
        hits = self._office.find(question, FOUND).hits
        articles = {hit.article.article_id: hit.article for hit in hits}
        match = self._office.match
        met = {one.article_id for one in match([question], [*articles])} if match and articles else set()
        about = [one for one in articles.values() if one.article_id in met or _holds(one, topic)]
        nearest = [overview.Listed.of(one) for one in articles.values()][:NEAREST]
        return overview.by_date(about)[:PAGE], nearest


def _holds(article: Article, topic: str) -> bool:
    """Say whether an article holds every word of a topic that carries meaning."""
    wanted = {
        stem
        for start, end in content_spans(topic, article.language)
        for stem in stems(topic[start:end], article.language)
    }
    return bool(wanted) and wanted <= {*stems(f"{article.title}\n{article.text}", article.language)}


def _summary(held: Overview, language: Language, zone: ZoneInfo) -> Block:
    """Return how much there is, of which days, and when it last changed."""
    texts = TEXTS[language].library
    parts = {"fr": texts.in_french, "en": texts.in_english}
    counts = [parts[one].format(count=number(count, language)) for one, count in held.articles.items()]
    lines = [f"{counted(held.count, texts.articles, language)} ({', '.join(counts)})"]
    if held.sources:
        lines.append(counted(held.sources, texts.sources, language))
    first, last = (phrases.long_date(day, language) for day in (held.first, held.last))
    if first and last:
        lines.append((texts.one_day if first == last else texts.days).format(first=first, last=last))
    if held.changed is not None:
        moment = datetime.fromtimestamp(held.changed, zone)
        lines.append(
            texts.changed.format(
                day=phrases.long_date(moment.date().isoformat(), language),
                time=time_of_day(moment.hour, moment.minute, language),
            )
        )
    return (Run("\n".join(lines)),)


def _line(listed: Listed, language: Language) -> Block:
    """Return an article on a line: its title, a link where it has an address, its source and date."""
    line = byline(listed.source, listed.published, language)
    runs = [Run("• "), Run(titled(listed.title, language), link=safe_link(listed.url))]
    return (*runs, Run(f"\n{line}")) if line else tuple(runs)
