"""The buttons under the bot's messages, and what a press of one tells: which answer, by its number, and what of it.

Whoever can write to the Bot API can press anything, so a press says nothing that is not looked up: the answer must be one that the message
pressed really shows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Self

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.markup import one_line
from bot.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Answer, Language

Action = Literal["view", "page", "close", "sources", "again", "good", "bad"]

A_ROW: Final = 6
MOST_NUMBERS: Final = 48  # Telegram takes 100 buttons
TITLE_LIMIT: Final = 48  # units; a phone shows about thirty, and cuts the rest itself
OTHER: Final[dict[Language, Language]] = {"fr": "en", "en": "fr"}

_LETTERS: Final[dict[Action, str]] = {
    "view": "v",
    "page": "p",
    "close": "x",
    "sources": "s",
    "again": "l",
    "good": "g",
    "bad": "b",
}
_ACTIONS: Final = {letter: action for action, letter in _LETTERS.items()}
DATA: Final = re.compile(r"a:([vpxslgb]):([1-9]\d{0,17}):([cn][1-9]\d{0,2}|fr|en|):(\d{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tap:
    """What a button's data says: what to do with which answer.

    `of` is what of it: "c3" its third citation, "n1" the first article nearby, "fr" or "en" a language; `page` counts from 0.
    """

    action: Action
    answer_id: int
    of: str = ""
    page: int = 0

    @classmethod
    def read(cls, data: str | None) -> Self | None:
        """Return what a button's data says; None where it is none of ours."""
        found = DATA.fullmatch(data or "")
        if not found:
            return None
        letter, answer_id, of, page = found.groups()
        return cls(_ACTIONS[letter], int(answer_id), of, int(page))

    @property
    def data(self) -> str:
        """The data of a button that says this, at most 34 bytes."""
        return f"a:{_LETTERS[self.action]}:{self.answer_id}:{self.of}:{self.page}"

    @property
    def language(self) -> Language | None:
        """The language it names."""
        return next((language for language in OTHER if language == self.of), None)


def under_answer(
    answer: Answer, answer_id: int, *, votes: tuple[int, int] = (0, 0), private: bool
) -> InlineKeyboardMarkup:
    """Return the buttons of an answer: its citations or what is nearby, its sources, the other language, and the votes.

    `votes` are how many found it good and bad: a tick in a private chat, where only one can vote, and the number elsewhere.
    """
    other = OTHER[answer.language]
    rows = numbers(answer, answer_id) if answer.answered else _nearby(answer, answer_id)
    second = [_button(TEXTS[other].answer.in_this_language, Tap("again", answer_id, other))]
    if answer.answered and answer.citations:
        second.insert(0, _button(TEXTS[answer.language].answer.sources, Tap("sources", answer_id)))
    rows.append(second)
    opinions: tuple[tuple[str, Action, int], ...] = (("👍", "good", votes[0]), ("👎", "bad", votes[1]))
    rows.append(
        [
            _button(f"{sign} {'✓' if private else count}" if count else sign, Tap(action, answer_id))
            for sign, action, count in opinions
        ]
    )
    return InlineKeyboardMarkup(rows)


def under_sources(answer: Answer, answer_id: int) -> InlineKeyboardMarkup:
    """Return the buttons of the list of an answer's sources."""
    return InlineKeyboardMarkup([*numbers(answer, answer_id), [_close(answer_id)]])


def under_page(
    answer_id: int, of: str, page: int, pages: int, *, link: str | None, language: Language
) -> InlineKeyboardMarkup:
    """Return the buttons of one page of an article: back and forth, the page on the web, and away with it."""
    rows = []
    if pages > 1:
        turn = [_button(f"{page + 1}/{pages}", Tap("page", answer_id, of, page))]
        if page > 0:
            turn.insert(0, _button("◀", Tap("page", answer_id, of, page - 1)))
        if page < pages - 1:
            turn.append(_button("▶", Tap("page", answer_id, of, page + 1)))
        rows.append(turn)
    last = [_close(answer_id)]
    if link:
        last.insert(0, InlineKeyboardButton(TEXTS[language].answer.open_page, url=link))
    return InlineKeyboardMarkup([*rows, last])


def numbers(answer: Answer, answer_id: int) -> list[list[InlineKeyboardButton]]:
    """Return a button for each citation, in rows of up to six that are as even as they can be."""
    buttons = [
        _button(f"[{citation.number}]", Tap("view", answer_id, f"c{citation.number}"))
        for citation in answer.citations[:MOST_NUMBERS]
    ]
    return _even(buttons)


def _even(buttons: Sequence[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    rows = -(-len(buttons) // A_ROW)
    if not rows:
        return []
    size = -(-len(buttons) // rows)
    return [[*buttons[start : start + size]] for start in range(0, len(buttons), size)]


def _nearby(answer: Answer, answer_id: int) -> list[list[InlineKeyboardButton]]:
    untitled = TEXTS[answer.language].talk.untitled
    return [
        [_button(one_line(article.title, TITLE_LIMIT) or untitled, Tap("view", answer_id, f"n{number}"))]
        for number, article in enumerate(answer.nearby, start=1)
    ]


def _close(answer_id: int) -> InlineKeyboardButton:
    return _button("✕", Tap("close", answer_id))


def _button(label: str, tap: Tap) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=tap.data)
