"""`depeche ingest --explain`: what would be left out, and why, with nothing taken in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from depeche import app
from tests.web_server import serving

ROOT = Path(__file__).parents[1]
FERRY = str(ROOT / "articles" / "bac-de-port-lauzan.txt")


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("DEPECHE_DATA_DIR", str(tmp_path / "data"))
    return CliRunner()


def test_each_line_left_out_has_its_reason_and_nothing_is_stored(runner: CliRunner, tmp_path: Path) -> None:
    result = runner.invoke(app, ["ingest", FERRY, "--explain"])
    assert result.exit_code == 0
    assert "advert           PUBLICITÉ" in result.stdout
    assert "\x1b" not in result.stdout
    assert not (tmp_path / "data").exists()


def test_it_is_json_for_programs(runner: CliRunner, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text(
        json.dumps({"id": "a", "text": "It rained.\n\nAdvertisement\n\nIt snowed on Monday."}) + "\n{\n"
    )
    result = runner.invoke(app, ["ingest", str(rows), "--explain", "--json"])
    assert result.exit_code == 1
    told = json.loads(result.stdout.splitlines()[0])
    assert told["removed"] == [{"line": "Advertisement", "reason": "advert"}]
    assert "text" not in told


def test_of_a_page_at_an_address_what_is_not_the_article_is_shown(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPECHE_ALLOW_PRIVATE_ADDRESSES", "true")
    body = "Le bac de Port-Lauzan reprendra ses traversées lundi matin, après six semaines de travaux. " * 5
    with serving() as web:
        web.pages["/bac"] = (
            "<html lang=fr><head><title>Le bac rouvre</title></head><body><nav><a href=/>Accueil</a></nav><article>"
            f"<h1>Le bac rouvre</h1><p>{body}</p></article><aside>Les tarifs du bac vont changer</aside></body></html>"
        ).encode()
        result = runner.invoke(app, ["ingest", web.url("/bac"), "--explain", "--json"])
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["title"] == "Le bac rouvre"
    assert told["removed"] == [
        {"line": "Accueil", "reason": "navigation"},
        {"line": "Les tarifs du bac vont changer", "reason": "not the article"},
    ]
    assert not (tmp_path / "data").exists()
