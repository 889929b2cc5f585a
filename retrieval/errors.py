"""The one kind of failure a reader is shown: what is wrong, and what to do."""

from __future__ import annotations

from retrieval.told import Phrase


class DepecheError(Exception):
    """A failure with one clear line for the person at the other end.

    `what` says what is wrong and where; `hint` says what to do about it. `str()` gives both on one line, in English.
    Each is a `Phrase`, or a text that is the same whatever it tells of. Neither may hold a secret: they are printed and logged.
    """

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what, hint)
        self.what = what
        self.hint = hint

    @property
    def told(self) -> Phrase:
        """Both on one line, to be told in a language."""
        if self.hint:
            return Phrase("{what}. {hint}", what=self.what, hint=self.hint)
        return Phrase("{what}", what=self.what)

    def __str__(self) -> str:
        return str(self.told)


class UsageError(DepecheError):
    """What was asked of the command cannot be meant: it ends with 2, as for an option that there is not."""
