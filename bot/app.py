"""The bot put together: python-telegram-bot's application, and what its handlers share."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from telegram.ext import Application

from bot.answering import Desk
from bot.crew import WAITING_THREADS, Crew
from bot.handlers import add_handlers
from bot.menus.menu import introduce
from bot.news.bringing import add_bringing
from bot.news.linking import Linking
from bot.news.requesting import add_requesting
from bot.news.subscribing import add_subscribing
from bot.office import Office
from bot.outbox import Outbox
from bot.running.metrics import Metrics
from bot.running.order import ChatOrder
from bot.running.polling import AnyApplication, PollingBot
from bot.running.redact import quiet_libraries
from bot.running.request import Request
from bot.stopping import add_stop, is_stop
from retrieval.chat.local_file import is_local
from retrieval.errors import DepecheError
from retrieval.settings import QUOTES

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from bot.chats.store import Store
    from bot.office import Match, News, Quote, Stories
    from bot.settings import BotSettings
    from retrieval.domain import Answer
    from retrieval.library import Library
    from retrieval.settings import Settings

IN_LINE: Final = 4  # chats in work for each place where a chat model words answers, so that who waits is told
CONNECTIONS_A_CHAT: Final = 2  # of those in work: for a message and a typing sign on their way
TELEGRAM_TIMEOUT: Final = 10.0  # seconds for Telegram to answer; it takes 0.1 on a good day

OFFICE: Final = "office"  # where the application's bot_data holds the Office
GATE: Final = "gate"  # and the Gate


def make_application(
    settings: Settings,
    bot_settings: BotSettings,
    chain: Runnable[Any, Answer],
    library: Library,
    store: Store,
    *,
    news: News,
    quote: Quote | None = None,
    match: Match | None = None,
    stories: Stories | None = None,
    crew: Crew | None = None,
    telegram_timeout: float = TELEGRAM_TIMEOUT,
) -> AnyApplication:
    """Return the bot, ready for `serve`: it answers with `chain`, streamed on threads of its own, and tells the news by `news`.

    `quote` answers by quotations alone (by default as `chain` does); `match` tells which new articles meet which subscriptions, `stories` which of them tell one story, `crew` who answers: by default as many threads as may wait for a chat model.

    Raises `DepecheError` if the settings hold no token.
    """
    quiet_libraries()
    # else python-telegram-bot warns of a deprecation each time Telegram asks it to wait
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    crew = crew or Crew(WAITING_THREADS)
    composes = settings.chat_model != QUOTES
    room = IN_LINE * crew.room if composes else crew.room
    order = ChatOrder(room, urgent=is_stop)
    application: AnyApplication = (
        Application.builder()
        .bot(
            PollingBot(
                require_token(settings),
                settings.telegram_base_url,
                settings.telegram_base_file_url,
                request=Request(connections=CONNECTIONS_A_CHAT * room, timeout=telegram_timeout),
                get_updates_request=Request(connections=2, timeout=telegram_timeout),
            )
        )
        .concurrent_updates(order)
        .updater(None)
        .job_queue(None)
        .post_init(partial(introduce, admins=bot_settings.admins))
        .build()
    )
    metrics = Metrics()
    desk = Desk(
        chain,
        timeout=bot_settings.answer_timeout,
        crew=crew,
        metrics=metrics,
        one_by_one=is_local(settings.chat_model),
        log_questions=bot_settings.log_messages,
    )
    outbox = Outbox(store)
    office = Office(
        desk,
        order,
        store,
        outbox,
        library,
        bot_settings,
        metrics,
        news,
        quote or chain.invoke,
        match,
        stories,
        _writer(settings),
        composes,
    )
    metrics.watch(
        "depeche_questions_under_way", "Questions being answered or waiting", lambda: desk.under_way
    )
    metrics.watch(
        "depeche_chats_in_line", "Chats with an update in work or waiting", lambda: order.chats_in_line
    )
    metrics.watch(
        "depeche_chats_unsent",
        "Chats with an answer that could not be sent yet",
        lambda: outbox.chats_waiting,
    )
    application.bot_data[OFFICE] = office
    add_stop(application, office)
    linking = Linking(office, add_bringing(application, office), add_requesting(application, office))
    add_subscribing(application, office)
    application.bot_data[GATE] = add_handlers(application, office, linking)
    return application


def _writer(settings: Settings) -> str | None:
    """Return the name of the chat model that readers' questions are sent to; None where they stay on this machine."""
    stays = settings.chat_model == QUOTES or is_local(settings.chat_model)
    return None if stays else settings.chat_model


def require_token(settings: Settings) -> str:
    """Return the bot's token; raise `DepecheError` that says how to get one if it is not set."""
    if settings.telegram_bot_token is None or not settings.telegram_bot_token.get_secret_value().strip():
        raise DepecheError(
            "No Telegram token",
            "Create a bot with @BotFather and put TELEGRAM_BOT_TOKEN=… in .env or the environment.",
        )
    return settings.telegram_bot_token.get_secret_value().strip()
