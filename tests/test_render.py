"""An Answer as Telegram messages: what a reader sees, and that Telegram takes whatever an article holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from itertools import chain, pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from telegram_html import parse
from telegram_html import units as counted

from bot.answers.render import growing, render, rest
from bot.answers.unfolding import QUOTE_LIMIT
from bot.markup import Run, clean, one_line, pack, units
from bot.posting import posted
from bot.texts import TEXTS, chat_language
from retrieval import phrases
from retrieval.domain import Answer, Citation, Copy, Item, Nearby, Sentence
from retrieval.links import LINK_LIMIT, safe_link
from retrieval.news.texts import further
from retrieval.staleness import first
from retrieval.typography import within_quotation

PASSAGE = "La tour est haute de 330 mètres. Elle a fermé lundi. La mairie n'a rien dit."
QUOTE = "Elle a fermé lundi."


def cite(number: int = 1, **given_: Any) -> Citation:
    told: dict[str, Any] = {
        "number": number,
        "article_id": "a1",
        "title": "La tour ferme",
        "source": "Le Journal",
        "url": "https://journal.example/tour",
        "link": "https://journal.example/tour#:~:text=Elle%20a%20ferm%C3%A9",
        "published": "2024-10-24",
        "language": "fr",
        "quote": QUOTE,
        "start": 33,
        "end": 33 + len(QUOTE),
        "passage": PASSAGE,
    }
    return Citation(**(told | given_))


def quotes(*citations: Citation, language: Any = "fr") -> Answer:
    sentences = tuple(Sentence(c.quote, (c.number,)) for c in citations)
    return Answer("?", language, True, "quotes", " ".join(s.text for s in sentences), sentences, citations)


def chat(text: str, *citations: Citation, language: Any = "en") -> Answer:
    return Answer(
        "?", language, True, "chat", text, (Sentence(text, tuple(c.number for c in citations)),), citations
    )


def refusal(language: Any, *nearby: Nearby) -> Answer:
    return Answer("?", language, False, "quotes", phrases.REFUSED[language], nearby=nearby)


def shown(answer: Answer) -> str:
    """What a reader reads, as Telegram parses it, all messages joined."""
    return "\n\n".join(parse(message.html)[0] for message in render(answer))


def listed(*lines: tuple[str, str], language: Any = "fr") -> Answer:
    """A list under a heading: what each line says, and its day."""
    citations = [cite(n) for n in range(1, len(lines) + 1)]
    items = tuple(Item(day, said, (n,), ("a1",)) for n, (said, day) in enumerate(lines, start=1))
    return replace(quotes(*citations, language=language), text="En bref\u00a0:\n\nle reste", items=items)


def test_a_list_names_each_article_with_its_link_and_the_sentence_that_tells_it() -> None:
    [message] = render(listed(("La tour ferme", "2024-10-24")))
    assert message.html == (
        "En bref\u00a0:\n\n"
        '<a href="https://journal.example/tour#:~:text=Elle%20a%20ferm%C3%A9"><b>La tour ferme</b></a>\n'
        "Le Journal, 24\u00a0octobre\u00a02024\n«\u00a0Elle a fermé lundi.\u00a0»"
    )


def test_a_chronology_names_each_day_and_who_says_so() -> None:
    [message] = render(listed((QUOTE, "2024-10-21"), language="en"))
    assert message.html == (
        "En bref\u00a0:\n\n<b>21\u00a0October\u00a02024</b>\n“Elle a fermé lundi.”\n"
        '<a href="https://journal.example/tour#:~:text=Elle%20a%20ferm%C3%A9">Le Journal</a>'
    )


def test_what_the_articles_deny_is_told_as_such() -> None:
    assert shown(replace(quotes(cite()), contrary=True)).startswith(
        "Les articles disent le contraire\u00a0:\n\n«"
    )


def test_a_french_answer_is_the_sentence_and_one_line_on_whose_it_is() -> None:
    answer = quotes(cite(quote="Elle a fermé lundi."))
    [message] = render(replace(answer, sentences=(Sentence("Elle a fermé lundi.", (1,), (13, 18)),)))
    assert message.html == (
        "«\u00a0Elle a fermé <b>lundi</b>.\u00a0»\n"
        '<a href="https://journal.example/tour#:~:text=Elle%20a%20ferm%C3%A9">La tour ferme</a>'
        " · Le Journal · 24\xa0octobre\xa02024"
    )


def test_an_english_answer_keeps_the_french_quotation_in_english_quotation_marks() -> None:
    assert shown(quotes(cite(), language="en")) == (
        "The article is in French; here is the passage.\n\n"
        "“Elle a fermé lundi.”\nLa tour ferme · Le Journal · 24\xa0October\xa02024"
    )


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("fr", "«\u00a0“Elle ferme”, dit-<b>il</b>, “lundi”.\u00a0»\n"),
        ("en", "“‘Elle ferme’, dit-<b>il</b>, ‘lundi’.”\n"),
    ],
)
def test_what_is_quoted_in_a_quotation_has_marks_of_its_own(language: Any, wanted: str) -> None:
    quote = '«\u00a0Elle ferme\u00a0», dit-il, "lundi".'
    at = quote.index("il,")
    answer = replace(
        quotes(cite(quote=quote, language=language), language=language),
        sentences=(Sentence(quote, (1,), (at, at + 2)),),
    )
    assert render(answer)[0].html.startswith(wanted)


def test_several_quotations_are_numbered_and_those_of_one_article_have_one_line() -> None:
    other = cite(2, article_id="a2", title="Le bac", source=None)
    text = shown(quotes(cite(), other, cite(3, quote="La mairie n'a rien dit.")))
    assert text == (
        "«\u00a0Elle a fermé lundi.\u00a0»\u00a0[1]\n«\u00a0La mairie n'a rien dit.\u00a0»\u00a0[3]\n"
        "La tour ferme · Le Journal · 24\xa0octobre\xa02024\n\n"
        "«\u00a0Elle a fermé lundi.\u00a0»\u00a0[2]\nLe bac · 24\xa0octobre\xa02024"
    )


def test_a_group_gets_one_quotation_and_the_rest_when_it_asks_for_more() -> None:
    answer = replace(
        quotes(cite(), cite(2, quote="La mairie n'a rien dit.")),
        further=(cite(3, quote="La tour est haute de 330 mètres."),),
    )
    [short] = render(answer, short=True)
    assert (
        short.plain == "«\u00a0Elle a fermé lundi.\u00a0»\nLa tour ferme · Le Journal · 24\xa0octobre\xa02024"
    )
    [more] = rest(answer, short=True)
    assert [line[2:9] for line in more.plain.split("\n")[::3]] == ["La mair", "La tour"]
    assert [line[2:9] for line in rest(answer, short=False)[0].plain.split("\n")[::3]] == ["La tour"]
    assert rest(quotes(cite()), short=True) == []


def test_a_group_gets_the_first_lines_of_a_list_and_the_others_when_it_asks() -> None:
    answer = listed(*((f"Titre {n}", "2024-10-24") for n in range(5)))
    [short] = render(answer, short=True)
    assert short.plain.count("«") == 3
    assert short.plain.endswith(further(2, "fr"))
    assert rest(answer, short=True)[0].plain.count("«") == 2
    assert rest(answer, short=False) == []


def test_how_a_question_was_understood_is_a_small_line_beneath() -> None:
    [message] = render(replace(quotes(cite()), understood="Qui <a> fermé\u202f?", notes=("Vieux.",)))
    assert message.html.split("\n\n")[1:] == [
        "Vieux.",
        "<i>Question comprise ainsi\u00a0: Qui &lt;a&gt; fermé\u202f?</i>",
    ]


def test_a_composed_answer_carries_a_mark_after_each_sentence() -> None:
    assert shown(chat("The tower closed on Monday.", cite(), cite(2, article_id="a2"))).startswith(
        "The tower closed on Monday.\u00a0[1][2]\n\n[1] La tour ferme · Le Journal · 24\u00a0October\u00a02024\n"
    )


def test_a_composed_sentence_that_carries_its_mark_gets_no_second_one() -> None:
    assert (
        shown(chat("The tower closed on Monday [1].", cite())).count("[1]") == 2
    )  # there, and at the source


def test_the_plain_text_of_a_message_is_what_its_html_shows() -> None:
    for message in render(quotes(cite(title="A < B & C"))):
        assert parse(message.html)[0] == message.plain


def test_a_passage_unfolds_from_the_words_that_are_cited_and_says_nothing_twice() -> None:
    [message] = render(chat("It closed.", cite()))
    assert message.html.endswith(
        "\n<blockquote expandable><b>Elle a fermé lundi.</b> La mairie n'a rien dit.</blockquote>"
    )
    assert shown(chat("It closed.", cite(passage=QUOTE))).count(QUOTE) == 1
    assert shown(chat(phrases.quoted(QUOTE, "en"), cite())).count(QUOTE) == 1
    [short] = render(chat("It closed.", cite()), short=True)
    assert "<blockquote" not in short.html


def test_a_quotation_its_passage_does_not_hold_is_shown_alone() -> None:
    assert shown(chat("It closed.", cite(passage="Autre chose."))).endswith("\nElle a fermé lundi.\n")


def test_overlapping_quotations_are_shown_whole() -> None:
    first, second = "haute de 330 mètres. Elle a fermé", QUOTE
    [message] = render(chat("It closed.", cite(quote=first), cite(2, quote=second)))
    assert "<b>haute de 330 mètres. Elle a fermé lundi.</b>" in message.html


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", "Je n’ai rien trouvé là-dessus."),
        ("en", "I found nothing on that."),
    ],
)
def test_a_refusal_is_in_the_answers_language_and_names_nearby_articles(language: Any, expected: str) -> None:
    article = Nearby("a1", "Grève <lundi>", "fr", "https://journal.example/greve", "2024-10-01")
    [message] = render(refusal(language, article))
    assert message.plain.startswith(expected)
    assert '<a href="https://journal.example/greve">Grève &lt;lundi&gt;</a>' in message.html
    assert message.plain.endswith(
        {"fr": "1. Grève <lundi> · 1er\xa0octobre\xa02024", "en": "1. Grève <lundi> · 1\xa0October\xa02024"}[
            language
        ]
    )


def test_a_refusal_without_nearby_articles_is_one_sentence() -> None:
    assert shown(refusal("en")) == phrases.REFUSED["en"]


def test_an_answer_without_words_is_a_refusal_rather_than_silence() -> None:
    assert shown(chat("\u200b")) == phrases.REFUSED["en"]


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "tg://user?id=1",
        "ftp://journal.example",
        "https://",
        "//journal.example/",
        "https://[broken",
        "https://journal.example/\u202egpj.exe",
        "https://journal.example/a b",
        "https://journal.example/" + "a" * LINK_LIMIT,
    ],
)
def test_only_a_web_address_becomes_a_link(url: str | None) -> None:
    assert safe_link(url) is None
    assert "<a " not in render(quotes(cite(url=url, link=url)))[0].html


def test_a_bad_link_gives_way_to_the_articles_address() -> None:
    assert safe_link("javascript:x", "https://journal.example/tour") == "https://journal.example/tour"


def test_a_link_cannot_leave_its_attribute() -> None:
    link = "https://journal.example/?a=\"><b>&c='d"
    [message] = render(quotes(cite(link=link)))
    [entity] = [e for e in parse(message.html)[1] if e.type == "text_link"]
    assert entity.url == link


def test_what_turns_or_hides_text_is_taken_out_and_emoji_stay_whole() -> None:
    assert clean("a\u202eb\u2066c\u200bd\ufeffe\u00adf\x00g\x1b[0m") == "abcdefg[0m"
    assert clean("👩🏽\u200d🚒 ❤️\u200d🔥 a\u200db") == "👩🏽\u200d🚒 ❤️\u200d🔥 ab"
    assert clean("مرحبا \ud83d ا\r\nb\tc\u2028d") == "مرحبا \ufffd ا\nb c\nd"


def test_a_title_is_one_short_line_and_an_empty_one_has_a_name() -> None:
    assert "\nUn titre sur trois lignes · " in shown(quotes(cite(title="Un titre\nsur\u2028trois  lignes")))
    assert "\n« Qui\u202f? » · " in shown(quotes(cite(title="« Qui\u202f? »\n")))
    assert "\nSans titre · " in shown(quotes(cite(title="\u200b ")))
    assert units(one_line("mot " * 500, 200)) <= 200


def test_a_long_passage_is_shown_after_the_quotation_as_far_as_it_helps() -> None:
    text = shown(chat("It closed.", cite(passage="Avant. " * 900 + QUOTE + " Après." * 900)))
    assert "\nElle a fermé lundi. Après." in text
    assert text.count("…") == 1
    assert len(text) < 2000


@given(st.text(min_size=1), st.integers(1, 40))
def test_a_block_cut_in_pieces_keeps_every_visible_character(text: str, limit: int) -> None:
    limit += 1  # room for a character of two units
    text = clean(text)
    messages = pack([(Run(text, bold=True),)], limit=limit)
    assert all(counted(message.plain) <= limit for message in messages)
    assert "".join("".join(m.plain for m in messages).split()) == "".join(text.split())


# Whatever an article may hold: markup, entities, astral emoji, right-to-left, invisible characters, half surrogates.
NASTY = st.sampled_from(
    [
        *(
            "<",
            ">",
            "&",
            '"',
            "'",
            "&amp;",
            "</b>",
            "<b>",
            "<blockquote>",
            "</blockquote>",
            "&#60;",
            "[1]",
            "…",
            "«",
            "»",
        ),
        *(
            "👩🏽\u200d🚒",
            "🇫🇷",
            "é",
            "e\u0301",
            "\u202e",
            "\u200f",
            "\u2066",
            "\u200b",
            "\ud83d",
            "\x00",
            "\r\n",
            "\u2028",
        ),
        *("مرحبا", "שלום", " ", "\n", "mot ", "𝕏", "\u0600", "\U000e0041"),
    ]
)
SHORT = st.lists(st.one_of(NASTY, st.text(max_size=8)), max_size=30).map("".join)
TEXT = st.builds(lambda part, times: part * times, SHORT, st.sampled_from([1, 1, 1, 7, 150]))


@st.composite
def citations(draw: st.DrawFn) -> list[Citation]:
    made: list[Citation] = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        quote, before, after = draw(TEXT), draw(TEXT), draw(TEXT)
        made.append(
            cite(
                number,
                article_id=draw(st.sampled_from("ab")),
                title=draw(TEXT),
                source=draw(st.none() | TEXT),
                link=draw(st.none() | TEXT.map("https://x.example/{}".format)),
                published=draw(st.none() | SHORT | st.just("2024-02-29T10:00:00Z")),
                quote=quote,
                passage=draw(st.sampled_from([before + quote + after, before, quote])),
            )
        )
    return made


def visible(text: str) -> str:
    return "".join(clean(text).split())


@given(citations(), st.sampled_from(["fr", "en"]), st.sampled_from(["quotes", "chat"]))
@example([cite(quote="😀" * 2500, passage="😀" * 2600)], "fr", "quotes")
def test_telegram_takes_any_answer_and_the_quotations_are_all_there(
    cited: list[Citation], language: Any, mode: str
) -> None:
    answer = (
        quotes(*cited, language=language) if mode == "quotes" else chat("It is.", *cited, language=language)
    )
    messages = render(answer)
    assert messages
    read = [parse(message.html) for message in messages]
    for message, (text, entities) in zip(messages, read, strict=True):
        assert counted(text) <= 4096
        assert text.strip()
        assert text == message.plain
        assert len(entities) <= 100  # Telegram drops those after the hundredth
        message.html.encode()
    everything = "".join("".join(text for text, _ in read).split())
    for citation in cited:
        quote = [*citation.quote]
        if mode == "quotes":  # a mark may have got its other at the end
            quote = within_quotation(clean(citation.quote), language)
        if units(citation.quote) > QUOTE_LIMIT:
            quote = quote[: QUOTE_LIMIT // 4]
        assert visible("".join(quote)) in everything


@pytest.mark.parametrize(
    ("code", "language"),
    [("fr", "fr"), ("fr-CA", "fr"), ("FR", "fr"), ("en", "en"), ("de", "en"), (None, "en"), ("fro", "en")],
)
def test_the_bot_speaks_french_to_french_readers_and_english_to_all_others(
    code: str | None, language: str
) -> None:
    assert chat_language(code) == language


def said(texts: Any) -> Iterator[str]:
    """Every string of the bot's own in one language."""
    if isinstance(texts, str):
        yield texts
    elif isinstance(texts, Mapping):
        yield from chain.from_iterable(map(said, texts.values()))
    elif isinstance(texts, tuple):
        yield from chain.from_iterable(map(said, texts))
    else:
        yield from chain.from_iterable(said(getattr(texts, f.name)) for f in fields(texts))


