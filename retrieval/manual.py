"""What `--help` shows, in the reader's language, and the options that every command has: `--lang`, and `--help` itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.main import get_command

from retrieval.choosing import language_option
from retrieval.speech import reader_language

if TYPE_CHECKING:
    from collections.abc import Sequence

# What is said around a command's own words.
_AROUND: Final = (
    re.compile(r"^(?:Usage: |Arguments:$|Options:$|Commands:$)", re.M),
    re.compile(r"(?<=\[)default:|\brequired(?=\])"),
    re.compile(r"\bCOMMAND \[ARGS\](?=\.\.\.)"),
)


def complete(app: typer.Typer) -> Any:  # noqa: ANN401 - typer's own command, or click's
    """Return an app's command, it and all below it with `--lang` and `--help`, and their words in the reader's language."""
    made = get_command(app)
    _complete(made, get_command(_OURS).params)
    return made


def told(shown: str) -> str:
    """Return the manual of a command that is complete, as it is shown, in the reader's language."""
    for pattern in _AROUND:
        shown = pattern.sub(lambda found: _said(found[0]), shown)
    return shown


def _complete(command: Any, ours: Sequence[Any]) -> None:  # noqa: ANN401
    names = {name for param in command.params for name in param.opts}
    command.params += [param for param in ours if names.isdisjoint(param.opts)]
    for owner in (command, *command.params):
        for name in ("help", "metavar", "show_default"):
            words = getattr(owner, name, None)
            if isinstance(words, str):
                setattr(owner, name, _said(words))
    for below in getattr(command, "commands", {}).values():
        _complete(below, ours)


def _said(words: str) -> str:
    if reader_language() == "en":
        return words
    from retrieval.french.manual import MANUAL

    return MANUAL.get(words, words)


def _check(lang: str | None) -> None:
    language_option(lang)


def _show(context: typer.Context, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        typer.echo(told(context.get_help()))
        raise typer.Exit


_OURS: Final = typer.Typer(add_completion=False)


@_OURS.command()
def _ours(
    _lang: Annotated[
        str | None,
        typer.Option(
            "--lang",
            expose_value=False,
            callback=_check,
            help="Tell what is told in this language, fr or en.",
        ),
    ] = None,
    _help: Annotated[
        bool,
        typer.Option(
            "--help", expose_value=False, is_eager=True, callback=_show, help="Show this message and exit."
        ),
    ] = False,
) -> None:
    """Have the options that every command has."""
