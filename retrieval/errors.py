"""The one kind of failure a reader is shown: what is wrong, and what to do."""

from __future__ import annotations


class DepecheError(Exception):
    """A failure with one clear line for the person at the other end.

    `what` says what is wrong and where; `hint` says what to do about it. `str()` gives both on one line.
    Neither may hold a secret: they are printed and logged.
    """

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what, hint)
        self.what = " ".join(what.split())
        self.hint = " ".join(hint.split())

    def __str__(self) -> str:
        return f"{self.what}. {self.hint}" if self.hint else self.what


class UsageError(DepecheError):
    """What was asked of the command cannot be meant: it ends with 2, as for an option that there is not."""
