"""Which lines are the caption of a picture, told by the credit they end in."""

from __future__ import annotations

import re

_LONGEST = 500  # characters
_CREDIT = (
    r"AFP|AP|Reuters|EPA|ANSA|Belga|Keystone|PA|Getty(?: Images)?|Shutterstock|iStock|Sipa(?: Press)?|Abaca|"
    r"MaxPPP|Alamy|Hans Lucas|Bloomberg|Xinhua|DPA|Unsplash|Pexels|DR|D\.R\.|Wikimedia(?: Commons)?|Archives?|Handout"
)
_CAPTION_END = re.compile(
    rf"(?:\((?:(?:photo|crédits?|credits?|picture|image|archives?|©)[^()]{{0,60}}|[^()]{{0,40}}\b(?:{_CREDIT}))\)"
    rf"|(?:©|(?:photos?|crédits?(?: photos?)?|credits?|photo credits?|picture|image|photograph|photographie|illustration) ?(?::|by|de |©))(?:[^.!?]|(?<=[\s/][A-Z])\.){{2,80}}"
    rf"|[—–/|-] ?(?:{_CREDIT}))[.\s]*$",
    re.I,
)
_CAPTION_START = re.compile(r"(?:photo|image|picture|légende|caption|illustration|crédit photo) ?: ?", re.I)
# … await the hearing. Ann Lee/Pool/AP: no article ends a sentence so.
_AGENCY = r"(?:Getty Images|Shutterstock|iStock|AFP|AP|Reuters|EPA|Bloomberg|Alamy|Redux|Xinhua|Sipa|MaxPPP|NurPhoto|Anadolu(?: Agency)?)"
_CREDITED = re.compile(
    rf"(?:^|[.!?”\"»),] |\b\d{{4}}\.? )(?:[^.!?/]{{2,50}}(?:/[^.!?/]{{2,40}}){{0,3}}/ ?{_AGENCY}|[^.!?/]{{0,50}}/[^.!?/]{{2,40}} (?:via|for) {_AGENCY})\)?$"
    rf"|[.!?”\"»)] (?:[A-ZÀ-ÖØ-Þ][\w'’.-]+ ){{0,4}}{_AGENCY}$"
)

# Ann Lee/AFP/Getty Images, after a sentence: nothing but a caption ends so, whatever stands beside it.
_SIGNED = re.compile(rf"[.!?”\"»)] [^.!?/]{{2,50}}(?:/ ?[^.!?/]{{2,40}}){{0,3}}/ ?{_AGENCY}\)?$")


def is_caption(line: str) -> bool:
    """Tell whether a line near the top is a caption: it ends in a credit, however that is put, or begins with « Photo : »."""
    return len(line) <= _LONGEST and bool(_CAPTION_END.search(line) or _CAPTION_START.match(line))


def is_credited(line: str) -> bool:
    """Tell whether a line anywhere is a caption: it ends in a photographer's or agency's name outside any sentence."""
    return len(line) <= _LONGEST and bool(_CREDITED.search(line[-140:]))


def is_signed(line: str) -> bool:
    """Tell whether a line ends, after its last sentence, in a photographer and an agency with a stroke between."""
    return len(line) <= _LONGEST and bool(_SIGNED.search(line[-140:]))
