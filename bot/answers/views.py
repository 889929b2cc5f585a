"""What a press of a button shows: an article, a page at a time, with the quotation marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answers.buttons import under_page
from bot.answers.pages import cut_into_pages, page_with
from bot.answers.render import byline, titled
from bot.markup import Message, Run, clean, pack
from bot.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from telegram import InlineKeyboardMarkup

    from bot.answers.pages import Span
    from bot.answers.passages import Told
    from bot.markup import Block
    from retrieval.domain import Language


@dataclass(frozen=True, slots=True)
class View:
    """A message and its buttons."""

    message: Message
    keyboard: InlineKeyboardMarkup


def view(told: Told, answer_id: int, of: str, page: int | None, language: Language) -> View:
    """Return a page of a text, from 0, as a message to a reader of `language`; None is the page with the quotation.

    A page that is not there is the nearest that is.
    """
    pages = cut_into_pages(told.text, told.language, told.quoted) or [(0, 0)]
    number = page_with(pages, told.quoted[0]) if page is None else min(page, len(pages) - 1)
    [message] = pack(_blocks(told, pages[number], language))
    return View(message, under_page(answer_id, of, number, len(pages), link=told.link, language=language))


def _blocks(told: Told, page: Span, language: Language) -> Iterator[Block]:
    line = byline(told.source, told.published, language)
    yield Run(titled(told.title, language), link=told.link), Run(f"\n{line}" if line else "")
    if told.kept != "whole":
        texts = TEXTS[language].answer
        notes = {
            "corrected": texts.corrected,
            "changed": texts.changed,
            "article_gone": texts.article_gone,
        }
        yield (Run(notes[told.kept]),)
    yield tuple(_marked(told.text, page, told.quoted))


def _marked(text: str, page: Span, quoted: Span) -> Iterator[Run]:
    """Yield the page's text, in bold what of the quotation is on it."""
    start, end = page
    bold_from, bold_to = (min(max(at, start), end) for at in quoted)
    yield Run(clean(text[start:bold_from]))
    yield Run(clean(text[bold_from:bold_to]), bold=True)
    yield Run(clean(text[bold_to:end]))
