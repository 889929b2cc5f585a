"""The whole way from Question to Answer: understand, find, quote, compose, cite."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, TypeVar, cast

from retrieval import phrases, replies, staleness
from retrieval.chat.errors import ChatError
from retrieval.clock import Clock
from retrieval.compose.grounds import Grounds, Worded
from retrieval.domain import Answer, Matched, Question, Rejected
from retrieval.language import asks, in_a_third
from retrieval.library import Library, View
from retrieval.matching import Matcher
from retrieval.models import OtherModelError, check_model
from retrieval.news.leads import lead, lines_of
from retrieval.news.made import answer_of, nothing_of
from retrieval.news.newsroom import Told
from retrieval.news.story import grouped
from retrieval.novelty import first_new
from retrieval.quotes import PASSAGES, Quote, with_antecedents
from retrieval.taking import Asked, Taken, Taker, complaint

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
    from threading import Event

    from retrieval.compose.grounds import Composer
    from retrieval.embedding import Embedder
    from retrieval.errors import DepecheError
    from retrieval.matching import Met
    from retrieval.news.asked import Request
    from retrieval.reader.model import Reader
    from retrieval.replies import Copies
    from retrieval.reranker import Reranker
    from retrieval.search import Found
    from retrieval.taking import Rewriter
    from retrieval.translate.quotations import Quotations

Result = TypeVar("Result")

_SURE = 0.9  # probability of an answer from which it is given, whatever language the question is in
_MODELS = 3  # how often a question follows the library to another model


class Answerer:
    """Answers Questions from one Library: by quotations, which `quotations` puts into the reader's language, or by sentences of `composer`'s. Threads may share one.

    `rewriter` puts a follow-up so that it stands by itself, or gives None: then it is joined to what it follows (`retrieval/conversation/follow_ups.py`).
    `open_embedder` opens a model by name: a library that is given another one meanwhile is followed.
    """

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        *,
        threshold: float = 0.5,
        reranker: Reranker | None = None,
        open_reader: Callable[[], Reader | None] | None = None,
        rewriter: Rewriter | None = None,
        composer: Composer | None = None,
        quotations: Quotations | None = None,
        today: Callable[[], date] = date.today,
        open_embedder: Callable[[str], Embedder] | None = None,
    ) -> None:
        self.library = library
        self.threshold = threshold
        self._takes = partial(
            Taker, reranker=reranker, rewriter=rewriter, today=today, open_reader=open_reader
        )
        self._model = embedder, self._takes(embedder)
        self._matcher = Matcher(embedder)
        self._open_embedder = open_embedder
        self._opening = Lock()
        self._matching = Lock()
        self._composer = composer
        self._quotations = quotations
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

    def quoted(self, question: Question) -> Answer:
        """Return the Answer by quotations, though a chat model words the others; raises as `answer` does."""
        [answer] = self._quoted_together([question])
        return answer

    def answer_all(self, questions: Sequence[Question]) -> Iterator[Answer | DepecheError]:
        """Yield the answer to each of several questions as `answer` returns it, or what it raises where there is no word in one.

        By quotations all are read, looked for and answered together, and each answer's timings are its share: of four, 6 ms of a
        processor rather than 10. Raises `DepecheError` where there is no library.
        """
        return _of_each(
            questions,
            lambda sound: self._quoted_together(sound) if self.quotes_only else map(self.answer, sound),
        )

    def news(self, request: Request) -> Answer:
        """Return what is made for a request for news, or that there is nothing; raise `DepecheError` where there is no library."""

        def prepare(_embedder: Embedder, taker: Taker) -> Callable[[View], Answer]:
            def work(view: View) -> Answer:
                told = taker.newsroom.tell(view, request)
                answer = answer_of(request, told.made) if told else nothing_of(request)
                return staleness.first(answer, staleness.of_request(view, request, self._today()))

            return work

        return self._by_its_model(prepare)

    def stream(
        self, question: Question, left: Event | None = None, *, quotes_first: bool = False
    ) -> Generator[Answer, None, None]:
        """Yield the Answer as it grows, a sentence more each time; the last is whole, and often the only one.

        What one holds, all after it hold too. With `quotes_first` the answer by quotations comes before the first sentence of one
        that a chat model words. Raises as `answer` does. Closing the generator stops a chat model at work; `left` does so from
        another thread.
        """
        clock = Clock()
        [(answer, grounds, copies)] = self._look([question], PASSAGES, clock, self._found)
        if grounds and self._composer and self._composer.writes(answer.language):
            grounds = replace(grounds, chat=question.chat, left=left)
            if quotes_first:
                yield answer
            for grown in self._composed(self._composer, answer, grounds, copies):
                clock.lap("compose")
                yield replace(self._translated(grown, clock), timings_ms=clock.done())
        else:
            yield replace(self._translated(answer, clock), timings_ms=clock.done())

    def _searched(self, questions: Sequence[Question], k: int) -> list[Found]:
        return self._look(
            questions,
            k,
            Clock(),
            lambda _view, _asked, taken, _embedder: cast("Taken", taken).found,
            reads=False,
        )

    def _quoted_together(self, questions: Sequence[Question]) -> list[Answer]:
        clock = Clock()
        found = self._look(questions, PASSAGES, clock, self._found)
        answers = [self._translated(answer, clock) for answer, _grounds, _copies in found]
        share = clock.done(among=len(questions))
        return [replace(answer, timings_ms=share) for answer in answers]

    def _translated(self, answer: Answer, clock: Clock) -> Answer:
        if not self._quotations:
            return answer
        answer = self._quotations.translated(answer)
        clock.lap("translate")
        return answer

    def stories(self, article_ids: Sequence[str]) -> list[list[str]]:
        """Return some articles story by story, those that are gone left out. Raises `DepecheError` where there is no library."""

        def work(view: View) -> list[list[str]]:
            rows = view.snapshot.articles_by_id(article_ids)
            articles = [rows[i].article for i in article_ids if i in rows]
            return [[article.article_id for article in story] for story in grouped(articles, view)]

        return self.library.look(work)

    def match(self, questions: Sequence[Question], article_ids: Collection[str]) -> list[Matched]:
        """Return which of some articles answer which questions or are about which topics, the surest first.

        Of an article that is about a topic its news is quoted, of one that answers a question what answers, and of either rather what is
        new: what no article that was there before says.

        It costs what the articles are, not the library; each text is embedded once. Threads take turns. Raises as `answer` does.
        """

        def prepare(embedder: Embedder, _taker: Taker) -> Callable[[View], list[Matched]]:
            if self._matcher.embedder is not embedder:
                self._matcher = Matcher(embedder)
            return lambda view: [
                self._matched(view, questions[met.number], met)
                for met in self._matcher.match(view, questions, article_ids)
            ]

        with self._matching:
            return sorted(self._by_its_model(prepare), key=lambda found: -found.answer.confidence)

    def _matched(self, view: View, question: Question, met: Met) -> Matched:
        language = question.language or met.query.language
        quotes = _news_first(view, met)
        answer = replies.quoted(
            question.text, language, quotes, {met.article_id: view.copies(met.article_id)}, self._today()
        )
        return Matched(met.number, met.article_id, replace(answer, confidence=round(met.score, 4)))

    def _look(
        self,
        questions: Sequence[Question],
        k: int,
        clock: Clock,
        work: Callable[[View, Asked, Taken | Told, Embedder], Result],
        *,
        reads: bool = True,
    ) -> list[Result]:
        """Return what `work` makes of what is found for each question."""

        def prepare(embedder: Embedder, taker: Taker) -> Callable[[View], list[Result]]:
            heard = taker.ask(questions, clock)

            def settled(view: View) -> list[Result]:
                taken = taker.settle(view, heard, k, clock, reads=reads)
                return [work(view, *both, embedder) for both in zip(heard.asked, taken, strict=True)]

            return settled

        return self._by_its_model(prepare)

    def _by_its_model(self, prepare: Callable[[Embedder, Taker], Callable[[View], Result]]) -> Result:
        """Return what the work that is prepared for a model makes of the library, by the model the library has now."""
        for _ in range(_MODELS):
            embedder, taker = self._model
            work = prepare(embedder, taker)

            def checked(
                view: View, embedder: Embedder = embedder, work: Callable[[View], Result] = work
            ) -> Result:
                if view.model:
                    check_model(view.model, embedder)
                return work(view)

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
        self, view: View, asked: Asked, taken: Taken | Told, embedder: Embedder
    ) -> tuple[Answer, Grounds | None, Copies]:
        """Return the answer by quotations, or the refusal; where there is an answer, all that another may be composed from."""
        if not view.sizes and not (isinstance(taken, Taken) and taken.talk):
            return replies.empty(asked.text, asked.language), None, {}
        if isinstance(taken, Told):
            behind = staleness.of_request(view, taken.request, self._today())
            return staleness.first(answer_of(taken.request, taken.made), behind), None, {}
        meant = taken.query.text
        if taken.talk:
            return replies.said_back(asked.text, asked.language), None, {}
        quotes = self._quotes(taken)
        if quotes and view.coder:
            named = {quote.hit.article.article_id for quote in quotes}
            named |= {hit.article.article_id for hit in taken.found.hits}
            copies = {article_id: view.copies(article_id) for article_id in named}
            answer = replies.quoted(
                asked.text, asked.language, quotes, copies, self._today(), several=bool(taken.beside)
            )
            # Two questions in one are quoted: a chat model is given one.
            alone = taken.beside is None
            grounds = (
                Grounds(meant, asked.language, taken.found, quotes, view.coder, embedder) if alone else None
            )
        else:
            answer, grounds, copies = replies.refusal(asked.text, asked.language, taken.found), None, {}
        sure = max(one.confidence for one in (taken, taken.beside) if one)
        if sure < _SURE and in_a_third(asked.text):
            own = asked.own or asked.language
            return replies.said_back(asked.text, own, phrases.THIRD[own]), None, {}
        told = replace(answer, confidence=round(sure, 4), understood=taken.understood, kind=taken.kind)
        if answer.answered and (missing := self._missing(asked, taken)):
            told = replace(told, notes=(*told.notes, phrases.unanswered(missing, asked.language)))
        behind = staleness.of_question(view, asked, taken.query.when, self._today())
        return staleness.first(told, behind), grounds, copies

    def _answers(self, taken: Taken) -> bool:
        return bool(taken.quotes) and (taken.topic or taken.confidence >= self.threshold)

    def _quotes(self, taken: Taken) -> tuple[Quote, ...]:
        """Return what is quoted, with antecedents: of two questions in one, the best of each that is answered."""
        found = [one for one in (taken, taken.beside) if one and self._answers(one)]
        if len(found) < 2:
            return with_antecedents(found[0].quotes) if found else ()
        first, second = (one.quotes[0] for one in found)
        alike = (
            first.hit.passage.passage_id == second.hit.passage.passage_id and first.number == second.number
        )
        return with_antecedents((first,) if alike else (first, second))

    def _missing(self, asked: Asked, taken: Taken) -> str | None:
        """Return which of two questions in one is not answered."""
        if not taken.beside:
            return None
        pairs = zip(asked.parts, (taken, taken.beside), strict=True)
        return next((part for part, one in pairs if not self._answers(one)), None)

    def _composed(
        self, composer: Composer, quoted: Answer, grounds: Grounds, copies: Copies
    ) -> Generator[Answer, None, None]:
        """Yield the composed answer as it grows; where nothing holds, the answer by quotations, and why."""
        answer = replace(
            quoted, mode="chat", text=quoted.stale or "", sentences=(), citations=(), further=(), notes=()
        )
        try:
            with closing(composer.compose(grounds)) as outcomes:
                for outcome in outcomes:
                    if isinstance(outcome, Rejected):
                        answer = replace(answer, rejected=(*answer.rejected, outcome))
                        continue
                    answer = replies.with_sentence(answer, outcome, copies)
                    yield answer
            trouble = None if answer.sentences else replies.why_none(answer)
        except ChatError as error:
            trouble = error.line(answer.language)
        if not answer.sentences:
            answer = replace(quoted, rejected=answer.rejected)
        elif trouble:
            for quote in grounds.quotes:
                words = quote.hit.article.text[quote.start : quote.end]
                if words not in {citation.quote for citation in answer.citations}:
                    own = Worded(phrases.quoted(words, answer.language), (quote,))
                    answer = replies.with_sentence(answer, own, copies)
        notes = replies.notes_on(answer, self._today())
        yield replace(answer, notes=(trouble, *notes) if trouble else notes)


def _news_first(view: View, met: Met) -> tuple[Quote, ...]:
    """Return what to quote of an article that is new: of one on a topic its lead first, and first of all what was not said before."""
    query = met.query
    found = [*met.quotes]
    if not asks(query.wanted, query.language):
        article = found[0].hit.article
        lines = lines_of(article, view.snapshot.passages_of(article.article_id))
        opening = lead(lines)
        found = [*([opening] if opening else []), *found, *(line.quote for line in lines)]
    new = first_new(view, found)
    if new is None:
        return met.quotes
    return with_antecedents((new, *(quote for quote in met.quotes if quote.start != new.start)))


def _of_each(
    questions: Sequence[Question], work: Callable[[Sequence[Question]], Iterable[Result]]
) -> Iterator[Result | DepecheError]:
    """Yield what `work` makes of the questions that hold a word, and what is wrong with the others, in their order."""
    wrong = [complaint(question) for question in questions]
    sound = [question for question, complained in zip(questions, wrong, strict=True) if not complained]
    made = iter(work(sound) if sound else ())
    for complained in wrong:
        yield complained or next(made)
