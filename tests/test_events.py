"""`depeche ingest --events`: each step as a JSON line, the report last."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import Run


def test_events_tell_articles_passages_and_the_report(depeche: Run, tmp_path: Path) -> None:
    (tmp_path / "un.txt").write_text(
        "Le bac rouvre\n\nLe bac de Port-Lauzan rouvre lundi matin.", encoding="utf-8"
    )
    (tmp_path / "vide.txt").write_text("", encoding="utf-8")
    done = depeche("ingest", "--events", "un.txt", "vide.txt")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert {"event": "article", "place": "un.txt", "state": "new"} in events
    assert {"event": "embedded", "passages": 1} in events
    report = events[-1]
    assert (report["event"], report["new"], report["embedded"]) == ("done", 1, 1)
    assert [(a["title"], a["state"]) for a in report["articles"]] == [("Le bac rouvre", "new")]
    assert len(report["problems"]) == 1
    again = json.loads(depeche("ingest", "--events", "un.txt").stdout.splitlines()[-1])
    assert [(a["title"], a["state"]) for a in again["articles"]] == [("Le bac rouvre", "same")]
