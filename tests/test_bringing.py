"""An operator sends the bot a link or a file, over HTTP: the real command takes it in, one message tells how far it is."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from bot_running import EN, FR, Asked, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from conftest import CLOSED
from notices_running import HOSPITAL
from telegram_faults import Fault

from bot.news.bringing import ENDINGS
from bot.news.ingesting import ingest
from retrieval.library import Library
from retrieval.settings import Settings

ADMIN, READER = 42, 7


@pytest.fixture
def command(packaged: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command that the bot starts finds around it."""
    monkeypatch.setenv("DEPECHE_CACHE_DIR", str(cache_dir))
    monkeypatch.setenv("DEPECHE_ALLOW_PRIVATE_ADDRESSES", "true")
    monkeypatch.setenv("PYTHONPATH", CLOSED)
    monkeypatch.setattr("bot.news.bringing.EDIT_EVERY", 0.0)


def document(api: BotApi, name: str, content: bytes, **given: Any) -> dict[str, Any]:
    api.files["f1"] = content
    return {"file_id": "f1", "file_unique_id": "f1", "file_name": name, "file_size": len(content)} | given


async def ended(api: BotApi, chat_id: int, *ends: str) -> str:
    """Wait until the last message to a chat shows one of the texts' beginnings; return it."""
    return str(
        await api.until(
            lambda: (
                api.here(chat_id)
                and (text := api.shown(chat_id, api.here(chat_id)[-1]))
                and text.startswith(ends)
                and text
            )
        )
    )


def beginning(text: str) -> str:
    return text.split("{", maxsplit=1)[0]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where temporary files go: no other test's are there."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_an_admins_file_is_taken_in_and_told_by_its_title(
    api: BotApi, command: None, temporary: Path, code: str, texts: Any
) -> None:
    said = texts.bringing
    async with running(api, admins={ADMIN}):
        for count in (1, 2):
            file = document(api, "../../évasion.txt", HOSPITAL.encode())
            api.say(ADMIN, None, document=file, language_code=code)
            await api.until(lambda count=count: len(api.here(ADMIN)) == count)
            told = await ended(api, ADMIN, beginning(said.new), beginning(said.same))
        title = HOSPITAL.splitlines()[0]
        assert told == said.same.format(title=title)
        assert api.shown(ADMIN, api.here(ADMIN)[0]) == said.new.format(title=title)
    assert len(api.here(ADMIN)) == 2
    library = Library(Settings(_env_file=None).data_dir)  # type: ignore[call-arg]
    with library.snapshot() as snapshot:
        [row] = snapshot.articles()
    assert row.article.title == title
    assert row.article.source is None
    assert not [*temporary.glob("depeche-*")]


async def test_progress_is_shown_by_editing_one_message(api: BotApi, command: None) -> None:
    rows = "".join(
        f'{{"text": "{HOSPITAL.splitlines()[2]} Ligne {n}.", "title": "Titre {n}"}}\n' for n in range(30)
    )
    async with running(api, admins={ADMIN}):
        api.say(ADMIN, None, document=document(api, "lignes.jsonl", rows.encode()), language_code="en")
        told = await ended(api, ADMIN, beginning(EN.bringing.new))
    assert told.splitlines()[0] == EN.bringing.new.format(title="Titre 0")
    assert told.splitlines()[-1] == EN.bringing.more[1].format(count=20)
    edits = [call.text for call in api.called("editMessageText")]
    assert api.sent(ADMIN)[0].text == EN.bringing.fetching
    assert all(call.ok for call in api.called("editMessageText"))  # none that changes nothing
    assert edits[0] == EN.bringing.reading
    assert EN.bringing.counted[1].format(count=30) in edits
    assert len(api.sent(ADMIN)) == 1


