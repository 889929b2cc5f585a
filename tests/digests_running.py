"""What the tests of digests share: a press with days, a clock that is set, a chat that wants a digest."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bot_running import application_for, settings_for
from botapi import BotApi

from bot.app import OFFICE
from bot.chats import digests, subscriptions
from bot.chats.answers import Conversation
from bot.chats.store import Store
from bot.news.courier import Courier
from bot.news.digests import Digests
from bot.news.newsdesk import Newsdesk
from bot.office import Office
from ingest.pipeline import ingest
from retrieval.answerer import Answerer
from retrieval.domain import Language
from retrieval.embedding import Embedder
from retrieval.library import Library

DAY = date(2024, 11, 24)
SEVEN = 7 * 60
FERRY = (
    "Le bac de Port-Lauzan a repris son service {day} après trois semaines d’arrêt, a dit la régie des transports. "
    "La coque du navire avait été percée par un rocher. Huit cents personnes prennent le bac de Port-Lauzan chaque jour."
)
FARES = (
    "Le bac de Port-Lauzan coûtera plus cher, a dit la régie des transports de Port-Lauzan. Le billet passera à quatre euros. "
    "Huit cents personnes prennent le bac de Port-Lauzan chaque jour."
)
LAMP = (
    "The lighthouse of Skerrin was lit again on Monday by its last keeper, Isla Morrow, after a repair that took four years. "
    "The lens was made anew in Glasgow. The tower of Skerrin is open to visitors from April to October."
)


class Press:
    """A library of dated articles, put in when a test says so, out of files in `place`."""

    def __init__(self, place: Path, folder: Path, embedder: Embedder) -> None:
        self.place = place
        self.embedder = embedder
        self.library = Library(folder)
        self.answerer = Answerer(self.library, embedder)

    def put(self, article_id: str, title: str, text: str, day: date, language: str = "fr") -> None:
        row = {"id": article_id, "title": title, "text": text, "published": str(day), "lang": language}
        file = self.place / f"{article_id}.jsonl"
        file.write_text(json.dumps(row | {"source": "Le Journal"}), encoding="utf-8")
        writing = Library(self.library.folder)
        assert not ingest([str(file)], writing, lambda: self.embedder).problems
        writing.close()


@pytest.fixture(name="press")
def a_press(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Press:
    place = tmp_path_factory.getbasetemp() / "press"
    if not place.exists():  # they are ingested once, and copied from there
        place.mkdir()
        made = Press(place, place / "library", embedder)
        made.put("bac", "Le bac est de retour", FERRY.format(day="lundi"), DAY - timedelta(days=1))
        made.put("phare", "Skerrin is lit again", LAMP, DAY, "en")
        made.library.close()
    return Press(place, shutil.copytree(place / "library", tmp_path / "press"), embedder)


class Clock:
    """A time that is set."""

    def __init__(self, hour: int, minute: int = 0) -> None:
        self.now = datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def set(self, hour: int, minute: int = 0, days: int = 0) -> None:
        day = DAY + timedelta(days=days)
        self.now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@asynccontextmanager
async def sending(
    api: BotApi, press: Press, clock: Clock, **chosen: Any
) -> AsyncIterator[tuple[Office, Courier, Callable[[], Any]]]:
    """Give the office of a bot that is not polling, its courier, and what sends the digests that are due by the clock."""
    options = {"quiet": "none", "timezone": "UTC", "library": press.library, "news": press.answerer.news}
    application = application_for(api, **(options | chosen))
    office: Office = application.bot_data[OFFICE]
    async with application.bot:
        courier = Courier(office, application.bot)
        yield office, courier, Digests(office, courier, Newsdesk(office.news), clock).send
    office.store.close()


def wanting(
    api: BotApi,
    *topics: str,
    chat_id: int = 7,
    minute: int = SEVEN,
    day: date = DAY - timedelta(days=1),
    language: Language = "fr",
) -> Store:
    """Return a chats' database in which a chat wants a digest, and had that of `day`."""
    api.meet(chat_id)
    store = Store.open(settings_for(api))
    with store.begin() as connection:
        for topic in topics:
            subscriptions.add(connection, Conversation(chat_id), topic, user_id=chat_id, language=language)
        digests.ask(
            connection, Conversation(chat_id), user_id=chat_id, language=language, minute=minute, day=day
        )
    return store


def kept(store: Store, chat_id: int = 7) -> digests.Digest | None:
    with store.begin() as connection:
        return digests.get(connection, chat_id)
