"""The command `depeche bot`."""

from __future__ import annotations


def bot() -> None:
    """Run the Telegram bot until it is stopped (Ctrl-C or SIGTERM)."""
    from bot.app import make_application, require_token, run
    from bot.redact import log_to_stderr
    from retrieval.settings import Settings

    settings = Settings.load()
    log_to_stderr(require_token(settings))

    from retrieval.chain import AnswerChain
    from retrieval.opening import open_answerer

    run(make_application(settings, AnswerChain(open_answerer(settings, eager=True))))
