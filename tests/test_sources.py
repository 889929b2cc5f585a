"""Sources: files, folders and rows, each trouble in one line, the rest read on."""

from __future__ import annotations

import codecs
import gzip
import json
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import documents as arriving
from ingest.documents import Document, Problem, absolute, short_id
from ingest.pages.characters import latin
from ingest.pipeline import ingest
from ingest.sources import count, read
from retrieval.library import Library
from tests.small import HashEmbedder


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows(path: Path, *items: object) -> Path:
    return write(path, "".join(json.dumps(item) + "\n" for item in items))


def problem(path: Path | str) -> str:
    (found,) = read(str(path))
    assert isinstance(found, Problem)
    assert "\n" not in str(found)
    return str(found)


def documents(path: Path) -> list[Document]:
    found = list(read(str(path)))
    assert not [item for item in found if isinstance(item, Problem)]
    return [item for item in found if isinstance(item, Document)]


def test_a_folder_is_read_in_order_hidden_and_other_files_left_out(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/b/c.TXT", ".hidden.txt", ".git/x.txt", "picture.png"):
        write(tmp_path / name, "Un texte.")
    found = documents(tmp_path)
    assert [Path(d.origin).relative_to(tmp_path).as_posix() for d in found] == [
        "b.txt",
        "a/z.md",
        "a/b/c.TXT",
    ]
    assert [d.kind for d in found] == ["text", "markdown", "text"]
    assert all(d.container == d.origin for d in found)
    assert count(str(tmp_path)) == 3


def test_a_relative_path_and_an_absolute_one_name_the_same_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "notes" / "a.txt", "Un texte.")
    monkeypatch.chdir(tmp_path)
    (relative,) = documents(Path("notes"))
    (direct,) = documents(file)
    assert relative.origin == direct.origin == str(file)
    assert relative.digest == direct.digest
    assert relative.place == "notes/a.txt"
    assert absolute("notes/../notes") == str(tmp_path / "notes")


def test_the_digest_follows_the_content_and_the_version_of_cleaning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "a.txt", "Un texte.")
    (before,) = documents(file)
    write(file, "Un autre texte.")
    (after,) = documents(file)
    assert before.digest != after.digest
    monkeypatch.setattr(arriving, "CLEANING_VERSION", arriving.CLEANING_VERSION + 1)
    (cleaned_otherwise,) = documents(file)
    assert cleaned_otherwise.digest != after.digest


def test_a_rows_origin_is_its_id_else_its_url_else_its_content(tmp_path: Path) -> None:
    file = rows(
        tmp_path / "rows.jsonl",
        {"id": " a1 ", "url": "https://example.org/1", "text": "Un."},
        {"id": 7, "text": "Deux."},
        {"url": "https://example.org/3", "text": "Trois."},
        {"text": "Quatre."},
    )
    found = documents(file)
    assert [d.origin for d in found][:3] == ["id:a1", "id:7", "https://example.org/3"]
    assert found[3].origin == f"{file}#{found[3].digest}"
    assert [d.place.removeprefix(str(file)) for d in found] == [f" line {n}" for n in (1, 2, 3, 4)]
    assert {d.container for d in found} == {str(file)}
    assert count(str(file)) == 4


def test_a_rows_digest_does_not_hang_on_the_order_of_its_fields(tmp_path: Path) -> None:
    one, two = documents(
        write(tmp_path / "r.jsonl", '{"id": "a", "text": "é"}\n{"text":"\\u00e9","id":"a"}\n')
    )
    assert one.digest == two.digest


