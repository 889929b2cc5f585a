"""Passages: whole sentences, exact offsets, ids that name the content, sizes the model reads well."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.passages import estimated_tokens, split_passages
from retrieval.domain import Article

SENTENCE = "Le bac de Port-Lauzan a transporté quarante-deux passagers et un chien lundi matin."


def article(text: str, title: str = "Le bac", article_id: str = "a1") -> Article:
    return Article(article_id, title, text, "fr")


WORDS = st.lists(st.sampled_from(["bac", "le", "Port", "été", "😀", "x" * 700]), min_size=1, max_size=40).map(
    " ".join
)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([". ", " ! ", ".\n\n", "\n", " "])), max_size=30).map(
    lambda parts: "".join(words + end for words, end in parts).strip()
)


@given(TEXTS)
def test_passages_are_whole_sentences_that_cover_the_text(text: str) -> None:
    last = 0
    for passage in split_passages(article(text)):
        assert passage.sentences[0][0] == passage.start
        assert passage.sentences[-1][1] == passage.end
        assert estimated_tokens(text[passage.start : passage.end]) <= 450
        for start, end in passage.sentences:
            assert not text[last:start].strip()
            assert text[start:end] == text[start:end].strip() != ""
            last = end
    assert not text[last:].strip()


def test_a_short_text_is_one_passage() -> None:
    for sentences in (1, 5, 14):
        text = " ".join([SENTENCE] * sentences)
        (passage,) = split_passages(article(text))
        assert (passage.start, passage.end) == (0, len(text))
        assert len(passage.sentences) == sentences


def test_a_long_text_has_passages_near_the_best_size_and_no_tiny_tail() -> None:
    text = "\n\n".join(" ".join([SENTENCE] * 3) for _ in range(30))
    sizes = [len(text[p.start : p.end].split()) for p in split_passages(article(text))]
    assert all(90 <= size <= 170 for size in sizes)


def test_passages_end_at_paragraphs_where_they_can() -> None:
    text = "\n\n".join(" ".join([SENTENCE] * 4) for _ in range(12))
    ends = [p.end for p in split_passages(article(text))]
    assert all(end == len(text) or text.startswith("\n\n", end) for end in ends)


def test_a_sentence_without_end_is_cut_between_words() -> None:
    text = "mot, " * 5_000 + "fin"
    passages = split_passages(article(text))
    pieces = [text[s:e] for p in passages for s, e in p.sentences]
    assert len(pieces) > 10
    assert " ".join(pieces) == text
    assert all(estimated_tokens(piece) <= 450 for piece in pieces)


def test_a_sentence_of_a_million_characters_is_split() -> None:
    # In quadratic time this would not end while anyone waits.
    assert len(split_passages(article("mot " * 250_000))) > 1_000


def test_the_id_names_title_and_words() -> None:
    (one,) = split_passages(article("Le bac part."))
    (same,) = split_passages(article("Le bac part."))
    (other_title,) = split_passages(article("Le bac part.", title="Le train"))
    (other_article,) = split_passages(article("Le bac part.", article_id="a2"))
    assert one == same
    assert one.passage_id.startswith("a1:")
    assert len(one.passage_id) == len("a1:") + 12
    assert other_title.passage_id != one.passage_id
    assert other_article.passage_id.split(":")[1] == one.passage_id.split(":")[1]


def test_a_passage_said_twice_has_two_ids() -> None:
    paragraph = " ".join([SENTENCE] * 12)
    ids = [p.passage_id for p in split_passages(article("\n\n".join([paragraph] * 3)))]
    assert len(set(ids)) == 3
    assert ids[1] == f"{ids[0]}.2"
    assert ids[2] == f"{ids[0]}.3"


def test_an_empty_text_has_no_passage() -> None:
    assert split_passages(article("")) == ()
