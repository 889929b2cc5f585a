"""Draws the conversations that the README shows, in both languages, from the bot's real output.

    python -m benchmarks.picture [--html]

The real bot answers over the invented press of two months (`benchmarks/press`), by quotations: a question answered from an article in its own
language and ones from the other's, a forwarded claim looked up, a chronology, refusals that help. What Telegram would show goes into
docs/conversation-fr.png and -en.png. It needs Chromium to draw (Debian: apt-get install chromium), or another
browser of its kind named in CHROMIUM; `--html` keeps the pages beside the pictures.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.picture.drawing import page
from benchmarks.picture.talking import TOP, Forward, Talk, hold

WIDTH: Final = 560  # CSS pixels, as page.css has it; drawn at twice that
HEIGHT: Final = 6000  # more than any; what is below the conversation is cut off
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
COLOURS: Final = 200  # a picture of texts needs no more, and weighs a third

TALKS: Final = (
    Talk(
        "fr",
        (
            "Qui a remporté l’élection municipale de Wexcombe\u202f?",
            "Chez qui le chat Bosun va-t-il vivre\u202f?",
            Forward("La crue de la Brézance a fait onze morts, selon la préfecture de Valcourbe."),
            "Qui est le maire de Lyon\u202f?",
        ),
    ),
    Talk(
        "en",
        (
            "Who won the mayoral election in Wexcombe?",
            "Timeline of the Cadillan psalter case",
            "Who won the 2022 World Cup?",
        ),
    ),
)


def main() -> None:
    """Hold the conversations and draw them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--html", action="store_true", help="keep the pages too")
    options = parser.parse_args()
    browser = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(
            "picture: no Chromium here. Install one (Debian: apt-get install chromium), or name it in CHROMIUM."
        )
    hold(TALKS)
    for talk in TALKS:
        file = TOP / "docs" / f"conversation-{talk.language}.png"
        drawn = page(talk.seen, talk.language, "Dépêche")
        if options.html:
            file.with_suffix(".html").write_text(drawn, encoding="utf-8")
        draw(browser, drawn, file)
        print(f"{file.relative_to(TOP)}: {file.stat().st_size // 1000} KB")


def draw(browser: str, drawn: str, file: Path) -> None:
    """Write a page as a picture, at twice its pixels, cut off below what it shows."""
    from PIL import Image, ImageChops

    with tempfile.TemporaryDirectory() as folder:
        source, shot = Path(folder) / "page.html", Path(folder) / "page.png"
        source.write_text(drawn, encoding="utf-8")
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--force-device-scale-factor=2",
            f"--user-data-dir={folder}/profile",
            f"--window-size={WIDTH},{HEIGHT}",
            f"--screenshot={shot}",
        ]
        done = subprocess.run(
            [browser, *options, source.as_uri()], capture_output=True, check=False, timeout=120
        )
        if not shot.exists():
            sys.exit(f"picture: {browser} drew nothing (exit code {done.returncode})")
        with Image.open(shot) as opened:
            whole = opened.convert("RGB")
        white = Image.new("RGB", whole.size, "white")
        box = ImageChops.difference(whole, white).getbbox() or (0, 0, *whole.size)
        cut = whole.crop((0, 0, whole.width, box[3]))
        cut.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    main()
