"""How the bot bears a crowd: many chats asking at once, one chat that floods, twenty thousand messages.

    python -m benchmarks.load LIBRARY [--chats 200] [--rounds 10] [--flood 1000] [--messages 20000] [--write]

LIBRARY is a folder made by `depeche ingest`. The real `depeche bot`, in quotes mode and a process of its own, talks over HTTP to a
Bot API server in this one, on the same processors. Questions ask what the articles say of the titles of random ones, half of the chats in
French. Latency is from a message's being there for the bot to fetch until its answer's arrival.

- crowd: each chat asks a question at once, again and again: answers a second, latency, none lost. In the first rounds helpers start.
- order: each chat sends a question, /help, a question and a text without a word at once; the replies must come in that order.
- flood: some chats ask now and then, first alone, then while another sends its messages at once; latencies side by side.
- long run: that many questions; the bot's memory, its helpers' with it, after each tenth.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import json
import os
import platform
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from itertools import cycle
from pathlib import Path
from typing import Any, Final

from benchmarks.running_bot import Running, running_bot
from benchmarks.telegram import Telegram, telegram
from bot.texts import TEXTS
from retrieval import phrases
from retrieval.domain import LANGUAGES, Language
from retrieval.library import Library

HERE = Path(__file__).parent
_PATIENCE: Final = 300.0  # seconds
_CALM: Final = 20  # chats that ask now and then while another floods
_PAUSE: Final = 0.05  # seconds between two of their questions
_FRAMES: Final[dict[Language, str]] = {
    "fr": "Que disent les articles de «\u00a0{}\u00a0»\u202f?",
    "en": "What do the articles say about “{}”?",
}
_OTHER: Final[dict[Language, Language]] = {"fr": "en", "en": "fr"}


def main() -> None:
    """Run the load test."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("library", type=Path)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--flood", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--write", action="store_true", help="keep the result in benchmarks/results/")
    options = parser.parse_args()
    result = asyncio.run(_measure(options))
    print(json.dumps(result, indent=2, ensure_ascii=False))
    if options.write:
        file = HERE / "results" / f"load-{result['date']}.json"
        file.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"kept in {file.relative_to(HERE.parent)}", file=sys.stderr)


async def _measure(options: argparse.Namespace) -> dict[str, Any]:
    with Library(options.library).snapshot() as snapshot:
        articles, passages = snapshot.counts()
        listed = [row.article for row in snapshot.articles() if row.article.title]
    random.Random(0).shuffle(listed)  # noqa: S311
    titles = {language: [one.title for one in listed if one.language == language] for language in _FRAMES}
    questions = {
        language: cycle([frame.format(title) for title in titles[language] or titles[_OTHER[language]]])
        for language, frame in _FRAMES.items()
    }
    with tempfile.TemporaryDirectory() as scratch:
        folder, fresh = Path(scratch) / "library", Path(scratch) / "fresh"  # each with chats of its own
        for copy in (folder, fresh):
            shutil.copytree(options.library, copy)
        async with telegram() as server, running_bot(server, folder) as running:
            idle = running.memory_mb()
            _tell("crowd")
            crowd = await _crowd(server, questions, options.chats, options.rounds)
            _tell("order")
            order = await _order(server, questions, options.chats)
            lag = await running.lag()
            _tell("long run")
            long_run = await _long_run(server, questions, options.chats, options.messages, running)
        # The limits that keep a flood from the others are those a bot has by itself.
        async with telegram() as server, running_bot(server, fresh, limited=True):
            _tell("flood")
            flood = await _flood(server, questions, options.flood)
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "articles": articles,
        "passages": passages,
        "idle_mb": idle,
        "crowd": crowd,
        "order": order,
        "event_loop_lag": lag,
        "flood": flood,
        "long_run": long_run,
    }


def _tell(stage: str) -> None:
    print(f"{datetime.datetime.now().astimezone():%H:%M:%S} {stage} …", file=sys.stderr)


Questions = Mapping[Language, Iterator[str]]


def _language(chat_id: int) -> Language:
    return "fr" if chat_id % 2 else "en"


def _ask(server: Telegram, questions: Questions, chat_id: int) -> float:
    language = _language(chat_id)
    return server.say(chat_id, next(questions[language]), language)


