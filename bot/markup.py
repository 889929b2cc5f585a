"""Text with styles, cut and packed to Telegram's limit, then escaped: the only place that writes HTML.

Telegram counts a message's length in UTF-16 units after it has parsed the entities, so a text is measured and
cut while it is still plain, and escaped last: no cut can fall inside a tag or an entity.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

MESSAGE_LIMIT: Final = 4096  # UTF-16 units, Bot API, sendMessage
BETWEEN_BLOCKS: Final = "\n\n"

BREAKING_SPACE: Final = re.compile(r"[^\S\u00a0\u202f]+")
SENTENCE_END: Final = re.compile(r"[.!?…][»”\"')\]\u00a0\u202f]*\s")
ZERO_WIDTH_JOINER: Final = "\u200d"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of plain text in one style; `link` is a URL that `retrieval.links.safe_link` let through."""

    text: str
    bold: bool = False
    link: str | None = None
    quoted: bool = False
    italic: bool = False


Block = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message to send: as HTML, and the same words plain, for when Telegram cannot parse the HTML."""

    html: str
    plain: str


# What nearly every text of the news is made of: seen in a hundredth of the time that its characters take one by one.
_PLAIN = re.compile("[\n -~\u00a0-\u00ac\u00ae-\u024f\u2010-\u2027\u202f-\u205e\u20a0-\u20bf]*")


def units(text: str) -> int:
    """Return the length of `text` as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """Return `text` without what a reader cannot see but a screen obeys.

    Control, bidirectional and zero-width characters (Unicode Cc and Cf) go, or a title could turn the rest of
    its line around; a joiner inside an emoji stays. Half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD.
    """
    if _PLAIN.fullmatch(text):
        return text
    text = re.sub(r"\r\n?|[\u2028\u2029\u0085]", "\n", text).replace("\t", " ")
    return "".join(_visible(text))


def one_line(text: str, limit: int) -> str:
    """Return `text` cleaned, on one line, cut at `limit` UTF-16 units with an ellipsis; no-break spaces stay."""
    flat = BREAKING_SPACE.sub(" ", clean(text)).strip()
    return flat if units(flat) <= limit else head(flat, limit)


def head(text: str, limit: int) -> str:
    """Return the beginning of `text`, whole words where that loses little, and "…", in `limit` UTF-16 units."""
    return text[: _cut(text, limit - 1)].rstrip() + "…"


def tail(text: str, limit: int) -> str:
    """Return "…" and the end of `text`, whole words where that loses little, in `limit` UTF-16 units."""
    turned = text[::-1]
    return "…" + turned[: _cut(turned, limit - 1)][::-1].lstrip()


def pack(blocks: Iterable[Block], limit: int = MESSAGE_LIMIT) -> list[Message]:
    """Return `blocks` as messages of at most `limit` UTF-16 units each, in order.

    A block moves to the next message rather than be cut; only a block longer than a whole message is cut, between its runs
    where that does, else after a sentence, each piece keeping its styles.
    """
    messages: list[list[Block]] = []
    room = 0
    for block in blocks:
        for piece in _pieces(block, limit):
            size = units(_plain(piece))
            if messages and size + units(BETWEEN_BLOCKS) <= room:
                messages[-1].append(piece)
                room -= size + units(BETWEEN_BLOCKS)
            else:
                messages.append([piece])
                room = limit - size
    return [_message(message) for message in messages]


def _visible(text: str) -> Iterator[str]:
    previous = ""
    for position, character in enumerate(text):
        category = unicodedata.category(character)
        if character == ZERO_WIDTH_JOINER:
            following = text[position + 1 : position + 2]
            if _emoji_part(previous) and following and unicodedata.category(following) == "So":
                yield character
        elif category == "Cs":
            yield "\ufffd"
        elif character == "\n" or category not in {"Cc", "Cf"}:
            yield character
        previous = character


def _emoji_part(character: str) -> bool:
    """Say whether an emoji's joiner may follow: a symbol, a skin tone, or the emoji variation selector."""
    return character == "\ufe0f" or (character != "" and unicodedata.category(character) in {"So", "Sk"})


def _cut(text: str, limit: int) -> int:
    """Return where to cut `text` so that at most `limit` units stay: at a space in the last fifth, if there is one."""
    used = 0
    for position, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            space = max(text.rfind(" ", 0, position + 1), text.rfind("\n", 0, position + 1))
            return space if space > position * 4 // 5 else position
    return len(text)


def cut_at_sentence(text: str, limit: int) -> int:
    """Return where to cut `text` so that at most `limit` UTF-16 units stay: after a sentence, if one ends in the second half."""
    at = _cut(text, limit)
    if at == len(text):
        return at
    ends = [found.end() for found in SENTENCE_END.finditer(text, at // 2, at + 1)]
    return min(ends[-1], at) if ends else at


def _pieces(block: Block, limit: int) -> Iterator[Block]:
    """Yield `block` cut into blocks of at most `limit` units that each show something."""
    piece: list[Run] = []
    room = limit
    for whole in block:
        run = whole
        if room < units(run.text) <= limit and _plain(piece).strip():
            yield tuple(piece)
            run, piece, room = replace(run, text=run.text.lstrip()), [], limit
        while units(run.text) > room:
            at = cut_at_sentence(run.text, room)
            piece.append(replace(run, text=run.text[:at]))
            if _plain(piece).strip():
                yield tuple(piece)
            run, piece, room = replace(run, text=run.text[at:].lstrip()), [], limit
        piece.append(run)
        room -= units(run.text)
    if _plain(piece).strip():
        yield tuple(piece)


def _message(blocks: Sequence[Block]) -> Message:
    return Message(
        html=BETWEEN_BLOCKS.join(_html(block) for block in blocks),
        plain=BETWEEN_BLOCKS.join(_plain(block) for block in blocks),
    )


def _plain(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs)


def _html(block: Block) -> str:
    parts: list[str] = []
    for quoted, runs in groupby((run for run in block if run.text), key=lambda run: run.quoted):
        inside = "".join(map(_run_html, runs))
        parts.append(f"<blockquote expandable>{inside}</blockquote>" if quoted else inside)
    return "".join(parts)


def _run_html(run: Run) -> str:
    text = html.escape(run.text, quote=False)
    if run.bold:
        text = f"<b>{text}</b>"
    if run.italic:
        text = f"<i>{text}</i>"
    if run.link:
        text = f'<a href="{html.escape(run.link, quote=True)}">{text}</a>'
    return text
