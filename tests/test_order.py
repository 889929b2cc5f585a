"""In which order updates are worked on."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from bot_running import Asked, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi

from bot.running.order import ChatOrder


async def test_a_chat_is_answered_in_the_order_it_asked(api: BotApi) -> None:
    waits = {"0": 0.3, "1": 0.0, "2": 0.1, "3": 0.0}
    async with running(api, Asked(lambda question: time.sleep(waits[question.text]))):
        for text in waits:
            api.say(7, text)
        texts = await replies(api, 7, 4)
    assert [text.split("propos de ")[1][0] for text in texts] == ["0", "1", "2", "3"]


async def test_one_chats_queue_takes_one_slot_and_delays_no_other() -> None:
    order, running_now, most, done = ChatOrder(at_once=2), 0, 0, list[str]()
    gate = asyncio.Event()

    async def work(name: str, wait: bool) -> None:
        nonlocal running_now, most
        running_now += 1
        most = max(most, running_now)
        if wait:
            await gate.wait()
        await asyncio.sleep(0)
        running_now -= 1
        done.append(name)

    def update(chat_id: int) -> Any:
        from telegram import Chat, Message, Update

        message = Message(1, None, Chat(chat_id, "private"))  # type: ignore[arg-type]
        return Update(chat_id, message=message)

    tasks = [
        asyncio.create_task(order.process_update(update(1), work(f"a{n}", wait=n == 0))) for n in range(20)
    ]
    tasks += [
        asyncio.create_task(order.process_update(update(n), work(f"b{n}", wait=False))) for n in range(2, 22)
    ]
    async with asyncio.timeout(2):
        await asyncio.gather(*tasks[20:])
    assert done == [f"b{n}" for n in range(2, 22)]
    gate.set()
    await asyncio.gather(*tasks)
    assert done[20:] == [f"a{n}" for n in range(20)]
    assert most == 2
    assert order.chats_in_line == 0


async def test_no_more_than_the_slots_are_worked_on_and_cancelling_leaves_nothing_behind() -> None:
    order, started = ChatOrder(at_once=3), list[int]()

    async def work(number: int) -> None:
        started.append(number)
        await asyncio.sleep(60)

    tasks = [asyncio.create_task(order.process_update(object(), work(number))) for number in range(10)]
    await asyncio.sleep(0.05)
    assert started == [0, 1, 2]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
