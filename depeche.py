"""The `depeche` command: mounts each room's commands, and turns every failure into one line."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn

import typer

from bot.commands import bot
from ingest.backup_commands import export_articles, import_articles
from ingest.commands import ingest
from retrieval.articles_command import articles
from retrieval.commands import ask, search
from retrieval.errors import DepecheError
from retrieval.model_command import model
from retrieval.news_commands import digest, latest, timeline
from retrieval.upkeep_commands import doctor, reindex

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


def main() -> NoReturn:
    """Run the command line. Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 interrupted."""
    try:
        app()
    except DepecheError as error:
        print(f"depeche: {error}", file=sys.stderr)  # noqa: T201
        code = 1
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # the reader of our output left, as `head` does
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        from retrieval.mishaps import keep

        what = f"Something went wrong that should not have ({type(error).__name__})"
        print(f"depeche: {what}. {keep(error)}", file=sys.stderr)  # noqa: T201
        code = 1
    finally:
        # What is under way is let go of first, a model at work within seconds. A second Ctrl-C does not wait for that.
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(code)


if __name__ == "__main__":
    main()
