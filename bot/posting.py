"""An Answer as one message that stands alone: what inline mode posts in other chats, question, sentences, sources as links."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from bot.answers.render import blocks_of, credit
from bot.markup import MESSAGE_LIMIT, Block, Message, Run, clean, head, one_line, pack, units
from bot.texts import TEXTS

if TYPE_CHECKING:
    from retrieval.domain import Answer

QUESTION_SHOWN: Final = 300  # UTF-16 units
SENTENCE_SHOWN: Final = 900
NAME_SHOWN: Final = 60  # of a source, in a result's description
SOURCES_SHOWN: Final = 8
LINE_SHOWN: Final = 120  # of a result's title and description; screens cut them anyway


def posted(answer: Answer) -> Message:
    """Return `answer` as one message within Telegram's limit: the question, what answers it, and whose it is."""
    question: Block = (Run(one_line(answer.question, QUESTION_SHOWN), bold=True),)
    if answer.mode == "quotes" or not answer.answered:
        return pack([question, *blocks_of(answer)])[0]
    ahead: Block = (Run(answer.stale),) if answer.stale else ()
    end = _sources(answer)
    room = MESSAGE_LIMIT - sum(units(run.text) for run in (*question, *ahead, *end)) - 3 * units("\n\n")
    body: Block = (Run(_body(answer, room)),)
    return pack([block for block in (question, ahead, body, end) if block])[0]


def described(answer: Answer) -> tuple[str, str]:
    """Return the title and the description of an answer in the list of results: what it says, and what it rests on."""
    inline = TEXTS[answer.language].inline
    if not answer.answered:
        return inline.refused, inline.nearby if answer.nearby else ""
    titles = dict.fromkeys(
        one_line(citation.source or citation.title, NAME_SHOWN) for citation in answer.citations
    )
    first = answer.sentences[0].text if answer.sentences else answer.body
    return one_line(first, LINE_SHOWN) or one_line(answer.question, LINE_SHOWN), one_line(
        ", ".join(titles), LINE_SHOWN
    )


def _body(answer: Answer, room: int) -> str:
    """Return a composed answer's sentences, as many as there is room for, each with its numbers."""
    shown = {citation.number for citation in answer.citations[:SOURCES_SHOWN]}
    lines: list[str] = []
    for sentence in answer.sentences:
        words = one_line(sentence.text, SENTENCE_SHOWN)
        marks = "".join(
            f"[{number}]" for number in sentence.citations if number in shown and f"[{number}]" not in words
        )
        lines.append(f"{words}\u00a0{marks}" if marks else words)
    text = " ".join(lines) or clean(answer.body)
    return text if units(text) <= room else head(text, room)


def _sources(answer: Answer) -> Block:
    """Return what a composed answer rests on, an article a line."""
    runs: list[Run] = []
    for _, group in groupby(answer.citations[:SOURCES_SHOWN], key=lambda citation: citation.article_id):
        cited = [*group]
        numbers = "".join(f"[{citation.number}]" for citation in cited)
        runs += [Run(("\n" if runs else "") + numbers + "\u00a0"), *credit(cited[0], answer.language)]
    return tuple(runs)
