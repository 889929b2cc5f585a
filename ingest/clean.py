"""A scraped page's text → the article: title, body, tags, caption, dateline, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.blocks import outline
from ingest.captions import is_caption
from ingest.furniture import reason, reasons, tags_of
from ingest.strays import is_cut
from ingest.tails import tail
from ingest.titles import byline, derived_title, is_title
from retrieval.characters import collapse, normalise, one_line, unwrap
from retrieval.datelines import dateline, place

_ROUNDS = 50
_STAMPED = frozenset({"date", "byline"})
_TOP = 3  # blocks after the title among which a caption is looked for, and lines of authors above it


@dataclass(frozen=True, slots=True)
class Removed:
    """A line that was left out, and why."""

    line: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An article out of its page.

    `text` has its paragraphs one empty line apart; `tags` come without their "#"; `stamps` are the lines that may say when it was published, and by whom, for `ingest.stamps` to read; `partial` says that
    it ends where the rest is for subscribers.
    """

    title: str
    text: str
    tags: tuple[str, ...] = ()
    caption: str | None = None
    dateline: str | None = None
    removed: tuple[Removed, ...] = ()
    stamps: tuple[str, ...] = ()
    partial: bool = False


def clean(raw: str, title: str | None = None, authors: str = "") -> Cleaned:
    """Return the article in a page's text; its title is `title` where given, else the page's first line; `authors` as the page names them.

    A page that does not begin with a title keeps all its text and gets a title from its first sentence. Cleaning the
    result's text once more, under its title, changes nothing.
    """
    page = _Page(_blocks(collapse(normalise(raw))), one_line(title or ""), authors)
    page.drop_furniture()
    page.title = page.title or page.take_title()
    for _ in range(_ROUNDS):  # what one step takes away may bring the next step's case to the top
        if not any(
            [
                page.drop_furniture(),
                page.drop_tails(),
                page.drop_title_again(),
                page.take_caption(),
                page.take_dateline(),
            ]
        ):
            break
    text = "\n\n".join("\n".join(lines) for lines in page.blocks)
    return Cleaned(
        page.title or derived_title(text),
        text or page.title,
        tuple(page.tags),
        page.caption,
        page.dateline,
        tuple(page.removed),
        tuple(page.stamps),
        page.partial,
    )


def clean_row(text: str, title: str | None = None) -> Cleaned:
    """Return a row's text without page furniture, otherwise as it was given: spaces, title and caption untouched.

    A row that holds a whole page, menus and all, is cleaned as one. Of any other, only lines that are furniture on their own
    evidence go, and, where there are such, captions: none of 2,734 passages of question-answering sets lost a word; of 2,598
    BBC articles 459 lost a line or two, all invitations to follow, watch or read and credits of those who reported.
    """
    raw = normalise(text)
    lines = raw.split("\n")
    places = [i for i, line in enumerate(lines) if line]
    own = [lines[i] for i in places]
    if outline(own, [reason(line) for line in own], row=True):
        return clean(text, title)
    removed: list[Removed] = []
    partial = False
    for _ in range(_ROUNDS):  # what goes may bring more to the end
        found = reasons(own, whole_page=False, title=title or "")
        if not any(found):
            break
        partial = partial or is_cut(own, found)
        for i, line, why in zip(places, own, found, strict=True):
            if why:
                removed.append(Removed(line, why))
                lines[i] = ""
        places = [i for i, why in zip(places, found, strict=True) if not why]
        own = [lines[i] for i in places]
    stamps = tuple(r.line for r in removed if r.reason in _STAMPED)
    for i in places:
        if at := tail(lines[i]):
            removed.append(Removed(lines[i][at:].strip(), "related"))
            lines[i] = lines[i][:at].rstrip()
    cleaned = normalise("\n".join(lines)) if removed else raw
    return Cleaned(title or "", cleaned, removed=tuple(removed), stamps=stamps, partial=partial)


