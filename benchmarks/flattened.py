"""Real pages as a scraper's plain text, and which of their lines are the article's: what cleaning is learned from and measured on.

A folder has `LANG/index.jsonl`, one page a line: `file`, `url`, and `gold_articleBody` (the article's text) or `must_contain` and
`must_not_contain` (strings). Where there is only a handful of strings, the article is what trafilatura finds, corrected by them.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from retrieval.characters import normalise
from retrieval.domain import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Label = Literal["article", "clutter", "either"]

_HIDDEN = frozenset({"script", "style", "noscript", "template", "head", "svg", "iframe", "object", "canvas"})
_INLINE = frozenset(
    re.findall(
        r"\w+", "a abbr b bdi bdo big cite code data del dfn em font i img ins kbd mark q s samp small span strike strong sub sup time tt u var wbr"
    )
)  # fmt: skip
_ENOUGH = 100  # words of the article that must have been found in a page for it to count
_SENTENCE = re.compile(r"(?<=[.!?…»”\"])\s+(?=[«“\"‘A-ZÀ-ÖØ-Þ0-9])")


@dataclass(frozen=True, slots=True)
class Flat:
    """A page as lines of text, each with what it is."""

    language: Language
    site: str
    title: str
    lines: list[str]
    labels: list[Label]


def pages(folder: Path) -> list[Flat]:
    """Return the pages of `folder` in whose text the article was found."""
    found = []
    for language in LANGUAGES:
        for line in (folder / language / "index.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            page = _decoded((folder / language / row["file"]).read_bytes())
            flat = _flat(language, row, page)
            words = sum(
                len(x.split()) for x, y in zip(flat.lines, flat.labels, strict=True) if y == "article"
            )
            if words >= _ENOUGH:
                found.append(flat)
    return found


def sentences(line: str) -> list[str]:
    """Return the sentences of a line of an article: four words or more, and a sentence's end; not clocks, headings or lists."""
    return [s for s in _SENTENCE.split(line) if len(s.split()) >= 4 and re.search(r"[.!?…:;»”\")]$", s)]


class _Lines(HTMLParser):
    """Everything a page shows, one block a line, as scrapers write it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._hidden.clear()
        if tag in _HIDDEN:
            self._hidden.append(tag)
        if tag not in _INLINE:
            self.text.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        if tag not in _INLINE:
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text.append(re.sub(r"\s+", " ", data))


def flatten(page: str) -> list[str]:
    """Return what a page of HTML shows as lines, menus and all."""
    parser = _Lines()
    parser.feed(page)
    parser.close()
    lines = (normalise(" ".join(line.split())) for line in "".join(parser.text).split("\n"))
    return [line for line in lines if line]


def _decoded(raw: bytes) -> str:
    raw = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _flat(language: Language, row: dict[str, Any], page: str) -> Flat:
    lines = flatten(page)
    if "gold_articleBody" in row:
        gold = row["gold_articleBody"]
    else:
        import trafilatura

        gold = trafilatura.extract(page, include_comments=False, deduplicate=False) or ""
    match = re.search(r"<title[^>]*>(.*?)</title>", page, re.S | re.I)
    title = " ".join((match[1] if match else "").split())
    site = ".".join((urlsplit(row["url"]).hostname or "").split(".")[-2:])
    return Flat(language, site, title, lines, _labels(lines, gold, title, row))


def _labels(lines: Sequence[str], gold: str, title: str, row: dict[str, Any]) -> list[Label]:
    """Return what each line is by the text of the article; what cannot be told is "either"."""
    parts, whole, name = {_bare(p) for p in gold.split("\n")}, f" {_bare(gold)} ", _bare(title)
    labels: list[Label] = []
    for line in lines:
        bare = _bare(line)
        here = [s for part in _SENTENCE.split(line) if (s := _bare(part))]
        said = sum(len(s) for s in here if f" {s} " in whole) / max(1, sum(map(len, here)))
        label: Label = "clutter"
        if bare and (bare in parts or (len(bare) > 25 and f" {bare} " in whole)):
            label = "article"
        elif len(bare.split()) >= 8 and said > 0.2:
            label = "article" if said > 0.6 else "either"
        labels.append(label)
    start, stop = _run([len(x.split()) if y == "article" else -3 for x, y in zip(lines, labels, strict=True)])
    short = [len(x.split()) < 8 and not re.search(r"[.!?…»”\"]$", x) for x in lines]
    for i, line in enumerate(lines):
        inside, words, bare = start <= i < stop, len(line.split()), _bare(line)
        if labels[i] == "article" and not inside:
            labels[i] = "clutter" if words < 14 else "either"
        if len(bare) > 12 and bare in name:
            labels[i] = "either"
        if (
            "must_contain" in row
        ):  # trafilatura is no gold: a sentence it leaves out, a list it keeps, are undecided
            if labels[i] == "clutter" and inside and words >= 12 and re.search(r"[.!?»”\"]$", line):
                labels[i] = "either"
            if labels[i] == "article" and sum(short[max(0, i - 2) : i + 3]) >= 4:
                labels[i] = "either"
            if words < 40 and any(_bare(s) in bare for s in row["must_not_contain"] if len(_bare(s)) > 8):
                labels[i] = "clutter"
    return labels


def _run(gains: list[int]) -> tuple[int, int]:
    best = total = start = stop = first = 0
    for i, gain in enumerate(gains):
        if total <= 0:
            total, first = 0, i
        total += gain
        if total > best:
            best, start, stop = total, first, i + 1
    return start, stop


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", normalise(text).lower()).strip()
