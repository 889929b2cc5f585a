"""The whole way from Question to Answer: understand, find, quote, compose, cite."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from retrieval import phrases
from retrieval.chat.errors import ChatError
from retrieval.citations import cite
from retrieval.clock import Clock
from retrieval.compose.grounds import Grounds, Worded
from retrieval.domain import Answer, Article, Hit, Matched, Nearby, Question, Rejected, Sentence
from retrieval.library import Library, View
from retrieval.matching import Matcher
from retrieval.models import OtherModelError, check_model
from retrieval.quotes import PASSAGES, Quote, with_antecedents
from retrieval.taking import Asked, Heard, Taken, Taker, complaint
from retrieval.when import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
    from threading import Event

    from retrieval.compose.grounds import Composer
    from retrieval.embedding import Embedder
    from retrieval.errors import DepecheError
    from retrieval.matching import Met
    from retrieval.reranker import Reranker
    from retrieval.search import Found
    from retrieval.taking import Rewriter

Copies = dict[str, list[Article]]  # the near-copies of each found article, by its id

Result = TypeVar("Result")

_NEARBY = 3
_MODELS = 3  # how often a question follows the library to another model
_OLD = 365  # days after which a reader should be told how old an answer is


class Answerer:
    """Answers Questions from one Library: by quotations, or by sentences of `composer`'s. Threads may share one.

    `rewriter` puts a follow-up so that it stands by itself, or gives None: then the rules of `retrieval/conversation/follow_ups.py` do.
    `open_embedder` opens a model by name: a library that is given another one meanwhile is followed.
    """

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        *,
        threshold: float = 0.5,
        reranker: Reranker | None = None,
        rewriter: Rewriter | None = None,
        composer: Composer | None = None,
        today: Callable[[], date] = date.today,
        open_embedder: Callable[[str], Embedder] | None = None,
    ) -> None:
        self.library = library
        self.threshold = threshold
        self._takes = partial(Taker, reranker=reranker, rewriter=rewriter, today=today)
        self._model = embedder, self._takes(embedder)
        self._matcher = Matcher(embedder)
        self._open_embedder = open_embedder
        self._opening = Lock()
        self._matching = Lock()
        self._composer = composer
        self._today = today

    @property
    def quotes_only(self) -> bool:
        """Whether no chat model words the answers."""
        return self._composer is None

    @property
    def embedder(self) -> Embedder:
        """The model that questions are read by."""
        return self._model[0]

    def find(self, question: Question, k: int) -> Found:
        """Return the best `k` passages for `question`, in either language."""
        [found] = self._searched([question], k)
        return found

    def find_all(self, questions: Sequence[Question], k: int) -> Iterator[Found | DepecheError]:
        """Yield for each of several questions the best `k` passages, or what `find` raises where there is no word in it."""
        return _of_each(questions, lambda sound: self._searched(sound, k))

    def answer(self, question: Question) -> Answer:
        """Return the Answer; raise `DepecheError` where there is no library, or no word in the question."""
        for answer in self.stream(question):
            last = answer
        return last

    def answer_all(self, questions: Sequence[Question]) -> Iterator[Answer | DepecheError]:
        """Yield the answer to each of several questions as `answer` returns it, or what it raises where there is no word in one.

        By quotations all are read, looked for and answered together, and each answer's timings are its share: of four, 6 ms of a
        processor rather than 10. Raises `DepecheError` where there is no library.
        """
        return _of_each(
            questions,
            lambda sound: self._quoted_together(sound) if self.quotes_only else map(self.answer, sound),
        )

    def stream(self, question: Question, left: Event | None = None) -> Generator[Answer, None, None]:
        """Yield the Answer as it grows, a sentence more each time; the last is whole, and often the only one.

        What one holds, all after it hold too. Raises as `answer` does. Closing the generator stops a chat model at work; `left`
        does so from another thread.
        """
        clock = Clock()
        [(answer, grounds, copies)] = self._look([question], PASSAGES, clock, self._found)
        if grounds and self._composer:
            grounds = replace(grounds, chat=question.chat, left=left)
            for grown in self._composed(self._composer, answer, grounds, copies):
                clock.lap("compose")
                yield replace(grown, timings_ms=clock.done())
        else:
            yield replace(answer, timings_ms=clock.done())

    def _searched(self, questions: Sequence[Question], k: int) -> list[Found]:
        return self._look(questions, k, Clock(), lambda _view, _asked, taken, _embedder: taken.found)

    def _quoted_together(self, questions: Sequence[Question]) -> list[Answer]:
        clock = Clock()
        found = self._look(questions, PASSAGES, clock, self._found)
        share = clock.done(among=len(questions))
        return [replace(answer, timings_ms=share) for answer, _grounds, _copies in found]

    def match(self, questions: Sequence[Question], article_ids: Collection[str]) -> list[Matched]:
        """Return which of some articles answer which questions or are about which topics, the surest first.

        It costs what the articles are, not the library; each text is embedded once. Threads take turns. Raises as `answer` does.
        """
        for _ in range(_MODELS):
            embedder, _taker = self._model
            if self._matcher.embedder is not embedder:
                self._matcher = Matcher(embedder)

            def work(view: View, embedder: Embedder = embedder) -> list[Matched]:
                if view.model:
                    check_model(view.model, embedder)
                return [
                    self._matched(view, questions[met.number], met)
                    for met in self._matcher.match(view, questions, article_ids)
                ]

            try:
                with self._matching:
                    return sorted(self.library.look(work), key=lambda found: -found.answer.confidence)
            except OtherModelError as error:
                self._follow(error, embedder)
        raise AssertionError("unreachable")

    def _matched(self, view: View, question: Question, met: Met) -> Matched:
        language = question.language or met.query.language
        asked = Asked(question.text, language, (), (), (met.query,))
        answer = self._quoted(asked, met.quotes, {met.article_id: view.copies(met.article_id)})
        return Matched(met.number, met.article_id, replace(answer, confidence=round(met.score, 4)))

    def _look(
        self,
        questions: Sequence[Question],
        k: int,
        clock: Clock,
        work: Callable[[View, Asked, Taken, Embedder], Result],
    ) -> list[Result]:
        """Return what `work` makes of what is found for each question, by the model the library has now."""
        for _ in range(_MODELS):
            embedder, taker = self._model
            heard = taker.ask(questions, clock)

            def checked(
                view: View, embedder: Embedder = embedder, taker: Taker = taker, heard: Heard = heard
            ) -> list[Result]:
                if view.model:
                    check_model(view.model, embedder)
                taken = taker.settle(view, heard, k, clock)
                return [work(view, *both, embedder) for both in zip(heard.asked, taken, strict=True)]

            try:
                return self.library.look(checked)
            except OtherModelError as error:
                self._follow(error, embedder)
        raise AssertionError("unreachable")

    def _follow(self, error: OtherModelError, old: Embedder) -> None:
        """Open the model that the library has now; raise the error where that cannot be."""
        with self._opening:
            if self._model[0] is not old:
                return  # another thread has
            if self._open_embedder is None:
                raise error
            embedder = self._open_embedder(error.name)
            if embedder.fingerprint != error.fingerprint:
                raise error
            self._model = embedder, self._takes(embedder)

    def _found(
        self, view: View, asked: Asked, taken: Taken, embedder: Embedder
    ) -> tuple[Answer, Grounds | None, Copies]:
        """Return the answer by quotations, or the refusal; where there is an answer, all that another may be composed from."""
        meant = taken.query.text
        if taken.quotes and view.coder and taken.confidence >= self.threshold:
            quotes = with_antecedents(taken.quotes)
            copies = {hit.article.article_id: view.copies(hit.article.article_id) for hit in taken.found.hits}
            answer = self._quoted(asked, quotes, copies)
            grounds = Grounds(meant, asked.language, taken.found, quotes, view.coder, embedder)
        else:
            answer, grounds, copies = _refusal(asked, taken.found.hits), None, {}
        understood = meant if meant != asked.text else None
        return replace(answer, confidence=round(taken.confidence, 4), understood=understood), grounds, copies

    def _composed(
        self, composer: Composer, quoted: Answer, grounds: Grounds, copies: Copies
    ) -> Generator[Answer, None, None]:
        """Yield the composed answer as it grows; where nothing holds, the answer by quotations, and why."""
        answer = replace(quoted, mode="chat", text="", sentences=(), citations=(), notes=())
        try:
            with closing(composer.compose(grounds)) as outcomes:
                for outcome in outcomes:
                    if isinstance(outcome, Rejected):
                        answer = replace(answer, rejected=(*answer.rejected, outcome))
                        continue
                    answer = _with_sentence(answer, outcome, copies)
                    yield answer
            trouble = None if answer.sentences else _why_none(answer)
        except ChatError as error:
            trouble = error.line(answer.language)
        if not answer.sentences:
            answer = replace(quoted, rejected=answer.rejected)
        elif trouble:
            for quote in grounds.quotes:
                words = quote.hit.article.text[quote.start : quote.end]
                if words not in {citation.quote for citation in answer.citations}:
                    own = Worded(phrases.quoted(words, answer.language), (quote,))
                    answer = _with_sentence(answer, own, copies)
        aged = _age_note(answer, self._today())
        yield replace(answer, notes=tuple(filter(None, (trouble, aged))))

    def _quoted(self, asked: Asked, quotes: Sequence[Quote], copies: Copies) -> Answer:
        language = asked.language
        citations = [cite(n, q, copies[q.hit.article.article_id]) for n, q in enumerate(quotes, start=1)]
        lines = [f"{phrases.quoted(c.quote, language)} [{c.number}]" for c in citations]
        answer = Answer(
            question=asked.text,
            language=language,
            answered=True,
            mode="quotes",
            text="\n\n".join([phrases.FOUND[language], *lines]),
            sentences=tuple(Sentence(c.quote, (c.number,)) for c in citations),
            citations=tuple(citations),
        )
        aged = _age_note(answer, self._today())
        return replace(answer, notes=(aged,) if aged else ())


def _of_each(
    questions: Sequence[Question], work: Callable[[Sequence[Question]], Iterable[Result]]
) -> Iterator[Result | DepecheError]:
    """Yield what `work` makes of the questions that hold a word, and what is wrong with the others, in their order."""
    wrong = [complaint(question) for question in questions]
    sound = [question for question, complained in zip(questions, wrong, strict=True) if not complained]
    made = iter(work(sound) if sound else ())
    for complained in wrong:
        yield complained or next(made)


def _why_none(answer: Answer) -> str:
    """Return the line that says why no sentence of a chat model is shown that did not fail."""
    return (
        phrases.NOTHING_HELD[answer.language] if answer.rejected else ChatError("empty").line(answer.language)
    )


def _with_sentence(answer: Answer, worded: Worded, copies: Copies) -> Answer:
    """Return the answer with a sentence more; quotations are numbered as they come, one that came before keeps its number."""
    citations = list(answer.citations)
    numbers = []
    for quote in worded.quotes:
        made = cite(len(citations) + 1, quote, copies[quote.hit.article.article_id])
        known = next((c for c in citations if (c.article_id, c.quote) == (made.article_id, made.quote)), None)
        if known is None:
            citations.append(made)
        numbers.append((known or made).number)
    sentence = Sentence(worded.text, tuple(dict.fromkeys(numbers)))
    marked = sentence.text + " " + "".join(f"[{number}]" for number in sentence.citations)
    return replace(
        answer,
        text=f"{answer.text} {marked}".strip(),
        sentences=(*answer.sentences, sentence),
        citations=tuple(citations),
    )


def _age_note(answer: Answer, today: date) -> str | None:
    """Return the sentence that says how old an answer is whose articles are all old; None where one is not, or has no date."""
    days = [day_of(citation.published) for citation in answer.citations]
    dated = [day for day in days if day]
    if len(dated) < len(days) or (today - max(dated)).days <= _OLD:
        return None
    several = len({citation.article_id for citation in answer.citations}) > 1
    return phrases.age(max(dated).isoformat(), answer.language, several=several)


def _refusal(asked: Asked, hits: tuple[Hit, ...]) -> Answer:
    articles = {hit.article.article_id: hit.article for hit in hits}
    nearby = tuple(
        Nearby(a.article_id, a.title, a.language, a.url, a.published) for a in [*articles.values()][:_NEARBY]
    )
    return Answer(
        question=asked.text,
        language=asked.language,
        answered=False,
        mode="quotes",
        text=phrases.REFUSED[asked.language],
        nearby=nearby,
    )
