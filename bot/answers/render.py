"""An Answer as Telegram messages: the sentences with their [n], then each source with its passage, unfolded by a tap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from bot.markup import Block, Message, Run, clean, head, one_line, pack, tail, units
from bot.texts import TEXTS
from retrieval import phrases
from retrieval.domain import Answer, Citation, Item, Language, Nearby, Sentence
from retrieval.links import safe_link

TITLE_LIMIT: Final = 200
SOURCE_LIMIT: Final = 100
DATE_LIMIT: Final = 40
UNDERSTOOD_LIMIT: Final = 300
# A quotation is a sentence or three; what is longer is a page that was never cut into sentences.
QUOTE_LIMIT: Final = 3000
# What a reader needs on each side of a quotation to judge it; passages are about 900 characters.
CONTEXT_LIMIT: Final = 600


def render(answer: Answer) -> list[Message]:
    """Return `answer` as messages to send in order, each within Telegram's limit, in the answer's language."""
    messages = pack(_answer_blocks(answer)) if answer.citations else []
    return messages or pack(_uncited_blocks(answer))


def growing(answer: Answer) -> Message | None:
    """Return an answer under way as one message: its sentences so far, without the sources; None before the first."""
    if not answer.sentences:
        return None
    return pack([*_blocks_ahead(answer), _sentences_block(answer)])[0]


def sources(answer: Answer, language: Language) -> list[Message]:
    """Return the list of an answer's sources, titles, dates and links, as `language` writes them."""
    by_article: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        by_article.setdefault(citation.article_id, []).append(citation)
    blocks: list[Block] = [tuple(_source_runs(citations, language)) for citations in by_article.values()]
    heading = (Run(phrases.SOURCES[language], bold=True), Run("\n"))
    return pack([heading + blocks[0], *blocks[1:]] if blocks else [])


def plain_message(text: str) -> Message:
    """Return one of the bot's own texts as a message."""
    return pack([(Run(text),)])[0]


def _blocks_ahead(answer: Answer) -> Iterator[Block]:
    """Yield that the library is too old for what is asked, where it is, and the question as it was taken, where that is not as it was asked."""
    if answer.stale:
        yield (Run(answer.stale),)
    if answer.understood:
        line = phrases.understood(one_line(answer.understood, UNDERSTOOD_LIMIT), answer.language)
        yield (Run(line),)


def _answer_blocks(answer: Answer) -> Iterator[Block]:
    yield from _blocks_ahead(answer)
    if answer.mode == "quotes":
        opening = phrases.opening(answer.language, contrary=answer.contrary)
        yield (Run(clean(answer.heading) if answer.items else opening),)
    if answer.items:
        for item, citation in zip(answer.items, answer.citations, strict=True):
            yield tuple(_item_runs(item, citation, answer.language))
        for note in answer.notes:
            yield (Run(note),)
        return
    if answer.mode == "quotes":
        for sentence in answer.sentences:
            yield tuple(_quoted_runs(sentence, answer.language))
    else:
        yield _sentences_block(answer)
    shown = {sentence.text for sentence in answer.sentences} if answer.mode == "quotes" else set()
    heading: Block = (Run(phrases.SOURCES[answer.language], bold=True), Run("\n"))
    for _, citations in groupby(
        answer.citations, key=lambda citation: (citation.article_id, citation.passage)
    ):
        yield heading + _source_block(list(citations), answer.language, shown)
        heading = ()
    for note in answer.notes:
        yield (Run(note),)


def _item_runs(item: Item, citation: Citation, language: Language) -> Iterator[Run]:
    """Yield a line of a list: an article with the sentence that tells it, or a day with what happened, and who says so."""
    said = phrases.quoted(_shortened(clean(citation.quote)), language)
    link = safe_link(citation.link, citation.url)
    if item.text != citation.quote:
        yield Run(titled(citation.title, language), bold=True, link=link)
        if line := byline(citation.source, citation.published, language):
            yield Run(f"\n{line}")
        yield Run(f"\n{said}")
        if citation.also:
            yield Run("\n" + one_line(f"{phrases.ALSO[language]} {_copies(citation)}", TITLE_LIMIT))
    elif day := date_line(item.date, language):
        yield Run(day, bold=True)
        yield Run(f"\n{said}\n")
        yield Run(one_line(citation.source or citation.title, SOURCE_LIMIT), link=link)
    else:
        yield Run(said)


def _sentences_block(answer: Answer) -> Block:
    """Return a composed answer, a run a sentence: a long one is cut between them."""
    marked = [_marked(sentence) for sentence in answer.sentences] or [clean(answer.body)]
    return tuple(Run(f" {words}" if number else words) for number, words in enumerate(marked))


def _uncited_blocks(answer: Answer) -> Iterator[Block]:
    """Yield a refusal, with what is nearest, or what the catalogue tells of the library."""
    yield from _blocks_ahead(answer)
    said = "" if answer.citations else clean(answer.body).strip()
    yield (Run(said or phrases.REFUSED[answer.language]),)
    if answer.nearby:
        runs = [Run(phrases.NEARBY[answer.language])]
        for article in answer.nearby:
            runs += _nearby_runs(article, answer.language)
        yield tuple(runs)


