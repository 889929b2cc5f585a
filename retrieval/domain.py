"""The words of the field, as frozen types: Article, Passage, Hit, Citation, Answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from retrieval.characters import whole

if TYPE_CHECKING:
    from retrieval.overview import Within

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

Mode = Literal["quotes", "chat"]
# What a message asks for: see `retrieval/news/kinds.py`.
Kind = Literal[
    "fact",
    "summary",
    "latest",
    "day",
    "timeline",
    "source",
    "count",
    "list",
    "person",
    "difference",
    "state",
    "author",
    "published",
    "dateline",
    "outlet",
    "title",
    "caption",
    "standfirst",
    "talk",
    "digest",
    "sources",
]
FACT: Final[Kind] = "fact"
DIGEST: Final[Kind] = "digest"  # asked for by a command, by no message
PERSON: Final[Kind] = "person"
# What an article says of itself; an answer that tells it is of the kind "fact".
IMPRINT: Final[frozenset[Kind]] = frozenset(
    {"author", "published", "dateline", "outlet", "title", "caption", "standfirst"}
)
TALK: Final[Kind] = "talk"


@dataclass(frozen=True, slots=True)
class Turn:
    """What is kept of a question and its answer so that the next one is understood, and no more.

    `question` is as the reader put it, `understood` as it was taken where that differs; `said` are the sentences of the answer,
    none for a refusal, `titles` those of the articles it cites and `articles` their ids; `kind` is what was asked for, `topic` what a list was about.
    """

    question: str
    language: Language
    understood: str | None = None
    said: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    kind: Kind = FACT
    topic: str = ""

    @property
    def meant(self) -> str:
        """The question as it was taken."""
        return self.understood or self.question

    def to_json(self) -> dict[str, Any]:
        """Return a dict that `json.dumps` takes, one key a field."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Turn:
        """Return the turn that `to_json` gave; raise `KeyError` where there is no question or no language."""
        understood = row.get("understood")
        return cls(
            str(row["question"]),
            "fr" if row["language"] == "fr" else "en",
            str(understood) if understood else None,
            tuple(map(str, row.get("said", ()))),
            tuple(map(str, row.get("titles", ()))),
            tuple(map(str, row.get("articles", ()))),
            row.get("kind", FACT),
            str(row.get("topic", "")),
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader asks. `language` forces the answer's language; `chat_language` only breaks ties.

    `history` is the conversation so far, oldest first: « et Poutine ? » is understood from it. `chat` names the conversation, so
    that a chat model that is asked by many takes them in turn. `within` are the articles that may answer, None for all.
    """

    text: str
    language: Language | None = None
    chat_language: Language | None = None
    history: tuple[Turn, ...] = ()
    chat: str = ""
    within: Within | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", whole(self.text))


@dataclass(frozen=True, slots=True)
class Article:
    """What was published, cleaned of the page around it.

    `text` is the body: paragraphs separated by one empty line; every offset elsewhere counts its characters
    (Python code points). `published` and `modified` are ISO 8601 dates or date-times as the source gave them.
    `partial` says that the text is what everybody may read of it, the rest being for subscribers.
    """

    article_id: str
    title: str
    text: str
    language: Language
    url: str | None = None
    source: str | None = None
    published: str | None = None
    tags: tuple[str, ...] = ()
    caption: str | None = None
    dateline: str | None = None
    modified: str | None = None
    author: str | None = None
    partial: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return a dict that `json.dumps` takes, one key a field."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article: `text[start:end]`, and each sentence's own `(start, end)`.

    All offsets are into the article's text. `passage_id` names the content (article, title and words), so
    the same words in the same article keep their id, and a vector once stored never stands for others.
    """

    passage_id: str
    article_id: str
    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A Passage that search found, with its article and its score (larger is better)."""

    passage: Passage
    article: Article
    score: float

    @property
    def text(self) -> str:
        """The passage's own words."""
        return self.article.text[self.passage.start : self.passage.end]

    @property
    def sentences(self) -> list[str]:
        """The passage's sentences, in order."""
        return [self.article.text[start:end] for start, end in self.passage.sentences]

    def to_json(self, rank: int) -> dict[str, Any]:
        """Return the hit as `search --json` prints it, at `rank` (1 is best)."""
        return {
            "rank": rank,
            "article_id": self.article.article_id,
            "passage_id": self.passage.passage_id,
            "language": self.article.language,
            "score": round(self.score, 4),
            "title": self.article.title,
            "text": self.text,
            "start": self.passage.start,
            "end": self.passage.end,
        }


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article that tells a cited one's story in nearly the same words."""

    article_id: str
    title: str
    source: str | None
    url: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact quotation and its place: `article.text[start:end] == quote`.

    `link` opens the article's page at the quotation; `passage` is the passage's whole text, for context; `also` are the
    article's near-copies; `partial` is the article's. `translation` is the quote in the answer's language, by machine and checked.
    """

    number: int
    article_id: str
    title: str
    source: str | None
    url: str | None
    link: str | None
    published: str | None
    language: Language
    quote: str
    start: int
    end: int
    passage: str
    also: tuple[Copy, ...] = ()
    partial: bool = False
    translation: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer and the numbers of the citations it rests on; `short` is the exact answer's `[start, end)` in it, if sure."""

    text: str
    citations: tuple[int, ...]
    short: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list: an article by its title, or a sentence quoted; its day (ISO 8601), its citations, the articles that tell it."""

    date: str | None
    text: str
    citations: tuple[int, ...]
    article_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nearby:
    """An article close to a question that the library does not answer."""

    article_id: str
    title: str
    language: Language
    url: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A sentence that a check kept from the reader, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reader is told, in `language`; `answered=False` is a refusal and carries no citation, nor does what the catalogue tells of the library.

    `confidence` is the probability, 0 to 1, that the articles hold the answer. `notes` are sentences to the reader about the
    answer: that it rests on old articles alone, that the chat model failed. `understood` is the question as it was taken, where
    the conversation made it another than was asked. `contrary` says that the articles deny what the question supposes.
    `further` are quotations that answer too, held back where the first is sure to answer alone.
    `kind` is what was asked for, `items` the lines where that is a list, `topic` what it is about. `stale` is the sentence that stands before all else, in `text` too,
    where the library does not reach the days that are asked for.
    """

    question: str
    language: Language
    answered: bool
    mode: Mode
    text: str
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    further: tuple[Citation, ...] = ()
    nearby: tuple[Nearby, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    confidence: float = 0.0
    notes: tuple[str, ...] = ()
    understood: str | None = None
    contrary: bool = False
    kind: Kind = FACT
    items: tuple[Item, ...] = ()
    topic: str = ""
    stale: str | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def body(self) -> str:
        """The text without what stands before all else."""
        return self.text.removeprefix(self.stale).lstrip() if self.stale else self.text

    @property
    def heading(self) -> str:
        """The line above a list."""
        return self.body.split("\n\n", 1)[0]

    def to_json(self) -> dict[str, Any]:
        """Return the answer as `ask --json` prints it."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Answer:
        """Return the answer that `to_json` gave."""
        return cls(
            **dict(row)
            | {
                "sentences": tuple(map(_sentence, row["sentences"])),
                "citations": tuple(map(_citation, row["citations"])),
                "further": tuple(map(_citation, row.get("further", ()))),
                "nearby": tuple(Nearby(**one) for one in row["nearby"]),
                "rejected": tuple(Rejected(**one) for one in row["rejected"]),
                "notes": tuple(row["notes"]),
                "items": tuple(map(_item, row.get("items", ()))),
            }
        )

    def turn(self) -> Turn:
        """Return what the next question's history keeps of this answer."""
        return Turn(
            self.question,
            self.language,
            self.understood,
            tuple(sentence.text for sentence in self.sentences),
            tuple(dict.fromkeys(citation.title for citation in self.citations)),
            tuple(dict.fromkeys(citation.article_id for citation in self.citations)),
            self.kind,
            self.topic,
        )


def _citation(row: Mapping[str, Any]) -> Citation:
    return Citation(**dict(row) | {"also": tuple(Copy(**copy) for copy in row["also"])})


def _item(row: Mapping[str, Any]) -> Item:
    return Item(row["date"], row["text"], tuple(row["citations"]), tuple(row["article_ids"]))


def _sentence(row: Mapping[str, Any]) -> Sentence:
    short = row.get("short")
    return Sentence(row["text"], tuple(row["citations"]), (short[0], short[1]) if short else None)


@dataclass(frozen=True, slots=True)
class Matched:
    """An article that answers one of several questions, or is about one of several topics: `number` is its place among them, from 0."""

    number: int
    article_id: str
    answer: Answer
