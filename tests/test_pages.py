"""A web page becomes its article and what it says about itself, or says what it is instead. Towns and people are invented."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.documents import Document, Problem
from ingest.extract import extract
from ingest.pages.characters import decoded
from ingest.pages.found import NoArticleError, Page
from ingest.pages.page import read_page
from retrieval.domain import Article

URL = "https://www.bac.example/2025/03/le-bac-rouvre"
BODY = (
    "Le bac de Port-Lauzan reprendra ses traversées lundi matin, après six semaines de travaux sur la cale, a annoncé la mairie.",
    "La cale, fendue par la tempête de janvier, a coûté 212 000 euros à la commune, qui en attend la moitié du département.",
    "« Nous avons compté les heures », raconte Yves Kerlann, boulanger sur l’autre rive, dont la farine faisait le tour par le pont.",
    "Les horaires d’hiver restent en vigueur jusqu’au 30 avril, à raison d’une traversée toutes les quarante minutes.",
)
LINKED = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "Le Courrier de Lauzan"},
        {"@type": "Person", "@id": "#p1", "name": "Nolwenn Caradec"},
        {
            "@type": ["NewsArticle"],
            "headline": "Le bac rouvre lundi",
            "datePublished": "2025-03-01T18:30:00+01:00",
            "dateModified": "2025-03-02T09:00:00+01:00",
            "author": [{"@id": "#p1"}, {"@type": "Person", "name": "Par Ewan Le Goff"}],
            "keywords": ["bac", "transports"],
        },
    ],
}


def page(body: str = "", head: str = "", *, lang: str = "fr", paragraphs: tuple[str, ...] = BODY) -> bytes:
    told = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><title>Le bac rouvre lundi | Le Courrier de Lauzan</title>{head}</head><body>'
        '<nav><ul><li><a href="/">Accueil</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
        f"<main><article><h1>Le bac rouvre lundi</h1>{body}{told}</article></main>"
        "<footer><p>© Le Courrier de Lauzan – Mentions légales – Nous utilisons des cookies</p></footer></body></html>"
    ).encode()


def linked(told: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(told)}</script>'


def article(raw: bytes, url: str | None = URL, charset: str | None = None) -> Article | Problem:
    return extract(
        Document(url or "/a.html", "/a.html", "", "a.html", "page", raw=raw, url=url, charset=charset)
    )


def test_a_page_is_its_article_and_what_it_says_of_itself() -> None:
    figure = (
        "<figure><img src='a.jpg'><figcaption>La cale, en février. Photo Ewan Le Goff</figcaption></figure>"
    )
    head = linked(LINKED) + '<link rel="canonical" href="/2025/03/le-bac-rouvre?utm_source=une">'
    found = article(page(figure, head))
    assert isinstance(found, Article)
    assert found.text == "\n\n".join(
        [*BODY, "La cale, en février. Photo Ewan Le Goff"]
    )  # the caption can be asked too
    assert (found.title, found.source) == ("Le bac rouvre lundi", "Le Courrier de Lauzan")
    assert found.author == "Nolwenn Caradec, Ewan Le Goff"
    assert (found.published, found.modified) == ("2025-03-01T18:30:00+01:00", "2025-03-02T09:00:00+01:00")
    assert (found.url, found.language) == (URL, "fr")
    assert found.tags == ("bac", "transports")
    assert found.caption == "La cale, en février. Photo Ewan Le Goff"


def test_what_is_not_said_for_machines_is_read_as_readers_do() -> None:
    found = read_page(page("<p>Publié le 1er mars 2025 à 18h30 – mis à jour le 2 mars 2025 à 9h05</p>"), URL)
    assert (found.about.published, found.about.modified) == ("2025-03-01T18:30:00", "2025-03-02T09:05:00")
    english = read_page(page('<time datetime="2025-03-01T18:30:00Z">1 March</time>'), URL)
    assert english.about.published == "2025-03-01T18:30:00+00:00"


def test_an_article_in_parts_is_whole() -> None:
    part = '<div class="part">{}</div>'
    parts = "".join(part.format("".join(f"<p>{text} ({n})</p>" for text in BODY)) for n in range(3))
    between = '<div class="offer"><a href="/a">Abonnez-vous pour un euro</a></div>'
    raw = page(parts.replace('</div><div class="part">', f'</div>{between}<div class="part">'), paragraphs=())
    found = read_page(raw, URL)
    assert all(f"{text} ({n})" in found.text for text in BODY for n in range(3))
    assert "Abonnez-vous" not in found.text


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://bac.example/a?fbclid=1", "https://bac.example/a"),
        ("https://ailleurs.example/a", URL),
        ("javascript:alert(1)", URL),
        ("https://www.bac.example/", URL),
        ("", URL),
        ("http://[", URL),
        ("https://bac.example:99999/a", URL),
        ("ftp://bac.example/a", URL),
    ],
)
def test_only_the_sites_own_address_is_its_home(href: str, url: str) -> None:
    assert read_page(page(head=f'<link rel="canonical" href="{href}">'), URL).about.url == url


@pytest.mark.parametrize(
    ("charset", "meta", "written"),
    [
        (None, "", "utf-8"),
        (None, '<meta charset="windows-1252">', "windows-1252"),
        (None, "", "windows-1252"),
        ("iso-8859-1", "", "windows-1252"),
        ("utf-8", "", "windows-1252"),
        ("windows-1252", '<meta charset="iso-8859-1">', "utf-8"),
        (None, "", "utf-16"),
        (
            "nonsense",
            '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-15">',
            "iso-8859-15",
        ),
    ],
)
def test_characters_are_read_however_they_were_written(charset: str | None, meta: str, written: str) -> None:
    euro = "Il en coûtera 212 € à « Port-Lauzan » l’été prochain, œuvre comprise."
    text = euro.replace("’", "'") if written == "iso-8859-15" else euro
    raw = (
        page(head=meta, paragraphs=(*(p.replace("’", "'") for p in BODY), text))
        .decode()
        .replace("–", "-")
        .encode(written)
    )
    assert text in read_page(raw, URL, charset).text


def test_a_few_broken_bytes_do_not_make_a_page_another_charset() -> None:
    raw = ("é" * 500).encode() + b"\xe9 " + ("è" * 500).encode()
    assert decoded(raw).count("\ufffd") == 1


@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "utf-16", "latin-1", "x-unknown", "base64"]))
def test_any_bytes_have_characters(raw: bytes, charset: str | None) -> None:
    assert isinstance(decoded(raw, charset), str)


FEW = ("Le bac de Port-Lauzan reprendra ses traversées lundi matin.",)
VIDEO = {"@type": "VideoObject", "name": "Le bac"}
PAID = {"@type": "NewsArticle", "headline": "Le bac", "isAccessibleForFree": False}
LISTED = "".join(
    f'<li><a href="/{n}">Le bac de Port-Lauzan reprend ses traversées, épisode {n}</a></li>'
    for n in range(12)
)


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (page(head=linked(PAID), paragraphs=BODY[:1]), "for subscribers"),
        (page(paragraphs=(*FEW, "Cet article est réservé aux abonnés. Déjà abonné ? Connectez-vous.")), "for subscribers"),
        (page(head=linked(VIDEO), paragraphs=FEW), "a video"),
        (page(f"<ul>{LISTED}</ul>", paragraphs=()), "a list of links"),
        (page(paragraphs=("Erreur 404. La page que vous cherchez n’existe plus.",)).replace(b"<title>Le bac", b"<title>Page introuvable"), "an error"),
        (page(paragraphs=("Please enable JavaScript to see this page.",)), "asks for a browser"),
        (
            page(paragraphs=("Nous et nos partenaires utilisons des cookies et des traceurs. Donnez votre consentement aux cookies, ou refusez les cookies.",)),
            "a cookie or consent page",
        ),
        (page(paragraphs=()), "holds no article"),
        (b"", "holds no text"),
    ],
)  # fmt: skip
def test_what_is_no_article_says_what_it_is(raw: bytes, what: str) -> None:
    found = article(raw)
    assert isinstance(found, Problem)
    assert what in str(found)


def test_an_article_about_such_things_is_an_article() -> None:
    about = (
        "Les cookies et le consentement des lecteurs : la Commission a entendu lundi les partenaires du secteur, qui se disent inquiets.",
        "Depuis 2018, chaque site demande un consentement, et neuf lecteurs sur dix cliquent sans lire, selon une étude de l’université de Brénac.",
        "« Abonnez-vous plutôt que d’accepter », plaide Lucie Tanguy, qui dirige une association de lecteurs de la presse régionale.",
    )
    assert isinstance(article(page(paragraphs=about)), Article)


def test_a_page_in_another_language_is_not_taken_in() -> None:
    spanish = (
        "El transbordador volverá a cruzar el lunes por la mañana, tras seis semanas de obras, según anunció el ayuntamiento.",
        "Los trabajos han costado 212.000 euros, de los cuales la mitad corre a cargo de la provincia, explicó el alcalde.",
    )
    found = article(page(lang="fr", paragraphs=spanish * 2))
    assert isinstance(found, Problem)
    assert '"es"' in str(found)
    assert isinstance(article(page(lang="es")), Article)


def test_markup_and_scripts_stay_in_the_page() -> None:
    hostile = "<p>Le bac &lt;script&gt;alert(1)&lt;/script&gt; rouvre, a dit la mairie lundi dans un communiqué sans détour.</p><script>var a = '<p>non</p>'</script>"
    found = read_page(page(hostile), URL)
    assert "var a" not in found.text
    assert "<script>alert(1)</script>" in found.text  # as its author wrote it: characters, not markup


@pytest.mark.parametrize(
    "raw",
    [
        b"<html><body>" + b"<div>" * 30_000 + b"<p>x</p>",
        b"<html><body><p>" + b"x" * 1_000_000,
        b"<" * 100_000,
        b'<script type="application/ld+json">' + b'{"a":' * 50_000 + b"</script>",
        b'<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><p>&b;</p>',
        b"\0" * 100_000,
    ],
)  # fmt: skip
def test_hostile_pages_end(raw: bytes) -> None:
    try:
        assert isinstance(read_page(raw, URL), Page)
    except NoArticleError as error:
        assert str(error)


def test_a_page_too_large_is_not_read() -> None:
    with pytest.raises(NoArticleError, match="10 MB"):
        read_page(b"<p>" * 4_000_000)
    with pytest.raises(NoArticleError, match="elements"):
        read_page(b"<p>a</p>" * 25_000)


@given(st.text(alphabet="<>/ab\"'=&;! p\n", max_size=300))
def test_any_markup_is_an_article_or_none(text: str) -> None:
    try:
        assert read_page(text.encode()).text
    except NoArticleError as error:
        assert str(error)


def test_what_stands_under_the_headline_says_who_when_and_what_the_picture_shows() -> None:
    told = (
        "<div>Par <a href='/a'>Nolwenn Caradec</a> • Publié le 01/03/2025 à 18h30 • Mis à jour le 02/03/2025 à 9h02</div>"
        "<div><img src='x.jpg'><span>La cale de Port-Lauzan, fendue en janvier. © Le Courrier / M. Perrin</span></div>"
    )
    found = article(
        page(told, '<meta property="article:published_time" content="2025-03-01T18:30:00+01:00">')
    )
    assert isinstance(found, Article)
    assert (found.author, found.published) == ("Nolwenn Caradec", "2025-03-01T18:30:00+01:00")
    assert found.modified == "2025-03-02T09:02:00"
    assert found.caption == "La cale de Port-Lauzan, fendue en janvier. © Le Courrier / M. Perrin"
    assert found.text == "\n\n".join([*BODY, found.caption])


def test_a_page_laid_out_in_tables_and_line_breaks_is_read() -> None:
    told = "<br><br>".join(f"<font>{text}</font>" for text in BODY)
    raw = (
        "<html><head><meta http-equiv=Content-Type content='text/html; charset=windows-1252'><title>Le bac rouvre lundi</title></head>"
        "<body><table><tr><td><a href=a>Une</a><br><a href=b>Région</a></td><td><font size=5>Le bac rouvre lundi</font><br>"
        f"<i>Samedi 1er mars 2025, par Nolwenn Caradec</i><br><br>{told}<br><br><a href=i>Imprimer cet article</a> | "
        "<a href=m>Envoyer à un ami</a></td></tr></table></body></html>"
    ).encode("windows-1252")
    found = article(raw)
    assert isinstance(found, Article)
    assert (found.author, found.published) == ("Nolwenn Caradec", "2025-03-01")
    assert found.text == "\n\n".join(BODY)


def news(*parts: str, head: str = "", above: str = "", after: str = "", lang: str = "fr") -> Article:
    """Return the article of a page of our own with such parts among its paragraphs."""
    first, second, third, fourth = (f"<p>{text}</p>" for text in BODY)
    within = parts[0] if parts else ""
    raw = page(
        f"{above}{first}{second}{within}{third}{fourth}{''.join(parts[1:])}{after}",
        head,
        lang=lang,
        paragraphs=(),
    )
    found = article(raw)
    assert isinstance(found, Article)
    assert all(text in found.text for text in BODY)
    return found


@pytest.mark.parametrize(
    ("told", "author"),
    [
        (["Emma Mackenzie", "(Image: Getty Images)", "emma-mackenzie"], "Emma Mackenzie"),
        (["Emma Mackenzie (Image: Agence Lauzan)"], "Emma Mackenzie"),
        (["nolwenn-caradec"], "Nolwenn Caradec"),
        (["Ann Lee and Tom Ashgrove", "Ann Lee", "Tom Ashgrove"], "Ann Lee and Tom Ashgrove"),
        (["Ann Lee", "Joann Lee"], "Ann Lee, Joann Lee"),
        (["https://www.facebook.example/lauzan"], None),
    ],
)
def test_authors_are_named_once_and_without_what_is_no_name(told: list[str], author: str | None) -> None:
    named = [{"@type": "Person", "name": name} for name in told]
    assert (
        news(head=linked({"@type": "NewsArticle", "headline": "Le bac rouvre lundi", "author": named})).author
        == author
    )


@pytest.mark.parametrize(
    "signed",
    [
        '<div class="meta"><a href="/auteur/nolwenn-caradec">Nolwenn Caradec</a></div>',
        '<p class="article__byline"><span>Nolwenn Caradec</span></p>',
        '<div><a rel="author" href="/n">Nolwenn Caradec</a></div>',
        '<p class="vcard author">Par <a href="/x">Nolwenn Caradec</a></p>',
        "<p>Par Nolwenn Caradec</p>",
    ],
)
def test_an_author_that_is_only_named_by_the_headline_is_found(signed: str) -> None:
    address = '<meta property="article:author" content="https://www.facebook.example/lauzan">'
    comment = '<div class="comments"><p class="comment-author">Yves Martin</p></div>'
    assert news(head=address, above=signed, after=comment).author == "Nolwenn Caradec"
    assert news(after=comment).author is None


LEAD = "Après six semaines de travaux, la liaison reprend entre les deux rives de l’estuaire, à l’horaire d’hiver."


@pytest.mark.parametrize(
    ("head", "above"),
    [
        (
            f'<meta property="og:description" content="{LEAD}">',
            f"<header><div class='a1'>{LEAD}</div></header>",
        ),
        ("", f"<header><div class='article__chapo'>{LEAD}</div></header>"),
    ],
)
def test_a_standfirst_is_the_first_paragraph_once(head: str, above: str) -> None:
    found = news(head=head, above=above)
    assert found.text.split("\n\n")[0] == LEAD
    assert found.text.count(LEAD) == 1
    twice = news(head=head, above=above + f"<p>{LEAD}</p>")
    assert twice.text.count(LEAD) == 1


STRAYS = (
    "Il vous reste 57.46% de cet article à lire. La suite est réservée aux abonnés.",
    "Inscrivez-vous à notre lettre quotidienne et recevez chaque matin les nouvelles de l’estuaire dans votre boîte mail.",
    "Please confirm your public display name before commenting on this story.",
    "Nolwenn Caradec est journaliste au Courrier de Lauzan, où elle suit les transports depuis 2016.",
    "Lire aussi : La halle aux sardines sera reconstruite au printemps",
)


@pytest.mark.parametrize("stray", STRAYS)
def test_what_is_no_part_of_the_article_is_left_out(stray: str) -> None:
    author = '<meta name="author" content="Nolwenn Caradec">'
    assert stray not in news("", f"<p>{stray}</p>", head=author).text


@pytest.mark.parametrize("glue", [" ", ""])
def test_a_link_glued_to_a_paragraph_is_left_out(glue: str) -> None:
    first, *rest = BODY
    paragraph = f"<p>{first}{glue}<strong>Lire aussi : <a href='/b'>La halle aux sardines sera reconstruite</a></strong></p>"
    found = article(page("", paragraphs=(paragraph.removeprefix("<p>").removesuffix("</p>"), *rest)))
    assert isinstance(found, Article)
    assert found.text.split("\n\n") == [*BODY]


def test_a_transcript_below_the_article_is_left_out() -> None:
    turns = "".join(
        f"<p>{who} : {said}</p>"
        for who, said in (
            ("LE PRÉSENTATEUR", BODY[2]),
            ("YVES KERLANN", BODY[3]),
            ("LE PRÉSENTATEUR", "Merci."),
        )
    )
    raw = page("", paragraphs=(*BODY, *(f"{text} ({n})" for n in range(2) for text in BODY))).decode()
    found = article(raw.replace("</article>", f"<h2>Transcription</h2>{turns}</article>").encode())
    assert isinstance(found, Article)
    assert "PRÉSENTATEUR" not in found.text
    assert found.text.endswith(f"{BODY[-1]} (1)")


LOCKED = linked(
    {
        "@type": "NewsArticle",
        "headline": "Le bac rouvre lundi",
        "isAccessibleForFree": False,
        "wordCount": 400,
    }
)


@pytest.mark.parametrize(
    ("head", "after", "partial"),
    [
        ("", f"<p>{STRAYS[0]}</p>", True),
        ("", "<div class='x'>La suite de cet article est réservée aux abonnés.</div>", False),
        (LOCKED, "<div class='x'>La suite de cet article est réservée aux abonnés.</div>", True),
        (LOCKED, "<p>Les habitants, eux, attendent surtout de savoir si le bac...</p>", True),
        (
            LOCKED.replace("400", "90"),
            "<div class='x'>La suite de cet article est réservée aux abonnés.</div>",
            False,
        ),
        ("", "", False),
    ],
)
def test_a_part_of_an_article_is_known_for_one(head: str, after: str, partial: bool) -> None:
    assert news(head=head, after=after).partial is partial


def test_blurbs_of_other_articles_below_are_left_out() -> None:
    card = '<div class="card"><h3><a href="/{0}">Une baleine aperçue au large, et de {0}</a></h3><p>{1}</p></div>'
    blurb = "Les pêcheurs l’ont suivie jusqu’à la pointe, où elle a disparu dans la brume vers {} heures du matin, selon le port."
    cards = "".join(card.format(n, blurb.format(n)) for n in range(2, 5))
    found = article(
        page("", paragraphs=(*BODY, *(f"{text} ({n})" for n in range(2) for text in BODY)))
        .decode()
        .replace("</article>", f"<div>{cards}</div></article>")
        .encode()
    )
    assert isinstance(found, Article)
    assert "baleine" not in found.text
    assert "pointe" not in found.text
    assert found.text.endswith(f"{BODY[-1]} (1)")
    listed = "".join(card.format(n, f"{text} ({n})") for n, text in enumerate(BODY * 2))
    whole = article(page(f"<div>{listed}</div>", paragraphs=BODY[:1]))
    assert isinstance(whole, Article)
    assert all(f"{text} ({n})" in whole.text for n, text in enumerate(BODY * 2))


def test_a_paragraph_whose_links_went_is_there_once_with_their_words() -> None:
    linked_words = '<p>Face à la colère, <a href="/a">la réforme des bacs de l’estuaire</a> sera reportée d’un an, a dit le préfet à <a href="/b">des maires réunis</a> mardi à Port-Lauzan.</p>'
    found = news(linked_words)
    assert found.text.count("Face à la colère") == 1
    assert "la réforme des bacs de l’estuaire sera reportée" in found.text
