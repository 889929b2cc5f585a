"""A mail, a newsletter above all → its article: subject, date, sender, and the text of its richest readable part."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Final

from ingest.pages.dates import moment
from ingest.pages.found import About, NoArticleError, Page
from ingest.pages.page import read_page
from retrieval.told import Phrase

LARGEST: Final = 25_000_000  # bytes, as most servers take
_LEAST: Final = 40  # words a plain part must have to be preferred: many only say "see this in your browser"
_WORD = re.compile(r"[^\W\d_]{2,}")


def read_mail(raw: bytes) -> Page:
    """Return what a mail says; raise `NoArticleError` where that is nothing."""
    if len(raw) > LARGEST:
        raise NoArticleError(Phrase("is larger than {most} MB, which no mail is", most=LARGEST // 1_000_000))
    try:
        mail = message_from_bytes(raw, policy=policy.default)
        assert isinstance(mail, EmailMessage)  # noqa: S101 - what this policy makes
        plain, rich = _part(mail, "plain"), _part(mail, "html")
        told = _about(mail)
    except (MessageError, LookupError, ValueError, AttributeError, KeyError, IndexError) as error:
        raise NoArticleError(Phrase("is a damaged mail ({kind})", kind=type(error).__name__)) from None
    if len(_WORD.findall(plain)) >= _LEAST or not rich:
        if not re.search(r"\w", plain):
            raise NoArticleError("is a mail without text")
        return Page(_flowed(plain), told)
    return Page(read_page(rich.encode("utf-8", "replace"), charset="utf-8").text, told)


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        text = part.get_content()
    except LookupError:  # a charset nobody knows
        payload = part.get_payload(decode=True)
        text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return text if isinstance(text, str) else ""


def _about(mail: EmailMessage) -> About:
    name, address = parseaddr(str(mail.get("From", "")))
    return About(
        title=" ".join(str(mail.get("Subject", "")).split()),
        site=" ".join(name.split()) or address.rpartition("@")[2] or None,
        published=moment(str(mail.get("Date", ""))),
    )


def _flowed(text: str) -> str:
    """Return plain text without what answers quote, and its signature."""
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if not line.startswith(">")]
    if "-- " in lines:
        lines = lines[: lines.index("-- ")]
    return "\n".join(lines)
