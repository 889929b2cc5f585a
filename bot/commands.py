"""The command `depeche bot`: runs the bot; its subcommands are its operator's."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.speech import give, reader_language
from retrieval.told import Phrase, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from retrieval.settings import Settings

log = logging.getLogger(__name__)

bot = typer.Typer(
    help="Run the Telegram bot until it is stopped (Ctrl-C or SIGTERM).", invoke_without_command=True
)


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@bot.callback()
def run_bot(context: typer.Context) -> None:
    """Run the Telegram bot until it is stopped (Ctrl-C or SIGTERM)."""
    if context.invoked_subcommand is not None:
        return
    from bot.app import make_application, require_token
    from bot.chats.store import Store
    from bot.crew import open_crew
    from bot.running.redact import log_to_stderr
    from bot.running.serving import run
    from bot.settings import BotSettings
    from retrieval.settings import Settings

    settings, bot_settings = Settings.load(), BotSettings.load()
    log_to_stderr(require_token(settings), as_json=bot_settings.log == "json")

    from retrieval.chain import AnswerChain
    from retrieval.opening import open_answerer
    from retrieval.process import keep_what_is, seldom_collect

    _make_library(settings)
    answerer = open_answerer(settings, eager=True)
    store = Store.open(settings)
    chain, library = AnswerChain(answerer), answerer.library
    application = make_application(
        settings,
        bot_settings,
        chain,
        library,
        store,
        news=answerer.news,
        quote=answerer.quoted,
        match=answerer.match,
        stories=answerer.stories,
        crew=open_crew(settings, bot_settings.helpers),
    )
    seldom_collect()
    keep_what_is()
    run(application)


@bot.command("stats")
def show_stats(as_json: AsJson = False) -> None:
    """How many chats, answers, votes and subscriptions there are."""
    import time

    from bot.running import operating

    with _chats() as connection:
        told = operating.stats(connection, int(time.time()))
    if as_json:
        typer.echo(operating.as_json(told))
        return
    since = datetime.fromtimestamp(told.since, UTC).date().isoformat() if told.since else "–"
    lines = (
        (Phrase("Chats"), told.chats),
        (Phrase("Readers"), told.readers),
        (Phrase("Answers since {day}", day=since), told.answers),
        (Phrase("… of the last day"), told.answers_last_day),
        ("👍", told.good),
        ("👎", told.bad),
        (Phrase("Subscriptions"), told.subscriptions),
        (Phrase("Let in by a code"), told.members),
        (Phrase("Messages under way"), told.under_way),
    )
    for name, number in lines:
        figure = said(Phrase("{number:,}", number=number), reader_language())
        typer.echo(f"{said(name, reader_language()):<28} {figure:>9}")


@bot.command("feedback")
def show_feedback(
    as_json: AsJson = False,
    good: Annotated[
        bool | None, typer.Option("--good/--bad", help="Only what was liked, or what was not.")
    ] = None,
) -> None:
    """Answers readers gave 👍 or 👎, oldest first; with --json one a line, to measure with."""
    import json

    from bot.running import operating

    with _chats() as connection:
        for case in operating.feedback(connection):
            if good is not None and not case["good" if good else "bad"]:
                continue
            if as_json:
                typer.echo(json.dumps(case, ensure_ascii=False))
            else:
                from retrieval.characters import one_line

                day = datetime.fromtimestamp(case["asked"], UTC).date().isoformat()
                quote = case["citations"][0]["quote"] if case["citations"] else Phrase("(refused)")
                typer.echo(f"{day}  👍 {case['good']}  👎 {case['bad']}  {one_line(case['question'])}")
                typer.echo(f"            {one_line(said(quote, reader_language()))}")


@bot.command()
def invite() -> None:
    """Print a code that lets one reader in, once, within seven days (DEPECHE_BOT_ACCESS=code), and a link that sends it."""
    import asyncio

    from bot.chats.store import Store
    from bot.door.inviting import invitation
    from bot.settings import BotSettings
    from retrieval.settings import Settings

    settings, bot_settings = Settings.load(), BotSettings.load()
    store = Store.open(settings)
    try:
        for line in asyncio.run(invitation(settings, bot_settings, store)):
            give(line)
    finally:
        store.close()


def _make_library(settings: Settings) -> None:
    """Make an empty library where there is none, which the bot's admins may fill by Telegram; say where there are no articles yet."""
    from retrieval.opening import open_library

    library = open_library(settings)
    library.make()
    if library.is_empty:
        log.warning(
            "The library in %s holds no articles yet: run depeche ingest FILE_OR_FOLDER, or send the bot links and files "
            "as one of DEPECHE_BOT_ADMINS",
            settings.data_dir,
        )
    library.close()


@contextmanager
def _chats() -> Iterator[sa.Connection]:
    """Give a transaction of the chats' database; raise `DepecheError` where no bot has run yet."""
    from bot.chats.store import CHATS, Store
    from retrieval.errors import DepecheError
    from retrieval.settings import Settings

    settings = Settings.load()
    if not (settings.data_dir / CHATS).exists():
        raise DepecheError(
            Phrase("No bot has run with the library in {folder} yet", folder=settings.data_dir),
            "Run: depeche bot.",
        )
    store = Store.open(settings)
    try:
        with store.reading() as connection:
            yield connection
    finally:
        store.close()
