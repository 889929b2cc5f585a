"""Whether a library is too old for what is asked of it: for today, for the latest news, for days it does not reach."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from retrieval import phrases
from retrieval.overview import Within

if TYPE_CHECKING:
    from datetime import date

    from retrieval.domain import Answer, Language
    from retrieval.library import View
    from retrieval.news.asked import Request
    from retrieval.taking import Asked
    from retrieval.when import Period

_STALE: Final = 2  # days without news that are no matter: a weekend, where there are no papers
_NOW: Final = re.compile(
    r"\b(?:today|tonight|this (?:morning|afternoon|evening)|now|currently|at the moment|latest|newest|breaking news"
    r"|aujourd['’]?hui|ce (?:matin|midi|soir)|cet(?:te)? après-midi|cette nuit|en ce moment|maintenant|actuellement|à ce jour|où en (?:est|sont)"
    r"|dernières? (?:nouvelles?|infos?|informations?|actus?|actualités?|nouveautés?)|derniers? (?:bilans?|chiffres?|points?))\b",
    re.IGNORECASE,
)


def of_request(view: View, request: Request, today: date) -> str | None:
    """Return the sentence that says that the library does not reach what a request for news is for; None where it does."""
    within = request.within
    return _behind(view, within.since, within.until, today, request, latest=request.kind == "latest")


def of_question(view: View, asked: Asked, when: Period | None, today: date) -> str | None:
    """Return the same for a question of fact, which names days or none."""
    within = asked.within or Within()
    return _behind(view, when.first if when else within.since, within.until, today, asked)


def _old(newest: date | None, today: date, language: Language) -> str | None:
    """Return the sentence that says that nothing has come for days; None where the newest article is no older than two."""
    if newest is None or (today - newest).days <= _STALE:
        return None
    return phrases.stale(newest.isoformat(), language)


def first(answer: Answer, said: str | None) -> Answer:
    """Return an answer that says something before all else."""
    return replace(answer, stale=said, text=f"{said}\n\n{answer.text}") if said else answer


def _behind(
    view: View,
    since: date | None,
    until: date | None,
    today: date,
    asked: Asked | Request,
    *,
    latest: bool = False,
) -> str | None:
    """Look at the library only where days are asked for or the present, by what is said or because it is the `latest`."""
    now = (until is None or until >= today) and (latest or _NOW.search(asked.text) is not None)
    days = since is not None and since <= today
    newest = view.newest if now or days else None
    if newest and since and newest < since <= today:
        return phrases.stale(newest.isoformat(), asked.language)
    return _old(newest, today, asked.language) if now else None
