"""A chat model that puts a follow-up so that it stands by itself; its words are checked, and where they fail it is joined to what it follows.

The model is LangChain's `BaseChatModel`. It sees the conversation as data and gives one line. It may not bring in anything: every
name and number of its question must come from the follow-up or the conversation.
"""

from __future__ import annotations

import json
import logging
from contextlib import closing
from typing import TYPE_CHECKING, Final

from langchain_core.messages import HumanMessage, SystemMessage

from retrieval.chat.errors import ChatError
from retrieval.chat.stream import stream
from retrieval.language import detect
from retrieval.words import fold, names, stems

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from retrieval.domain import Language, Question, Turn

log = logging.getLogger(__name__)

LONGEST: Final = 200  # characters of a question that is put anew
_TURNS = 3
_SAID = 300  # characters of each answer that are shown
_TASK: Final[dict[Language, str]] = {
    "en": (
        "You get a conversation about news articles as JSON, then a follow-up question. Write that follow-up as one question in "
        "English that can be understood without the conversation: put the names it refers to in place of words such as he, it or "
        "there, and complete what is left out. Keep its meaning. If it already stands by itself, repeat it. Answer with the "
        "question only, on one line."
    ),
    "fr": (
        "Vous recevez une conversation sur des articles de presse, en JSON, puis une question qui la suit. Écrivez cette question "
        "en français de sorte qu’on la comprenne sans la conversation\u00a0: remplacez il, elle, lui, y, en, son par les noms "
        "qu’ils désignent, et complétez ce qui est sous-entendu. Gardez son sens. Si elle se comprend déjà seule, répétez-la. "
        "Répondez par la question seule, sur une ligne."
    ),
}


class ChatRewriter:
    """Asks a chat model for the question that a follow-up stands for, with so many seconds' patience as `stream` has. Threads may share one."""

    def __init__(self, model: BaseChatModel, *, timeout: float) -> None:
        self._model = model
        self._timeout = timeout

    def __call__(self, question: Question) -> str | None:
        """Return the follow-up as a question that stands by itself; None where the model fails or its words do not hold."""
        language = detect(question.text, question.history[-1].language if question.history else None)
        try:
            reply = self._reply(
                [SystemMessage(_TASK[language]), HumanMessage(_asked(question))], question.chat
            )
        except ChatError as error:
            log.info("The chat model did not put the question anew (%s)", error.kind or error.reason)
            return None
        return checked(reply, question, language)

    def _reply(self, messages: list[BaseMessage], chat: str) -> str:
        """Return what the model says, as far as it may be a question; raise `ChatError` where it fails."""
        said = ""
        with closing(stream(self._model, messages, timeout=self._timeout, chat=chat)) as words:
            for some in words:
                said += some
                if len(said) > 2 * LONGEST:  # it goes on and on
                    break
        return said


def checked(reply: str, question: Question, language: Language) -> str | None:
    """Return the reply's line where it is a question one may ask in the reader's place: short, in their language, nothing new in it."""
    lines = [line.strip() for line in reply.strip().splitlines() if line.strip()]
    if len(lines) != 1:
        return None
    line = lines[0].strip("«»“”\"' \u00a0\u202f")
    if not line or len(line) > LONGEST or any(ord(c) < 32 for c in line):
        return None
    if detect(line, language) != language or not _nothing_new(line, question, language):
        return None
    return line


def _nothing_new(line: str, question: Question, language: Language) -> bool:
    """Tell whether all names and numbers of `line` are in the follow-up or in the conversation."""
    heard = [question.text]
    for turn in question.history:
        heard += [turn.question, turn.meant, *turn.said, *turn.titles]
    known = {form for text in heard for other in ("fr", "en") for form in stems(text, other)}
    known |= {fold(word) for text in heard for word in text.split()}
    return all(fold(name) in known or set(stems(name, language)) & known for name in names(line, language))


def _asked(question: Question) -> str:
    turns = [_shown(turn) for turn in question.history[-_TURNS:]]
    return json.dumps({"conversation": turns, "follow_up": question.text}, ensure_ascii=False, indent=1)


def _shown(turn: Turn) -> dict[str, str]:
    return {"question": turn.meant, "answer": " ".join(turn.said)[:_SAID]}
