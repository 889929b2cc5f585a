"""Whether a sentence's numbers, dates and hours are its source's, and count the same things."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from retrieval.verify import agreement, dates, numbers
from retrieval.verify.places import strays
from retrieval.verify.slots import Spot, usurped
from retrieval.verify.source import Fault
from retrieval.verify.units import CURRENCIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.domain import Language
    from retrieval.verify.meaning import Alignment
    from retrieval.verify.numbers import Quantity
    from retrieval.verify.source import Source

_NEAR = 4  # content words on either side of a number that say what is counted
_SAME = 0.4  # cosine from which two words may be of one meaning
_FIT, _MARGIN = (0.55, 0.5), (0.12, 0.15)  # as for names; numbers that are listed stand in places much alike
# How much better another sentence must fit what stands around a number: one that has another of its kind, and any other.
_STRAYED, _STRAYED_FAR = 0.03, 0.15
_FEWEST = 0.2  # share of those words that must stand near the number in the source too


def check_numbers(sentence: str, language: Language, source: Source, alignment: Alignment) -> Iterator[Fault]:
    """Yield a fault for each number, unit, date or hour of the sentence that its source does not give."""
    said_when, said_clock = dates.whens(sentence, language), dates.clocks(sentence, language)
    said = numbers.quantities(sentence, language)
    held = numbers.quantities(source.text, source.language)
    title = numbers.quantities(source.title, source.language)
    yield from _dates(sentence, said_when, source, held, alignment)
    clock_spans = [(c.start, c.end) for c in said_clock]
    held_clocks = dates.clocks(source.text, source.language)
    place = _places(source)
    struck = {place(o.start) for o in held_clocks if not any(_one_hour(clock, o) for clock in said_clock)}
    for clock in said_clock:
        as_length = clock.hours is not None and any(clock.hours in q.values for q in held)
        homes = {place(other.start) for other in held_clocks if _one_hour(clock, other)}
        if not as_length and (
            not homes or _astray(clock.start, clock.end, homes, alignment, struck.__contains__)
        ):
            yield Fault("number", f"the hour {sentence[clock.start : clock.end]} is not in the passage")
    dated = [(w.start, w.end) for w in said_when if w.month or w.day]
    for quantity in said:
        if quantity.weak or _inside(quantity, clock_spans) or _inside(quantity, dated):
            continue
        yield from _number(sentence, quantity, held, title, source, alignment, said)
    spots = {Spot(sentence[q.start : q.end], q.start, q.end): q for q in said if not q.weak}
    theirs = {Spot(source.text[q.start : q.end], q.start, q.end): q for q in held}
    strong = [s for s, q in theirs.items() if not q.weak]
    every = [s for s, q in theirs.items() if q.weak]
    across = language != source.language
    found = usurped([*spots], strong, alignment, lambda a, b: agreement.match(spots[a], theirs[b]))
    for one, other, best, own in found:
        fits = best >= _FIT[across] and best - own >= _MARGIN[across]
        if fits and not any(agreement.match(spots[one], theirs[s]) for s in every):
            yield Fault("number", f"the passage has {other.text} where the sentence has {one.text}")


def _one_hour(one: dates.Clock, other: dates.Clock) -> bool:
    if one.minutes & other.minutes:
        return True
    # "6.40" said without a.m. or p.m. may be either.
    return (len(one.minutes) > 1 or len(other.minutes) > 1) and bool(
        {m % 720 for m in one.minutes} & {m % 720 for m in other.minutes}
    )


def _inside(quantity: Quantity, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= quantity.start < end for start, end in spans)


def _number(
    sentence: str,
    said: Quantity,
    held: Sequence[Quantity],
    title: Sequence[Quantity],
    source: Source,
    alignment: Alignment,
    spoken: Sequence[Quantity],
) -> Iterator[Fault]:
    words = sentence[said.start : said.end]
    equal = [q for q in held if agreement.match(said, q)]
    if not equal:
        published = source.published
        years = {published.year - 1, published.year, published.year + 1} if published else set()
        told = said.unit is None and years & {int(v) for v in said.values if v == int(v)}
        if not told and not any(agreement.match(said, q) for q in title):
            yield Fault("number", f"the number {words} is not in the passage")
        return
    fitting = [q for q in equal if agreement.same_unit(said, q) and _ordinal(said, q)]
    if not fitting:
        yield Fault("unit", f"the passage gives {words} of something else")
        return
    money = said.unit in CURRENCIES
    if _borrowed(said, fitting, held, source, alignment, spoken):
        yield Fault("number", f"the number {words} is another sentence's in the passage")
        return
    little = max(said.values) <= 3
    if not money and not little and not any(_beside(said, q, alignment) for q in fitting):
        yield Fault("number", f"the number {words} stands for something else in the passage")


def _borrowed(
    said: Quantity,
    fitting: Sequence[Quantity],
    held: Sequence[Quantity],
    source: Source,
    alignment: Alignment,
    spoken: Sequence[Quantity],
) -> bool:
    """Tell whether a number is said where its source's sentence has another, and is only elsewhere in the source, or fewer times there."""
    place = _places(source)
    meant = [q for q in fitting if not q.weak] or fitting

    def unsaid(sentence: int) -> bool:
        """Tell whether a sentence of the source has a number of this one's kind that is not said."""
        kin = [q for q in held if place(q.start) == sentence and not q.weak and q.kind == said.kind]
        return any(
            agreement.same_unit(said, q) and not any(agreement.match(s, q) for s in spoken) for q in kin
        )

    own = {place(q.start) for q in meant}
    if not alignment.support:
        return False
    if own & set(alignment.support) and unsaid(alignment.support[0]):
        here = [q for q in meant if place(q.start) in alignment.support and not q.weak]
        if len([s for s in spoken if not s.weak and s.values == said.values]) > len(here):
            return True
    elif unsaid(alignment.support[0]) and not own & set(alignment.support):
        return True
    return _astray(said.start, said.end, own, alignment, unsaid)