@pytest.mark.parametrize("way", ["{link}", "/ingest {link}"])
async def test_a_link_is_taken_in(api: BotApi, command: None, way: str) -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in HOSPITAL.split("\n\n")[1:] * 2)
    title = HOSPITAL.splitlines()[0]
    api.pages["/article.html"] = (
        f"<html lang='fr'><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )
    async with running(api, admins={ADMIN}):
        link = f"http://127.0.0.1:{api.port}/pages/article.html"
        api.say(ADMIN, way.format(link=link), language_code="fr")
        told = await ended(api, ADMIN, beginning(FR.bringing.new), beginning(FR.bringing.problem))
    assert told == FR.bringing.new.format(title=title)
    assert all(call.ok for call in api.called("editMessageText"))


async def test_what_cannot_be_read_has_one_line_without_our_folder(api: BotApi, command: None) -> None:
    async with running(api, admins={ADMIN}):
        api.say(ADMIN, f"http://127.0.0.1:{api.port}/pages/gone.html", language_code="fr")
        told = await ended(api, ADMIN, beginning(FR.bringing.problem))
        name = "../../Le bac <du> port.pdf"
        api.say(ADMIN, None, document=document(api, name, b"\x00\x01 no pdf"), language_code="fr")
        await api.until(lambda: len(api.here(ADMIN)) == 2)
        file = await ended(api, ADMIN, beginning(FR.bringing.problem))
    assert "le serveur répond 404" in told
    assert file.startswith(FR.bringing.problem.format(line="Le bac <du> port.pdf"))
    assert tempfile.gettempdir() not in file
    assert "\n" not in told + file


async def test_a_link_anywhere_in_an_admins_message_counts_and_a_question_beside_it_is_answered(
    api: BotApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _commanded(tmp_path, monkeypatch, _TELLS_SOURCES)
    chain = Asked()
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    behind = [{"type": "text_link", "offset": 0, "length": 3, "url": "https://journal.example/derriere"}]
    async with running(api, chain, admins={ADMIN}):
        api.say(
            ADMIN,
            "À lire : https://journal.example/a, et https://journal.example/b. Qui a gagné ?",
            language_code="fr",
        )
        api.say(ADMIN, None, photo=photo, caption="Voir https://journal.example/c", language_code="fr")
        api.say(ADMIN, "Ici", entities=behind, language_code="fr")
        await api.until(lambda: len(api.here(ADMIN)) == 4)
        await api.until(
            lambda: sum("journal.example" in (api.shown(ADMIN, n) or "") for n in api.here(ADMIN)) == 3
        )
    shown = " ".join(api.shown(ADMIN, number) or "" for number in api.here(ADMIN))
    for page in ("a", "b", "c", "derriere"):
        assert f"https://journal.example/{page};" in shown
    assert [question.text for question in chain.questions] == ["À lire : et Qui a gagné ?"]


async def test_several_files_at_once_are_each_taken_in(
    api: BotApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _commanded(tmp_path, monkeypatch, _TELLS_SOURCES)
    async with running(api, admins={ADMIN}):
        for name in ("a.txt", "b.pdf", "c.exe"):
            api.say(ADMIN, None, document=document(api, name, b"x"), media_group_id="g1", language_code="en")
        await api.until(lambda: len(api.here(ADMIN)) == 3)
        await api.until(
            lambda: [api.shown(ADMIN, n) for n in api.here(ADMIN)].count(EN.bringing.nothing) == 2
        )
    shown = [api.shown(ADMIN, number) for number in api.here(ADMIN)]
    assert EN.bringing.not_readable.format(endings=", ".join(ENDINGS)) in shown


async def test_only_admins_bring_articles(api: BotApi) -> None:
    chain = Asked()
    async with running(api, chain, admins={ADMIN}):
        api.say(READER, "https://journal.example/a", language_code="fr")
        api.say(READER, None, document=document(api, "a.txt", b"x"), language_code="fr")
        api.say(READER, "/ingest https://journal.example/a", language_code="fr")
        said = await replies(api, READER, 3)
    assert chain.questions == []
    assert said == [FR.links.asked[0], FR.talk.not_text, FR.talk.unknown_command]
    assert api.called("getFile") == []


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_files_of_other_kinds_too_large_or_not_to_be_had_have_a_line(
    api: BotApi, code: str, texts: Any
) -> None:
    said = texts.bringing
    async with running(api, admins={ADMIN}):
        for name, size in (("run.exe", 10), ("", 10), ("a.txt", 20_000_001)):
            api.say(ADMIN, None, document=document(api, name, b"x", file_size=size), language_code=code)
        api.say(ADMIN, "/ingest this", language_code=code)
        told = await replies(api, ADMIN, 4)
        api.fault("getFile", Fault(400, "Bad Request: file is too big"))
        api.say(ADMIN, None, document=document(api, "a.txt", b"x"), language_code=code)
        assert await ended(api, ADMIN, said.not_downloaded)
    kinds = said.not_readable.format(endings=", ".join(ENDINGS))
    assert told == [kinds, kinds, said.too_big.format(limit=20), said.usage]


async def test_a_stop_kills_the_command_and_says_so(
    api: BotApi, command: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(api, admins={ADMIN}):
        api.say(ADMIN, f"http://127.0.0.1:{api.port}/pages/slow", language_code="fr")
        await api.until(lambda: api.asked)
        api.say(ADMIN, f"http://127.0.0.1:{api.port}/pages/slow", language_code="fr")
        waiting = FR.bringing.waiting[0]
        await api.until(lambda: len(api.here(ADMIN)) == 2)
        assert api.shown(ADMIN, api.here(ADMIN)[1]) == waiting
    assert api.shown(ADMIN, api.here(ADMIN)[0]) == FR.bringing.stopped
    assert api.shown(ADMIN, api.here(ADMIN)[1]) == FR.bringing.not_begun
    assert not _children()


async def test_a_command_that_takes_too_long_is_killed(
    api: BotApi, command: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.news.bringing.TIME_LIMIT", 5.0)
    async with running(api, admins={ADMIN}):
        api.say(ADMIN, f"http://127.0.0.1:{api.port}/pages/slow", language_code="en")
        assert await ended(api, ADMIN, EN.bringing.too_slow)
    await asyncio.sleep(0)
    assert not _children()


async def test_time_that_runs_out_during_an_edit_ends_the_job_and_not_the_line(
    api: BotApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.news.bringing.TIME_LIMIT", 3.0)
    monkeypatch.setattr("bot.news.bringing.EDIT_EVERY", 0.0)
    _commanded(tmp_path, monkeypatch, _TELLS_MUCH)
    async with running(api, admins={ADMIN}):
        # the edit that tells of the first article is under way when the time is up
        api.fault("editMessageText", Fault(200, delay=6.0))
        api.say(ADMIN, "https://journal.example/a", language_code="en")
        assert await ended(api, ADMIN, EN.bringing.too_slow)
        api.say(ADMIN, "https://journal.example/b", language_code="en")
        await api.until(lambda: len(api.here(ADMIN)) > 1)
        assert await ended(api, ADMIN, beginning(EN.bringing.new), beginning(EN.bringing.problem))


async def test_what_came_of_it_is_told_whole_and_after_the_wait_telegram_asks_for(
    api: BotApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _commanded(tmp_path, monkeypatch, _TELLS_MUCH)
    async with running(api, admins={ADMIN}):
        api.fault("editMessageText", Fault(200), Fault(429, retry_after=1))
        # a stop while the second message is on its way changes nothing of what came of it
        api.fault("sendMessage", Fault(200), Fault(200, delay=0.5, performed=True))
        api.say(ADMIN, "https://journal.example/a", language_code="en")
        await api.until(lambda: len(api.here(ADMIN)) == 2)
    told = "\n".join(str(api.shown(ADMIN, number)) for number in api.here(ADMIN))
    assert told.count(beginning(EN.bringing.new)) == 10
    assert told.count(beginning(EN.bringing.problem)) == 10


async def test_the_command_does_not_get_the_token_by_the_env_file_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("TELEGRAM_BOT_TOKEN=1:secret\nDEPECHE_TELEGRAM_BOT_TOKEN=1:secret\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    _commanded(tmp_path, monkeypatch, _TELLS_TOKEN)
    [event] = [event async for event in ingest(["a.txt"], tmp_path, "fr")]
    assert event.told["token"] == "none"


_TELLS_MUCH = """
import json
print(json.dumps({"event": "article"}), flush=True)
articles = [{"title": "Un titre " * 30, "state": "new"}] * 10
problems = [f"page {n}: " + "cannot be read, " * 30 for n in range(10)]
told = {"articles": articles, "problems": problems, "new": 10, "changed": 0, "same": 0}
print(json.dumps({"event": "done"} | told), flush=True)
"""
_TELLS_SOURCES = """
import json, sys
told = {"articles": [], "problems": [f"{one}; seen" for one in sys.argv if "://" in one], "new": 0, "changed": 0, "same": 0}
print(json.dumps({"event": "done"} | told), flush=True)
"""
_TELLS_TOKEN = f"""
import json, sys
sys.path.insert(0, {str(Path(__file__).parent.parent)!r})
from retrieval.settings import Settings
token = Settings().telegram_bot_token
print(json.dumps({{"event": "done", "token": token and token.get_secret_value()}}))
"""


def _commanded(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let the bot start a script in the command's place: what the command tells can be long and come at any moment."""
    command = folder / "command"
    command.write_text(f"#!{sys.executable}\n{script}")
    command.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(command))


def _children() -> list[str]:
    """Return the commands that this process started and that still run."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            words = status.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and b"\0ingest\0" in words:
            found.append(words.decode())
    return found
