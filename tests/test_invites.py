"""Invitation codes: how they are written, read and used."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chats import members
from bot.chats.store import Store
from bot.door.invites import digest_of, new_code
from retrieval.settings import Settings


def test_a_code_is_four_groups_of_four_and_never_twice_the_same() -> None:
    codes = {new_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}", code) for code in codes)


def test_a_code_is_read_however_it_was_typed() -> None:
    code = "0123-4567-89AB-CDEF"
    digest = digest_of(code)
    assert digest
    for typed in (
        code.lower(),
        code.replace("-", ""),
        f" {code.replace('-', ' ')}\n",
        "O1Z3".replace("Z", "2") + code[4:],
        "oi23-4567-89ab-cdef",
        "0l23456789abcdef",
    ):
        assert digest_of(typed) == digest, typed
    assert "0123" not in digest[:4] or digest != code


@given(st.text())
def test_any_text_is_a_code_or_is_not(text: str) -> None:
    assert digest_of(text) is None or len(digest_of(text) or "") == 64


@pytest.mark.parametrize(
    "text", ["", "Qui a gagné ?", "0123-4567-89AB", "0123-4567-89AB-CDEF-0", "U123-4567-89AB-CDEF"]
)
def test_what_is_no_code_has_no_digest(text: str) -> None:
    assert digest_of(text) is None


def test_a_code_lets_one_person_in_once_and_not_after_it_expired() -> None:
    store = Store.open(Settings.load())
    now = int(time.time())
    with store.begin() as connection:
        members.invite(connection, "one", expires=now + 10)
        members.invite(connection, "two", expires=now + 10)
        assert members.enter(connection, "one", 7, now=now)
        assert not members.enter(connection, "one", 8, now=now)
        assert not members.enter(connection, "two", 8, now=now + 10)
        assert members.enter(connection, "two", 7, now=now)
        assert members.known(connection) == {7}
        members.invite(connection, "three", expires=now)
        members.forget_expired(connection, now)
        assert not members.enter(connection, "three", 9, now=now - 1)
    store.close()
