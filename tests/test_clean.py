"""Cleaning: what a page wraps around an article goes, and nothing of the article.

The six texts in articles/ are our own writing, in the form in which pages are scraped: three in French, three in
English, with adverts, share bars, forms, captions, datelines and tags. Towns, people and figures are invented.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean, clean_row
from ingest.furniture import reason, tags_of
from ingest.stamps import read_stamps
from retrieval.characters import normalise

ROOT = Path(__file__).parents[1]
SEED = ROOT.parent / "shared" / "data" / "seed" / "article.txt"
SAMPLES = sorted((ROOT / "articles").glob("*.txt"))

FURNITURE = """
L’article continue après cette publicité
L'article continue après cette publicité
— La suite après cette publicité —
Story continues below advertisement
ADVERTISEMENT
Publicité
Votre abonnement n’a pas pu être enregistré. Veuillez réessayer. Votre abonnement a réussi.
Your subscription could not be saved. Please try again. Your subscription has been successful.
Inscrivez-vous à notre newsletter pour ne rien manquer
Sign up for our morning newsletter and get the news in your inbox.
Déjà abonné ? Se connecter
Facebook | WhatsApp | E-mail | Copier le lien
Facebook Twitter LinkedIn Pinterest
Partager sur Facebook
Share this story
Follow us on Instagram and Bluesky
Leave a Comment
Laisser un commentaire
Votre adresse e-mail ne sera pas publiée. Les champs obligatoires sont indiqués avec *
This site uses Akismet to reduce spam. Learn how your comment data is processed.
Nous utilisons des cookies pour améliorer votre expérience.
Tout accepter
Lire aussi : Le pont fermé aux camions jusqu’en juin
READ MORE: The island that made its own timetable
Sur le même sujet
Temps de lecture : 3 min
Publié le 22 septembre 2025 à 18 h 05
Home > Business > Shipbuilding
© 2025 La Feuille de l’Estuaire. Tous droits réservés.
Skip to main content
""".strip().splitlines()

SENTENCES = """
Facebook a annoncé mardi la suppression de 3 000 postes.
Facebook, Twitter and LinkedIn were fined on Monday.
Twitter
La publicité pour le tabac est interdite depuis 1991.
Advertisement spending fell by 4% in the second quarter.
Sign up for the marathon closes on Friday.
Sign up for alerts from the county at www.example.org or text FLOOD to 99411.
Subscribe is what the button says, but nobody presses it.
Abonnez-vous, dit-il à la foule, et la ville aura son théâtre.
Le journal compte 12 000 abonnés à sa newsletter, deux fois plus qu’en 2020.
The cookies were baked by the mayor, who used her grandmother’s recipe.
Read more books this year, the doctors say.
Lire aussi souvent que possible reste le meilleur conseil.
Share prices fell on Wednesday.
Partager le pain est un geste ancien.
Comments by the minister angered the unions.
Les commentaires du ministre ont irrité les syndicats.
Related party transactions must be declared.
Updated figures will be published on 3 May.
Publié en 1857, le roman fit scandale.
Home secretary resigns
Print newspapers lost a tenth of their readers.
Suivez le guide : la visite commence à dix heures.
Contact the sheriff’s office at 555-0100 or tips@example.org with any information.
She wrote on Facebook that she would resign.
More than 300 people were on board.
Watch
« Votre abonnement est trop cher », a-t-il lancé.
The photograph was taken by her brother.
""".strip().splitlines()


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_known(line: str) -> None:
    assert reason(line) is not None or tags_of(line)


@pytest.mark.parametrize("line", SENTENCES)
def test_what_may_be_the_articles_stays(line: str) -> None:
    assert reason(line) is None
    body = f"Le maire a parlé longuement devant la foule.\n\n{line}\n\nLa séance a été levée à minuit."
    assert line in clean(f"Le titre\n\n{body}").text
    assert line in clean_row(body).text


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_samples_come_out_clean(path: Path) -> None:
    cleaned = clean(path.read_text(encoding="utf-8"))
    assert len(cleaned.text.split()) > 240
    paragraphs = cleaned.text.split("\n\n")
    assert all(paragraph.endswith((".", "»", "”", "?", "!")) for paragraph in paragraphs)
    assert not any(
        word in cleaned.text for word in ("WhatsApp", "ookies", "dvertisement", "ublicité", "http")
    )
    assert cleaned.removed


def test_the_samples_say_what_they_are_about() -> None:
    cleaned = {path.stem: clean(path.read_text(encoding="utf-8")) for path in SAMPLES}
    assert len(cleaned) == 6
    ferry = cleaned["bac-de-port-lauzan"]
    assert ferry.title == "Le bac de Port-Lauzan reprend la mer après onze ans d’arrêt"
    assert ferry.dateline == "PORT-LAUZAN"
    assert ferry.text.startswith("Onze ans après sa dernière traversée")
    assert ferry.caption is not None
    assert "Carduner" in ferry.caption
    assert "Carduner" not in ferry.text
    assert ferry.tags == ("bac", "Port-Lauzan", "Kervastel", "transports")
    assert "Facebook, the only place" in cleaned["skerrin-lighthouse-library"].text
    assert cleaned["horloge-de-sainte-orle"].tags == ("SainteOrle", "horloge", "patrimoine", "restauration")


@pytest.mark.skipif(not SEED.exists(), reason="the first article is not beside the repository")
def test_the_first_article_comes_out_clean() -> None:
    cleaned = clean(SEED.read_text(encoding="utf-8"))
    assert cleaned.title.startswith("Elon Musk soutient Trump")
    assert cleaned.dateline == "WASHINGTON"
    assert cleaned.text.startswith("Elon Musk, l’homme")
    assert cleaned.text.endswith("fonctionner.”")
    assert cleaned.caption is not None
    assert cleaned.caption.endswith("(AFP)")
    assert len(cleaned.tags) == 12
    assert len(cleaned.removed) == 12
    assert len(cleaned.text.split("\n\n")) == 24


def test_an_interstitial_nobody_foresaw_goes_when_it_comes_again_and_again() -> None:
    paragraph = (
        "Le conseil a débattu pendant six heures du budget de l’année prochaine, sans parvenir à un accord."
    )
    page = f"\n\nDécouvrez nos offres de printemps\n\n{paragraph}".join([f"Titre\n\n{paragraph}"] + [""] * 3)
    assert "printemps" not in clean(page).text


def test_a_list_that_repeats_itself_stays() -> None:
    page = "Awards\n\n" + "\n\n".join(["Best album of the year", "The Winner (A Label)"] * 4)
    assert clean(page).text.count("Best album of the year") == 4


def test_a_text_without_title_keeps_everything() -> None:
    text = "Le bac a repris du service lundi. Il transporte 120 personnes."
    cleaned = clean(text)
    assert cleaned.text == text
    assert cleaned.title == "Le bac a repris du service lundi."


def test_a_derived_title_is_cut_at_a_word() -> None:
    cleaned = clean("mot " * 100 + "fin.")
    assert len(cleaned.title) <= 100
    assert cleaned.title.endswith("mot…")


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Maud Villard", "Maud Villard"),
        ("MAUD VILLARD and Paul Le Goff", "MAUD VILLARD and Paul Le Goff"),
        ("Maud Villard, Paul Le Goff et Ana Ruiz", "Maud Villard, Paul Le Goff et Ana Ruiz"),
        ("Maud Villard, maud@bac.example", "Maud Villard"),
        ("Maud Villard, Port-Lauzan Courier", "Maud Villard, Port-Lauzan Courier"),
        ("avec l’AFP", None),
        ("Reuters", None),
        ("From staff and wire reports", None),
        ("La rédaction", None),
        ("Opinion contributor", None),
        ("maud@bac.example", None),
    ],
)
def test_a_text_that_begins_with_its_authors_is_titled_by_its_first_sentence(
    line: str, author: str | None
) -> None:
    text = (
        "The ferry of Port-Lauzan will sail again on Monday. It carries 120 people."
        + " It will be on time." * 20
    )
    cleaned = clean(f"{line}\n\n{text}")
    assert (cleaned.title, cleaned.text) == ("The ferry of Port-Lauzan will sail again on Monday.", text)
    assert [(removed.line, removed.reason) for removed in cleaned.removed] == [(line, "byline")]
    assert read_stamps(cleaned.stamps).author == author
    assert clean(f"{line}\nA ferry returns\n\n{text}").title == "A ferry returns"


def test_a_text_of_nothing_but_bylines_or_of_one_endless_word_is_read_too() -> None:
    assert clean("AP\n\n" * 3_000 + "The ferry sails on Monday. " * 20).text.endswith(
        "The ferry sails on Monday."
    )
    assert clean("a" * 1_000_000 + "\n\nThe ferry sails on Monday.").text.startswith("aaa")


def test_names_above_a_few_words_may_be_their_title() -> None:
    assert clean("Maud Villard\n\nShe carries 120 people.").title == "Maud Villard"


@pytest.mark.parametrize(
    "title",
    [
        "Ferry Returns to Port-Lauzan",
        "Maud Villard, the Ferry’s Captain",
        "Mais où est passé le bac de Port-Lauzan, que les habitants de l’île attendent depuis l’incendie du mois de mars ?",
        "Le bac est de retour !",
        "The ferry that nobody expected to see again ...",
    ],
)
def test_a_title_is_the_title(title: str) -> None:
    text = "The ferry of Port-Lauzan will sail again on Monday, says its captain, Maud Villard."
    assert (clean(f"{title}\n\n{text}").title, clean(f"{title}\n\n{text}").text) == (title, text)


@pytest.mark.parametrize(
    "first",
    [
        "“The ferry will sail on Monday.”",
        "The ferry sank in March. So who would have thought to see it again this year?",
        "The claim:",
    ],
)
def test_a_first_paragraph_is_no_title(first: str) -> None:
    assert clean(f"{first}\n\nIt carries 120 people.").text == f"{first}\n\nIt carries 120 people."


def test_a_title_on_the_line_above_its_text_is_the_title() -> None:
    cleaned = clean("Mayor resigns\nThe mayor resigned on Monday.\n\nShe gave no reason.")
    assert cleaned.title == "Mayor resigns"
    assert cleaned.text == "The mayor resigned on Monday.\n\nShe gave no reason."


@pytest.mark.parametrize(
    ("opening", "place"),
    [
        ("WASHINGTON – The", "WASHINGTON"),
        ("LONDON, March 3 (Reuters) - The", "LONDON"),
        ("Paris (AFP) – The", "Paris"),
        ("SAINT-NAZAIRE (Loire-Atlantique) — The", "SAINT-NAZAIRE"),
    ],
)
def test_datelines(opening: str, place: str) -> None:
    cleaned = clean(f"Titre\n\n{opening} bridge is shut.\n\nIt rained.")
    assert cleaned.dateline == place
    assert cleaned.text.startswith("The bridge")


@pytest.mark.parametrize(
    "opening", ["NASA is", "A – B – C is", "Il y a la ville – et le port – qui dort. It is"]
)
def test_a_dash_is_not_always_a_dateline(opening: str) -> None:
    assert clean(f"Titre\n\n{opening} here.\n\nIt rained.").text.startswith(opening)


def test_characters_are_put_in_order() -> None:
    assert (
        normalise("\ufeffe\u0301te\u0301\r\nzero\u200bwidth\u202e\x07\tx\n \n\n\ny")
        == "été\nzerowidth x\n\ny"
    )
    assert normalise("«\u00a0oui\u202f!\u00a0»") == "«\u00a0oui\u202f!\u00a0»"
    assert clean("Titre\n\nDeux   mots\t\tici. Oui.").text == "Deux mots ici. Oui."


def test_lines_fitted_to_a_width_are_joined() -> None:
    page = "Titre\n\nThe library must be reached across a causeway that is dry for\nfive hours a day, and the tide table is printed on each card.\nYes."
    assert "\n" not in clean(page).text


def test_a_rows_text_is_left_as_it_was_given() -> None:
    text = "WASHINGTON – Deux  mots ici.\nUne autre ligne (AFP)\n\n«\u00a0Oui\u00a0»."
    assert clean_row(text).text == text


def test_a_scraped_rows_furniture_goes() -> None:
    text = "The council met.\n\nStory continues below advertisement\n\nIt voted."
    assert clean_row(text).text == "The council met.\n\nIt voted."


LINES = st.one_of(
    st.sampled_from(
        [*FURNITURE, *SENTENCES, "PARIS – Oui.", "Une photo (AFP)", "#a #b", "X", "Facebook", "", "Titre"]
    ),
    st.text(max_size=60),
)


@given(st.lists(LINES, max_size=14), st.sampled_from(["\n", "\n\n"]))
def test_cleaning_again_changes_nothing(lines: list[str], between: str) -> None:
    cleaned = clean(between.join(lines))
    again = clean(cleaned.text, cleaned.title)
    if not cleaned.text.startswith(cleaned.title.rstrip("…")):  # else the title came from the text
        assert again.text == cleaned.text
    assert clean_row(clean_row(cleaned.text).text).text == clean_row(cleaned.text).text
    assert cleaned.text == normalise(cleaned.text)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Read the full story: Wexley station gets its clock back after nine years", "related"),
        ("You may like Six of the best walks along the Calder", "related"),
        ("➤ Flood alerts by text for the whole of Wexley", "related"),
        ("→ Six de nos meilleures promenades au bord de la Loire", "related"),
        ("Support local journalism: what a subscription to the Courier pays for", "subscription"),
        ("Soutenez une presse indépendante : abonnez-vous", "subscription"),
        ("Get storm alerts by text: Sign up for your street", "subscription"),
        ("Follow along for live updates.", "promotion"),
        ("You may like it or not, but the bridge stays closed.", None),
        ("➤ The ferry runs again from Monday, the council said.", None),
        ("► Wexley Bridge is closed on Monday and Tuesday", None),
        ("He said he would support local journalists in any way he could.", None),
        ("The council voted to support local journalism with a grant of £20,000", None),
    ],
)
def test_invitations_are_told_from_sentences(line: str, why: str | None) -> None:
    assert reason(line) == why


def test_a_caption_with_its_photographer_goes_whatever_stands_beside_it() -> None:
    caption = "The ferry at its landing last week. Ann Lee/AFP/Getty Images"
    text = f"The ferry runs again from Monday.\n\n{caption}\n\nThe council said so on Friday."
    assert caption not in clean_row(text, "The ferry").text
    assert clean_row("The ferry.\n\nA photo by AFP/Getty Images was shown.", "x").removed == ()


WALLED = """Le bac de Port-Lauzan reprend lundi
Par Nolwenn Caradec
Le bac de Port-Lauzan reprendra ses traversées lundi matin, après six semaines de travaux sur la cale, a annoncé la mairie.
La cale, fendue par la tempête de janvier, a coûté 212 000 euros à la commune. Lire aussi : La halle aux sardines sera reconstruite
« Nous avons compté les heures », raconte Yves Kerlann, boulanger sur l’autre rive, dont la farine faisait le tour par le pont.
Il vous reste 57.46 % de cet article à lire. La suite est réservée aux abonnés.
Nolwenn Caradec est journaliste au Courrier de Lauzan, où elle suit les transports depuis 2016.
Recevez chaque matin l’essentiel de l’actualité de l’estuaire dans votre boîte mail."""


def test_a_text_that_ends_in_a_wall_is_a_part_and_comes_down_to_its_paragraphs() -> None:
    cleaned = clean(WALLED)
    assert cleaned.partial
    assert cleaned.text.split("\n")[0].startswith("Le bac de Port-Lauzan reprendra")
    assert cleaned.text.split("\n")[1].endswith("212 000 euros à la commune.")
    assert cleaned.text.split("\n")[-1].endswith("faisait le tour par le pont.")
    assert clean_row(WALLED).partial
    whole = "\n".join(WALLED.split("\n")[:5])
    assert not clean(whole).partial


@pytest.mark.parametrize(
    "last",
    [
        "« Suivez vos rêves, et revenez nous voir l’an prochain », a lancé Nolwenn Caradec aux élèves de Port-Lauzan.",
        "Yves Kerlann est boulanger à Port-Lauzan, et père de trois enfants.",
        "Le Courrier de Lauzan compte 12 000 abonnés, dont la moitié lisent en ligne.",
        "Les habitants peuvent s’inscrire jusqu’au 30 avril en écrivant à la mairie.",
        "Selon le dernier recensement, il ne reste que 40 % des bacs de l’estuaire.",
    ],
)
def test_a_sentence_of_the_story_stays_though_it_ends_it_and_speaks_of_subscribers(last: str) -> None:
    text = "\n\n".join([*WALLED.split("\n")[2:5:2], WALLED.split("\n")[2].replace("lundi", "mardi"), last])
    assert clean(text, "Le bac de Port-Lauzan reprend").text.endswith(last)
