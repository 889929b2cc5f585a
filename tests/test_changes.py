"""What of an article's sentences changed: the diff, its properties, and the command that tells of it."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st

from retrieval.changes import Change, changes
from retrieval.domain import Language

BEFORE = "Le pont de Lauzan rouvrira le 3 mars. Le chantier a coûté 41 M€. La mairie s’en félicite."


@pytest.mark.parametrize(
    ("before", "after", "language", "told"),
    [
        (BEFORE, BEFORE.replace("3 mars", "10 mars"), "fr", [("3 mars", "10 mars")]),
        (BEFORE, BEFORE.replace("M€", "M$"), "fr", [("41 M€", "41 M$")]),
        (BEFORE, BEFORE.replace("Le chantier a coûté 41 M€. ", ""), "fr", [("41 M€", None)]),
        (BEFORE, f"{BEFORE} Un bal est prévu.", "fr", [(None, "Un bal")]),
        ("Le taux est de −3 %. Fin.", "Le taux est de 3 %. Fin.", "fr", [("−3", "de 3")]),
        ("It rose by 12.5 points.", "It rose by 125 points.", "en", [("12.5", "125")]),
        ("The bridge is open.", "The bridge is open only to cyclists.", "en", [("open", "cyclists")]),
        (
            "Lot one costs £3. Lot two costs £4.",
            "Lot one costs £5. Rain fell.",
            "en",
            [("£3", "£5"), ("£4", None), (None, "Rain")],
        ),
    ],
)
def test_what_changes_a_word_a_number_or_its_sign_is_a_change(
    before: str, after: str, language: Language, told: list[tuple[str | None, str | None]]
) -> None:
    found = changes(before, after, language)
    assert len(found) == len(told)
    for change, parts in zip(found, told, strict=True):
        for said, part in zip((change.before, change.after), parts, strict=True):
            assert (said is None) == (part is None)
            assert part is None or part in (said or "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('L\'hôpital dit: "non". Fin.', "L’hôpital dit\u00a0: «\u00a0non\u00a0». Fin!"),
        ("Il y a 1 190 lits. Fin.", "Il y a 1\u202f190 lits. Fin."),
        ("Une œuvre d’après-guerre. Fin.", "Une oeuvre d’après guerre…\n\nFin."),
        ("Un e-mail part\u00ad. Fin.", "Un email part. Fin."),
        ("Le maire dit oui; l’adjoint dit non. Fin.", "Le maire dit oui. L’adjoint dit non. Fin."),
        ("Le maire dit oui. L’adjoint dit non. Fin.", "Fin. Le maire dit oui, l’adjoint dit non."),
        (BEFORE, "La mairie s’en félicite. Le pont de Lauzan rouvrira le 3 mars. Le chantier a coûté 41 M€."),
        ("Le pont ferme. Le pont ferme.", "Le pont ferme."),
    ],
)
def test_spaces_typography_punctuation_and_another_place_are_none(before: str, after: str) -> None:
    assert changes(before, after, "fr") == []


_WORDS = st.sampled_from(
    [
        "maire",
        "pont",
        "hôpital",
        "ouvre",
        "ferme",
        "mardi",
        "région",
        "lits",
        "directrice",
        "coûte",
        "12",
        "41",
        "300",
    ]
)
_SENTENCES = st.lists(
    st.lists(_WORDS, min_size=1, max_size=8).map(lambda w: f"Le {' '.join(w)}."), max_size=12
)


@given(_SENTENCES, _SENTENCES)
def test_every_sentence_is_still_said_or_in_one_change(old: list[str], new: list[str]) -> None:
    found = changes(" ".join(old), "\n\n".join(new), "fr")
    assert all(change.before or change.after for change in found)
    gone = [change.before for change in found if change.before]
    come = [change.after for change in found if change.after]
    assert sorted(gone) == sorted(one for one in old if one not in new)
    assert sorted(come) == sorted(one for one in new if one not in old)


@given(_SENTENCES, st.randoms(use_true_random=False))
def test_moved_and_set_otherwise_is_no_change(sentences: list[str], shuffle: random.Random) -> None:
    moved = [one.replace(" ", "\u00a0", 1).rstrip(".") + " !" for one in sentences]
    shuffle.shuffle(moved)
    assert changes("\n\n".join(sentences), "\n\n".join(moved), "fr") == []


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_compared(one: str, other: str) -> None:
    assert changes(one, one, "en") == []
    for change in changes(one, other, "en"):
        assert (change.before or "") in one
        assert (change.after or "") in other


def row(**given: str) -> str:
    fields = {"id": "pont", "title": "Le pont", "text": BEFORE, "lang": "fr", "source": "Le Phare"}
    return json.dumps(fields | given) + "\n"


def test_the_command_tells_which_articles_changed_and_how(depeche: Run, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    for text in (
        BEFORE,
        BEFORE.replace("3 mars", "10\u202emars"),
        BEFORE.replace("’", "'").replace("3 mars", "10 mars"),
        "La mairie s’en félicite.",
    ):
        rows.write_text(row(text=text) + row(id="bac", title="Le bac", text="Le bac part."), encoding="utf-8")
        assert depeche("ingest", str(rows)).returncode == 0
    told = json.loads(depeche("articles", "changes", "--json").stdout)
    assert [(one["article_id"], one["revision"]) for one in told] == [("pont", 4), ("pont", 2)]
    assert told[1]["changes"][0]["before"] == "Le pont de Lauzan rouvrira le 3 mars."
    assert "mars" in told[1]["changes"][0]["after"]
    assert [change["after"] for change in told[0]["changes"]] == [None, None]
    assert told[0]["changed"].endswith("+00:00")
    text = depeche("articles", "changes", "--since", "1d").stdout
    lines = text.splitlines()
    assert lines[0].startswith("pont  Le pont — Le Phare — revision 4 — ")
    assert lines[1].startswith("  - Le pont de Lauzan rouvrira le 10")
    assert sum(line.startswith("  + ") for line in lines) == 1
    assert "\u202e" not in text
    assert depeche("articles", "changes", "--since", "2999-01-01").stdout == ""
    assert depeche("articles", "changes", "--since", "2999-01-01", "--json").stdout == "[]\n"
    wrong = depeche("articles", "changes", "--since", "soon")
    assert (wrong.returncode, "is no day" in wrong.stderr) == (2, True)


def test_a_changed_title_is_told(depeche: Run, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    for title in ("Le pont ferme", "Le pont rouvre"):
        rows.write_text(row(title=title), encoding="utf-8")
        assert depeche("ingest", str(rows)).returncode == 0
    lines = depeche("articles", "changes").stdout.splitlines()
    assert lines[1:] == ["  - Le pont ferme", "  + Le pont rouvre"]
    [told] = json.loads(depeche("articles", "changes", "--json").stdout)
    assert (told["title_before"], told["title"], told["changes"]) == ("Le pont ferme", "Le pont rouvre", [])


def test_a_sentence_is_paired_once_and_with_its_nearest() -> None:
    before = "Le lot un coûte trois euros à Lauzan. Le lot deux coûte quatre euros à Brévannes."
    after = "Le lot deux coûte cinq euros à Brévannes. Le lot un coûte six euros à Lauzan."
    assert [(one.before or "")[:10] == (one.after or "")[:10] for one in changes(before, after, "fr")] == [
        True,
        True,
    ]
    assert changes(before, "Le lot un coûte six euros à Lauzan.", "fr")[1] == Change(
        "Le lot deux coûte quatre euros à Brévannes.", None
    )
