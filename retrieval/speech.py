"""What the command line tells beside answers, in the language of who reads it: `--lang`, else the system's."""

from __future__ import annotations

import logging
import os
import sys
from itertools import pairwise
from typing import Any, Final

import typer

from retrieval.domain import LANGUAGES, Language
from retrieval.told import Phrase, recovered, said

Misuse: Final[type[Exception]] = typer.BadParameter.__mro__[1]  # typer's own, or click's


def locale_language() -> Language:
    """Return the language a person's system speaks, as far as we do."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "fr" if value.casefold().startswith("fr") else "en"
    return "en"


def reader_language() -> Language:
    """Return the language to tell in what goes wrong, also where that is the command's own wording: `--lang`, else the system's."""
    words = sys.argv[1:]
    options = words[: words.index("--")] if "--" in words else words
    for name, following in pairwise([*options, ""]):
        option, _, value = name.partition("=")
        for language in LANGUAGES:
            if option == "--lang" and (value or following).casefold() == language:
                return language
    return locale_language()


def give(text: str) -> None:
    """Print a line on standard output."""
    typer.echo(said(text, reader_language()))


def tell(text: str) -> None:
    """Print a line on standard error, with our name before it."""
    print(f"depeche: {said(text, reader_language())}", file=sys.stderr)  # noqa: T201


def say(text: str) -> None:
    """Print a line on standard error."""
    print(said(text, reader_language()), file=sys.stderr)  # noqa: T201


def tell_misuse(error: Any) -> int:  # noqa: ANN401 - `Misuse`, which is typer's own or click's
    """Print how the command is used, and what is wrong with how it was; return the exit code."""
    if type(error).__name__ == "NoArgsIsHelpError":
        from retrieval.manual import told

        print(told(error.format_message()), file=sys.stderr)  # noqa: T201
    elif reader_language() == "en":
        error.show()
    else:
        if error.ctx:
            usage = error.ctx.get_usage().partition(": ")[2]
            say(Phrase("Usage: {usage}", usage=usage))
            say(Phrase("Try '{command} --help' for help.", command=error.ctx.command_path))
            say("")
        say(Phrase("Error: {why}", why=_why(error)))
    return int(error.exit_code)


def _why(error: Any) -> str:  # noqa: ANN401
    """Return a misuse's message with its template, and what it quotes with its own, for who reads French."""
    from retrieval.french.manual import MANUAL

    message = str(error.format_message())
    about = message.removesuffix(f": {error.message}").removeprefix("Invalid value for ").strip("'")
    if about and isinstance(error, typer.BadParameter) and error.message:
        named = MANUAL.get(about, about)
        return Phrase("Invalid value for {param}: {why}", param=named, why=recovered(error.message))
    return recovered(message)


class Warnings(logging.Handler):
    """Prints warnings that nothing else takes, as `logging.lastResort` does, but in a language."""

    def __init__(self, language: Language) -> None:
        super().__init__(logging.WARNING)
        self._language = language

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record."""
        if isinstance(record.args, tuple):
            told = (said(one, self._language) if isinstance(one, Phrase) else one for one in record.args)
            record.args = tuple(told)
        print(self.format(record), file=sys.stderr)  # noqa: T201