def _quoted_runs(sentence: Sentence, language: Language) -> Iterator[Run]:
    """Yield a quotation between its marks, with the exact answer bold where there is one."""
    opening, closing = phrases.marks(language)
    end = closing + _marks(sentence.citations)
    if sentence.short is None or units(sentence.text) > QUOTE_LIMIT:
        yield Run(opening + _shortened(clean(sentence.text).strip()) + end)
        return
    start, stop = sentence.short
    yield Run(opening + clean(sentence.text[:start]).lstrip())
    yield Run(clean(sentence.text[start:stop]), bold=True)
    yield Run(clean(sentence.text[stop:]).rstrip() + end)


def _marked(sentence: Sentence) -> str:
    """Return a composed sentence with its marks, unless it carries them already."""
    words = clean(sentence.text).strip()
    return words + _marks([number for number in sentence.citations if f"[{number}]" not in words])


def _marks(numbers: Sequence[int]) -> str:
    # U+00A0: a mark never starts a line
    return "\u00a0" + "".join(f"[{number}]" for number in numbers) if numbers else ""


def _source_block(citations: Sequence[Citation], language: Language, shown: set[str]) -> Block:
    """Return one source: its numbers, title and date, and the passage unless the reader has read all of it above."""
    first = citations[0]
    runs = [*_source_runs(citations, language)]
    if not (first.quote in shown and first.passage.strip() == first.quote.strip()):
        runs.append(Run("\n"))
        runs += passage_runs(first.passage, [citation.quote for citation in citations])
    return tuple(runs)


def _source_runs(citations: Sequence[Citation], language: Language) -> Iterator[Run]:
    """Yield an article's numbers, title, source, date and near-copies."""
    first = citations[0]
    yield Run("".join(f"[{citation.number}]" for citation in citations) + " ")
    yield Run(titled(first.title, language), link=safe_link(first.link, first.url))
    if line := byline(first.source, first.published, language):
        yield Run(f"\n{line}")
    if first.also:
        yield Run("\n" + one_line(f"{phrases.ALSO[language]} {_copies(first)}", TITLE_LIMIT))


def titled(title: str, language: Language) -> str:
    """Return an article's title on one line."""
    return one_line(title, TITLE_LIMIT) or TEXTS[language].talk.untitled


def byline(source: str | None, published: str | None, language: Language) -> str:
    """Return an article's source and its date as `language` writes it; "" where it has neither."""
    return ", ".join(filter(None, (one_line(source or "", SOURCE_LIMIT), date_line(published, language))))


def _copies(citation: Citation) -> str:
    return ", ".join(dict.fromkeys(copy.source or copy.title for copy in citation.also))


def passage_runs(passage: str, quotes: Sequence[str]) -> Iterator[Run]:
    """Yield the passage with each quotation in bold; what is far from any quotation gives way to "…".

    A quotation the passage does not hold stands alone, so that no reader is left without the words.
    """
    places: list[tuple[int, int]] = []
    for quote in quotes:
        start = passage.find(quote)
        if start < 0:
            yield Run(_shortened(clean(quote)) + "\n", bold=True, quoted=True)
        elif quote:
            places.append((start, start + len(quote)))
    done = 0
    for start, end in _merged(places):
        between = clean(passage[done:start])
        yield Run(_between(between) if done else _before(between), quoted=True)
        yield Run(_shortened(clean(passage[start:end])), bold=True, quoted=True)
        done = end
    if places:
        yield Run(_after(clean(passage[done:])), quoted=True)


def _merged(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return `places` in order, those that overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _before(text: str) -> str:
    text = text.lstrip()
    return text if units(text) <= CONTEXT_LIMIT else tail(text, CONTEXT_LIMIT)


def _after(text: str) -> str:
    text = text.rstrip()
    return text if units(text) <= CONTEXT_LIMIT else head(text, CONTEXT_LIMIT)


def _between(text: str) -> str:
    if units(text) <= 2 * CONTEXT_LIMIT:
        return text
    return f"{head(text, CONTEXT_LIMIT)} {tail(text, CONTEXT_LIMIT)}"


def _shortened(quote: str) -> str:
    return quote if units(quote) <= QUOTE_LIMIT else head(quote, QUOTE_LIMIT)


def _nearby_runs(article: Nearby, language: Language) -> Iterator[Run]:
    yield Run("\n• ")
    yield Run(titled(article.title, language), link=safe_link(article.url))
    date = date_line(article.published, language)
    if date:
        yield Run(f", {date}")


def date_line(published: str | None, language: Language) -> str:
    """Return the date as `language` writes it, or as the source gave it where that is no date; "" if there is none."""
    return one_line(phrases.long_date(published, language) or "", DATE_LIMIT)
