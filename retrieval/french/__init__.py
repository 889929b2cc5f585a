"""The catalogue: the French of every line that tells a person what is wrong, by its English template."""

from __future__ import annotations

from typing import Final

from retrieval.chat.errors import REASONS, reason_line
from retrieval.french import bot, doctor, ingest, libraries, models, retrieval

FRENCH: Final[dict[str, str]] = {
    **libraries.FRENCH,
    **retrieval.FRENCH,
    **models.FRENCH,
    **doctor.FRENCH,
    **ingest.FRENCH,
    **bot.FRENCH,
    **{reason_line(reason, "en"): reason_line(reason, "fr") for reason in REASONS},
}
