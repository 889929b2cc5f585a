"""/articles: what the library holds, its titles page by page."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.answers.render import byline, plain_message, titled
from bot.markup import Block, Message, Run, pack
from bot.menus.boards import acknowledge, change, keyboard, put_up
from bot.texts import TEXTS, counted, number, time_of_day
from bot.updates import language_of
from retrieval import overview, phrases
from retrieval.links import safe_link

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup, Update

    from bot.office import Office
    from bot.updates import Context
    from retrieval.domain import Language
    from retrieval.overview import Listed, Overview

PAGE: Final = 8  # titles; more do not fit a telephone's screen

PAGING: Final = r"^articles:(\d{1,7})$"


class Articles:
    """Shows the library's articles."""

    def __init__(self, office: Office) -> None:
        self._office = office

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
