"""What goes wrong is told in the reader's language: by `--lang`, else by the system's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run

FR = {"LANG": "fr_FR.UTF-8"}
NO_LIBRARY = "depeche: Il n’y a pas encore de bibliothèque dans {}. Ajoutez-y d’abord des articles\u00a0: depeche ingest FICHIER_OU_DOSSIER.\n"


@pytest.mark.parametrize("arguments", [("--lang", "fr"), ("--lang=FR",)])
def test_an_empty_library_is_told_in_the_language_that_is_asked_for(
    depeche: Run, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = depeche("ask", "Who?", *arguments, LANG="en_GB.UTF-8")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", NO_LIBRARY.format(tmp_path / "library"))


def test_the_systems_language_is_the_readers_where_none_is_asked_for(depeche: Run, tmp_path: Path) -> None:
    assert depeche("ask", "Who?", **FR).stderr == NO_LIBRARY.format(tmp_path / "library")
    english = f"depeche: There is no library in {tmp_path / 'library'} yet. Put articles in first: depeche ingest FILE_OR_FOLDER.\n"
    assert depeche("ask", "Qui ?").stderr == english
    assert depeche("ask", "Who?", "--lang", "en", **FR).stderr == english
    # After "--" nothing is an option.
    assert depeche("ask", "--", "--lang", "fr").stderr.splitlines()[-1].startswith("Error: ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ask",), "Valeur non valable pour QUESTION\u00a0: quelle question\u202f?"),
        (("ask", "x", "--lang", "de"), "Valeur non valable pour --lang\u00a0: fr ou en"),
        (
            ("latest", "--since", "lundi: 3"),
            "Valeur non valable pour --since\u00a0: lundi: 3 n’est pas un jour\u00a0: écrivez 2026-11-24, ou 3j pour il y a trois jours.",
        ),
        (("search", "x", "-k", "900"), "Valeur non valable pour -k\u00a0: donnez au plus 200"),
        (("articles", "show"), "L’argument ID manque."),
        (("ask", "--langue", "fr", "x"), "L’option --langue n’existe pas"),
        (("asl",), "La commande asl n’existe pas. Vouliez-vous dire 'ask'\u202f?"),
    ],
)
def test_wrong_usage_is_told_in_french(depeche: Run, arguments: tuple[str, ...], says: str) -> None:
    done = depeche(*arguments, **FR)
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert lines[0].startswith("Utilisation\u00a0: depeche")
    assert lines[1].startswith("L’aide\u00a0: depeche")
    assert lines[-1].startswith(f"Erreur\u00a0: {says}")


def test_what_cannot_be_read_is_told_in_french_document_by_document(depeche: Run, tmp_path: Path) -> None:
    (tmp_path / "image.txt").write_bytes(b"\x89PNG\0")
    (tmp_path / "rows.jsonl").write_text('{"text": 3}\n{"text"\n{"text": "a", "url": "ftp://a.example/"}\n')
    sources = ("nulle-part.txt", "image.txt", "rows.jsonl")
    done = depeche("ingest", *sources, **FR)
    assert done.returncode == 1
    assert done.stderr.splitlines()[:4] == [
        "depeche: nulle-part.txt\u00a0: ce fichier ou ce dossier n’existe pas. Vérifiez le chemin",
        "depeche: image.txt\u00a0: les fichiers de ce type ne sont pas lus (une image). Types lus\u00a0: "
        ".txt, .md, .html, .pdf, .eml, .jsonl et .warc, tels quels ou en .gz",
        "depeche: rows.jsonl, ligne 1\u00a0: «\u00a0text\u00a0» n’est pas du texte",
        "depeche: rows.jsonl, ligne 2\u00a0: ce n’est pas du JSON valable (un deux-points est attendu, colonne 1). "
        "Chaque ligne doit être un objet JSON",
    ]
    assert (
        "rows.jsonl, ligne 3\u00a0: «\u00a0url\u00a0» est laissé de côté (seules les adresses en http:// et https:// sont lues)"
        in done.stderr
    )
    # What is for programs is the same everywhere; events are for whoever shows them to a person.
    told = json.loads(depeche("ingest", "--json", *sources, **FR).stdout)
    assert told["problems"][0] == "nulle-part.txt: there is no such file or folder. Check the path"
    last = depeche("ingest", "--events", "nulle-part.txt", **FR).stdout.splitlines()[-1]
    assert json.loads(last)["problems"] == [
        "nulle-part.txt\u00a0: ce fichier ou ce dossier n’existe pas. Vérifiez le chemin"
    ]


def test_settings_are_told_in_french(depeche: Run) -> None:
    done = depeche("doctor", DEPECHE_FETCH_LIMT="3", DEPECHE_BOT_LISTN="x", **FR)
    assert "À VOIR  Réglages\u00a0: Le réglage DEPECHE_FETCH_LIMT n’existe pas\u202f; le plus proche est DEPECHE_FETCH_LIMIT.\n" in done.stdout  # fmt: skip
    assert "ok      Bibliothèque\u00a0: vide\n        Ajoutez-y des articles" in done.stdout
    assert "Le réglage DEPECHE_FETCH_LIMT n’existe pas" in done.stderr  # the warning, once
    done = depeche("ask", "x", DEPECHE_CHAT_TIMEOUT="bientôt", DEPECHE_FETCH_LIMT="3", **FR)
    assert done.returncode == 1
    assert done.stderr == "depeche: Le réglage DEPECHE_CHAT_TIMEOUT n’est pas valable\u00a0: donnez un nombre. Voyez .env.example.\n"  # fmt: skip


def test_an_article_that_is_not_there_is_told_in_french(depeche: Run, samples: Path) -> None:
    done = depeche("articles", "show", "zz", DEPECHE_DATA_DIR=str(samples), **FR)
    assert (
        done.stderr
        == "depeche: Aucun article n’a l’identifiant «\u00a0zz\u00a0», ou plusieurs commencent ainsi. Voyez\u00a0: depeche articles\n"
    )


@pytest.mark.parametrize(
    ("arguments", "holds"),
    [
        (("--help",), "[OPTIONS] COMMANDE [ARGUMENTS]...\n"),
        (("--help",), "\n\nCommandes\u00a0:\n  ingest"),
        ((), "Afficher la version."),
        (("ask", "--help"), " ask [OPTIONS] "),
        (("ask", "--help"), "Répondre dans cette langue, fr ou en, quelle"),
        (("digest", "--help"), "[par défaut\u00a0: (la veille de --until)]"),
        (("search", "--help"), "Dire ce qui est dit dans cette langue, fr ou en."),
        (("articles", "show", "--help"), "Afficher ce message."),
    ],
)
def test_the_manual_is_told_in_french(depeche: Run, arguments: tuple[str, ...], holds: str) -> None:
    done = depeche(*arguments, COLUMNS="200", **FR)
    told = done.stdout or done.stderr
    assert told.startswith("Utilisation\u00a0: depeche")
    assert holds in told
    english = depeche(*arguments, COLUMNS="200")
    assert (english.stdout or english.stderr).startswith("Usage: depeche")
    assert done.returncode == english.returncode


def test_every_command_takes_a_language(depeche: Run, tmp_path: Path, samples: Path) -> None:
    (tmp_path / "a.txt").write_text("Le bac\n\nLe bac de Lauzan rouvre lundi matin.", encoding="utf-8")
    done = depeche("ingest", "a.txt", "--lang", "fr")
    assert (
        done.stdout
        == "Articles nouveaux\u00a0: 1, modifiés\u00a0: 0, inchangés\u00a0: 0. Passages lus\u00a0: 1.\n"
    )
    there = {"DEPECHE_DATA_DIR": str(samples)}
    assert depeche("model", "--lang", "fr", **there).stdout.startswith(
        "Modèle des vecteurs\u00a0: packaged\n"
    )
    assert depeche("model", "--lang", "en", **there, **FR).stdout.startswith("Embedding model: packaged\n")
    assert "Aucun article" in depeche("articles", "show", "zz", "--lang=fr", **there).stderr
    assert "Bibliothèque" in depeche("doctor", "--lang", "fr").stdout
    assert "Aucun bot" in depeche("bot", "stats", "--lang", "fr").stderr
    wrong = depeche("doctor", "--lang", "de")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "fr or en" in wrong.stderr


def test_what_cleaning_leaves_out_is_told_in_french(depeche: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "Le bac\nPartager sur Facebook\nLe bac de Lauzan rouvre lundi matin.\n", encoding="utf-8"
    )
    told = depeche("ingest", "a.txt", "--explain", **FR).stdout
    assert "\u00a0mots)" in told
    assert "− partage " in told
