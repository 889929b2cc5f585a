"""What inputs are made of: something whole of each kind, and ways to break it."""

from __future__ import annotations

import gzip
import json
import random
from typing import Final

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
    "header": (
        "",
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nRetry-After: Thu, 31 Dec 2026 23:59:59 -0100\r\nLocation: /b?a=1#b\r\nETag: W/\"1\"\r\n"
        f"Last-Modified: Mon, 3 Mar 2025 18:30:00 GMT\r\nContent-Encoding: identity\r\nContent-Length: 110\r\nSet-Cookie: a=b; Path=/\r\n\r\n<p>{_TEXT}</p>\n",
    ),
    "webhook": (
        "",
        json.dumps({
            "update_id": 1000, "message": {
                "message_id": 1, "date": 1_760_000_000, "chat": {"id": 7, "type": "private", "first_name": "Ada"},
                "from": {"id": 7, "is_bot": False, "first_name": "Ada", "language_code": "fr"}, "text": "/start Quand rouvre le bac ?",
                "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
                "reply_to_message": {"message_id": 2, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "Non."},
                "photo": [{"file_id": "a", "file_unique_id": "b", "width": 90, "height": 90}],
            },
        }),
    ),
}  # fmt: skip
# Kinds that are packed, of which others.
PACKED: Final = {"packed page": "page", "packed rows": "rows", "packed archive": "archive"}
# What of an XML document's beginning reads a file of this machine's, where it is believed.
_ENTITY: Final = '<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}"><!ENTITY f "&e;&e;&e;&e;&e;">]>'
_MARKUP: Final = ("page", "feed", "sitemap")


def made(kind: str, chance: random.Random, secret: str) -> bytes:
    """Return an input of a kind, broken in some way; of some markup, one that asks for the file `secret` besides."""
    if kind in PACKED:
        inner = (
            made(PACKED[kind], chance, secret) if chance.random() < 0.5 else WHOLE[PACKED[kind]][1].encode()
        )
        raw = gzip.compress(inner)
        return (
            broken(raw, chance)
            if chance.random() < 0.7
            else gzip.compress(b"") * chance.choice((0, 1, 20_000)) + raw * 2
        )
    whole = WHOLE[kind][1]
    if kind in _MARKUP and chance.random() < 0.3:
        start = whole.index("?>") + 2 if whole.startswith("<?") else 0
        whole = (
            whole[:start] + _ENTITY.format(secret=secret) + whole[start:].replace("Le bac", "Le bac &e; &f;")
        )
    if kind == "webhook":
        whole = whole.replace("1000", str(chance.randrange(1 << 31)))
    return broken(whole.encode(), chance)


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
