"""What a page is that is no article: a wall, a shell, a video, a list of links, an error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ingest.pages import linked_data
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.pages.blocks import Block

_WORD = re.compile(r"[^\W\d_]{2,}")
_FEW: Final = 25  # words: the shortest of 56 articles looked at, a programme's page, had 36
_TEASER: Final = (
    60  # words up to which a page that says it is for subscribers, or a video's, is no more than that
)
_SOME: Final = 150  # words up to which a page that is mostly something else is that
_LISTED: Final = 8  # links of a headline's length that make a list
_HEADLINE: Final = 25  # characters
_LINKED: Final = 0.8  # share of characters

_ERROR = re.compile(
    r"\b(?:404|403|410|500|502|503)\b|not found|page (?:introuvable|inexistante|non trouvée)|n['’]existe (?:pas|plus)|no longer (?:exists|available)"
    r"|access denied|accès (?:refusé|interdit)|forbidden|oops|service unavailable|bad gateway|gone\b",
    re.I,
)
_ROBOT = re.compile(
    r"enable javascript|activer? javascript|javascript (?:is )?(?:disabled|required|désactivé|requis)|just a moment|checking your browser|captcha"
    r"|are you (?:a )?(?:human|robot)|vérif\w+ que vous (?:n['’])?êtes|êtes-vous un robot|unusual traffic|trafic inhabituel|cloudflare",
    re.I,
)
_CONSENT = re.compile(
    r"\bcookies?\b|consent|partenaires|partners|vie privée|privacy|traceurs|\brgpd\b|\bgdpr\b|données personnelles|personal data",
    re.I,
)
_PAID = re.compile(
    r"réservé\w* aux? abonn|abonnez-vous|pour lire la suite|(?:lire|accéder à) (?:la suite|l['’]intégralité|cet article)|déjà abonné|article abonné|il vous reste \d+"
    r"|subscribe (?:now|today|to)|subscribers? only|for subscribers|already a subscriber|to continue reading|continue reading (?:with|this)|keep reading|sign in to read"
    r"|become a member|this (?:article|content) is for",
    re.I,
)


def verdict(
    words: str, title: str, page: Sequence[Block], rows: Sequence[linked_data.Row], kind: str
) -> str | None:
    """Return what a page with such an article's `words` is, where it is none; `kind` is its og:type."""
    count = len(_WORD.findall(words))
    if count >= _SOME:
        return None
    shown = [block for block in page if block.text]
    everything = " ".join(block.text for block in shown)[:200_000]
    if count < _FEW or _ERROR.search(title):
        if _ERROR.search(title) and len(_WORD.findall(everything)) < 1_000:
            return Phrase("is an error page")
        if _ROBOT.search(f"{title} {everything}"[:3_000]):
            return Phrase("is a page that asks for a browser or a person, not an article")
    if _mostly(_CONSENT, words) or (count < _FEW and _mostly(_CONSENT, everything)):
        return Phrase("is a cookie or consent page, not an article")
    if count < _TEASER and (
        is_locked(rows) or _PAID.search(words) or (count < _FEW and _PAID.search(everything))
    ):
        return Phrase("shows only a few words of an article for subscribers")
    if count < _TEASER and _is_video(rows, kind):
        return Phrase("is a video's page, with no article to it")
    if _is_list(shown, words, count):
        return Phrase("is a list of links, not an article")
    return Phrase("holds no article") if count < _FEW else None


def is_locked(rows: Sequence[linked_data.Row]) -> bool:
    """Tell whether a page says for machines that its article, or a part of it, is not free."""
    return any(
        str(row.get("isAccessibleForFree", "")).rsplit("/", 1)[-1].casefold() == "false" for row in rows
    )


def _is_video(rows: Sequence[linked_data.Row], kind: str) -> bool:
    videos = any(name.startswith("Video") for row in rows for name in linked_data.types(row))
    return kind.startswith("video") or (videos and not linked_data.article_of([*rows]))


def _mostly(pattern: re.Pattern[str], text: str) -> bool:
    """Tell whether a text comes back to something every dozen words or so."""
    return len(pattern.findall(text)) >= max(3, len(_WORD.findall(text)) / 15)


def _is_list(shown: Sequence[Block], words: str, count: int) -> bool:
    """Tell whether a page's links are what was found in it, or all there is beside a few words."""
    headlines = [block.text for block in shown if block.links > _LINKED and len(block.text) >= _HEADLINE]
    if len(headlines) < _LISTED:
        return False
    found = sum(len(_WORD.findall(text)) for text in headlines if text in words)
    return found > count / 2 or count < _FEW
