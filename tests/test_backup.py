from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.backup import read_backup, write_backup
from ingest.documents import Problem
from ingest.pipeline import ingest
from retrieval import revisions
from retrieval.library import Library
from tests.conftest import TOP, Run
from tests.small import HashEmbedder

ROWS = [
    {
        "id": "bac-1",
        "title": "Le bac « rouvre »",
        "text": "Le bac de Port-Lauzan rouvre lundi.\n\nDouze traversées par jour.",
        "url": "https://example.org/bac",
        "published": "2026-11-01T10:00:00+01:00",
        "modified": "2026-11-02",
        "author": "Ana Ruiz",
        "tags": ["fleuve", "transports"],
        "lang": "fr",
        "source": "La Dépêche de Lauzan",
    },
    {
        "title": "The pool closes",
        "text": "The town pool closes in March. Its roof will be rebuilt.",
        "lang": "en",
    },
]


def _filled(tmp_path: Path) -> Library:
    library, file = Library(tmp_path / "one"), tmp_path / "rows.jsonl"
    for version in ("", " Un second bac est prévu."):
        rows = [ROWS[0] | {"text": f"{ROWS[0]['text']}{version}"}, ROWS[1]]
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        ingest([str(file)], library, HashEmbedder)
    return library


def _backup(library: Library, file: Path) -> Path:
    with library.snapshot() as snapshot, file.open("w", encoding="utf-8") as written:
        write_backup(snapshot, written)
    return file


def _whole(library: Library) -> list[object]:
    with library.snapshot() as snapshot:
        return [
            (
                row,
                snapshot.origins_of(row.article.article_id),
                revisions.of(snapshot.connection, row.article.article_id),
            )
            for rows in snapshot.all_articles(1)
            for row in rows
        ]


def test_a_backup_brings_everything_back(tmp_path: Path) -> None:
    library = _filled(tmp_path)
    file = _backup(library, tmp_path / "backup.jsonl")
    other = Library(tmp_path / "two")
    report = read_backup(file, other, HashEmbedder)
    assert (report.new, report.changed, report.same) == (2, 0, 0)
    assert _whole(other) == _whole(library)
    with library.snapshot() as one, other.snapshot() as two:
        for language in ("fr", "en"):
            assert one.passage_ids(language) == two.passage_ids(language)
    again = read_backup(file, other, HashEmbedder)
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    assert _backup(other, tmp_path / "again.jsonl").read_bytes() == file.read_bytes()


def test_what_comes_back_is_known_as_unchanged(tmp_path: Path) -> None:
    library = _filled(tmp_path)
    other, embedder = Library(tmp_path / "two"), HashEmbedder()
    read_backup(_backup(library, tmp_path / "backup.jsonl"), other, lambda: embedder)
    before = embedder.embedded
    report = ingest([str(tmp_path / "rows.jsonl")], other, lambda: embedder)
    assert (report.new, report.changed, report.same, embedder.embedded) == (0, 0, 2, before)


def test_the_later_change_stays(tmp_path: Path) -> None:
    library = _filled(tmp_path)
    file = _backup(library, tmp_path / "backup.jsonl")
    changed = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for row, seconds in zip(changed, (-10, 10), strict=True):
        row["text"] += " Ajouté."
        row["library"]["changed"] += seconds
    file.write_text("".join(json.dumps(row) + "\n" for row in changed), encoding="utf-8")
    report = read_backup(file, library, HashEmbedder)
    assert (report.new, report.changed, report.same) == (0, 1, 1)
    with library.snapshot() as snapshot:
        ends = {row.article.article_id: row.article.text.endswith("Ajouté.") for row in snapshot.articles()}
    assert ends == {changed[0]["id"]: False, changed[1]["id"]: True}


