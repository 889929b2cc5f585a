"""The default translator: Firefox's engine in this process, by the package fxtranslate.

The engine is bound to the thread that made it, and panics where another asks it or lets it go. So one thread
makes the directions, each when it is first needed, translates sentence after sentence for all others, and drops them as it ends.
"""

from __future__ import annotations

import re
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread, current_thread
from typing import TYPE_CHECKING, Final, TypeAlias
from weakref import finalize

from retrieval.errors import DepecheError
from retrieval.told import Phrase
from retrieval.translate.files import names

if TYPE_CHECKING:
    from pathlib import Path

    from fxtranslate import Translator as Direction

    Order: TypeAlias = tuple[str, str, str, Future[str]]  # a sentence, its language, the one wanted

_PATIENCE: Final = 30.0  # seconds for a sentence, with all that wait before it; one takes hundredths
# The vocabularies know the typewriter's marks best: “ and ’ came out as other signs, or not at all.
_PLAIN: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "\u00a0": " ", "\u202f": " ", "\u2009": " "})  # fmt: skip
_GUILLEMETS: Final = re.compile(r"«\s*|\s*»")


class FirefoxTranslator:
    """Translates by Firefox's models, whose files lie in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._orders: SimpleQueue[Order | None] = SimpleQueue()
        thread = Thread(target=_work, args=(self._orders, folder), name="translator", daemon=True)
        thread.start()
        finalize(self, _end, self._orders, thread)

    def translate(self, sentence: str, source: str, target: str) -> str:
        """Return a sentence in another language: see `Translator`."""
        told: Future[str] = Future()
        self._orders.put((_GUILLEMETS.sub('"', sentence.translate(_PLAIN)), source, target, told))
        try:
            return told.result(_PATIENCE)
        except TimeoutError:
            told.cancel()
            raise DepecheError(
                "The translator did not answer in time", "Quotations stay as they are."
            ) from None


def require() -> None:
    """Raise `DepecheError` where fxtranslate is not installed, or does not load here."""
    try:
        import fxtranslate  # noqa: F401
    except ModuleNotFoundError as error:
        raise DepecheError(
            "The translator needs the package fxtranslate", "Run: pip install 'depeche[translate]'"
        ) from error
    except ImportError as error:
        raise DepecheError(
            Phrase("The package fxtranslate does not load here ({why})", why=error),
            "Run: pip install 'depeche[translate]'",
        ) from error


def _work(orders: SimpleQueue[Order | None], folder: Path) -> None:
    """Do what is ordered until there is nobody left to order."""
    directions: dict[tuple[str, str], Direction] = {}
    while order := orders.get():
        sentence, source, target, told = order
        if not told.set_running_or_notify_cancel():
            continue
        try:
            if (source, target) not in directions:
                directions[source, target] = _direction(folder, source, target)
            told.set_result(directions[source, target].translate(sentence))
        except BaseException as error:  # what the engine panics with is no Exception
            told.set_exception(_failure(error, folder))


def _end(orders: SimpleQueue[Order | None], thread: Thread) -> None:
    """Have the thread drop what it made, before the process does."""
    orders.put(None)
    if thread is not current_thread():
        thread.join(_PATIENCE)


def _direction(folder: Path, source: str, target: str) -> Direction:
    require()
    from fxtranslate import Translator

    model, words, vocabulary = ((folder / name).read_bytes() for name in names(source, target))
    return Translator(model, vocabulary, vocabulary, words)


def _failure(error: BaseException, folder: Path) -> DepecheError:
    if isinstance(error, DepecheError):
        return error.with_traceback(None)  # it would keep what the thread made
    why = getattr(error, "strerror", None) or error
    return DepecheError(
        Phrase("The translator in {folder} does not run ({why})", folder=folder, why=why),
        "Run: depeche model pull --translator",
    )
