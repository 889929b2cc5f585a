"""What `depeche doctor` finds, one thing at a time; of a source, how fresh it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from retrieval.freshness import moment
from retrieval.told import Phrase
from retrieval.translate.files import is_pulled, translator_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.freshness import Freshness
    from retrieval.settings import Settings

_DAYS_FROM = 48  # hours that are told in days


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    state: str
    advice: str = ""
    warning: bool = False  # nothing is wrong here, but somebody should look

    def to_json(self) -> dict[str, Any]:
        """Return the finding as a dict for JSON."""
        return asdict(self)


def of_source(found: Freshness, now: int) -> Finding:
    """Return how fresh a source is, a warning where it has fallen silent; `now` in Unix seconds."""
    read = Phrase("when it was last read is not known")
    if found.read:
        read = Phrase("last read {moment}", moment=moment(found.read))
    newest = Phrase("no article of its own")
    if found.newest:
        newest = Phrase("last new article {moment}", moment=moment(found.newest))
    advice = ""
    if found.silent and found.newest and found.pause is not None:
        usual = Phrase(
            "Nothing new for {now}, where {pause} is usual at the longest.",
            now=_long(now - found.newest),
            pause=_long(found.pause),
        )
        seen = found.read and found.read - found.newest > found.pause
        what = Phrase("Is it still read, and can it be? depeche ingest tells.")
        if seen:
            what = Phrase("Has it moved, or ended?")
        advice = Phrase("{usual} {what}", usual=usual, what=what)
    return Finding(
        "Source",
        True,
        Phrase("{source}: {read}, {newest}", source=found.source, read=read, newest=newest),
        advice,
        found.silent,
    )


def _long(seconds: int) -> Phrase:
    """Return a span of time, roughly."""
    hours = max(1, round(seconds / 3_600))
    if hours >= _DAYS_FROM:
        return Phrase("{count} days", count=round(hours / 24))
    return Phrase("{count} hours", count=hours) if hours > 1 else Phrase("1 hour")


def translator(settings: Settings) -> Iterator[Finding]:
    """Yield whether quotations are put into the reader's language; raise `DepecheError` where the files are there and the package is not."""
    if not is_pulled(settings):
        yield Finding("Translator", True, "none: quotations stay in their language")
        return
    from retrieval.translate.engine import require

    require()
    yield Finding("Translator", True, Phrase("in {folder}", folder=translator_folder(settings)))
