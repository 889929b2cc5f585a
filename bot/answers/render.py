"""An Answer as Telegram messages: each quotation with the article it is from, or sentences with their [n] and what they rest on, unfolded by a tap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from bot.answers.unfolding import QUOTE_LIMIT, passage_runs, shortened
from bot.markup import Block, Message, Run, clean, one_line, pack, units
from bot.texts import TEXTS
from retrieval import phrases
from retrieval.domain import Answer, Citation, Item, Language, Nearby, Sentence
from retrieval.links import safe_link
from retrieval.news.texts import further
from retrieval.typography import within_quotation

TITLE_LIMIT: Final = 200
SOURCE_LIMIT: Final = 100
DATE_LIMIT: Final = 40
UNDERSTOOD_LIMIT: Final = 300
LINES_SHORT: Final = 3  # of a list, in a group


def render(answer: Answer, *, short: bool = False) -> list[Message]:
    """Return `answer` as messages to send in order, each within Telegram's limit, in the answer's language; `short`, as groups get it."""
    return pack(blocks_of(answer, short=short)) or pack(_uncited_blocks(answer))


def blocks_of(answer: Answer, *, short: bool = False) -> Iterator[Block]:
    """Yield the parts of the messages that show `answer`."""
    return _answer_blocks(answer, short=short) if answer.citations else _uncited_blocks(answer)


def rest(answer: Answer, *, short: bool) -> list[Message]:
    """Return what `render` left out: further quotations, lines of a list, passages, and which articles tell the same; [] where that is nothing."""
    return pack(_rest_blocks(answer, short=short))


def cited_first(answer: Answer, *, short: bool) -> tuple[Citation, ...]:
    """Return the citations that `render` shows: in a group one quotation, or a few lines of a list."""
    if not short or answer.mode == "chat":
        return answer.citations
    return answer.citations[: LINES_SHORT if answer.items else 1]


def cited_after(answer: Answer, *, short: bool) -> tuple[Citation, ...]:
    """Return the citations that `rest` shows."""
    return (*answer.citations[len(cited_first(answer, short=short)) :], *answer.further)


def growing(answer: Answer, *, short: bool = False, line: str = "") -> Message | None:
    """Return an answer under way as one message: the quotations that are being worded, or the sentences so far; None before both.

    Beneath quotations stands that they are being worded, and `line`.
    """
    if answer.mode == "quotes":
        beneath = " ".join(filter(None, (TEXTS[answer.language].answer.wording, line)))
        return pack([*blocks_of(answer, short=short), (Run(beneath, italic=True),)])[0]
    if not answer.sentences:
        return None
    ahead = [(Run(answer.stale),)] if answer.stale else []
    return pack([*ahead, _sentences_block(answer)])[0]


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


def quotation(citation: Citation, language: Language) -> Iterator[Run]:
    """Yield a quotation, beneath its translation where there is one, and the line that says whose it is."""
    yield from _translated_runs(citation, language)
    yield from _quoted_runs(Sentence(citation.quote, ()), language)
    yield Run("\n")
    yield from credit(citation, language)


def credit(citation: Citation, language: Language) -> Iterator[Run]:
    """Yield the line of an article that is cited: its title, linked to the passage, its source and its day."""
    yield Run(titled(citation.title, language), link=safe_link(citation.link, citation.url))
    source, day = one_line(citation.source or "", SOURCE_LIMIT), date_line(citation.published, language)
    yield Run("".join(f" · {part}" for part in (source, day) if part))


def _answer_blocks(answer: Answer, *, short: bool) -> Iterator[Block]:
    if answer.stale:
        yield (Run(answer.stale),)
    cited, notes = cited_first(answer, short=short), answer.notes
    if answer.items:
        yield (Run(clean(answer.heading)),)
        for item, citation in zip(answer.items, cited, strict=False):
            yield tuple(_item_runs(item, citation, answer.language))
        if left := len(answer.items) - len(cited):
            notes = (further(left, answer.language),)
    elif answer.mode == "quotes":
        if above := phrases.above(answer):
            yield (Run(above),)
        yield from _quoted_blocks(answer, cited)
    else:
        yield _sentences_block(answer)
        yield from _sources_blocks(answer, short=short)
    yield from _blocks_beneath(answer, notes)


def _blocks_beneath(answer: Answer, notes: Sequence[str] = ()) -> Iterator[Block]:
    """Yield what is to be said about an answer, and the question as it was taken, where that is not as it was asked."""
    for note in notes:
        yield (Run(note),)
    if answer.understood:
        line = phrases.understood(one_line(answer.understood, UNDERSTOOD_LIMIT), answer.language)
        yield (Run(line, italic=True),)


def _quoted_blocks(answer: Answer, cited: Sequence[Citation]) -> Iterator[Block]:
    """Yield the quotations, those of one article together above its line, with their numbers where there are several."""
    numbered = len(cited) > 1
    for _, citations in groupby(sorted(cited, key=_place_among(cited)), key=lambda one: one.article_id):
        runs: list[Run] = []
        for citation in citations:
            sentence = next(
                (one for one in answer.sentences if citation.number in one.citations),
                Sentence(citation.quote, (citation.number,)),
            )
            runs += _translated_runs(citation, answer.language)
            runs += _quoted_runs(sentence if numbered else replace(sentence, citations=()), answer.language)
            runs.append(Run("\n"))
        yield (*runs, *credit(citation, answer.language))


def _place_among(cited: Sequence[Citation]) -> Callable[[Citation], int]:
    """Return where the article of a citation first comes."""
    articles = [citation.article_id for citation in cited]
    return lambda citation: articles.index(citation.article_id)


def _sources_blocks(answer: Answer, *, short: bool) -> Iterator[Block]:
    """Yield what a composed answer rests on: each article's line, and unless `short` its passage, where no sentence is it."""
    said = " ".join(sentence.text for sentence in answer.sentences)
    lines: list[Run] = []
    for _, group in groupby(answer.citations, key=lambda one: (one.article_id, one.passage)):
        citations = [*group]
        numbers = "".join(f"[{citation.number}]" for citation in citations)
        runs = [Run(f"{numbers} "), *credit(citations[0], answer.language)]
        if short:
            lines += [Run("\n" if lines else ""), *runs]
            continue
        unsaid = [one.quote for one in citations if phrases.quoted(one.quote, answer.language) not in said]
        if unsaid:
            runs += [Run("\n"), *passage_runs(citations[0].passage, unsaid)]
        yield tuple(runs)
    if lines:
        yield tuple(lines)


