"""The command `depeche bot`: runs the bot; its subcommands are its operator's."""

from __future__ import annotations

import typer

bot = typer.Typer(
    help="Run the Telegram bot until it is stopped (Ctrl-C or SIGTERM).", invoke_without_command=True
)


@bot.callback()
def run_bot(context: typer.Context) -> None:
    """Run the Telegram bot until it is stopped (Ctrl-C or SIGTERM)."""
    if context.invoked_subcommand is not None:
        return
    from bot.app import make_application, require_token
    from bot.chats.store import Store
    from bot.redact import log_to_stderr
    from bot.serving import run
    from bot.settings import BotSettings
    from retrieval.settings import Settings

    settings, bot_settings = Settings.load(), BotSettings.load()
    log_to_stderr(require_token(settings))

    from retrieval.chain import AnswerChain
    from retrieval.opening import open_answerer

    answerer = open_answerer(settings, eager=True)
    store = Store.open(settings)
    chain = AnswerChain(answerer)
    run(make_application(settings, bot_settings, chain, answerer.library, store, find=answerer.find))


@bot.command()
def invite() -> None:
    """Print a code that lets one reader in, once, within seven days (DEPECHE_BOT_ACCESS=code), and a link that sends it."""
    import asyncio

    from bot.chats.store import Store
    from bot.inviting import invitation
    from bot.settings import BotSettings
    from retrieval.settings import Settings

    settings, bot_settings = Settings.load(), BotSettings.load()
    store = Store.open(settings)
    try:
        for line in asyncio.run(invitation(settings, bot_settings, store)):
            typer.echo(line)
    finally:
        store.close()