async def _crowd(server: Telegram, questions: Questions, chats: int, rounds: int) -> dict[str, Any]:
    latencies: list[float] = []
    ids = {*range(1, chats + 1)}
    lost, seconds = 0, []
    for number in range(1, rounds + 1):
        asked = {chat: _ask(server, questions, chat) for chat in ids}
        complete = await server.wait_until(number, ids, _PATIENCE)
        if not complete:
            lost = sum(len(server.sent[chat]) < number for chat in ids)
            break
        took = [server.sent[chat][number - 1][0] - asked[chat] for chat in ids]
        latencies += took
        seconds.append(max(server.sent[chat][number - 1][0] for chat in ids) - min(asked.values()))
    answered = sum(_is_answer(text) for chat in ids for _, text in server.sent[chat])
    return {
        "chats": chats,
        "questions": len(latencies),
        "answered_rather_than_refused": answered,
        "lost": lost,
        "answers_a_second": round(len(latencies) / sum(seconds), 1),
        "answers_a_second_each_round": [round(chats / each, 1) for each in seconds],
        "latency_s": _latency(latencies),
        "latency_of_the_later_half_s": _latency(latencies[len(latencies) // 2 :]),
    }


async def _order(server: Telegram, questions: Questions, chats: int) -> dict[str, Any]:
    ids = {*range(1, chats + 1)}
    before = {chat: len(server.sent[chat]) for chat in ids}
    for turn in range(4):
        for chat in ids:
            if turn % 2 == 0:
                _ask(server, questions, chat)
            else:
                server.say(chat, "/help" if turn == 1 else "?!", _language(chat))
    most = max(before.values()) + 4
    await server.wait_until(most, ids, _PATIENCE)
    wrong = 0
    for chat in ids:
        texts = TEXTS[_language(chat)].talk
        got = [text for _, text in server.sent[chat][before[chat] :]]
        as_sent = (
            len(got) == 4
            and got[1].startswith(texts.help[:20])
            and got[3].startswith(texts.ask_usage[:20])
            and not {got[0], got[2]} & {got[1], got[3]}
        )
        wrong += not as_sent
    return {"chats": chats, "messages": 4 * chats, "chats_out_of_order_or_short": wrong}


async def _flood(server: Telegram, questions: Questions, count: int) -> dict[str, Any]:
    alone = await _calm(server, questions, 10_000)
    for _ in range(count):
        _ask(server, questions, 1)
    beside = await _calm(server, questions, 20_000)
    await asyncio.sleep(2)
    return {
        "messages": count,
        "replies_to_the_flood": len(server.sent[1]),
        "others_alone_s": _latency(alone),
        "others_beside_s": _latency(beside),
        "p95_beside_over_alone": round(_p95(beside) / _p95(alone), 2),
    }


async def _calm(server: Telegram, questions: Questions, first: int) -> list[float]:
    """Return the latencies of chats that ask ten questions each, one after the other."""
    ids = [*range(first, first + _CALM)]
    asked: dict[int, list[float]] = {chat: [] for chat in ids}
    for _ in range(10):
        for chat in ids:
            asked[chat].append(_ask(server, questions, chat))
            await asyncio.sleep(_PAUSE)
    await server.wait_until(10, {*ids}, _PATIENCE)
    return [got[0] - at for chat in ids for at, got in zip(asked[chat], server.sent[chat], strict=False)]


async def _long_run(
    server: Telegram, questions: Questions, chats: int, messages: int, running: Running
) -> dict[str, Any]:
    ids = {*range(50_000, 50_000 + chats)}
    rounds = max(1, messages // chats)
    memory, began, lost = [running.memory_of_all_mb()], time.perf_counter(), 0
    for number in range(1, rounds + 1):
        for chat in ids:
            _ask(server, questions, chat)
        if not await server.wait_until(number, ids, _PATIENCE):
            lost = sum(len(server.sent[chat]) < number for chat in ids)
            break
        if number % max(1, rounds // 10) == 0:
            memory.append(running.memory_of_all_mb())
    return {
        "messages": rounds * chats,
        "lost": lost,
        "answers_a_second": round(rounds * chats / (time.perf_counter() - began), 1),
        "memory_mb_each_tenth": memory,
    }


def _is_answer(text: str) -> bool:
    return any(phrases.marks(language)[0] in text for language in LANGUAGES)


def _latency(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "median": round(statistics.median(ordered), 3),
        "p95": round(_p95(ordered), 3),
        "p99": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 3),
        "max": round(ordered[-1], 3),
    }


def _p95(seconds: list[float]) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


if __name__ == "__main__":
    main()
