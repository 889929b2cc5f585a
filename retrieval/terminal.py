"""What a person sees in a terminal: answers, hits, progress bars. Plain and quiet when piped."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from retrieval import phrases
from retrieval.domain import Answer, Citation, Hit, Language, Sentence
from retrieval.speech import reader_language
from retrieval.told import said
from retrieval.typography import within_quotation

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from retrieval.progress import Progress


def console(*, stderr: bool = False) -> Console:
    """Return a console that colours and folds only where a person looks."""
    stream = sys.stderr if stderr else sys.stdout
    made = Console(file=stream, highlight=False, soft_wrap=not stream.isatty(), markup=False, emoji=False)
    if stream.isatty():
        made.width = min(made.width, 100)
    return made


def show_answer(answers: Iterable[Answer], out: Console) -> Answer:
    """Print that the library is too old for it where it is, then the answer as it grows: each quotation with the article it is from, or sentences and what they rest on.

    Last come what is to be said about it, and the question as it was taken where that differs. Returns the last of `answers`, which is whole.
    """
    shown = -1
    for answer in answers:
        if shown < 0:
            if answer.stale:
                out.print(Text(answer.stale))
                out.print()
            shown = 0
        if answer.mode == "chat":
            _show_sentences(answer, shown, out)
            shown = len(answer.sentences)
    if not answer.citations:
        _show_uncited(answer, out)
    elif answer.items:
        _show_items(answer, out)
    elif answer.mode == "quotes":
        _show_quotations(answer, out)
    else:
        said = " ".join(sentence.text for sentence in answer.sentences)
        out.print()
        for citation in answer.citations:
            out.print(_heading(citation, answer.language))
            quotation = phrases.quoted(citation.quote, answer.language)
            if quotation not in said:
                _print_indented(Text(clean(quotation)), out)
            _show_place(citation, answer.language, out)
    for note in answer.notes:
        out.print()
        out.print(Text(note, style="dim"))
    if answer.understood:
        out.print()
        out.print(Text(clean(phrases.understood(answer.understood, answer.language)), style="italic dim"))
    return answer


def _show_uncited(answer: Answer, out: Console) -> None:
    """Print a refusal, with what is nearest, or what the catalogue tells of the library."""
    out.print(Text(clean(answer.body) or phrases.REFUSED[answer.language]))
    if answer.nearby:
        out.print()
        out.print(Text(phrases.NEARBY[answer.language]))
    for near in answer.nearby:
        out.print(Text(f"  · {_about(near.title, None, near.published, answer.language)}", style="dim"))


def _show_quotations(answer: Answer, out: Console) -> None:
    """Print each quotation, the exact answer bold where one is sure, above it its translation, and beneath it the article."""
    if above := phrases.above(answer):
        out.print(Text(above))
        out.print()
    for number, (sentence, citation) in enumerate(zip(answer.sentences, answer.citations, strict=True)):
        if number:
            out.print()
        if citation.translation:
            out.print(Text(clean(phrases.translated(citation.translation, answer.language))))
        out.print(_quotation(sentence, answer.language))
        several = len(answer.citations) > 1
        about = _about(citation.title, citation.source, citation.published, answer.language)
        out.print(_heading(citation, answer.language) if several else Text(about, style="dim"))
        _show_place(citation, answer.language, out)


def _show_sentences(answer: Answer, start: int, out: Console) -> None:
    for sentence in answer.sentences[start:]:
        line = Text(clean(sentence.text), style="bold")
        line.append(" " + "".join(f"[{n}]" for n in sentence.citations), style="cyan")
        if start:
            out.print()
        out.print(Padding(line, (0, 2)) if out.is_terminal else line)
        start += 1


def _quotation(sentence: Sentence, language: Language) -> Text:
    words = within_quotation(sentence.text, language)
    start, end = sentence.short or (0, 0)
    before, exact, after = ("".join(part) for part in (words[:start], words[start:end], words[end:]))
    opening, closing = phrases.marks(language)
    return Text.assemble(opening, clean(before), (clean(exact), "bold"), clean(after), closing)


def _show_items(answer: Answer, out: Console) -> None:
    """Print a list: each article with the sentence that tells it, or each day with what happened and who says so."""
    out.print(Text(clean(answer.heading)))
    for item, citation in zip(answer.items, answer.citations, strict=True):
        titled = item.text != citation.quote
        day = phrases.long_date(item.date, answer.language)
        out.print()
        if titled:
            out.print(_heading(citation, answer.language))
        elif day:
            out.print(Text(day, style="bold"))
        line = Text(phrases.quoted(clean(citation.quote), answer.language))
        if not titled:
            line.append(f" [{citation.number}]", style="cyan")
        _print_indented(line, out)
        if not titled and day:
            source = filter(None, (clean(citation.title), clean(citation.source or "")))
            out.print(Text(f"    {' · '.join(source)}", style="dim"))
        _show_place(citation, answer.language, out, linked=titled or bool(day))


def _show_place(citation: Citation, language: Language, out: Console, *, linked: bool = True) -> None:
    """Print which other articles tell the same, and where the page is."""
    if citation.also:
        out.print(Text(f"    {_copies(citation, language)}", style="dim"))
    if citation.link and linked:
        out.print(Text(f"    {clean(citation.link)}", style="blue"), soft_wrap=True)


def _print_indented(text: Text, out: Console) -> None:
    """Print a text a little to the right; where it is piped, with every line whole."""
    if out.is_terminal:
        out.print(Padding(text, (0, 0, 0, 4)))
        return
    for line in text.split("\n"):
        out.print(Text("    ").append_text(line))


def _copies(citation: Citation, language: Language) -> str:
    names = dict.fromkeys(copy.source or copy.title for copy in citation.also)
    return clean(f"{phrases.ALSO[language]} {', '.join(names)}")


def show_hits(hits: tuple[Hit, ...], out: Console) -> None:
    """Print found passages, best first, with their places."""
    for rank, hit in enumerate(hits, start=1):
        heading = Text.assemble((f"{rank:>2}  ", "cyan"))
        heading.append(
            _about(hit.article.title, hit.article.source, hit.article.published, hit.article.language)
        )
        heading.append(f"  {hit.article.language} · {hit.score:.2f} · {hit.article.article_id}", style="dim")
        out.print(heading)
        _print_indented(Text(clean(hit.text)), out)
        out.print()


@contextmanager
def progress_bars(*, quiet: bool = False) -> Iterator[Progress]:
    """Give a `Progress` callback that draws a bar a label on standard error, and nothing where that is no terminal."""
    err = console(stderr=True)
    if quiet or not err.is_terminal:
        yield lambda _label, _done, _total: None
        return
    with ExitStack() as stack:
        bars: Bars | None = None
        tasks: dict[str, TaskID] = {}

        def update(label: str, done: int, total: int) -> None:
            nonlocal bars
            if bars is None:  # a question that needs no bar does not wait for one to be drawn
                bars = stack.enter_context(_bars(err))
            if label not in tasks:
                tasks[label] = bars.add_task(said(label, reader_language()), total=None, rate="")
            speed = bars.tasks[tasks[label]].speed or 0
            rate = f"{speed:,.{0 if speed >= 10 else 1}f}/s" if speed else ""
            bars.update(tasks[label], completed=done, total=total or None, rate=rate)

        yield update


def _bars(err: Console) -> Bars:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    count = (MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    return Progress(TextColumn("{task.description}"), BarColumn(), *count, console=err, transient=True)


def clean(text: str) -> str:
    """Return `text` without what could drive a terminal: control characters and bidirectional overrides."""
    return "".join(c for c in text if c in "\n\t" or (c.isprintable() or c in "\u00a0\u202f\u2009"))


def _heading(citation: Citation, language: Language) -> Text:
    about = _about(citation.title, citation.source, citation.published, language)
    return Text.assemble((f"[{citation.number}] ", "cyan"), about)


def _about(title: str, source: str | None, published: str | None, language: Language) -> str:
    return clean(" · ".join(filter(None, (title, source, phrases.long_date(published, language)))))