@dataclass(slots=True)
class _Page:
    """A page being cleaned: blocks of lines, and what was taken out of them."""

    blocks: list[list[str]]
    title: str = ""
    authors: str = ""
    caption: str | None = None
    dateline: str | None = None
    partial: bool = False
    tags: dict[str, None] = field(default_factory=dict)
    removed: list[Removed] = field(default_factory=list)
    stamps: list[str] = field(default_factory=list)

    def drop_furniture(self) -> bool:
        """Take out the page's furniture and the tags; tell whether there was any."""
        every = [line for lines in self.blocks for line in lines]
        found = reasons(every, titled=bool(self.title), title=self.title, authors=self.authors)
        self.partial = self.partial or is_cut(every, found)
        why = iter(found)
        kept = [[line for line in lines if not self._is_out(line, next(why))] for lines in self.blocks]
        size = sum(map(len, self.blocks))
        self.blocks = _blocks("\n\n".join("\n".join(lines) for lines in kept if lines))
        return sum(map(len, self.blocks)) < size

    def drop_tails(self) -> bool:
        """Take out what is glued to a paragraph's end; tell whether there was any."""
        cut = False
        for lines in self.blocks:
            for n, line in enumerate(lines):
                if at := tail(line):
                    self.removed.append(Removed(line[at:].strip(), "related"))
                    lines[n] = line[:at].rstrip()
                    cut = True
        return cut

    def _is_out(self, line: str, why: str | None) -> bool:
        if line_tags := tags_of(line):
            self.tags |= dict.fromkeys(line_tags)
        elif why == "caption" and self.caption is None:
            self.caption = line
        elif why:
            self.removed.append(Removed(line, why))
            if why in _STAMPED:
                self.stamps.append(line)
        return bool(line_tags or why)

    def take_title(self) -> str:
        """Take out first lines that are no more than the authors' names, and the next where it is a title; return that, or ""."""
        for _ in range(_TOP):
            if not self.blocks or [len(lines) for lines in self.blocks] == [1]:
                return ""
            first, *below = (line for lines in self.blocks for line in lines)
            authors = byline(first, "\n".join(below))
            if not authors:
                return self._take_first_line() if is_title(first) else ""
            self._take_first_line()
            self.removed.append(Removed(first, "byline"))
            self.stamps.append(f"By {authors}")  # which `ingest.stamps` reads them from
        return ""

    def drop_title_again(self) -> bool:
        """Take out first lines that only say the title again: the page's name, then its heading."""
        wanted, place, block = self.title.casefold(), 0, 0
        while block < len(self.blocks) and one_line(self.blocks[block][place]).casefold() == wanted:
            place += 1
            if place == len(self.blocks[block]):
                block, place = block + 1, 0
        if block == len(self.blocks):  # nothing but the title: the last of them is the text
            block -= 1
            place = len(self.blocks[block]) - 1 if block >= 0 else 0
        again = [line for lines in self.blocks[:block] for line in lines]
        if place:
            again += self.blocks[block][:place]
            self.blocks[block] = self.blocks[block][place:]
        self.blocks = self.blocks[block:] if block > 0 else self.blocks
        self.removed += [Removed(line, "title again") for line in again]
        return bool(again)

    def take_caption(self) -> bool:
        """Take out a line near the top that ends in a picture's credit; the first is the caption."""
        for lines in self.blocks[:_TOP]:
            for line in lines:
                if is_caption(" ".join(line.split())):
                    if len(self.blocks) == 1 and len(lines) == 1:
                        return False
                    lines.remove(line)
                    self.blocks = [lines for lines in self.blocks if lines]
                    if self.caption is None:
                        self.caption = line
                    else:
                        self.removed.append(Removed(line, "caption"))
                    return True
        return False

    def take_dateline(self) -> bool:
        """Take out the place that opens the first paragraphs ("WASHINGTON –")."""
        for lines in self.blocks[:_TOP]:
            if match := dateline(lines[0]):
                self.stamps.append(match[0].partition(",")[2])  # , le 14 avril 2025 —
                lines[0] = lines[0][match.end() :]
                self.dateline = self.dateline or place(match)
                return True
        return False

    def _take_first_line(self) -> str:
        line = self.blocks[0].pop(0)
        if not self.blocks[0]:
            del self.blocks[0]
        return line


def _blocks(text: str) -> list[list[str]]:
    return [paragraph.split("\n") for paragraph in unwrap(text).split("\n\n")] if text else []
