"""Markdown to plain text: front matter read, markup reduced to the words a reader sees."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_PAIR = re.compile(r"^([A-Za-z_][\w-]*)\s*:\s*(.*)$")
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$", re.M)
_UNDERLINED = re.compile(r"^(\S[^\n]*)\n(=+|-{3,})[ \t]*$", re.M)
# A file has one bracket or parenthesis deep at most in practice; deeper ones stay as written.
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
_LINK = re.compile(r"\[([^\]\n]+)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
_REFERENCE = re.compile(r"\[([^\]\n]+)\]\[[^\]\n]*\]")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:\s+\S+.*$", re.M)
_AUTOLINK = re.compile(r"<(https?://[^>\s]+)>")
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_TAG = re.compile(
    r"</?(?:a|abbr|b|br|center|cite|code|del|div|em|figure|figcaption|hr|i|img|ins|kbd|li|mark|ol|p|pre|q|s|small|span|strong|sub|sup|u|ul)\b[^<>\n]*>",
    re.I,
)
_STRONG = re.compile(r"(\*\*\*|\*\*|\*|~~)(?=\S)([^\n]*?\S)\1")
_UNDERSCORED = re.compile(r"(?<!\w)(___|__|_)(?=\S)([^\n]*?\S)\1(?!\w)")
_CODE = re.compile(r"(`+)([^`\n]+)\1")
_RULE = re.compile(r"^ {0,3}(?:[-*_] *){3,}$", re.M)
_QUOTE = re.compile(r"^ {0,3}(?:> ?)+", re.M)
_BULLET = re.compile(r"^ *[*+-] +", re.M)
_FENCE = re.compile(r"^ {0,3}(?:```|~~~).*$", re.M)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!>~-])")


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown file's text, its first heading as `title`, and what its front matter says."""

    text: str
    title: str | None = None
    front: dict[str, str] = field(default_factory=dict)


def read_markdown(raw: str) -> Page:
    """Return the words of a Markdown file; `raw` has LF line ends. The heading that is the title leaves the text."""
    front, body = _front_matter(raw)
    title = front.get("title")
    body = _COMMENT.sub("", body)
    body = _UNDERLINED.sub(lambda m: f"{'#' if m[2][0] == '=' else '##'} {m[1]}", body)
    heading = _HEADING.search(body)
    if heading and not body[: heading.start()].strip() and (len(heading[1]) == 1 or title is None):
        title = title or _plain(heading[2])
        body = body[heading.end() :]
    body = _HEADING.sub(lambda m: f"\n{m[2]}\n", body)
    return Page(_plain(body), title, front)


def _front_matter(raw: str) -> tuple[dict[str, str], str]:
    match = _FRONT.match(raw)
    if not match:
        return {}, raw
    pairs = (_PAIR.match(line) for line in match[1].split("\n"))
    front = {pair[1].lower(): _unquoted(pair[2]) for pair in pairs if pair}
    return front, raw[match.end() :]


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        inner = value[1:-1]
        return inner.replace('\\"', '"') if value[0] == '"' else inner.replace("''", "'")
    return re.sub(r"\s#.*$", "", value)


def _plain(text: str) -> str:
    for pattern in (_FENCE, _DEFINITION, _RULE, _QUOTE, _BULLET):
        text = pattern.sub("", text)
    text = _AUTOLINK.sub(r"\1", _REFERENCE.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub("", text))))
    text = _CODE.sub(r"\2", _TAG.sub("", text))
    for pattern in (_STRONG, _UNDERSCORED):
        text = pattern.sub(r"\2", pattern.sub(r"\2", text))
    return _ESCAPE.sub(r"\1", text).strip()
