"""Why an address could not be fetched."""

from __future__ import annotations


class FetchError(Exception):
    """What is wrong and what to do, each without the address: its place is named beside it.

    `passing`: it may be otherwise at the next attempt; `retry_after`: not before so many seconds, the server says.
    `lasting`: it will not, until the page changes. `slow`: it used up all its time. `status`: the HTTP status, where one came.
    """

    def __init__(
        self,
        what: str,
        hint: str = "",
        *,
        status: int | None = None,
        passing: bool = False,
        lasting: bool = False,
        slow: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.status = status
        self.passing = passing
        self.lasting = lasting
        self.slow = slow
        self.retry_after = retry_after


class RedirectError(FetchError):
    """It leads nowhere, however long one follows."""