def test_a_backup_is_also_rows_to_ingest(tmp_path: Path) -> None:
    file = _backup(_filled(tmp_path), tmp_path / "backup.jsonl")
    other = Library(tmp_path / "two")
    assert ingest([str(file)], other, HashEmbedder).new == 2
    with other.snapshot() as snapshot:
        row = snapshot.article("bac-1")
    assert row is not None
    assert (row.article.author, row.article.tags) == ("Ana Ruiz", ("fleuve", "transports"))


@pytest.mark.parametrize(
    "line",
    [
        "no JSON",
        "[]",
        '{"id": "a"}',
        '{"id": "a", "title": "t", "text": "x", "lang": "fr"}',
        '{"id": 1, "title": "t", "text": "x", "lang": "fr", "library": {"revision": 1, "added": 0, "changed": 0, "origins": [], "revisions": []}}',
        '{"id": "a", "title": "t", "text": "x", "lang": "de", "library": {"revision": 1, "added": 0, "changed": 0, "origins": [], "revisions": []}}',
        '{"id": "a", "title": "t", "text": "x", "lang": "fr", "library": {"revision": -1, "added": 0, "changed": 0, "origins": [], "revisions": []}}',
        '{"id": "a", "title": "t", "text": "x", "lang": "fr", "library": {"revision": 1, "added": 0, "changed": 0, "origins": [["x"]], "revisions": []}}',
        "[" * 100_000,
    ],
)
def test_a_line_that_is_none_is_told_and_the_rest_comes_in(tmp_path: Path, line: str) -> None:
    file = _backup(_filled(tmp_path), tmp_path / "backup.jsonl")
    file.write_text(f"{line}\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    problems: list[Problem] = []
    report = read_backup(file, Library(tmp_path / "two"), HashEmbedder, on_problem=problems.append)
    assert report.new == 2
    (problem,) = problems
    assert "line 1: is no row of a backup" in str(problem)
    assert len(str(problem)) < 400


def test_the_commands_write_and_read_it(depeche: Run, tmp_path: Path) -> None:
    rows, file = tmp_path / "rows.jsonl", tmp_path / "backup.jsonl.gz"
    rows.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    assert depeche("ingest", str(rows)).returncode == 0
    rows.write_text(json.dumps(ROWS[0] | {"text": "Le bac rouvre mardi."}) + "\n", encoding="utf-8")
    assert depeche("ingest", str(rows)).returncode == 0
    shown = json.loads(depeche("articles", "show", "bac-1", "--json").stdout)
    assert [one["revision"] for one in shown["revisions"]] == [1]
    earlier = json.loads(depeche("articles", "show", "bac-1", "--revision", "1", "--json").stdout)
    assert "lundi" in earlier["text"]
    missing = depeche("articles", "show", "bac-1", "--revision", "7")
    assert (missing.returncode, "no revision 7" in missing.stderr) == (1, True)

    written = depeche("articles", "export", str(file))
    assert (written.returncode, "2" in written.stderr) == (0, True)
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        assert [json.loads(line)["text"] for line in lines if "mardi" in line] == ["Le bac rouvre mardi."]
    assert [json.loads(line)["id"] for line in depeche("articles", "export").stdout.splitlines()]
    assert depeche("articles", "remove", "bac-1").returncode == 0
    back = depeche("articles", "import", str(file), "--json")
    assert json.loads(back.stdout) == {"new": 1, "changed": 0, "same": 1, "problems": 0}
    again = json.loads(depeche("articles", "show", "bac-1", "--json").stdout)
    assert again == shown
    piped = subprocess.run(
        [sys.executable, "-m", "depeche", "articles", "import", "-", "--json"],
        input=file.read_bytes(),
        capture_output=True,
        check=True,
        cwd=TOP,
        env=os.environ | {"DEPECHE_DATA_DIR": str(tmp_path / "other")},
    )
    assert json.loads(piped.stdout)["new"] == 2
    nowhere = depeche("articles", "export", str(tmp_path / "none" / "backup.jsonl"))
    assert (nowhere.returncode, "cannot be written" in nowhere.stderr) == (1, True)
    assert depeche("articles", "import", str(tmp_path / "none.jsonl")).returncode == 1
