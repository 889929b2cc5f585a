"""What the bot writes to its log: one line an event, never the token, never a reader's words."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from telegram.error import TelegramError

from retrieval.errors import DepecheError

HIDDEN: Final = "<token>"
# A Bot API URL, whoever's token it holds; and the token's own shape: the bot's number, a colon, 35 characters
TOKEN_IN_URL: Final = re.compile(r"(?<=/bot)\d+(?::|%3[Aa])[\w-]+")
TOKEN_SHAPE: Final = re.compile(r"\b\d{6,}(?::|%3[Aa])[\w-]{30,}")
FRAMES_SHOWN: Final = 3


class RedactToken(logging.Filter):
    """Takes the token out of a record: its message, its arguments, its exception and its stack."""

    def __init__(self, token: str = "") -> None:
        super().__init__()
        self._spellings = tuple({token, quote(token, safe="")} - {""})

    def redact(self, text: str) -> str:
        """Return `text` with `<token>` wherever a bot's token stood."""
        for spelling in self._spellings:
            text = text.replace(spelling, HIDDEN)
        return TOKEN_SHAPE.sub(HIDDEN, TOKEN_IN_URL.sub(HIDDEN, text))

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite `record` in place, its exception as one line; always let it through."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # a log call whose arguments do not fit must not stop the bot
            message = str(record.msg)
        record.msg, record.args = self.redact(message), ()
        if record.exc_info and record.exc_info[1]:
            record.exc_text = self.redact(describe(record.exc_info[1]))
        elif record.exc_text:
            record.exc_text = self.redact(record.exc_text)
        record.exc_info = None
        record.stack_info = self.redact(record.stack_info) if record.stack_info else None
        return True


def describe(error: BaseException) -> str:
    """Return `error` on one line: its type, then its message, or where it was raised if its message may hold a reader's words.

    Only Telegram's errors and our own are quoted; SQLAlchemy's, for one, hold the parameters of the query.
    """
    if isinstance(error, (TelegramError, DepecheError)):
        return f"{type(error).__name__}: {' '.join(str(error).split())}"
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_SHOWN:]
    place = " > ".join(
        f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}" for frame in frames
    )
    cause = error.__cause__
    return (
        type(error).__name__
        + (f" (at {place})" if place else "")
        + (f", caused by {type(cause).__name__}" if cause else "")
    )


class OneLine(logging.Formatter):
    """Writes a record on one line, its exception at the end of it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line, whatever line breaks it held."""
        return " ".join(super().format(record).split())


class AsJson(logging.Formatter):
    """Writes a record as one JSON object a line, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON: when (UTC), how grave, by whom, what; and its exception, on one line."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_text:
            told["error"] = record.exc_text
        return json.dumps(told, ensure_ascii=False)


def log_to_stderr(token: str, *, as_json: bool = False) -> None:
    """Send every log of the process to standard error, at INFO, redacted."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if as_json else OneLine())
    handler.addFilter(RedactToken(token))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    quiet_libraries()


def quiet_libraries() -> None:
    """Keep to warnings what says each URL, token and all, at INFO (httpx, and httpx2 of openai), and what says what we say (telegram)."""
    for chatty in ("httpx", "httpx2", "httpcore", "httpcore2", "telegram.ext.Application"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
