"""`depeche ask` and `depeche search`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import TYPE_CHECKING, Annotated, Any

import typer

from retrieval.choosing import OfArticles, Since, Source, Until, choice, language_option
from retrieval.domain import Language, Question
from retrieval.errors import DepecheError
from retrieval.speech import tell

if TYPE_CHECKING:
    from retrieval.answerer import Answerer
    from retrieval.domain import Answer
    from retrieval.search import Found

_TOGETHER = 8  # lines that are asked together: more of them gain little
_READ = 1 << 16  # bytes

Asked = Annotated[
    str, typer.Argument(metavar="QUESTION", help="The question; - reads one a line from standard input.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def ask(  # noqa: PLR0917 - what one may ask for
    question: Annotated[
        str | None,
        typer.Argument(metavar="QUESTION", help="The question; - reads one a line from standard input."),
    ] = None,
    as_json: AsJson = False,
    lang: Annotated[
        str | None, typer.Option(help="Answer in this language, fr or en, whatever the question's.")
    ] = None,
    chat: Annotated[
        bool, typer.Option("--chat", help="Go on asking: each question is understood from those before.")
    ] = False,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    lang_of_articles: OfArticles = None,
) -> None:
    """Answer a question from the articles, with the passages the answer rests on."""
    language = language_option(lang)
    chosen = choice(since, until, source, lang_of_articles)
    if chat:
        from retrieval.session import converse

        with answering(eager=True) as answerer:
            converse(answerer, None if question == "-" else question, language, as_json=as_json)
        return
    if question is None:
        raise typer.BadParameter("which question?", param_hint="QUESTION")
    if question == "-":
        with answering(eager=True) as answerer:
            _batch(answerer.answer_all, language)
        return
    with answering() as answerer:
        asked = Question(question, language, within=chosen.within(answerer.library))
        if as_json:
            print_json(answerer.answer(asked).to_json())
        else:
            from retrieval.terminal import console, show_answer

            show_answer(answerer.stream(asked), console())


def search(  # noqa: PLR0917
    question: Asked,
    k: Annotated[int, typer.Option("-k", min=1, max=200, help="How many passages.")] = 10,
    as_json: AsJson = False,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    lang_of_articles: OfArticles = None,
) -> None:
    """Find the passages nearest to a question, in both languages."""
    chosen = choice(since, until, source, lang_of_articles)
    with answering(composing=False, eager=question == "-") as answerer:
        if question == "-":
            _batch(lambda questions: answerer.find_all(questions, k))
            return
        found = answerer.find(Question(question, within=chosen.within(answerer.library)), k)
        if as_json:
            print_json(found.to_json())
        else:
            from retrieval.terminal import console, show_hits

            show_hits(found.hits, console())


@contextmanager
def answering(*, composing: bool = True, eager: bool = False) -> Iterator[Answerer]:
    """Give an answerer on the library the settings name, for what is left of the process. `composing`: to answer, not only to search.

    `eager`: many questions are to come.
    """
    from retrieval.process import keep_what_is, leave, seldom_collect

    seldom_collect()  # not while all is imported and read: .05 s of a cold question
    from retrieval.opening import open_answerer
    from retrieval.settings import QUOTES, Settings
    from retrieval.terminal import progress_bars

    settings = Settings.load()
    if not composing:
        settings = settings.model_copy(update={"chat_model": QUOTES})
    with progress_bars() as progress:
        answerer = open_answerer(settings, progress, tell, eager=eager, reads=composing)
    if eager:
        keep_what_is()
    try:
        yield answerer
    finally:
        answerer.library.close()
        leave()


def _batch(
    work: Callable[[Sequence[Question]], Iterator[Answer | Found | DepecheError]],
    language: Language | None = None,
) -> None:
    """Print what `work` makes of each line of standard input; those that are there already are asked together."""
    failed = False
    for lines in lines_at_hand():
        for start in range(0, len(lines), _TOGETHER):
            questions = [Question(text, language) for text in lines[start : start + _TOGETHER]]
            for question, made in zip(questions, _tried(work, questions), strict=True):
                if isinstance(made, DepecheError):
                    failed = True
                    print_json({"question": question.text, "error": str(made)})
                else:
                    print_json(made.to_json())
    if failed:
        raise typer.Exit(1)


def _tried(
    work: Callable[[Sequence[Question]], Iterator[Answer | Found | DepecheError]],
    questions: Sequence[Question],
) -> Iterator[Answer | Found | DepecheError]:
    """Yield what `work` makes of each question; where it gives up, why, for each that is left."""
    given = 0
    try:
        for made in work(questions):
            yield made
            given += 1
    except DepecheError as error:
        yield from repeat(error, len(questions) - given)


def lines_at_hand() -> Iterator[list[str]]:
    """Yield the lines of standard input as they come, those that are there already in one list."""
    rest = b""
    while read := os.read(sys.stdin.fileno(), _READ):
        *whole, rest = (rest + read).split(b"\n")
        if whole:
            yield [_line(line) for line in whole]
    if rest:
        yield [_line(rest)]


def _line(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r")


def print_json(row: dict[str, Any]) -> None:
    """Print one row, at once."""
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()
