"""The `depeche` command: mounts each room's commands, and turns every failure into one line."""

from __future__ import annotations

import logging
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.commands import bot
from ingest.backup_commands import export_articles, import_articles
from ingest.commands import ingest
from retrieval.articles_command import articles
from retrieval.characters import whole
from retrieval.commands import ask, search
from retrieval.errors import DepecheError, UsageError
from retrieval.manual import complete
from retrieval.model_command import model
from retrieval.news_commands import digest, latest, timeline
from retrieval.speech import Misuse, Warnings, reader_language, tell, tell_misuse
from retrieval.streams import let_go, make_whole
from retrieval.told import Phrase
from retrieval.upkeep_commands import doctor, reindex

if TYPE_CHECKING:
    from retrieval.settings import FromEnvironment

app = typer.Typer(
    help="Ask the news in French or English, and see the passage every answer rests on.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(ingest)
app.command()(ask)
app.command()(search)
app.command()(latest)
app.command()(digest)
app.command()(timeline)
articles.command("export")(export_articles)
articles.command("import")(import_articles)
app.add_typer(articles, name="articles")
app.add_typer(bot, name="bot")
app.add_typer(model, name="model")
app.command()(doctor)
app.command()(reindex)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"depeche {version('depeche')}")
        raise typer.Exit


def _other_settings() -> tuple[type[FromEnvironment], ...]:
    from bot.settings import BotSettings

    return (BotSettings,)


@app.callback()
def options(
    context: typer.Context,
    _version_asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Ask the news in French or English, and see the passage every answer rests on."""
    context.obj = _other_settings  # for doctor, whose room knows no other


def main() -> NoReturn:
    """Run the command line. Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 interrupted, 143 told to stop."""
    make_whole()
    os.umask(0o077)  # what readers ask, and what is kept of it, is their own
    # Bytes that are no UTF-8 come as halves of characters. In a file's name they stay; in anything else they could not be stored or shown.
    sys.argv[1:] = [said if os.path.lexists(said) else whole(said) for said in sys.argv[1:]]
    if reader_language() != "en":
        logging.lastResort = Warnings(reader_language())
    try:
        try:
            code = complete(app)(standalone_mode=False) or 0
        finally:
            sys.stdout.flush()  # here, where it can be told that it was not possible
    except Misuse as error:
        code = tell_misuse(error)
    except DepecheError as error:
        tell(error.told)
        code = 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # the reader of our output left, as `head` does
        with suppress(OSError):
            let_go()
        code = 0
    except BaseException as error:  # a core in Rust that panics raises no Exception
        if isinstance(error, SystemExit | GeneratorExit):
            raise
        from retrieval.mishaps import keep
        from retrieval.surroundings import blamed

        if around := blamed(error):
            tell(around.told)
        else:
            kind = type(error).__name__
            line = "Something went wrong that should not have ({kind}). {where}."
            tell(Phrase(line, kind=kind, where=keep(error)))
        with suppress(OSError):
            let_go()
        code = 1
    finally:
        # What is under way is let go of first, a model at work within seconds. A second Ctrl-C does not wait for that.
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(code)


if __name__ == "__main__":
    main()
