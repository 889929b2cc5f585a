"""The buttons under the bot's messages, and what a press of one tells: which answer, by its number, and what of it.

Whoever can write to the Bot API can press anything, so a press says nothing that is not looked up: the answer must be one that the message
pressed really shows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Self

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.answers.render import cited_first, rest
from bot.texts import TEXTS
from retrieval.domain import FACT, PERSON, TALK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.texts.answer import AnswerTexts
    from retrieval.domain import Answer, Citation, Language

Action = Literal["view", "page", "close", "more", "options", "alone", "again", "good", "bad"]

A_ROW: Final = 6
FEW: Final = 4  # citations that have a button each beside the others
MOST_NUMBERS: Final = 48  # Telegram takes 100 buttons
FOLLOW: Final = "follow:"  # and an answer's number: to be told when its question has an answer
NEWEST: Final = "newest"
OTHER: Final[dict[Language, Language]] = {"fr": "en", "en": "fr"}

_LETTERS: Final[dict[Action, str]] = {
    "view": "v",
    "page": "p",
    "close": "x",
    "more": "m",
    "options": "o",
    "alone": "q",
    "again": "l",
    "good": "g",
    "bad": "b",
}
_ACTIONS: Final = {letter: action for action, letter in _LETTERS.items()}
DATA: Final = re.compile(r"a:([vpxmoqlgb]):([1-9]\d{0,17}):([cn][1-9]\d{0,2}|fr|en|):(\d{1,4})", re.ASCII)


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
    answer: Answer, answer_id: int, *, votes: tuple[int, int] = (0, 0), private: bool, opened: bool = False
) -> InlineKeyboardMarkup:
    """Return the buttons of an answer: the passages it shows and what else there is, in one row; where it is `opened`, what the last stood for.

    That is the other language and the votes: how many found it good and bad are a tick in a private chat, where only one can vote, and
    the number elsewhere. A refusal has the articles nearby above, and ways on.
    """
    texts, shown = TEXTS[answer.language].answer, cited_first(answer, short=not private)
    alone = [_button(texts.alone, Tap("alone", answer_id))] if answer.understood else []
    more = [_button(texts.more, Tap("more", answer_id))] if rest(answer, short=not private) else []
    options = [] if opened else [_button("⋯", Tap("options", answer_id))]
    if answer.answered:
        rows = [[*_passages(shown, answer_id, texts), *(alone or more), *options]]
    else:
        rows = [[*_nearby(answer, answer_id), *alone], [*_ways_on(answer, answer_id), *options]]
    if opened:
        rows += numbers(shown, answer_id) if len(shown) > FEW else []
        rows += [more] if alone else []
        rows.append([_other_language(answer, answer_id), *_opinions(answer_id, votes, private=private)])
    return InlineKeyboardMarkup([row for row in rows if row])


def under_sources(answer: Answer, answer_id: int) -> InlineKeyboardMarkup:
    """Return the buttons of the list of an answer's sources."""
    return under_passages(answer.citations, answer_id)


def under_passages(citations: Sequence[Citation], answer_id: int) -> InlineKeyboardMarkup:
    """Return the buttons of a message that names citations: each, and away with it."""
    return InlineKeyboardMarkup([*numbers(citations, answer_id), [_close(answer_id)]])


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


def numbers(citations: Sequence[Citation], answer_id: int) -> list[list[InlineKeyboardButton]]:
    """Return a button for each citation, in rows of up to six that are as even as they can be."""
    return _even([_numbered(citation, answer_id) for citation in citations[:MOST_NUMBERS]])


def _numbered(citation: Citation, answer_id: int) -> InlineKeyboardButton:
    return _button(f"[{citation.number}]", Tap("view", answer_id, f"c{citation.number}"))


def _even(buttons: Sequence[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    rows = -(-len(buttons) // A_ROW)
    if not rows:
        return []
    size = -(-len(buttons) // rows)
    return [[*buttons[start : start + size]] for start in range(0, len(buttons), size)]


def _passages(shown: Sequence[Citation], answer_id: int, texts: AnswerTexts) -> list[InlineKeyboardButton]:
    """Return the buttons of the passages that an answer shows, where they are few."""
    if len(shown) == 1:
        return [_button(texts.read, Tap("view", answer_id, f"c{shown[0].number}"))]
    return [_numbered(citation, answer_id) for citation in shown] if len(shown) <= FEW else []


def _nearby(answer: Answer, answer_id: int) -> list[InlineKeyboardButton]:
    return [
        _button(f"{number}.", Tap("view", answer_id, f"n{number}"))
        for number, _ in enumerate(answer.nearby, start=1)
    ]


def _ways_on(answer: Answer, answer_id: int) -> list[InlineKeyboardButton]:
    """Return what may help where nothing was found: to be told when there is, and the newest articles."""
    if answer.kind == TALK:
        return []
    texts = TEXTS[answer.language].answer
    newest = InlineKeyboardButton(texts.newest, callback_data=NEWEST)
    if answer.kind not in {FACT, PERSON}:
        return [newest]
    return [InlineKeyboardButton(texts.tell_when, callback_data=f"{FOLLOW}{answer_id}"), newest]


def _other_language(answer: Answer, answer_id: int) -> InlineKeyboardButton:
    other = OTHER[answer.language]
    return _button(TEXTS[other].answer.in_this_language, Tap("again", answer_id, other))


def _opinions(answer_id: int, votes: tuple[int, int], *, private: bool) -> list[InlineKeyboardButton]:
    opinions: tuple[tuple[str, Action, int], ...] = (("👍", "good", votes[0]), ("👎", "bad", votes[1]))
    return [
        _button(f"{sign} {'✓' if private else count}" if count else sign, Tap(action, answer_id))
        for sign, action, count in opinions
    ]


def _close(answer_id: int) -> InlineKeyboardButton:
    return _button("✕", Tap("close", answer_id))


def _button(label: str, tap: Tap) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=tap.data)
