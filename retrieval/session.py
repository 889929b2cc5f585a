"""`depeche ask --chat`: question after question, each understood from those before; line editing at a terminal, plain lines when piped."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

import platformdirs
import typer

from retrieval.commands import lines_at_hand, print_json
from retrieval.courtesies import courtesy
from retrieval.domain import Answer, Language, Question, Turn
from retrieval.errors import DepecheError
from retrieval.replies import said_back
from retrieval.speech import locale_language
from retrieval.terminal import console, show_answer
from retrieval.told import said

if TYPE_CHECKING:
    from prompt_toolkit.history import History

    from retrieval.answerer import Answerer

KEPT: Final = 500  # questions in the history file
_TURNS: Final = 4
_LEAVE: Final = frozenset({"/quit", "/exit", "/q"})
_PROMPT: Final = "› "

_HELLO: Final[dict[Language, str]] = {
    "fr": "Posez vos questions, en français ou en anglais. /new\u00a0: changer de sujet\u202f; /quit ou Ctrl-D\u00a0: quitter.",
    "en": "Ask your questions, in English or in French. /new: another subject; /quit or Ctrl-D: leave.",
}
_FORGOTTEN: Final[dict[Language, str]] = {
    "fr": "La conversation est oubliée.",
    "en": "The conversation is forgotten.",
}
_CANCELLED: Final[dict[Language, str]] = {"fr": "Interrompu.", "en": "Cancelled."}
_UNKNOWN: Final[dict[Language, str]] = {
    "fr": "Je ne connais que /new et /quit.",
    "en": "I only know /new and /quit.",
}


class Session:
    """A conversation at the command line; `say` takes one line and tells whether to go on."""

    def __init__(
        self,
        answerer: Answerer,
        language: Language | None,
        show: Callable[[Iterable[Answer]], Answer],
        *,
        person: bool,
    ) -> None:
        self._answerer = answerer
        self._forced = language
        self._show = show
        self._person = person
        self._turns: tuple[Turn, ...] = ()
        self.failed = False
        self.spoken: Language = language or locale_language()

    def say(self, line: str) -> bool:
        """Answer a question or follow a command; False where it is to leave."""
        text = line.strip()
        if text in _LEAVE:
            return False
        if text == "/new":
            self._turns = ()
            self._tell(_FORGOTTEN)
        elif text.startswith("/"):
            self._tell(_UNKNOWN)
        elif text:
            self._answer(text)
        return True

    def _answer(self, text: str) -> None:
        try:
            if meant := courtesy(text, self.spoken):
                self._show([said_back(text, self._forced or meant[1])])
                return
            question = Question(text, self._forced, self.spoken, self._turns, chat="terminal")
            answer = self._show(self._answerer.stream(question))
        except DepecheError as error:
            self.failed = True
            print(f"depeche: {said(error.told, self.spoken)}", file=sys.stderr)  # noqa: T201
            return
        except KeyboardInterrupt:
            if not self._person:
                raise
            self._tell(_CANCELLED)
            return
        self._turns = (*self._turns, answer.turn())[-_TURNS:]
        self.spoken = answer.language

    def _tell(self, text: dict[Language, str]) -> None:
        if self._person:
            console(stderr=True).print(text[self.spoken], style="dim")


def converse(answerer: Answerer, first: str | None, language: Language | None, *, as_json: bool) -> None:
    """Hold a conversation until its end: `first`, then what a person types or what is piped in.

    Raises `typer.Exit` (1) where a piped question failed.
    """
    person = sys.stdin.isatty() and sys.stdout.isatty()
    out = console()

    def show(answers: Iterable[Answer]) -> Answer:
        if as_json:
            for answer in answers:
                last = answer
            print_json(last.to_json())
            return last
        last = show_answer(answers, out)
        out.print()
        return last

    session = Session(answerer, language, show, person=person)
    if person:
        _at_terminal(session, first)
        return
    for line in [first] if first else []:
        session.say(line)
    for line in chain.from_iterable(lines_at_hand()):
        if not session.say(line):
            break
    if session.failed:
        raise typer.Exit(1)


def _at_terminal(session: Session, first: str | None) -> None:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import InMemoryHistory

    session_of_lines: PromptSession[str] = PromptSession(
        history=open_history(Path(platformdirs.user_state_dir("depeche"))) or InMemoryHistory(),
        enable_open_in_editor=False,
    )
    console(stderr=True).print(_HELLO[session.spoken], style="dim")
    if first:
        session.say(first)
    while True:
        try:
            line = session_of_lines.prompt(_PROMPT)
        except KeyboardInterrupt:  # an empty line anew, as a shell gives
            continue
        except EOFError:
            return
        if not session.say(line):
            return


def open_history(folder: Path) -> History | None:
    """Return the history kept in `folder`: its last 500 questions, readable by their owner alone; None where it cannot be kept."""
    from prompt_toolkit.history import FileHistory

    file = folder / "questions"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = [*FileHistory(str(file)).load_history_strings()] if file.exists() else []
        fresh = file.with_name("questions.new")
        with suppress(FileNotFoundError):
            fresh.unlink()
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        shorter = FileHistory(str(fresh))
        for text in reversed(kept[:KEPT]):  # they come newest first
            shorter.store_string(text)
        fresh.replace(file)
    except OSError:
        return None
    return FileHistory(str(file))