def test_the_texts_follow_the_typography_of_their_language() -> None:
    french, english = [*said(TEXTS["fr"])], [*said(TEXTS["en"])]
    assert len(french) == len(english) > 10
    for text in french:
        assert "'" not in text
        for sign in "?!;":
            assert all(before in "\u202f?!" for before, here in pairwise(text) if here == sign), text
        assert all(
            before == "\u00a0" or after.isdigit() or after == "/"  # an hour, an address
            for before, here, after in zip(text, text[1:], text[2:] + " ", strict=False)
            if here == ":"
        ), text
        assert all(after == "\u00a0" for here, after in pairwise(text) if here == "«"), text
        assert all(before == "\u00a0" for before, here in pairwise(text) if here == "»"), text
    for text in english:
        assert "'" not in text and not {"\u202f", "«"} & {*text}, text
    for one, other in zip(french, english, strict=True):
        assert {*re.findall(r"\{\w*\}", one)} == {*re.findall(r"\{\w*\}", other)}, one


def test_that_the_library_is_too_old_stands_first_whatever_the_answer_is() -> None:
    old = "La bibliothèque n’a rien de plus récent que le 1er\u00a0mars\u00a02019."
    for answer in (
        quotes(cite()),
        listed(("La tour ferme", QUOTE)),
        refusal("fr", Nearby("a", "Une grève", "fr", None, None)),
        replace(chat("The tower closed.", cite(), language="fr"), understood="La tour ?"),
    ):
        told = first(answer, old)
        lines = shown(told).split("\n\n")
        assert lines == [old, *shown(answer).split("\n\n")]
        assert posted(told).plain.split("\n\n") == ["?", old, *posted(answer).plain.split("\n\n")[1:]]
    composed = first(chat("The tower closed.", cite()), old)
    growth = growing(composed)
    assert growth
    assert growth.plain.startswith(old)


@given(st.text(), st.text(min_size=1))
def test_the_body_is_what_was_there_before_something_was_put_first(text: str, said: str) -> None:
    answer = Answer("?", "fr", True, "quotes", text)
    told = first(answer, said)
    assert told.text.startswith(said)
    assert told.body == text.lstrip()
    assert first(answer, None) is answer


def test_near_copies_are_named_once_each_and_an_old_answer_says_so() -> None:
    copies = tuple(
        Copy(f"c{n}", "Une <tour> ferme", source, None, None)
        for n, source in enumerate(("Le Soir & Co", "Le Soir & Co", None))
    )
    answer = replace(quotes(cite(also=copies)), notes=(phrases.age("fr", several=False),))
    assert shown(answer).endswith("\n\nCet article a plus d’un an.")
    [more] = rest(answer, short=False)
    assert more.plain == "La tour ferme · Aussi dans\u00a0: Le Soir & Co, Une <tour> ferme"