def test_rows_come_from_gzip_too_and_blank_lines_do_not_count(tmp_path: Path) -> None:
    packed = gzip.compress(b'\xef\xbb\xbf{"text": "Un."}\r\n\r\n{"text": "Deux."}')
    found = documents(write(tmp_path / "rows.jsonl.gz", packed))
    assert [d.row["text"] for d in found] == ["Un.", "Deux."]
    assert found[1].place.endswith("rows.jsonl.gz line 3")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"{not json}", "is not valid JSON"),
        (b"[1, 2]", "is not a JSON object"),
        (b"[" * 100_000, "is not valid JSON"),
        (b'{"text": "caf\xe9"}', "is not UTF-8 text (byte 13 of the line)"),
        (b'{"id": true, "text": "x"}', '"id" must be text'),
        (b'{"id": "", "text": "x"}', '"id" is empty'),
        (b'{"id": "a\\nb", "text": "x"}', "control character"),
        (b'{"id": "\\ud800", "text": "x"}', "control character"),
    ],
)
def test_a_bad_row_is_one_problem_and_the_rest_goes_on(tmp_path: Path, line: bytes, what: str) -> None:
    file = write(tmp_path / "r.jsonl", b'{"text": "Un."}\n' + line + b'\n{"text": "Trois."}\n')
    first, bad, last = read(str(file))
    assert isinstance(first, Document)
    assert isinstance(last, Document)
    assert isinstance(bad, Problem)
    assert what in str(bad)
    assert bad.place.endswith("r.jsonl line 2")


def test_a_file_that_is_no_rows_at_all_is_given_up(tmp_path: Path) -> None:
    found = list(read(str(write(tmp_path / "r.jsonl", "Un texte.\n" * 10_000))))
    assert len(found) < 100
    assert "the rest is left" in str(found[-1])
    assert "not text" in problem(write(tmp_path / "binary.jsonl", b"\x00\x01\n" * 100))


def test_of_many_bad_rows_the_first_are_told_and_how_many_more(tmp_path: Path) -> None:
    good = json.dumps({"text": "Le bac de Lauzan rouvre lundi matin."}) + "\n"
    found = [*read(str(write(tmp_path / "r.jsonl", good + "[\n" * 50_000 + good)))]
    assert sum(isinstance(item, Document) for item in found) == 2
    problems = [item for item in found if isinstance(item, Problem)]
    assert len(problems) == 101
    assert "49900 more of its lines could not be read" in str(problems[-1])


def test_a_damaged_gzip_gives_the_rows_before_the_damage(tmp_path: Path) -> None:
    text = "".join(json.dumps({"id": n, "text": os.urandom(40).hex()}) + "\n" for n in range(2_000))
    packed = gzip.compress(text.encode())
    for name, content in (
        ("cut", packed[:-2000]),
        ("hurt", packed[:60_000] + b"\xff" * 500 + packed[60_500:]),
    ):
        *good, last = read(str(write(tmp_path / f"{name}.jsonl.gz", content)))
        assert len(good) > 500
        assert isinstance(last, Problem)
        assert "gzip" in str(last)


def test_whether_rows_are_packed_is_told_by_their_content(tmp_path: Path) -> None:
    row = b'{"text": "Un."}\n'
    for name, content in (("no.jsonl.gz", row), ("packed.jsonl", gzip.compress(row)), ("rows.txt", row)):
        (only,) = read(str(write(tmp_path / name, content)))
        assert isinstance(only, Document)
        assert only.row == {"text": "Un."}


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be"])
def test_a_text_is_read_in_whichever_charset_newsrooms_wrote_it(tmp_path: Path, charset: str) -> None:
    text = "L’œuvre coûta 3 € — « très cher », dit Zoë."
    mark = codecs.BOM_UTF16_BE if charset == "utf-16-be" else b""
    (found,) = read(str(write(tmp_path / "a.txt", mark + text.encode(charset))))
    assert isinstance(found, Document)
    assert found.text == text


@given(st.text("abc éàçœ«»’…\u00a0€\n", min_size=1))
def test_windows_1252_is_told_from_what_is_none(text: str) -> None:
    assert latin(text.encode("cp1252")) == text
    assert latin(("ш" + text).encode("cp1251", "ignore") + b"\xf8\xf0" * len(text)) is None


