"""Codes that let a reader in: 80 random bits, written so that they can be read out over a telephone."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Final

# Crockford's base 32: no I, L, O or U
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 16
DAYS: Final = 7  # for which a code is good

_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


def new_code() -> str:
    """Return a code in four groups of four, which may also follow `?start=` in a link."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, LENGTH, 4))


def digest_of(text: str) -> str | None:
    """Return what a code is kept as, however its letters were typed; None for what cannot be a code."""
    letters = text.strip().upper().translate(_MISREAD)
    if not re.fullmatch(f"[{ALPHABET}]{{{LENGTH}}}", letters):
        return None
    return hashlib.sha256(letters.encode()).hexdigest()
