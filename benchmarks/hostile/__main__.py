"""Inputs made to break who reads them: how many end more than their own reading, never end, cost a good article, or get out what they must not.

    python -m benchmarks.hostile [--count 100] [--seconds 2] [--seed 0] [--kinds page,webhook] [--write]

Of each kind `--count` inputs are made at random: something whole, cut, doubled, with bytes turned, or with one of its parts repeated thousands of times, some of it
asking for a file of this machine's. Files (pages, mails, PDFs, texts, rows, web archives, packed and not), feeds, sitemaps and robots.txt are read as `depeche ingest` reads
them, after each of them something good; headers come from a server, addresses lead inside (as they are, by a redirect, by a name that turns); deliveries go to the webhook of
the real bot.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.hostile import readers, servers
from benchmarks.hostile.webhook import deliveries

if TYPE_CHECKING:
    from benchmarks.hostile.tally import Tally

RESULTS: Final = Path(__file__).parent.parent / "results"
KINDS: Final = (*readers.FILES, *readers.LISTS, "robots", "header", "address", "webhook")
_TOTALS: Final = ("tried", "crashes", "hangs", "good_lost", "bytes_leaked")


def measure(kind: str, count: int, seconds: float, seed: int, folder: Path) -> Tally:
    """Try so many inputs of a kind."""
    chance = random.Random(f"{seed} {kind}")  # noqa: S311
    if kind == "header":
        return servers.headers(count, seconds, chance)
    if kind == "address":
        return servers.addresses(count, seconds, chance)
    if kind == "webhook":
        return deliveries(count, seconds, chance, folder)
    return readers.measure(kind, count, seconds, chance, folder)


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100, help="inputs of each kind")
    parser.add_argument("--seconds", type=float, default=2.0, help="a document's time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", default=",".join(KINDS), help="which, separated by commas")
    parser.add_argument("--write", action="store_true", help="keep the result in benchmarks/results/")
    options = parser.parse_args()
    kinds: dict[str, dict[str, object]] = {}
    for kind in options.kinds.split(","):
        with tempfile.TemporaryDirectory() as folder:
            kinds[kind] = measure(kind, options.count, options.seconds, options.seed, Path(folder)).told()
        print(kind, json.dumps(kinds[kind]), flush=True)
    totals = {name: sum(int(str(told[name])) for told in kinds.values()) for name in _TOTALS}
    print("all", json.dumps(totals))
    result = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
        "seconds_a_document": options.seconds,
        "seed": options.seed,
        "all": totals,
        "kinds": kinds,
    }
    if options.write:
        file = RESULTS / f"hostile-{result['date']}.json"
        file.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