def _astray(start: int, end: int, own: set[int], alignment: Alignment, unsaid: Callable[[int], bool]) -> bool:
    """Tell whether what stands around a number or date is in a sentence of the source that has another in its place."""
    margin, there = strays(start, end, own, alignment)
    return there is not None and margin > (_STRAYED if unsaid(there) else _STRAYED_FAR)


def _places(source: Source) -> Callable[[int], int]:
    """Return what tells of a place in the source's text in which of its sentences it is."""
    ends = [*accumulate(len(sentence) + 1 for sentence in source.sentences)]
    return lambda start: bisect_right(ends, start)


def _ordinal(said: Quantity, held: Quantity) -> bool:
    """Tell whether both are ranks or neither is: a third is either."""
    kinds = {said.kind, held.kind}
    return kinds != {"plain", "ordinal"} or bool(said.weak or held.weak or max(said.values) <= 31)


def _beside(said: Quantity, held: Quantity, alignment: Alignment) -> bool:
    """Tell whether enough of what stands near the number in the sentence stands near it in the source."""
    ours = [
        n
        for n, w in enumerate(alignment.words)
        if not w.stop and not _digits(w.text) and not said.start <= w.start < said.end
    ]
    ours.sort(key=lambda n: _distance(alignment.words[n].start, alignment.words[n].end, said))
    ours = ours[:_NEAR]
    place = next(
        (
            w.sentence
            for w in alignment.held
            if held.start <= w.start < held.end or w.start <= held.start < w.end
        ),
        None,
    )
    if not ours or place is None:
        return True
    theirs = [n for n, w in enumerate(alignment.held) if w.sentence == place and not w.stop]
    if not theirs:
        return True
    near = alignment.likeness[ours][:, theirs].max(axis=1)
    return float((near >= _SAME).mean()) >= _FEWEST


def _digits(word: str) -> bool:
    return any(c.isdigit() for c in word)


def _distance(start: int, end: int, said: Quantity) -> int:
    return min(abs(start - said.end), abs(said.start - end))


def _dates(
    sentence: str, said: Sequence[dates.When], source: Source, held: Sequence[Quantity], alignment: Alignment
) -> Iterator[Fault]:
    inside = dates.whens(source.text, source.language)
    theirs = [*inside, *dates.whens(source.title, source.language)]
    years = {int(v) for q in held for v in q.values if 1000 <= v <= 2100 and v == int(v)}
    if source.published:
        day = source.published
        theirs.append(dates.When(0, 0, day.year, day.month, day.day, day.weekday()))
    place = _places(source)

    def same(one: dates.When, other: dates.When) -> bool:
        return dates.agree(one, [other], source.published, years)

    for when in said:
        words = sentence[when.start : when.end]
        if not dates.agree(when, theirs, source.published, years):
            yield Fault("date", f"the date {words} is not in the passage")
            continue
        own = [w for w in inside if same(when, w)]
        kin = [w for w in inside if w.parts == when.parts and not any(same(s, w) for s in said)]
        unsaid = {place(w.start) for w in kin}
        here = bool(alignment.support) and alignment.support[0] in unsaid
        if here and not own:  # only the day it was published would be meant
            yield Fault("date", f"the passage has another date in the place of {words}")
        elif _astray(when.start, when.end, {place(w.start) for w in own}, alignment, unsaid.__contains__):
            yield Fault("date", f"the date {words} is another sentence's in the passage")
        elif here:
            times = len([w for w in own if place(w.start) in alignment.support])
            if times and len([s for s in said if (s.parts, s.named) == (when.parts, when.named)]) > times:
                yield Fault("date", f"the passage has another date beside {words}")