def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path) -> None:
    assert "no such file" in problem(tmp_path / "missing.txt")
    assert "empty" in problem(write(tmp_path / "empty.txt", " \n"))
    assert "empty" in problem(write(tmp_path / "empty.jsonl", "\n"))
    assert "NUL byte at byte 2" in problem(write(tmp_path / "binary.txt", b"ab\0cd"))
    for name, charset in (("cyrillic", "cp1251"), ("roman", "mac-roman"), ("japanese", "shift-jis")):
        text = {"roman": "Le café a fermé."}.get(
            name, "Кафе закрыто." if name == "cyrillic" else "喫茶店は閉店"
        )
        other = problem(write(tmp_path / f"{name}.txt", text.encode(charset)))
        assert "not UTF-8 text (byte" in other
        assert "Convert it to UTF-8" in other
    patched = "« Le café »".encode().replace("é".encode(), b"\xc3")
    assert "not UTF-8 text" in problem(write(tmp_path / "patched.txt", patched))
    assert "not UTF-8 text" in problem(write(tmp_path / "wide.txt", "Le café".encode("utf-16")[:-1]))
    assert "type" in problem(write(tmp_path / "picture.png", b"x"))
    for name in ("text.pdf", "text.warc"):
        assert "is not what its name says" in problem(write(tmp_path / name, b"x"))
        assert "is empty" in problem(write(tmp_path / name, b""))
    assert "addresses are not read here" in problem("https://bob:secret@example.org/article")
    assert "secret" not in problem("https://bob:secret@example.org/article")
    (tmp_path / "folder.txt").mkdir()
    assert ".txt, .md" in problem(tmp_path / "folder.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nowhere.txt")
    assert "link" in problem(tmp_path / "dangling.txt")


def test_a_folders_troubles_do_not_keep_the_rest_out(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", b"\xff\x81")
    (tmp_path / "b.txt").symlink_to(tmp_path / "nowhere.txt")
    (tmp_path / "c.txt").mkdir()
    write(tmp_path / "d.txt", "Un texte.")
    os.mkfifo(tmp_path / "e.txt")
    found = list(read(str(tmp_path)))
    assert [type(item) for item in found].count(Problem) == 4
    assert [Path(d.origin).name for d in found if isinstance(d, Document)] == ["d.txt"]


def test_a_folder_with_nothing_to_read_says_which_types_are_read(tmp_path: Path) -> None:
    write(tmp_path / "picture.png", b"x")
    assert ".warc, plain or .gz" in problem(tmp_path)


def test_links_that_go_round_in_a_circle_are_read_once(tmp_path: Path) -> None:
    write(tmp_path / "a" / "one.txt", "Un texte.")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    found = list(read(str(tmp_path)))
    assert [Path(d.origin).name for d in found if isinstance(d, Document)] == ["one.txt"]


def test_a_name_that_is_not_text_keeps_nothing_else_out(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    for name in (b"/a.txt", b"/caf\xe9.txt", b"/caf\xe9.jsonl", b"/d.txt"):
        with open(folder + name, "wb") as file:  # noqa: PTH123 - a Path cannot name it
            file.write(b'{"text": "Le bac %s."}' % name[1:2])
    report = ingest([str(tmp_path)], Library(tmp_path / "library"), HashEmbedder)
    assert report.new == 2
    assert [str(each).partition(": ")[2] for each in report.problems] == [
        "the bytes of its path are not UTF-8 text. Rename it, or its folder"
    ] * 2
    assert all(str(each).encode() for each in report.problems)


def test_too_long_a_text_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "MAX_CHARACTERS", 100)
    assert "longer than 100 characters" in problem(write(tmp_path / "long.txt", "a" * 101))


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl.gz"
    with gzip.open(file, "wt", compresslevel=1) as out:
        for n in range(20_000):
            out.write(json.dumps({"id": n, "text": "Un texte. " * 50}) + "\n")
    tracemalloc.start()
    try:
        assert sum(1 for _ in read(str(file))) == 20_000
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_short_ids_are_twelve_digits_that_follow_the_origin() -> None:
    assert len(short_id("/a/b.txt")) == 12
    assert short_id("/a/b.txt") == short_id("/a/b.txt") != short_id("/a/c.txt")
