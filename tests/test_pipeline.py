from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.pipeline import Report, ingest
from retrieval.library import Library
from tests.small import HashEmbedder

Ingest = Callable[..., Report]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


@pytest.fixture
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture
def bring(library: Library, embedder: HashEmbedder) -> Ingest:
    def run(*sources: Path, prune: bool = False) -> Report:
        return ingest(map(str, sources), library, lambda: embedder, prune=prune)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    return made


def _write(file: Path, title: str, body: str) -> Path:
    file.write_text(f"{title}\n\n{body}\n", encoding="utf-8")
    return file


def _texts(library: Library) -> dict[str, str]:
    with library.snapshot() as snapshot:
        return {row.article.title: row.article.text for row in snapshot.articles()}


def _rows(file: Path, *rows: dict[str, object]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def test_what_is_unchanged_is_not_even_opened(folder: Path, library: Library, bring: Ingest) -> None:
    _write(folder / "a.txt", "Le bac rouvre", "Le bac de Port-Lauzan rouvre lundi.")
    assert bring(folder).new == 1

    def never() -> HashEmbedder:
        raise AssertionError("the model was opened for nothing")

    again = ingest([str(folder)], library, never)
    assert (again.new, again.changed, again.same, again.embedded) == (0, 0, 1, 0)


def test_a_changed_file_replaces_its_article(folder: Path, library: Library, bring: Ingest) -> None:
    file = _write(folder / "a.txt", "Le bac rouvre", "Le bac rouvre lundi.")
    bring(folder)
    _write(file, "Le bac rouvre", "Le bac rouvre mardi.")
    report = bring(folder)
    assert (report.changed, report.new) == (1, 0)
    assert _texts(library) == {"Le bac rouvre": "Le bac rouvre mardi."}


def test_the_same_content_twice_is_one_article(folder: Path, library: Library, bring: Ingest) -> None:
    _write(folder / "a.txt", "Le bac rouvre", "Le bac rouvre lundi.")
    (folder / "copy").mkdir()
    _write(folder / "copy" / "b.txt", "Le bac rouvre", "Le bac rouvre lundi.")
    report = bring(folder)
    assert (report.new, report.same) == (1, 1)
    _write(folder / "a.txt", "Le bac rouvre", "Le bac rouvre mercredi.")
    bring(folder)
    with library.snapshot() as snapshot:
        assert {r.article.text for r in snapshot.articles()} == {
            "Le bac rouvre lundi.",
            "Le bac rouvre mercredi.",
        }


def test_two_files_that_swap_contents_keep_both(folder: Path, library: Library, bring: Ingest) -> None:
    one, two = ("Un", "Le premier texte."), ("Deux", "Le second texte.")
    _write(folder / "a.txt", *one)
    _write(folder / "b.txt", *two)
    bring(folder)
    _write(folder / "a.txt", *two)
    _write(folder / "b.txt", *one)
    bring(folder)
    assert _texts(library) == dict([one, two])
    with library.snapshot() as snapshot:
        titles = {r.article.article_id: r.article.title for r in snapshot.articles()}
        assert {Path(o.origin).name: titles[o.article_id] for o in snapshot.origins_under(str(folder))} == {
            "a.txt": "Deux",
            "b.txt": "Un",
        }


def test_a_moved_folder_is_not_doubled(folder: Path, library: Library, bring: Ingest) -> None:
    _write(folder / "a.txt", "Le bac rouvre", "Le bac rouvre lundi.")
    bring(folder)
    moved = folder.rename(folder.with_name("moved"))
    bring(moved)
    with library.snapshot() as snapshot:
        assert snapshot.counts()[0] == 1


def test_what_is_gone_goes_only_with_prune(
    folder: Path, library: Library, bring: Ingest, tmp_path: Path
) -> None:
    _write(folder / "a.txt", "Un", "Le premier texte.")
    _write(folder / "b.txt", "Deux", "Le second texte.")
    elsewhere = _write(tmp_path / "c.txt", "Trois", "Le troisième texte.")
    bring(folder, elsewhere)
    (folder / "b.txt").unlink()
    assert bring(folder).gone == 0
    assert bring(folder, prune=True).gone == 1
    assert set(_texts(library)) == {"Un", "Trois"}


def test_nothing_is_pruned_where_something_could_not_be_read(
    folder: Path, library: Library, bring: Ingest
) -> None:
    _write(folder / "a.txt", "Un", "Le premier texte.")
    bring(folder)
    (folder / "a.txt").write_bytes(b"\xff\xfe\x00broken")
    report = bring(folder, prune=True)
    assert report.gone == 0
    assert len(report.problems) == 2
    assert set(_texts(library)) == {"Un"}


def test_a_pattern_does_not_tell_what_is_gone_and_pruning_says_so(
    folder: Path, library: Library, bring: Ingest
) -> None:
    _write(folder / "a.txt", "Un", "Le premier texte.")
    _write(folder / "b.txt", "Deux", "Le second texte.")
    bring(folder / "*.txt")
    (folder / "a.txt").unlink()
    report = bring(folder / "*.txt", prune=True)
    assert "nothing was removed" in str(*report.problems)
    assert set(_texts(library)) == {"Un", "Deux"}
    assert bring(folder, prune=True).gone == 1


def test_rows_keep_their_ids_and_change_in_place(folder: Path, library: Library, bring: Ingest) -> None:
    file = _rows(
        folder / "r.jsonl",
        {"id": "x-1", "text": "Le bac rouvre lundi."},
        {"id": 7, "text": "Le phare ferme."},
    )
    assert bring(file).new == 2
    _rows(file, {"id": "x-1", "text": "Le bac rouvre mardi."}, {"id": 7, "text": "Le phare ferme."})
    report = bring(file)
    assert (report.changed, report.same) == (1, 1)
    with library.snapshot() as snapshot:
        assert snapshot.article("x-1").article.text == "Le bac rouvre mardi."
        assert snapshot.article("7").revision == 1


def test_a_row_told_anew_costs_no_embedding(
    folder: Path, library: Library, bring: Ingest, embedder: HashEmbedder
) -> None:
    file = _rows(folder / "r.jsonl", {"id": "x", "title": "Bac", "text": "Le bac rouvre.", "source": "A"})
    bring(file)
    before = embedder.embedded
    _rows(file, {"id": "x", "title": "Bac", "text": "Le bac rouvre.", "source": "B"})
    assert bring(file).changed == 1
    assert embedder.embedded == before
    with library.snapshot() as snapshot:
        assert snapshot.article("x").article.source == "B"


def test_an_id_given_twice_keeps_the_first_and_says_so(folder: Path, library: Library, bring: Ingest) -> None:
    file = _rows(folder / "r.jsonl", {"id": "x", "text": "Le premier."}, {"id": "x", "text": "Le second."})
    for _ in range(2):
        report = bring(file)
        assert "line 2" in str(report.problems[0])
    assert report.same == 1
    assert [*_texts(library).values()] == ["Le premier."]


def test_rows_with_the_same_words_and_different_ids_stay_apart(
    folder: Path, library: Library, bring: Ingest
) -> None:
    bring(_rows(folder / "r.jsonl", {"id": "x", "text": "Le bac."}, {"id": "y", "text": "Le bac."}))
    with library.snapshot() as snapshot:
        assert {r.article.article_id for r in snapshot.articles()} == {"x", "y"}


def test_what_cannot_be_read_is_told_and_the_rest_goes_in(
    folder: Path, library: Library, bring: Ingest
) -> None:
    _write(folder / "good.txt", "Le bac rouvre", "Le bac rouvre lundi.")
    (folder / "empty.txt").touch()
    (folder / "binary.txt").write_bytes(bytes(range(256)))
    (folder / "roman.txt").write_bytes("Été à Orléans.".encode("mac-roman"))
    (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
    with gzip.open(folder / "rows.jsonl.gz", "wt", encoding="utf-8") as rows:
        rows.write('{"text": "Le phare ferme."}\n{"text": \n{"title": "sans texte"}\n')
    report = bring(folder)
    assert report.new == 2
    lines = [str(problem) for problem in report.problems]
    assert len(lines) == 6
    for name in (
        "empty.txt",
        "binary.txt",
        "roman.txt",
        "gone.txt",
        "rows.jsonl.gz line 2",
        "rows.jsonl.gz line 3",
    ):
        assert any(name in line for line in lines), name
    assert all("\n" not in line for line in lines)


def test_many_articles_go_in_batch_by_batch(folder: Path, library: Library, bring: Ingest) -> None:
    rows = [{"id": f"n{n}", "text": f"Article numéro {n}, sur le sujet {n % 7}."} for n in range(700)]
    file = _rows(folder / "r.jsonl", *rows)
    assert bring(file).new == 700
    with library.snapshot() as snapshot:
        assert snapshot.counts() == (700, 700)
        assert snapshot.generation() > 1
    assert bring(file).same == 700


def test_a_folder_that_was_moved_is_followed(
    bring: Ingest, library: Library, folder: Path, embedder: HashEmbedder
) -> None:
    for n in range(300):
        (folder / f"{n}.txt").write_text(f"Le bac {n}\n\nLe bac numéro {n} rouvre lundi à Port-Lauzan.")
    bring(folder)
    embedded = embedder.embedded
    moved = folder.rename(folder.parent / "moved")
    with library.snapshot() as snapshot:
        generation = snapshot.generation()
    report = bring(moved)
    assert (report.new, report.same, embedder.embedded) == (0, 300, embedded)
    with library.snapshot() as snapshot:
        assert snapshot.generation() == generation + 1  # not a commit for each file
        assert not snapshot.origins_under(str(folder))
    (moved / "7.txt").unlink()
    assert bring(moved, prune=True).gone == 1


def test_rows_whose_file_was_moved_are_followed(bring: Ingest, folder: Path) -> None:
    rows = [{"id": f"r{n}", "text": f"Le bac numéro {n} rouvre lundi.", "lang": "fr"} for n in range(3)]
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    bring(folder)
    moved = folder.rename(folder.parent / "moved")
    assert bring(moved).same == 3
    (moved / "a.jsonl").write_text("\n".join(map(json.dumps, rows[1:])))
    assert bring(moved, prune=True).gone == 1


def test_two_copies_that_change_apart_in_one_run_leave_nothing_without_a_place(
    bring: Ingest, library: Library, folder: Path
) -> None:
    for name in "ab":
        (folder / f"{name}.txt").write_text("Le bac\n\nLe bac rouvre lundi à Port-Lauzan, dit le maire.")
    bring(folder)
    for name, day in (("a", "mardi"), ("b", "jeudi")):
        (folder / f"{name}.txt").write_text(f"Le bac\n\nLe bac rouvre {day} à Port-Lauzan, dit le maire.")
    bring(folder)
    with library.snapshot() as snapshot:
        stored = {row.article.article_id for row in snapshot.articles()}
        assert {o.article_id for o in snapshot.origins_under(str(folder))} == stored
        assert len(stored) == 2


def test_what_is_told_as_visible_is(library: Library, embedder: HashEmbedder, folder: Path) -> None:
    for n in range(600):
        (folder / f"{n}.txt").write_text(f"Le bac {n}\n\nLe bac numéro {n} rouvre lundi à Port-Lauzan.")
    told: list[str] = []

    def visible(place: str, state: str | None) -> None:
        assert state == "new"
        told.append(place)
        with library.snapshot() as snapshot:
            assert snapshot.counts()[0] >= len(told)

    ingest([str(folder)], library, lambda: embedder, on_visible=visible)
    assert sorted(told) == sorted(map(str, folder.iterdir()))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "file:///etc/passwd", "ftp://example.org/a", "https://", "www.example.org/a", "https://example.org/a b",
        "http://[",
    ],
)  # fmt: skip
def test_an_address_that_opens_no_page_is_left_out_with_a_line(
    tmp_path: Path, library: Library, bring: Ingest, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    file = _rows(tmp_path / "rows.jsonl", {"id": "a", "text": "Le bac rouvre lundi.", "url": url})
    note = tmp_path / "note.md"
    note.write_text(
        f"---\nurl: {url}\n---\n# Le pont\n\nLe pont de Port-Lauzan ferme mardi.\n", encoding="utf-8"
    )
    assert bring(file, note).new == 2
    with library.snapshot() as snapshot:
        assert [row.article.url for row in snapshot.articles()] == [None, None]
    for place in ("rows.jsonl line 1", "note.md"):
        assert f'{place}: its "url" is left out' in caplog.text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.org/a", "https://", "http://["])
def test_a_pages_address_that_opens_no_page_is_left_out_with_a_line(
    tmp_path: Path, library: Library, bring: Ingest, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    text = "Le pont de Port-Lauzan ferme mardi pour six mois de travaux, annonce la mairie. " * 4
    (tmp_path / "page.html").write_text(
        f"<!doctype html><html lang=fr><head><title>Le pont</title><link rel=canonical href='{url}'></head>"
        f"<body><article><h1>Le pont</h1><p>{text}</p></article></body></html>",
        encoding="utf-8",
    )
    assert bring(tmp_path / "page.html").new == 1
    with library.snapshot() as snapshot:
        assert [row.article.url for row in snapshot.articles()] == [None]
    assert f'{tmp_path / "page.html"}: its "url" is left out' in caplog.text


def test_an_id_that_passes_to_another_source_is_told(
    tmp_path: Path, bring: Ingest, caplog: pytest.LogCaptureFixture
) -> None:
    def row(source: str, text: str) -> dict[str, object]:
        return {"id": "1", "text": text, "source": source}

    bring(_rows(tmp_path / "a.jsonl", row("Le Courrier", "Le bac rouvre lundi.")))
    bring(_rows(tmp_path / "a.jsonl", row("Le Courrier", "Le bac rouvre mardi.")))
    assert not caplog.text
    report = bring(_rows(tmp_path / "b.jsonl", row("The Harbour", "The bridge is closed on Monday.")))
    assert report.changed == 1
    assert (
        "b.jsonl line 1: its id 1 was an article of Le Courrier, and is now one of The Harbour" in caplog.text
    )
