"""The log: one line an event, never the token, never a reader's words."""

from __future__ import annotations

import io
import logging
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import NetworkError

from bot.running.redact import OneLine, RedactToken, describe, log_to_stderr
from retrieval.errors import DepecheError

TOKEN = "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcQ"
OTHER = "123456789:BBFD39kkdpWt3ywyRZergyOLMaJhac60qcQ"


class Log:
    def __init__(self, token: str = TOKEN) -> None:
        self.stream = io.StringIO()
        handler = logging.StreamHandler(self.stream)
        handler.setFormatter(OneLine())
        handler.addFilter(RedactToken(token))
        self.logger = logging.Logger("t")
        self.logger.addHandler(handler)

    @property
    def text(self) -> str:
        return self.stream.getvalue()


def test_the_token_is_hidden_in_messages_and_arguments() -> None:
    log = Log()
    log.logger.info("GET https://api.telegram.org/bot%s/getMe", TOKEN)
    log.logger.info(f"token {TOKEN} in %r", {"token": TOKEN})
    log.logger.info("encoded: %s", quote(TOKEN, safe=""))
    assert "AAFD39" not in log.text
    assert log.text.count("<token>") == 4


def test_the_token_is_hidden_in_exceptions_and_stacks() -> None:
    log = Log()
    try:
        raise NetworkError(f"no route to https://api.telegram.org/bot{TOKEN}/getMe")
    except NetworkError:
        log.logger.exception("failed", stack_info=True)
    assert "AAFD39" not in log.text
    assert "NetworkError" in log.text
    assert "<token>" in log.text


def test_another_bots_token_is_hidden_by_its_shape() -> None:
    log = Log()
    log.logger.info("got %s and /bot%s/x", OTHER, "1:short-one")
    assert "BBFD39" not in log.text
    assert "short-one" not in log.text


def test_an_event_is_one_line_even_with_a_traceback() -> None:
    log = Log()
    try:
        raise DepecheError("The library is locked\nby another", "Wait")
    except DepecheError:
        log.logger.exception("first\nsecond")
    assert log.text.count("\n") == 1
    assert "first second" in log.text
    assert "DepecheError: The library is locked by another. Wait" in log.text


def test_the_message_of_a_foreign_exception_is_kept_out_as_it_may_hold_the_question() -> None:
    def fail() -> None:
        raise ValueError("parameters: ('Où est ma fille ?',)")

    with pytest.raises(ValueError, match="fille") as raised:
        fail()
    assert "fille" not in describe(raised.value)
    assert "ValueError (at tests/test_redact.py:" in describe(raised.value)
    assert describe(raised.value).endswith(" fail)")


def test_a_log_call_whose_arguments_do_not_fit_is_still_one_line() -> None:
    log = Log()
    log.logger.info("%d of %s", *["one"])
    assert log.text.endswith("%d of %s\n")


@given(st.text(), st.text())
def test_no_text_around_the_token_lets_it_through(before: str, after: str) -> None:
    assert TOKEN not in RedactToken(TOKEN).redact(f"{before}{TOKEN}{after}")


def test_what_others_log_of_each_request_is_kept_out(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = [*root.handlers], root.level
    log_to_stderr(TOKEN)
    try:
        for client in ("httpx", "httpx2"):  # httpx2 is openai's
            logging.getLogger(client).info("HTTP Request: POST https://model.example/v1?key=secret")
            logging.getLogger(client).warning("something is wrong")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    told = capsys.readouterr().err
    assert told.count("something is wrong") == 2
    assert "secret" not in told
