"""Inputs made to break who reads them: how many are tried, how many end the reader, never end, or raise what nobody should see.

    python -m benchmarks.hostile [--count 100] [--seconds 2] [--seed 0] [--write]

Of each kind (pages, mails, PDFs, texts, rows, feeds, sitemaps, robots.txt, archives, headers) `--count` inputs are made at random: something whole,
cut, doubled, with bytes turned, or with one of its parts repeated thousands of times. Each is read as `depeche ingest` reads it: documents and lists in
the process beside, all else here.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import random
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Final

from ingest.apart import Apart, GivenUpError
from ingest.documents import Document
from ingest.fetch.errors import FetchError
from ingest.fetch.request import waited
from ingest.sources import read

HERE = Path(__file__).parent
_TEXT: Final = (
    "Le bac de Lauzan rouvre lundi matin, a annoncé la mairie ; la cale a coûté 212 000 euros à la commune. "
)
_MAIL: Final = (
    "From: Régie <r@bac.example>\nTo: b@bac.example\nSubject: =?utf-8?q?Le_bac?=\nDate: Mon, 3 Mar 2025 18:30:00 +0100\nMIME-Version: 1.0\n"
    'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n'
    f"{_TEXT * 4}\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>{_TEXT * 4}</p>\n--b--\n"
)
_PDF: Final = (
    "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n"
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
    ">> >> >> >>\nendobj\n4 0 obj\n<< /Length 60 >>\nstream\nBT /F1 11 Tf 72 760 Td (Le bac de Lauzan rouvre lundi.) Tj ET\nendstream\nendobj\n"
    "trailer\n<< /Root 1 0 R /Size 5 >>\nstartxref\n0\n%%EOF"
)
WHOLE: Final[dict[str, tuple[str, str]]] = {
    "page": (
        "page.html",
        "<!doctype html><html lang='fr'><head><title>Le bac</title><meta property='article:published_time' content='2025-03-01T18:30:00Z'>"
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Le bac", "author": {"name": "Nolwenn Caradec"}}</script></head>'
        f"<body><nav><a href='/x'>Accueil</a></nav><article><h1>Le bac</h1><p>{_TEXT * 3}</p><p>{_TEXT * 3}</p><table><tr><td>1</table></article></body></html>",
    ),
    "mail": ("mail.eml", _MAIL),
    "pdf": ("file.pdf", _PDF),
    "text": ("text.txt", f"Le bac rouvre\nPar Nolwenn Caradec\nPublié le 1er mars 2025 à 18h30\n\n{_TEXT * 3}\n\n{_TEXT}\n"),
    "markdown": ("text.md", f"---\ndate: 2025-03-01\ntags: [bac]\n---\n# Le bac\n\n{_TEXT * 3}\n\n- [x](y)\n> {_TEXT}\n"),
    "rows": ("rows.jsonl", json.dumps({"id": "1", "title": "Le bac", "text": _TEXT * 2, "published": "2025-03-01", "tags": ["bac"]}) + "\n"),
    "feed": (
        "",
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>Bac</title><item><title>Le bac</title><link>https://bac.example/1</link><guid>1</guid>"
        f"<pubDate>Mon, 3 Mar 2025 18:30:00 +0100</pubDate><description><![CDATA[<p>{_TEXT}</p>]]></description></item></channel></rss>",
    ),
    "json feed": ("", json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "https://bac.example/1", "title": "Le bac", "date_published": "2025-03-01"}]})),
    "sitemap": ("", "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://bac.example/1</loc><lastmod>2025-03-01</lastmod></url></urlset>"),
    "robots": ("", "User-agent: *\nDisallow: /a*b*c*d$\nAllow: /a\nCrawl-delay: 2\nSitemap: https://bac.example/s.xml\n"),
    "archive": (
        "pages.warc",
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://bac.example/\r\nWARC-Date: 2025-03-01T00:00:00Z\r\nContent-Type: application/http\r\n"
        "Content-Length: 84\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Le bac rouvre lundi matin</p>\r\n\r\n",
    ),
    "header": ("", "Thu, 31 Dec 2026 23:59:59 -0100"),
}  # fmt: skip
LISTS: Final = {
    "feed": "ingest.feeds:read_feed",
    "json feed": "ingest.feeds:read_json_feed",
    "sitemap": "ingest.sitemaps:read_sitemap",
}


def broken(whole: bytes, chance: random.Random) -> bytes:
    """Return bytes broken in one to three ways."""
    raw = whole
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(raw) + 1)
        end = min(len(raw), start + chance.choice((1, 4, 16, 64)))
        part = raw[start:end]
        raw = chance.choice(
            (
                raw[:start],
                raw[:start] + chance.randbytes(end - start) + raw[end:],
                raw[:start] + part * chance.choice((2, 50, 5_000, 20_000)) + raw[end:],
                raw[:start] + chance.choice((b"<", b"\0", b"\xff\xfe", b"9" * 5_000, b"&#x110000;", b"\\ud800", b"*a" * 30)) + raw[end:],
                raw[end:],
            )
        )[:2_000_000]  # fmt: skip
    return raw


class Tally:
    """What became of the inputs of one kind."""

    def __init__(self) -> None:
        self.tried = 0
        self.became: Counter[str] = Counter()
        self.slowest = 0.0
        self.faults: list[str] = []

    def told(self) -> dict[str, object]:
        return {
            "tried": self.tried,
            **{name: self.became[name] for name in ("crashes", "hangs", "given_up", "raised_in_the_reader")},
            "slowest_s": round(self.slowest, 1),
            "faults": self.faults[:5],
        }


def given_up(error: str, tally: Tally) -> None:
    """Note why something was given up: in time, or because its reader failed or ended, all of which the run outlives."""
    tally.became[
        "raised_in_the_reader" if "its reader failed" in error or "nested too deep" in error else "given_up"
    ] += 1


def try_one(kind: str, raw: bytes, apart: Apart, folder: Path, tally: Tally) -> None:
    """Read one input as an ingestion would."""
    name = WHOLE[kind][0]
    if kind in LISTS:
        more = ("application/xml",) if kind == "feed" else ()
        apart.read(kind, LISTS[kind], raw, "https://bac.example/", *more)
    elif kind == "robots":
        apart.read(kind, "ingest.fetch.robots:allowed", raw, "https://bac.example/" + "ab" * 500)
    elif kind == "header":
        waited(raw.decode("latin-1"))
    else:
        file = folder / name
        file.write_bytes(raw)
        for found in read(str(file)):
            document = apart.article(found) if isinstance(found, Document) else found
            what = str(getattr(document, "what", ""))
            if (
                "takes longer" in what
                or "reader failed" in what
                or "nested too deep" in what
                or "ends the program" in what
            ):
                given_up(what, tally)


def measure(kind: str, count: int, seconds: float, chance: random.Random, folder: Path) -> Tally:
    """Try so many inputs of a kind."""
    tally, whole = Tally(), WHOLE[kind][1].encode()
    with closing(Apart(seconds)) as apart:
        for _ in range(count):
            raw = broken(whole, chance)
            tally.tried += 1
            began, worked = time.perf_counter(), time.process_time()
            try:
                try_one(kind, raw, apart, folder, tally)
            except GivenUpError as error:
                given_up(error.what, tally)
            except FetchError:
                pass
            except Exception as error:  # what an ingestion would not expect
                tally.became["crashes"] += 1
                tally.faults.append(f"{type(error).__name__}: {error}"[:200])
            tally.became["hangs"] += time.process_time() - worked > seconds  # here, where nothing stops it
            tally.slowest = max(tally.slowest, time.perf_counter() - began)
    return tally


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100, help="inputs of each kind")
    parser.add_argument("--seconds", type=float, default=2.0, help="a document's time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="keep the result in benchmarks/results/")
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311
    kinds = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind in WHOLE:
            kinds[kind] = measure(kind, options.count, options.seconds, chance, Path(folder)).told()
            print(kind, json.dumps(kinds[kind]), flush=True)
    result = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, busy with other work, {platform.machine()}, Python {platform.python_version()}",
        "seconds_a_document": options.seconds,
        "kinds": kinds,
    }
    if options.write:
        file = HERE / "results" / f"hostile-{result['date']}.json"
        file.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
