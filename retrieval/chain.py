"""The answerer as LangChain's `Runnable`, to be composed, traced and run async.

Importing LangChain takes 0.6 s, so the command line, which needs none of that, asks the answerer itself.
"""

from __future__ import annotations

from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from retrieval.answerer import Answerer
from retrieval.domain import Answer, Question


class AnswerChain(Runnable[Question | str, Answer]):
    """Answers a Question, or its bare text. Threads may share one."""

    def __init__(self, answerer: Answerer) -> None:
        self.answerer = answerer

    def invoke(self, input: Question | str, config: RunnableConfig | None = None, **_: Any) -> Answer:  # noqa: A002, ANN401 - Runnable's own signature
        """Return the Answer; raise `DepecheError` where there is no library, or no word in the question."""
        if config is None:
            return self._answer(input)
        return self._call_with_config(self._answer, input, config)

    def _answer(self, asked: Question | str) -> Answer:
        return self.answerer.answer(asked if isinstance(asked, Question) else Question(asked))
