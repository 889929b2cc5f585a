"""The bot started and stopped: polling until a signal, then back within ten seconds."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

from telegram.error import TelegramError

from bot.app import GATE, OFFICE
from bot.chats import inbox
from bot.menus.forgetting import DAY, expire
from bot.news.bringing import bring
from bot.news.courier import Courier
from bot.news.digests import send_digests
from bot.news.watching import watch
from bot.running.polling import Poller, startup_error
from bot.running.ports import health, listening
from bot.running.reception import Reception
from bot.running.redact import describe
from bot.running.sources import Sources
from bot.running.webhook import receiving
from retrieval.errors import DepecheError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Bot

    from bot.office import Office
    from bot.running.polling import AnyApplication

log = logging.getLogger(__name__)

# A supervisor kills after 10 s: 5 for the answers in work, 3 more to send them or an apology, 1 to hang up.
ANSWERS_GRACE: Final = 5.0
SENDING_GRACE: Final = 8.0
HANG_UP: Final = 1.0
LEAVE_ANYWAY: Final = 9.5


def run(application: AnyApplication) -> None:
    """Serve until SIGTERM or SIGINT; back within ten seconds of it. Raises `DepecheError` if the bot cannot serve."""
    asyncio.run(_serve_until_signal(application))


async def serve(application: AnyApplication, stop: asyncio.Event) -> None:
    """Start, answer until `stop` is set, then stop in bounded time. Raises `DepecheError` if the bot cannot serve."""
    office: Office = application.bot_data[OFFICE]
    reception = Reception(application, office.store, office.metrics, application.bot_data[GATE])
    office.order.on_done = reception.done
    poller = Poller(application.bot, reception.take)
    async with AsyncExitStack() as ports:
        pulse = asyncio.create_task(office.metrics.feel_pulse())
        working = asyncio.create_task(_work(application, reception, poller, ports))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
        finally:
            for task in (working, stopping, pulse):
                task.cancel()
            await asyncio.gather(working, stopping, pulse, return_exceptions=True)
            await _wind_down(application, reception, poller)


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


async def _work(
    application: AnyApplication, reception: Reception, poller: Poller, ports: AsyncExitStack
) -> None:
    """Start and receive updates, until cancelled."""
    office: Office = application.bot_data[OFFICE]
    settings = office.settings
    if settings.health_listen:
        await ports.enter_async_context(
            listening(
                health(application, office.metrics, Sources(office.library), poller), settings.health_listen
            )
        )
    try:
        await application.initialize()
        if not settings.webhook_url:
            await application.bot.delete_webhook()  # with a webhook set, Telegram refuses to be polled
    except TelegramError as error:
        raise startup_error(error) from None
    if application.post_init:
        await application.post_init(application)
    await reception.take_up()
    await application.start()
    log.info("Answering as @%s", application.bot.username)
    async with _beside(office, application.bot):
        if not settings.webhook_url:
            await poller.run()
            return
        try:
            await ports.enter_async_context(receiving(application.bot, settings, reception.take))
        except TelegramError as error:
            raise startup_error(error) from None
        await asyncio.Event().wait()


@asynccontextmanager
async def _beside(office: Office, bot: Bot) -> AsyncIterator[None]:
    """Send what could not be sent, tell of new articles, send digests, take in what admins send, and forget what is old, while the block runs."""
    courier = Courier(office, bot)
    works = (
        office.outbox.send_kept(courier),
        watch(office, courier),
        send_digests(office, courier),
        bring(office, bot),
        _forget_daily(office),
    )
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _forget_daily(office: Office) -> None:
    while True:
        try:
            await expire(office)
            await office.store.run(inbox.forget_old)
        except DepecheError as error:  # a full disk today is no reason to stop answering
            log.warning("What is old was not forgotten: %s", describe(error))
        await asyncio.sleep(DAY)


async def _wind_down(application: AnyApplication, reception: Reception, poller: Poller) -> None:
    """Finish the answers in work or apologise for them, and hang up."""
    office: Office = application.bot_data[OFFICE]
    closing = asyncio.get_running_loop().call_later(ANSWERS_GRACE, office.desk.close)
    try:
        async with asyncio.timeout(SENDING_GRACE):
            await asyncio.gather(poller.confirm(), _stop(application))
    except TimeoutError:
        log.warning("Some answers could not be sent before the stop; they are taken up at the next start")
        await office.order.abandon()
    closing.cancel()
    office.desk.close()
    with suppress(TimeoutError):
        async with asyncio.timeout(HANG_UP):
            await application.shutdown()
            await (
                application.bot.shutdown()
            )  # when the start failed, shutdown() above leaves its connections open
    await reception.settle()
    office.store.close()
    log.info("Stopped")


async def _stop(application: AnyApplication) -> None:
    if application.running:
        await application.stop()
