"""Files, lists and robots.txt, read as an ingestion reads them, each with something good after it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from benchmarks.hostile.inputs import PACKED, WHOLE, made
from benchmarks.hostile.tally import Tally
from ingest.apart import Apart, GivenUpError
from ingest.documents import Document, Problem
from ingest.readying import Ready
from ingest.sources import read

if TYPE_CHECKING:
    import random
    from pathlib import Path

LISTS: Final = {
    "feed": "ingest.feeds:read_feed",
    "json feed": "ingest.feeds:read_json_feed",
    "sitemap": "ingest.sitemaps:read_sitemap",
}
FILES: Final = ("page", "mail", "pdf", "text", "markdown", "rows", "archive", *PACKED)
_SECRET: Final = "d41c9b7e-what-nobody-may-read"  # noqa: S105 - of nobody


def measure(kind: str, count: int, seconds: float, chance: random.Random, folder: Path) -> Tally:
    """Try so many inputs of a kind."""
    tally, secret = Tally(seconds), folder / "secret.txt"
    secret.write_text(_SECRET, encoding="ascii")
    with closing(Apart(seconds)) as apart:
        for number in range(count):
            raw = made(kind, chance, str(secret))
            with tally.trying():
                told = _read(kind, raw, apart, folder, tally)
                if _SECRET in told:
                    tally.fault("bytes_leaked", told, told.count(_SECRET) * len(_SECRET))
            if not _good(number, apart):
                tally.fault("good_lost", f"after number {number}")
    return tally


def _read(kind: str, raw: bytes, apart: Apart, folder: Path, tally: Tally) -> str:
    """Return what was made of an input."""
    if kind in LISTS:
        more = ("application/xml",) if kind == "feed" else ()
        return repr(apart.read(kind, LISTS[kind], raw, "https://bac.example/", *more))
    if kind == "robots":
        rules = apart.read(kind, "ingest.fetch.robots:rules", raw)
        apart.read(kind, "ingest.fetch.robots:allowed", rules.raw, "https://bac.example/" + "ab" * 500)
        return repr(rules.sitemaps)
    file = folder / (WHOLE[PACKED[kind]][0] + ".gz" if kind in PACKED else WHOLE[kind][0])
    file.write_bytes(raw)
    told = []
    for found in read(str(file), unfold=apart.unfold):
        what = apart.article(found) if isinstance(found, Document) else found
        if isinstance(what, Problem) and any(
            part in what.what for part in ("takes ", "reader failed", "nested too deep", "ends the program")
        ):
            tally.give_up(what.what)
        told.append(repr(what))
    return "\n".join(told)


def _good(number: int, apart: Apart) -> bool:
    """Tell whether a good document is read now."""
    words = f"Le bac de Lauzan rouvre lundi, après {number} jours de travaux."
    document = Document(words, words, words, words, "text", text=f"Le bac\n\n{words}")
    try:
        return isinstance(apart.article(document), Ready)
    except GivenUpError:
        return False
