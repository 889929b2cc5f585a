"""The chain and its LangChain seams, on the sample articles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableLambda

from retrieval.adapters import LibraryEmbeddings, LibraryRetriever
from retrieval.answerer import Answerer
from retrieval.chain import AnswerChain
from retrieval.domain import Answer, Question
from retrieval.embedding import Embedder
from retrieval.errors import DepecheError
from retrieval.library import Library
from retrieval.search import Found

FR = "Quand le bac de Port-Lauzan reprend-il ses traversées ?"


@pytest.fixture(scope="module")
def chain(samples: Path, embedder: Embedder) -> AnswerChain:
    return AnswerChain(Answerer(Library(samples), embedder))


def test_a_question_may_be_bare_text(chain: AnswerChain) -> None:
    assert chain.invoke(FR) == chain.invoke(Question(FR)) or chain.invoke(FR).text == chain.invoke(FR).text
    assert chain.invoke(FR).citations == chain.invoke(Question(FR)).citations


async def test_the_chain_composes_and_runs_async(chain: AnswerChain) -> None:
    whole = RunnableLambda(str.strip) | chain | RunnableLambda(lambda answer: answer.language)
    assert whole.invoke(f"  {FR} ") == "fr"
    assert await whole.ainvoke(FR) == "fr"
    assert isinstance(await chain.ainvoke(FR), Answer)


def test_callbacks_see_the_chain_run(chain: AnswerChain) -> None:
    from langchain_core.callbacks import BaseCallbackHandler

    class Seen(BaseCallbackHandler):
        def __init__(self) -> None:
            self.starts = 0

        def on_chain_start(self, *_: object, **__: object) -> None:
            self.starts += 1

    seen = Seen()
    chain.invoke(FR, {"callbacks": [seen]})
    assert seen.starts == 1


def _bare(answers: Iterable[Answer]) -> list[Answer]:
    return [replace(answer, timings_ms={}) for answer in answers]


def test_questions_asked_together_are_answered_as_each_alone(chain: AnswerChain) -> None:
    turn = chain.invoke(FR).turn()
    asked = [
        Question(FR),
        Question("Et à quelle heure ?", history=(turn,)),
        Question("What happened in October?"),
        Question("Who runs the lighthouse library?", language="fr"),
        Question("Quelle est la capitale de l’Australie ?"),
        {"question": "and when does it stop?", "history": [turn.to_json()]},
    ]
    together = chain.batch(asked)
    assert _bare(together) == _bare(map(chain.invoke, asked))
    assert all({"embed", "vectors", "total"} <= answer.timings_ms.keys() for answer in together)
    assert chain.batch([]) == []


def test_among_several_questions_each_that_fails_fails_alone(chain: AnswerChain) -> None:
    asked = ["?!", FR, {"wrong": FR}]
    empty, answer, wrong = chain.batch(asked, return_exceptions=True)
    assert isinstance(empty, DepecheError)
    assert _bare([answer]) == _bare([chain.invoke(FR)])
    assert "wrong" in str(wrong)
    with pytest.raises(DepecheError, match="The question is empty"):
        chain.batch(asked)


def test_several_passages_searches_are_as_each_alone(chain: AnswerChain) -> None:
    asked = [Question(FR), Question("?!"), Question("Who runs the lighthouse library?")]
    first, empty, last = chain.answerer.find_all(asked, 7)
    assert isinstance(empty, DepecheError)
    for found, question in ((first, asked[0]), (last, asked[2])):
        assert isinstance(found, Found)
        assert found.to_json() == chain.answerer.find(question, 7).to_json()
        assert len(found.hits) == 7


def test_the_retriever_gives_documents_with_their_places(chain: AnswerChain) -> None:
    documents = LibraryRetriever(answerer=chain.answerer, k=3).invoke(FR)
    assert len(documents) == 3
    first = documents[0].metadata
    with chain.answerer.library.snapshot() as snapshot:
        article = snapshot.article(first["article_id"]).article
    assert article.text[first["start"] : first["end"]] == documents[0].page_content


def test_the_embedder_is_langchains_embeddings(chain: AnswerChain) -> None:
    embeddings = LibraryEmbeddings(chain.answerer.embedder)
    assert len(embeddings.embed_query(FR)) == 384
    assert len(embeddings.embed_documents([FR, FR])) == 2


def test_the_chats_language_only_breaks_ties(chain: AnswerChain) -> None:
    assert chain.invoke(Question("Port-Lauzan", chat_language="en")).language == "en"
    assert chain.invoke(Question("Port-Lauzan", chat_language="fr")).language == "fr"
    assert chain.invoke(Question(FR, chat_language="en")).language == "fr"
    assert chain.invoke(Question(FR, language="en")).language == "en"


def test_a_strict_threshold_refuses_and_names_what_is_near(chain: AnswerChain) -> None:
    answer = AnswerChain(Answerer(chain.answerer.library, chain.answerer.embedder, threshold=1.0)).invoke(FR)
    assert not answer.answered
    assert answer.nearby[0].title.startswith("Le bac de Port-Lauzan")
    assert len({near.article_id for near in answer.nearby}) == len(answer.nearby)


def test_quotations_are_exact_and_at_most_three(chain: AnswerChain) -> None:
    for text in (FR, "How many donors gave to the ferry landing?", "Qui a réparé l'horloge de Sainte-Orle ?"):
        answer = chain.invoke(text)
        assert len(answer.sentences) <= 3
        for citation in answer.citations:
            with chain.answerer.library.snapshot() as snapshot:
                article = snapshot.article(citation.article_id).article
            assert article.text[citation.start : citation.end] == citation.quote


def test_a_question_of_no_words_is_told_so(chain: AnswerChain) -> None:
    with pytest.raises(DepecheError, match="empty"):
        chain.invoke("  ?! ")


WHO = "Qui a trouvé la panne de l’horloge de Sainte-Orle ?"


async def test_a_follow_up_is_understood_from_the_history_given_as_turns_rows_or_messages(
    chain: AnswerChain,
) -> None:
    first = chain.invoke(WHO)
    assert first.understood is None
    turn = first.turn()
    messages = [HumanMessage(WHO), AIMessage(first.text)]
    for history in ([turn], [turn.to_json()], messages):
        asked = {"question": "Combien de temps a-t-il travaillé ?", "history": history}
        answer = chain.invoke(asked)
        assert "quatorze mois" in answer.text
        assert answer.understood
        assert (await chain.ainvoke(asked)).understood == answer.understood
    assert chain.invoke(Question("Pourquoi ?", history=(turn,))).understood != "Pourquoi ?"


def test_the_answers_language_is_the_askers_whatever_the_history_was_in(chain: AnswerChain) -> None:
    turn = chain.invoke("Combien de temps le bac de Port-Lauzan met-il pour traverser ?").turn()
    answer = chain.invoke({"question": "why?", "history": [turn]})
    assert answer.language == "en"
    assert chain.invoke({"question": "why?", "history": [turn], "language": "fr"}).language == "fr"


def test_a_new_topic_is_left_alone(chain: AnswerChain) -> None:
    asked = "How many steps does the lighthouse on Skerrin have?"
    answer = chain.invoke({"question": asked, "history": [chain.invoke(WHO).turn()]})
    assert answer.understood is None
    assert answer.citations == chain.invoke(asked).citations


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"history": []}, "no question"),
        ({"question": FR, "histroy": []}, "histroy"),
        ({"question": FR, "language": "de"}, "language"),
        ({"question": FR, "history": [{"language": "fr"}]}, "Item 1"),
        ({"question": FR, "history": [3]}, "Item 1"),
    ],
)
def test_an_input_that_is_wrong_is_told_what_is_wrong(chain: AnswerChain, asked: dict, says: str) -> None:
    with pytest.raises(DepecheError, match=says):
        chain.invoke(asked)


def test_a_rewriter_is_asked_only_where_a_question_leans_and_the_rules_do_where_it_fails(
    chain: AnswerChain,
) -> None:
    asked: list[str] = []

    def rewriter(question: Question) -> str | None:
        asked.append(question.text)
        return "Quand l’horloge de Sainte-Orle a-t-elle été forgée ?" if question.text == "quand ?" else None

    answerer = Answerer(chain.answerer.library, chain.answerer.embedder, rewriter=rewriter)
    turn = answerer.answer(Question(WHO)).turn()
    assert answerer.answer(Question("quand ?", history=(turn,))).understood == rewriter(Question("quand ?"))
    assert answerer.answer(Question("et pourquoi ?", history=(turn,))).understood
    answerer.answer(Question("Who is Morag Tulloch?", history=(turn,)))
    assert asked == ["quand ?", "quand ?", "et pourquoi ?"]
