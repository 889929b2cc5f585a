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
    application = make_application(
        settings, bot_settings, AnswerChain(answerer), answerer.library, store, match=answerer.match
    )
    run(application)
