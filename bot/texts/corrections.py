"""What the bot says where an article it quoted was corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Corrections:
    """What frames a correction, in one language. `text` is the question that was answered; the pair is for one and for several."""

    heading: str
    explained: str
    said: str
    says: str
    gone: str
    more: tuple[str, str]


FRENCH: Final = Corrections(
    heading="Correction à propos de «\u00a0{text}\u00a0»",
    explained="Un article que j’ai cité a changé depuis ma réponse.",
    said="Il disait\u00a0:",
    says="Il dit maintenant\u00a0:",
    gone="Cette phrase n’y figure plus.",
    more=("{count} autre phrase citée a changé.", "{count} autres phrases citées ont changé."),
)

ENGLISH: Final = Corrections(
    heading="Correction on “{text}”",
    explained="An article I quoted has changed since my answer.",
    said="It said:",
    says="It now says:",
    gone="That sentence is no longer in it.",
    more=("{count} more quoted sentence has changed.", "{count} more quoted sentences have changed."),
)
