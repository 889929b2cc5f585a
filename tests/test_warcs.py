"""Web archives: their pages as articles, each address once, whatever else was saved beside them."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.documents import Document, Problem
from ingest.pipeline import ingest
from ingest.sources import read
from retrieval.library import Library
from tests.small import HashEmbedder

BODY = "Le bac de Port-Lauzan rouvre lundi après six mois de travaux, annonce la mairie. " * 6


def page(title: str, body: str = BODY) -> bytes:
    return f"<!DOCTYPE html><html lang=fr><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{body}</p></article></body></html>".encode()


def record(url: str, body: bytes, kind: str, status: str, number: int = 0, *, headers: str = "") -> bytes:
    """Return one saved answer."""
    answer = f"HTTP/1.1 {status} \r\nContent-Type: {kind}\r\n{headers}\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0000-{number}>\r\n"
        f"WARC-Date: 2026-03-01T10:00:{number:02}Z\r\nWARC-Target-URI: {url}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def archive(path: Path, *saved: tuple[str, bytes, str, str], packed: bool = True) -> Path:
    """Write answers (address, body, content type, status), a gzip each as crawlers do."""
    records = [record(*one, number) for number, one in enumerate(saved)]
    path.write_bytes(b"".join(map(gzip.compress, records) if packed else records))
    return path


HTML = "text/html; charset=utf-8"


def found(path: Path) -> list[Document | Problem]:
    return [one for one in read(str(path)) if isinstance(one, (Document, Problem))]


@pytest.mark.parametrize("packed", [True, False])
def test_pages_are_taken_and_what_else_was_saved_is_passed_over(tmp_path: Path, packed: bool) -> None:
    file = archive(
        tmp_path / "saved.warc",
        ("https://bac.example/un?utm_source=x", page("Un"), HTML, "200"),
        ("https://bac.example/style.css", b"p { color: red }", "text/css", "200"),
        ("https://bac.example/perdu", page("Perdu"), HTML, "404"),
        ("https://bac.example/latin", page("Été").decode().encode("cp1252"), "text/html; charset=windows-1252", "200"),
        packed=packed,
    )  # fmt: skip
    one, latin = found(file)
    assert isinstance(one, Document)
    assert isinstance(latin, Document)
    assert (one.kind, one.url, latin.charset) == ("page", "https://bac.example/un", "windows-1252")
    assert one.origin == f"{file}#https://bac.example/un"
    library = Library(tmp_path / "library")
    assert ingest([str(file)], library, HashEmbedder).new == 2
    with library.snapshot() as snapshot:
        assert {row.article.title for row in snapshot.articles()} == {"Un", "Été"}
    library.close()


def test_an_address_saved_twice_is_taken_as_it_was_last(tmp_path: Path) -> None:
    url = "https://bac.example/un"
    file = archive(
        tmp_path / "a.warc.gz", (url, page("Avant"), HTML, "200"), (url, page("Après"), HTML, "200")
    )
    (only,) = found(file)
    assert isinstance(only, Document)
    assert "Après" in only.raw.decode()


def test_an_archive_is_told_by_its_content_and_may_be_packed_as_a_whole(tmp_path: Path) -> None:
    plain = archive(tmp_path / "a.warc", ("https://bac.example/un", page("Un"), HTML, "200"), packed=False)
    for name in ("nameless", "whole.warc.gz"):
        file = tmp_path / name
        file.write_bytes(gzip.compress(plain.read_bytes()))
        assert [type(one) for one in found(file)] == [Document]


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_of_an_archive_that_is_cut_off_what_stands_before_is_kept(
    tmp_path: Path, share: float, packed: bool
) -> None:
    pages = [(f"https://bac.example/{n}", page(f"Bac {n}"), HTML, "200") for n in range(20)]
    file = archive(tmp_path / "a.warc.gz", *pages, packed=packed)
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])
    *kept, last = found(file)
    assert isinstance(last, Problem)
    assert "the archive is damaged here" in str(last)
    assert 20 * share - 3 < sum(isinstance(one, Document) for one in kept) < 20


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"WARC-Target-URI: https://bac.example/1\r\n", b""),
        (b"Content-Length: ", b"Content-Length: 1\r\nX: "),
        (b"bac.example/1\r\n", b"bac.example/\x1b[2J 1\r\nContent-Length: 1\r\nX: "),
    ],
)
def test_a_record_whose_head_is_damaged_is_one_line_and_nothing_else_is_said(
    tmp_path: Path, right: bytes, wrong: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    records = [record(f"https://bac.example/{n}", page(f"Bac {n}"), HTML, "200", n) for n in range(3)]
    records[1] = records[1].replace(right, wrong, 1)
    (tmp_path / "a.warc").write_bytes(b"".join(records))
    kept, last = found(tmp_path / "a.warc")
    assert isinstance(kept, Document)
    assert "record 2: the archive is damaged here" in str(last)
    assert capfd.readouterr() == ("", "")


def test_an_archive_without_pages_says_so(tmp_path: Path) -> None:
    file = archive(tmp_path / "a.warc", ("https://bac.example/a.png", b"\x89PNG", "image/png", "200"))
    (only,) = found(file)
    assert "no page is saved in this archive" in str(only)


def test_a_body_that_unfolds_without_end_is_given_up(tmp_path: Path) -> None:
    bomb = gzip.compress(b" " * 60_000_000)
    (tmp_path / "a.warc").write_bytes(
        record("https://bac.example/", bomb, HTML, "200", headers="Content-Encoding: gzip\r\n")
    )
    (only,) = found(tmp_path / "a.warc")
    assert "is larger than 50 MB" in str(only)


def test_an_archive_may_come_through_a_pipe(tmp_path: Path) -> None:
    file = archive(tmp_path / "a.warc.gz", ("https://bac.example/un", page("Un"), HTML, "200"))
    done = subprocess.run(
        [sys.executable, "-m", "depeche", "ingest", "-", "--explain", "--json"],
        input=file.read_bytes(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["title"] == "Un"