def _rest_blocks(answer: Answer, *, short: bool) -> Iterator[Block]:
    language = answer.language
    if short and answer.mode == "chat":
        for citation in answer.citations:
            yield tuple(quotation(citation, language))
    after = cited_after(answer, short=short)
    items = {item.citations[0]: item for item in answer.items}
    for citation in after:
        item = items.get(citation.number)
        yield tuple(_item_runs(item, citation, language) if item else quotation(citation, language))
    if not answer.items:
        for citation in {one.article_id: one for one in (*answer.citations, *after) if one.also}.values():
            told = f"{titled(citation.title, language)} · {phrases.ALSO[language]} {_copies(citation)}"
            yield (Run(one_line(told, TITLE_LIMIT)),)


def _item_runs(item: Item, citation: Citation, language: Language) -> Iterator[Run]:
    """Yield a line of a list: an article with the sentence that tells it, or a day with what happened, and who says so."""
    said = phrases.quoted(shortened(clean(citation.quote)), language)
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
    if answer.stale:
        yield (Run(answer.stale),)
    said = "" if answer.citations else clean(answer.body).strip()
    yield (Run(said or phrases.REFUSED[answer.language]),)
    if answer.nearby:
        runs = [Run(phrases.NEARBY[answer.language])]
        for number, article in enumerate(answer.nearby, start=1):
            runs += _nearby_runs(number, article, answer.language)
        yield tuple(runs)
    yield from _blocks_beneath(answer)


def _quoted_runs(sentence: Sentence, language: Language) -> Iterator[Run]:
    """Yield a quotation between its marks, with the exact answer bold where there is one."""
    marks, (opening, closing) = _marks(sentence.citations), phrases.marks(language)
    if sentence.short is None or units(sentence.text) > QUOTE_LIMIT:
        yield Run(phrases.quoted(shortened(clean(sentence.text).strip()), language) + marks)
        return
    start, stop = sentence.short
    words = within_quotation(sentence.text, language)
    yield Run(opening + clean("".join(words[:start])).lstrip())
    yield Run(clean("".join(words[start:stop])), bold=True)
    yield Run(clean("".join(words[stop:])).rstrip() + closing + marks)


def _translated_runs(citation: Citation, language: Language) -> Iterator[Run]:
    """Yield a quotation's translation, marked as one, on a line of its own."""
    if citation.translation:
        said = shortened(clean(citation.translation).strip())
        yield Run(f"{phrases.translated(said, language)}\n")


def _marked(sentence: Sentence) -> str:
    """Return a composed sentence with its marks, unless it carries them already."""
    words = clean(sentence.text).strip()
    return words + _marks([number for number in sentence.citations if f"[{number}]" not in words])


def _marks(numbers: Sequence[int]) -> str:
    # U+00A0: a mark never starts a line
    return "\u00a0" + "".join(f"[{number}]" for number in numbers) if numbers else ""


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


def _nearby_runs(number: int, article: Nearby, language: Language) -> Iterator[Run]:
    yield Run(f"\n{number}. ")
    yield Run(titled(article.title, language), link=safe_link(article.url))
    if date := date_line(article.published, language):
        yield Run(f" · {date}")


def date_line(published: str | None, language: Language) -> str:
    """Return the date as `language` writes it, or as the source gave it where that is no date; "" if there is none."""
    return one_line(phrases.long_date(published, language) or "", DATE_LIMIT)
