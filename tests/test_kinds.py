"""What a file holds is told by its content, its name only where that leaves it open."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.documents import Document, Problem
from ingest.kinds import kind_of, named
from ingest.sources import read

PAGE = b"<!DOCTYPE html><html><body><p>Le bac rouvre lundi.</p></body></html>"
MAIL = b"Message-ID: <1@bac.example>\r\nFrom: Le Bac <bac@bac.example>\r\nSubject: Le bac\r\nDate: Mon, 3 Mar 2025 08:00:00 +0100\r\n\r\nLe bac rouvre.\r\n"


@pytest.mark.parametrize(
    ("raw", "name", "kind"),
    [
        (b"Un texte.", "a.txt", "text"),
        (b"Un texte.", "sans-fin", "text"),
        (b"Un texte.", "a.csv", None),
        (b"# Un titre", "a.md", "markdown"),
        (PAGE, "a.txt", "page"),
        (PAGE, "sans-fin", "page"),
        (b"<?xml version='1.0'?>\n<!-- un mot -->\n" + PAGE, "a.html", "page"),
        (PAGE.decode().encode("utf-16"), "a.bin", "page"),
        (b"Rien que du texte", "a.html", "page"),
        (b"%PDF-1.7 ...", "a.html", "pdf"),
        (b"Un texte", "a.pdf", None),
        (MAIL, "a.eml", "mail"),
        (MAIL, "sans-fin", "mail"),
        (b"From: la mairie\nDate: lundi\nSubject: le bac\n\nUn communique.", "a.txt", "text"),
        (b'{"text": "Un."}\n', "", "row"),
        (b"PK\x03\x04...", "a.txt", None),
        (b"\x89PNG\r\n", "a.html", None),
    ],
)
def test_the_content_tells(raw: bytes, name: str, kind: str | None) -> None:
    assert kind_of(raw, name) == kind


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.html", "a", "a.eml", "a.pdf", "a.md.gz"]))
def test_anything_is_of_one_kind_or_none(raw: bytes, name: str) -> None:
    assert kind_of(raw, name) in {"text", "markdown", "row", "page", "pdf", "mail", "warc", None}


def test_an_ending_may_be_packed() -> None:
    assert (named("A.HTML.GZ"), named("a.jsonl.gz"), named("a.gz")) == ("page", "row", None)


def found(path: Path) -> list[Document | Problem]:
    return [one for one in read(str(path)) if isinstance(one, (Document, Problem))]


def test_files_of_every_kind_are_read_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(PAGE))
    (tmp_path / "b.htm").write_bytes(PAGE)
    (tmp_path / "c.eml").write_bytes(MAIL)
    (tmp_path / "d.pdf").write_bytes(b"%PDF-1.4 nothing else")
    (tmp_path / "e.csv").write_bytes(b"a,b")
    kinds = [one.kind if isinstance(one, Document) else one for one in found(tmp_path)]
    assert kinds == ["page", "page", "mail", "pdf"]


def test_a_folders_files_that_show_what_they_are_need_no_name_for_it(tmp_path: Path) -> None:
    shown = {"article": PAGE, "index.php?id=3": PAGE, "lettre": MAIL, "dossier.bin": b"%PDF-1.4 nothing else"}
    shown["packed"] = gzip.compress(PAGE)
    left = {
        "Makefile": b"all:",
        "app.js": b"'<p></p><p></p><a></a>'",
        "a.csv": b"a,b",
        "rows.json": b'{"text": "Un."}',
    }
    for name, raw in (shown | left).items():
        (tmp_path / name).write_bytes(raw)
    assert [Path(one.place).name for one in found(tmp_path)] == sorted(shown)


def test_a_gzip_of_several_parts_is_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"Le bac ") + gzip.compress(b"rouvre lundi."))
    (one,) = found(tmp_path)
    assert isinstance(one, Document)
    assert one.text == "Le bac rouvre lundi."


def test_what_is_wrong_with_a_packed_file_is_said(tmp_path: Path) -> None:
    packed = gzip.compress(b"Un texte. " * 1_000)
    (tmp_path / "cut.txt.gz").write_bytes(packed[:-20])
    (tmp_path / "hurt.txt.gz").write_bytes(packed[:10] + b"\xff" * 20 + packed[30:])
    (tmp_path / "bomb.txt.gz").write_bytes(gzip.compress(bytes(70_000_000)))
    assert [str(one).split(": ", 1)[1].split(".")[0] for one in found(tmp_path)] == [
        "is larger than 64 MB once unpacked",
        "the gzip file ends before its end",
        "the gzip file is damaged",
    ]


def test_a_pattern_names_files_below_too(tmp_path: Path) -> None:
    for name in ("a/1.html", "a/b/2.html", "a/b/3.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PAGE)
    pages = found(tmp_path / "**/*.html")
    assert [Path(one.origin).name for one in pages if isinstance(one, Document)] == ["1.html", "2.html"]
    assert len(found(tmp_path / "?" / "b")) == 2  # a folder is read as it is without a pattern
    (nothing,) = found(tmp_path / "*.eml")
    assert "pattern" in str(nothing)


HERE = Path(__file__).parent.parent
PIPED = """
import sys
from ingest.sources import read
for one in read("-"):
    print(type(one).__name__, getattr(one, "kind", one), getattr(one, "origin", "")[:2])
"""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"Un texte.", ["Document text -#"]),
        (PAGE, ["Document page -#"]),
        (b'{"id": 1, "text": "Un."}\n{"text": "Deux."}\n', ["Document row id", "Document row -#"]),
        (b"", ["Problem standard input: the file is empty"]),
    ],
)
def test_standard_input_is_one_document_or_rows(given: bytes, said: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PIPED], input=given, capture_output=True, check=True, cwd=HERE
    )
    assert [line.strip() for line in io.StringIO(done.stdout.decode())] == said
