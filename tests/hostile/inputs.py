"""Files made to break who reads them, each in a few lines of code: by name, the file's name and its bytes."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable

File = tuple[str, bytes]

HEAD = b"From: a@press.example\nTo: b@press.example\nSubject: Le bac\nMIME-Version: 1.0\n"


def page(inside: str, attributes: str = "") -> bytes:
    """A page whose body is `inside`."""
    return f"<!doctype html><html lang='fr'><head><title>Le bac</title></head><body {attributes}>{inside}</body></html>".encode()


def attributes(count: int) -> File:
    return "attributes.html", page("Le bac rouvre.", " ".join(f"a{n}=1" for n in range(count)))


def nested_mails(count: int) -> File:
    return "nested.eml", HEAD + b"Content-Type: message/rfc822\n\n" * count + b"Le bac rouvre."


def nested_parts(count: int) -> File:
    parts = (f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n'.encode() for n in range(count))
    return "parts.eml", HEAD + b"".join(parts) + b"Content-Type: text/plain\n\nLe bac rouvre."


def gzip_members(count: int) -> File:
    return "members.html.gz", gzip.compress(b"") * count + gzip.compress(page("Le bac rouvre."))


def gzip_bomb(megabytes: int) -> File:
    return "bomb.html.gz", gzip.compress(bytes(megabytes * 1_000_000))


def comments(count: int) -> File:
    return "comments.page", b"<!---->" * count + b"x"


def nested_tags(count: int, tag: str = "div") -> File:
    return f"nested-{tag}.html", page(f"<{tag}>" * count + "Le bac rouvre.")


def unclosed(count: int) -> File:
    return "unclosed.html", page("<p><b><i><a href='/x'>Le bac " * count)


def long_word(count: int) -> File:
    return "word.html", page(f"<p>{'bac' * count}</p>")


def many_links(count: int) -> File:
    return "links.html", page("<a href='/x'>Le bac rouvre ses traversées lundi</a> " * count)


def many_lines(count: int) -> File:
    return "lines.txt", b"Le bac\n" * count


def spaces(count: int) -> File:
    return "spaces.txt", b"Le bac" + b" " * count + b"rouvre lundi.\n"


def nested_row(count: int) -> File:
    return "nested.jsonl", b'{"id": "x", "text": "Le bac.", "tags": ' + b"[" * count + b"]" * count + b"}\n"


def surrogates() -> File:
    row = {
        "id": "surrogate",
        "title": "Le bac \ud800",
        "text": "Le bac rouvre lundi \udfff.",
        "author": "\ud801",
    }
    return "surrogates.jsonl", json.dumps(row).encode() + b"\n"


def odd_dates() -> File:
    dates = [
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "Thu, 31 Dec 9999 23:59:59 -2359",
        "0000-00-00",
    ]
    rows = [
        {"id": f"d{n}", "title": "Date", "text": "Le bac rouvre lundi.", "published": d, "modified": d}
        for n, d in enumerate(dates)
    ]
    return "dates.jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode()


def pdf(inside: bytes) -> File:
    return "broken.pdf", b"%PDF-1.4\n" + inside


def circular_pdf() -> File:
    return "circle.pdf", (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n"
        b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 99 >>\nendobj\ntrailer\n<< /Root 1 0 R /Size 3 >>\nstartxref\n0\n%%EOF"
    )


def pdf_bomb(megabytes: int) -> File:
    stream = zlib.compress(b"BT (Le bac) Tj ET\n" * (megabytes * 55_000))
    return "bomb.pdf", (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>\nendobj\n"
        + b"4 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(stream) + stream
        + b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R /Size 5 >>\nstartxref\n0\n%%EOF"
    )  # fmt: skip


def warc(count: int) -> File:
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x.example/\r\nContent-Type: application/http\r\n"
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + b"X: y\r\n" * count + b"\r\n<p>Le bac</p>"
    return "heads.warc", head + b"Content-Length: %d\r\n\r\n" % len(body) + body + b"\r\n\r\n"


def packed(start: bytes, piece: bytes, count: int, end: bytes = b"") -> bytes:
    """A gzip of a beginning, so many times a piece, and an end, of a part each: a megabyte on disk may be a gigabyte."""
    return gzip.compress(start) + gzip.compress(piece) * count + gzip.compress(end)


def _large(piece: bytes) -> bytes:
    """Ten megabytes of a piece."""
    return piece * (10_000_000 // len(piece))


_ROW = b'{"id": "first", "title": "Le bac", "text": "Le bac de Montclar rouvre samedi."}\n'


def blank_rows(megabytes: int) -> File:
    return "blank.jsonl.gz", packed(_ROW, _large(b"\n"), megabytes // 10)


def endless_row(megabytes: int) -> File:
    return "endless.jsonl.gz", packed(_ROW, _large(b"a"), megabytes // 10)


def many_values(megabytes: int) -> File:
    start = _ROW + b'{"id": "x", "text": "Le bac.", "tags": [{}'
    return "values.jsonl.gz", packed(start, _large(b",{}"), megabytes // 10, b"]}\n")


def warc_without_end(megabytes: int) -> File:
    return "endless.warc.gz", packed(b"WARC/1.0\r\nX-Y: ", _large(b"a"), megabytes // 10)


def warc_of_nothing(count: int) -> File:
    head = b"WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    return "nothing.warc.gz", packed(head, _large(head), count)


# Such as end what reads them, or fail it at once.
FAILING: dict[str, Callable[[], File]] = {
    "nested mails": lambda: nested_mails(3_000),
    "nested parts": lambda: nested_parts(20_000),
    "nested rows": lambda: nested_row(100_000),
    "rows nested to the edge": lambda: nested_row(970),
    "surrogates": surrogates,
    "odd dates": odd_dates,
    "a PDF that names itself": circular_pdf,
    "a PDF of nothing": lambda: pdf(b"[" * 50_000),
    "a web archive's heads": lambda: warc(50_000),
}
# Such as take minutes or hours, or all the memory there is.
ENDLESS: dict[str, Callable[[], File]] = {
    "attributes": lambda: attributes(20_000),
    "more attributes": lambda: attributes(200_000),
    "gzip members": lambda: gzip_members(40_000),
    "a gzip bomb": lambda: gzip_bomb(60),
    "comments": lambda: comments(500),
    "unclosed tags": lambda: unclosed(15_000),
    "a long word": lambda: long_word(2_000_000),
    "links": lambda: many_links(4_900),
    "lines": lambda: many_lines(600_000),
    "spaces": lambda: spaces(4_000_000),
    "nested tags": lambda: nested_tags(100_000),
    "a PDF bomb": lambda: pdf_bomb(45),
    "blank rows": lambda: blank_rows(600),
    "a row without end": lambda: endless_row(20_000),
    "a row of many values": lambda: many_values(60),
    "a web archive without end": lambda: warc_without_end(3_000),
    "a web archive of nothing": lambda: warc_of_nothing(60),
}
