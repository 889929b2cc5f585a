"""Has a small model read its instructions before anyone waits for an answer: what they became is kept from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from retrieval.chat.stream import stream
from retrieval.compose.prompts import wording_messages
from retrieval.domain import LANGUAGES
from retrieval.told import Phrase

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from retrieval.progress import Progress

_TIMEOUT: Final = (
    300.0  # seconds a language; nine hundred tokens took fifteen on two cores, and a busy machine is slower
)


def prepare(model: BaseChatModel, progress: Progress) -> None:
    """Have the model read what precedes every sentence it is to word, in each language; raise `ChatError` where it cannot."""
    for done, language in enumerate(LANGUAGES):
        progress(Phrase("Reading the instructions"), done, len(LANGUAGES))
        for _ in stream(model, wording_messages("–", language), timeout=_TIMEOUT, max_tokens=4):
            pass
    progress(Phrase("Reading the instructions"), len(LANGUAGES), len(LANGUAGES))
