"""The bot put together, started and stopped: which message goes to which handler, and what happens at a signal."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from contextlib import suppress
from typing import Any, Final

from langchain_core.runnables import Runnable
from telegram import BotCommand
from telegram.error import TelegramError
from telegram.ext import Application, CommandHandler, ExtBot, MessageHandler, filters

from bot.answering import ANSWER_TIMEOUT, Desk
from bot.handlers import Conversation
from bot.order import ChatOrder
from bot.polling import AnyApplication, Poller, UpdatesRequest, startup_error
from bot.redact import describe, quiet_libraries
from bot.texts import TEXTS
from retrieval.domain import Answer, Question
from retrieval.errors import DepecheError
from retrieval.settings import Settings

log = logging.getLogger(__name__)

# A supervisor kills after 10 s: 5 for the answers in work, 3 more to send them or an apology, 1 to hang up.
ANSWERS_GRACE: Final = 5.0
SENDING_GRACE: Final = 8.0
HANG_UP: Final = 1.0
LEAVE_ANYWAY: Final = 9.5

CONNECTIONS: Final = 32  # 16 chats at once, each with a message and a typing sign on its way
TELEGRAM_TIMEOUT: Final = 10.0  # seconds for Telegram to answer; it takes 0.1 on a good day

DESK: Final = "desk"  # where the application's bot_data holds the Desk


def make_application(
    settings: Settings,
    chain: Runnable[Question, Answer],
    *,
    answer_timeout: float = ANSWER_TIMEOUT,
    telegram_timeout: float = TELEGRAM_TIMEOUT,
) -> AnyApplication:
    """Return the bot, ready for `serve`: it answers with `chain`, invoked on threads of its own.

    Raises `DepecheError` if the settings hold no token.
    """
    quiet_libraries()
    # else python-telegram-bot warns of a deprecation each time Telegram asks it to wait
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    application: AnyApplication = (
        Application.builder()
        .token(require_token(settings))
        .base_url(settings.telegram_base_url)
        .base_file_url(settings.telegram_base_file_url)
        .connection_pool_size(CONNECTIONS)
        .pool_timeout(telegram_timeout)
        .connect_timeout(telegram_timeout)
        .read_timeout(telegram_timeout)
        .get_updates_request(UpdatesRequest(connection_pool_size=2, read_timeout=telegram_timeout))
        .concurrent_updates(ChatOrder())
        .updater(None)
        .job_queue(None)
        .post_init(register_commands)
        .build()
    )
    desk = Desk(chain, timeout=answer_timeout)
    application.bot_data[DESK] = desk
    add_handlers(application, Conversation(desk))
    return application


def require_token(settings: Settings) -> str:
    """Return the bot's token; raise `DepecheError` that says how to get one if it is not set."""
    if settings.telegram_bot_token is None or not settings.telegram_bot_token.get_secret_value().strip():
        raise DepecheError(
            "No Telegram token",
            "Create a bot with @BotFather and put TELEGRAM_BOT_TOKEN=… in .env or the environment.",
        )
    return settings.telegram_bot_token.get_secret_value().strip()


def add_handlers(application: AnyApplication, conversation: Conversation) -> None:
    """Say which message goes to which handler: the first that fits takes it."""
    new = filters.UpdateType.MESSAGE  # an edited message is no second question
    private = filters.ChatType.PRIVATE
    application.add_handlers(
        [
            CommandHandler("start", conversation.start, filters=new),
            CommandHandler("help", conversation.help, filters=new),
            CommandHandler("ask", conversation.ask, filters=new),
            MessageHandler(new & private & filters.COMMAND, conversation.unknown_command),
            MessageHandler(new & filters.TEXT & ~filters.COMMAND, conversation.text),
            MessageHandler(new & private & ~filters.TEXT & ~filters.StatusUpdate.ALL, conversation.not_text),
        ]
    )
    application.add_error_handler(conversation.error)


async def register_commands(application: AnyApplication) -> None:
    """Show the commands in Telegram's menu, English unless the reader's Telegram is French."""
    bot: ExtBot[Any] = application.bot
    for texts, code in ((TEXTS["en"], None), (TEXTS["fr"], "fr")):
        commands = [BotCommand(name, text) for name, text in texts.commands]
        try:
            await bot.set_my_commands(commands, language_code=code)
        except TelegramError as error:  # a menu is no reason not to answer
            log.warning("The menu of commands was not set: %s", describe(error))


def run(application: AnyApplication) -> None:
    """Serve until SIGTERM or SIGINT; back within ten seconds of it. Raises `DepecheError` if the bot cannot serve."""
    asyncio.run(_serve_until_signal(application))


async def serve(application: AnyApplication, stop: asyncio.Event) -> None:
    """Start, answer until `stop` is set, then stop in bounded time. Raises `DepecheError` if the bot cannot serve."""
    poller = Poller(application)
    working = asyncio.create_task(_start_and_poll(application, poller))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)
        await _wind_down(application, poller)


async def _serve_until_signal(application: AnyApplication) -> None:
    stop = asyncio.Event()

    def stop_in_time() -> None:
        if not stop.is_set():
            log.info("Stopping")
            stop.set()
            # no thread can be ended from outside: an answer or a name look-up that hangs must not keep the process
            last = threading.Timer(LEAVE_ANYWAY, _leave)
            last.daemon = True
            last.start()

    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C cancels this task instead
            loop.add_signal_handler(signal_number, stop_in_time)
    await serve(application, stop)


def _leave() -> None:
    log.warning("Something still runs after %.1f s; leaving anyway", LEAVE_ANYWAY)
    logging.shutdown()
    os._exit(0)


async def _start_and_poll(application: AnyApplication, poller: Poller) -> None:
    try:
        await application.initialize()
        await application.bot.delete_webhook()  # with a webhook set, Telegram refuses to be polled
    except TelegramError as error:
        raise startup_error(error) from None
    if application.post_init:
        await application.post_init(application)
    await application.start()
    log.info("Answering as @%s", application.bot.username)
    await poller.run()


async def _wind_down(application: AnyApplication, poller: Poller) -> None:
    """Finish the answers in work or apologise for them, and hang up."""
    desk: Desk = application.bot_data[DESK]
    closing = asyncio.get_running_loop().call_later(ANSWERS_GRACE, desk.close)
    try:
        async with asyncio.timeout(SENDING_GRACE):
            await asyncio.gather(poller.confirm(), _stop(application))
    except TimeoutError:
        log.warning("Some answers could not be sent before the stop")
    closing.cancel()
    desk.close()
    with suppress(TimeoutError):
        async with asyncio.timeout(HANG_UP):
            await application.shutdown()
            await (
                application.bot.shutdown()
            )  # when the start failed, shutdown() above leaves its connections open
    log.info("Stopped")


async def _stop(application: AnyApplication) -> None:
    if application.running:
        await application.stop()
