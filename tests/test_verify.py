"""A sentence is shown only if the passage it cites says it: our own small stories, true and false."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from retrieval.domain import Language
from retrieval.errors import DepecheError
from retrieval.onnx_runner import OnnxEmbedder
from retrieval.verify import Meaning, Source, check
from retrieval.verify.meaning import words_of
from retrieval.verify.negation import denials
from retrieval.verify.nli import Nli

FERRY = Source(
    (
        "Onze ans après sa dernière traversée, le bac qui relie Port-Lauzan à Kervastel a repris du service lundi à 6 h 40, "
        "avec quarante-deux passagers à son bord.",
        "L’opération a coûté 6,8 millions d’euros.",
        "La maire, Solène Abgrall, espère 210 000 passagers par an.",
        "« Personne ici ne veut imaginer un second arrêt », a déclaré Yann Le Goasguen.",
        "Le comité des ostréiculteurs n’a pas approuvé le projet.",
    ),
    "fr",
    "Le bac de Port-Lauzan reprend la mer",
    date(2025, 4, 18),
)
TRAIN = Source(
    (
        "A night train will run on the Eastmoor line from 12 December 2026, the operator Northern Sleepers announced on Monday.",
        "A seat will cost £29 and a berth £74.",
        "Dr Femi Adeyinka, who studies transport at the University of Wexley, expects 71,000 passengers in the first year.",
        "Roy Oldroyd said that ewes would be disturbed every night.",
        "The company did not buy new coaches.",
    ),
    "en",
    "Night train to return to Eastmoor line next winter",
    date(2026, 3, 3),
)

MINES = Source(
    (
        "La galerie aurait été inondée mercredi.",
        "Ouverte dans les années 60, la mine a compté des milliers de kilomètres de galeries.",
        "« Les puits de Brénac ne seront pas rouverts », a déclaré Lucie Tanguy, directrice du site.",
        "Le musée de Saint-Orens reste ouvert.",
        "Yann Moreau y travaille depuis dix ans comme gardien.",
        "La visite dure deux heures à Saint-Orens, les lundis et jeudis.",
    ),
    "fr",
    "La mine fermée",
    date(2025, 5, 15),
)

MAYORS = Source(
    (
        "L’ancienne maire de Lannec, Odile Rioual, a retrouvé lundi son adjoint sur le quai.",
        "Ils n’ont rien dit du budget.",
    ),
    "fr",
    "Retrouvailles à Lannec",
)
RINK = Source(
    (
        "The director of the rink, Una Falk, opened the doors at noon.",
        "A former champion, Bo Lindqvist, skated first.",
        "“The ice is earlier than ever,” she said.",
    ),
    "en",
    "Rink opens",
)
CLUBS = Source(("Lise Hamon dirige le Mooring Club, un cercle non partisan.",), "fr", "Un cercle")
CHIEFS = Source(
    (
        "The port’s acting director, Owen Tilley, thanked the former fisheries minister.",
        "The quay will be dredged in May.",
    ),
    "en",
    "Thanks at the port",
)

BELL = Source(
    (
        "The bell of Tarrow chapel, stolen in March, was found in a barn.",
        "A police spokeswoman said two men had been arrested on Friday.",
        "“We heard the van leave at night,” Marek Dolan told reporters.",
        "Researchers found that the bell had been cast in Ghent.",
        "Ada Quill, who runs the bakery on Mill Street, gave bread to the searchers.",
        "Tom Reeve repaired the clock of the town hall last winter.",
    ),
    "en",
    "Stolen bell found",
    date(2025, 5, 26),
)
TOWER = Source(
    (
        "La tour de Sainte-Maure a été bâtie vers 1400 et tournée vers le soleil levant.",
        "Selon une étude du laboratoire de Vannes, ses pierres viennent de Carnac.",
        "Le maire, Paul Kerdreux, a promis un ascenseur.",
        "Une voisine, Inès Morvan, a photographié les hirondelles du clocher.",
        "Elle est ouverte 24 heures sur 24.",
    ),
    "fr",
    "Une tour",
    date(2025, 6, 2),
)

WELL = Source(
    (
        "Il est interdit de boire l’eau du puits de Malval, que neuf familles utilisaient.",
        "Le conseil a accepté de payer les analyses.",
        "Les géologues italiens craignent qu’il ne s’effondre.",
        "Le procès s’est ouvert à la cour de Malval et s’est terminé le 3 août.",
        "Aucun habitant n’est tombé malade, a noté Peter Wainwright.",
        "La maire refuse de rouvrir le lavoir.",
        "Le Journal a déclaré que l’eau sentait le fer depuis mai.",
        "Mme Sorel a laissé entendre que la pompe ne serait pas réparée avant lundi.",
    ),
    "fr",
    "Un puits fermé",
    date(2025, 9, 2),
)

TRUE: list[tuple[Language, Source, str]] = [
    ("en", WELL, "It is forbidden to drink the water of the Malval well, which nine families used."),
    ("en", WELL, "The Italian geologists fear that it will collapse."),
    ("en", WELL, "The trial opened at the Malval Court and concluded on August 3."),
    ("en", WELL, "No inhabitant has fallen ill, Peter Wainwright noted."),
    ("fr", WELL, "Aucun habitant n’est tombé malade, a-t-il noté."),
    ("en", WELL, "Sorel suggested that the pump would not be repaired before Monday."),
    ("en", WELL, "The newspaper declared that the water had smelt of iron since May."),
    ("en", WELL, "The mayor will not reopen the wash house."),
    ("fr", FERRY, "L’opération a coûté 6,8 millions d’euros."),
    ("fr", FERRY, "Le bac a repris du service lundi à 6 h 40, avec 42 passagers à son bord."),
    ("en", FERRY, "The operation cost 6.8 million euros."),
    ("en", FERRY, "The mayor, Solène Abgrall, hopes for 210,000 passengers a year."),
    ("en", TRAIN, "A seat will cost £29 and a berth £74."),
    ("en", TRAIN, "Femi Adeyinka expects 71,000 passengers in the first year."),
    (
        "fr",
        TRAIN,
        "L’opérateur Northern Sleepers a annoncé lundi qu’un train de nuit circulera sur la ligne d’Eastmoor à partir du 12 décembre 2026.",
    ),
    ("fr", TRAIN, "Roy Oldroyd a déclaré que les brebis seraient dérangées chaque nuit."),
    ("fr", TRAIN, "Une place coûtera 29 livres et une couchette 74 livres."),
    ("en", MINES, "The gallery would have been flooded on Wednesday."),
    ("en", MINES, "The mine was opened in the 1960s; thousands of miles of gallery were dug."),
    ("en", MAYORS, "The former mayor of Lannec, Odile Rioual, and her deputy met on Monday."),
    ("en", CLUBS, "Lise Hamon runs the non-partisan Mooring Club."),
    ("en", CLUBS, "Lise Hamon runs the nonpartisan Mooring Club."),
    (
        "fr",
        CHIEFS,
        "Le directeur par intérim du port, Owen Tilley, a remercié l’ancienne ministre des Pêches.",
    ),
    ("en", RINK, "The director of the rink, Una Falk, opened the doors at noon."),
    ("en", RINK, "Bo Lindqvist, an ex-champion, skated first."),
    ("fr", RINK, "Un ancien champion, Bo Lindqvist, a patiné le premier."),
    ("en", BELL, "Police said two men had been arrested on Friday."),
    ("en", BELL, "According to police, two men had been arrested on Friday."),
    ("en", BELL, "Two men had been arrested on Friday, a spokesperson said."),
    ("fr", BELL, "Selon la police, deux hommes ont été arrêtés vendredi."),
    ("fr", BELL, "Deux hommes ont été arrêtés vendredi, a déclaré une porte-parole de la police."),
    ("en", BELL, "According to scientists, the bell had been cast in Ghent."),
    ("fr", BELL, "Selon des chercheurs, la cloche avait été fabriquée à Gand."),
    ("en", BELL, "According to the article, the bell was found in a barn."),
    ("en", BELL, "Ada Quill gave bread to the searchers."),
    ("fr", BELL, "Tom Reeve a réparé l’horloge de la mairie l’hiver dernier."),
    ("en", TOWER, "The mayor, Paul Kerdreux, has promised a lift."),
    ("fr", TOWER, "Le maire a promis un ascenseur."),
    ("en", TOWER, "According to a study by the Vannes laboratory, its stones come from Carnac."),
    ("fr", TOWER, "La tour a été bâtie vers 1400."),
    ("en", TOWER, "The tower of Sainte-Maure was built around 1400."),
    ("en", TOWER, "Inès Morvan, a neighbour, photographed the swallows of the bell tower."),
]
FALSE: list[tuple[Language, Source, str, str]] = [
    ("fr", WELL, "Il n’est plus interdit de boire l’eau du puits de Malval.", "negation"),
    ("fr", WELL, "Le conseil a refusé de payer les analyses.", "negation"),
    ("en", WELL, "The council refused to pay for the analyses.", "negation"),
    ("fr", WELL, "La maire accepte de rouvrir le lavoir.", "negation"),
    ("fr", WELL, "Les géologues mexicains craignent qu’il ne s’effondre.", "name"),
    ("fr", WELL, "Le puits de Malval, que neuf cents familles utilisaient, est interdit.", "number"),
    ("fr", WELL, "Le procès s’est terminé après neuf jours.", "number"),
    ("en", WELL, "No inhabitant has fallen ill, Peter Okafor noted.", "name"),
    ("en", WELL, "No inhabitant has fallen ill, Karen Wainwright noted.", "name"),
    ("fr", FERRY, "L’opération a coûté 6,9 millions d’euros.", "number"),
    ("en", FERRY, "The operation cost 6.8 million dollars.", "unit"),
    ("en", FERRY, "The ferry came back into service on Tuesday at 6:40 with forty-two passengers.", "date"),
    ("fr", FERRY, "La maire, Nadège Ferrandi, espère 210 000 passagers par an.", "name"),
    ("fr", FERRY, "Le comité des ostréiculteurs a approuvé le projet.", "negation"),
    ("en", TRAIN, "The company bought new coaches.", "negation"),
    ("en", TRAIN, "A night train will run on the Eastmoor line from 12 November 2026.", "date"),
    ("fr", TRAIN, "Une place coûtera 92 livres.", "number"),
    ("en", TRAIN, "Femi Adeyinka said that ewes would be disturbed every night.", "attribution"),
    ("en", TRAIN, "The bakery on the square has closed for good because of the price of flour.", "meaning"),
    ("fr", FERRY, "The operation cost 6.8 million euros.", "language"),
    ("fr", TRAIN, "L’opérateur Northern Sleepers a annoncé mardi qu’un train de nuit circulera.", "date"),
    ("en", MINES, "The gallery would have been flooded on Tuesday.", "date"),
    ("fr", MINES, "La galerie a été inondée mercredi.", "attribution"),
    (
        "en",
        MINES,
        "According to a police spokesman, the shafts at Brenac will not be reopened.",
        "attribution",
    ),
    ("fr", MINES, "Selon Yann Moreau, les puits de Brénac ne seront pas rouverts.", "attribution"),
    ("fr", MINES, "La visite dure deux heures les lundis et lundis.", "date"),
    ("fr", MINES, "La visite dure deux heures à Brénac, les lundis et jeudis.", "meaning"),
    ("en", MAYORS, "The mayor of Lannec, Odile Rioual, met her deputy on Monday.", "standing"),
    ("en", FERRY, "The former mayor, Solène Abgrall, hopes for 210,000 passengers a year.", "standing"),
    (
        "fr",
        CHIEFS,
        "Le directeur du port, Owen Tilley, a remercié l’ancienne ministre des Pêches.",
        "standing",
    ),
    ("fr", CHIEFS, "Le directeur par intérim du port a remercié la ministre des Pêches.", "standing"),
    ("en", RINK, "The former director of the rink, Una Falk, opened the doors at noon.", "standing"),
    ("en", RINK, "The deputy director of the rink, Una Falk, opened the doors at noon.", "standing"),
    ("en", RINK, "A champion, Bo Lindqvist, skated first.", "standing"),
    ("fr", RINK, "L’ancienne directrice de la patinoire, Una Falk, a ouvert les portes à midi.", "standing"),
    ("en", TOWER, "Inès Brandt, a neighbour, photographed the swallows of the bell tower.", "name"),
    (
        "en",
        TOWER,
        "The tower of Sainte-Maure was built around 1400, according to Inès Morvan.",
        "attribution",
    ),
    ("en", BELL, "The mayor said two men had been arrested on Friday.", "attribution"),
    ("en", BELL, "According to doctors, two men had been arrested on Friday.", "attribution"),
    ("fr", BELL, "Deux hommes ont été arrêtés vendredi, selon le ministère.", "attribution"),
    ("en", BELL, "“We heard the van leave at night,” the headteacher told reporters.", "attribution"),
    ("en", BELL, "“We heard the van leave at night,” Marek Dolan told firefighters.", "attribution"),
    ("en", TOWER, "According to the prosecutor, its stones come from Carnac.", "attribution"),
    ("fr", TOWER, "Selon un avocat, ses pierres viennent de Carnac.", "attribution"),
    ("en", BELL, "Ada Quill repaired the clock of the town hall last winter.", "name"),
    ("fr", BELL, "Ada Quill a réparé l’horloge de la mairie l’hiver dernier.", "meaning"),
    ("en", TOWER, "The mayor, Inès Morvan, has promised a lift.", "name"),
    ("fr", TOWER, "Une voisine, Paul Kerdreux, a photographié les hirondelles du clocher.", "name"),
]


@pytest.fixture(scope="module")
def meaning(embedder: OnnxEmbedder) -> Meaning:
    return Meaning(embedder)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "source", "sentence"), TRUE)
def test_a_true_sentence_is_shown(
    language: Language, source: Source, sentence: str, meaning: Meaning
) -> None:
    assert check(sentence, language, [source], meaning) == ()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "source", "sentence", "kind"), FALSE)
def test_a_false_sentence_is_not_and_the_reason_says_why(
    language: Language, source: Source, sentence: str, kind: str, meaning: Meaning
) -> None:
    faults = check(sentence, language, [source], meaning)
    expected = {kind, "name"} if kind == "attribution" else {kind}
    assert expected & {fault.kind for fault in faults}, faults
    assert all(fault.detail for fault in faults)


@pytest.mark.slow
def test_one_of_several_sources_is_enough(meaning: Meaning) -> None:
    assert check("A seat will cost £29 and a berth £74.", "en", [FERRY, TRAIN], meaning) == ()
    assert check("A seat will cost £29 and a berth £74.", "en", [FERRY], meaning)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Yes."),
        ("en", "Indeed, yes."),
        ("en", "It is true."),
        ("en", "That is false."),
        ("en", "Indeed."),
        ("fr", "Oui."),
        ("fr", "C’est exact."),
        ("fr", "En effet, c’est vrai."),
        ("fr", "Euros."),
    ],
)
def test_what_says_only_whether_it_is_so_is_not_shown(
    language: Language, sentence: str, meaning: Meaning
) -> None:
    (fault,) = check(sentence, language, [FERRY], meaning)
    assert fault.detail == "it says too little to be checked"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("The work on the ferry cost 6.8 million euros, see https://evil.example/x", "the address https"),
        ("The work on the ferry cost 6.8 million euros, says evil.com.", "the address evil.com"),
        ("The work on the ferry cost 6.8 million euros, says @evil.", "the address @evil"),
        ("The 工作 on the ferry cost 6.8 million euros.", "some of its letters"),
        ("The work on the ferry cost 6.8 million euros" + " and so on" * 200 + ".", "it is too long"),
        ("El trabajo costó 6,8 millones de euros.", "it is not in the answer's language"),
    ],
)
def test_nothing_that_a_screen_makes_a_link_of_or_nobody_can_read_is_shown(
    sentence: str, reason: str, meaning: Meaning
) -> None:
    assert any(fault.detail.startswith(reason) for fault in check(sentence, "en", [FERRY], meaning))


def test_a_sentence_without_words_or_source_is_not_shown(meaning: Meaning) -> None:
    assert check("…", "fr", [FERRY], meaning)
    assert check("Le bac a repris la mer.", "fr", [], meaning)


class Contrary:
    """Holds that every sentence is contradicted."""

    def judge(self, premise: str, sentence: str) -> tuple[float, float]:
        return 0.1, 0.9


@pytest.mark.slow
def test_an_nli_model_is_heard_too(embedder: OnnxEmbedder) -> None:
    faults = check("L’opération a coûté 6,8 millions d’euros.", "fr", [FERRY], Meaning(embedder, Contrary()))
    assert [fault.kind for fault in faults] == ["meaning"]


def _cross_encoder(folder: Path, labels: dict[int, str]) -> Path:
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder.mkdir()
    letters = [chr(n) for n in range(97, 123)]
    (folder / "vocab.txt").write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + c for c in letters)])
    )
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=57, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        id2label=labels, label2id={name: n for n, name in labels.items()}, initializer_range=0.5,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_an_nli_models_labels_are_found_by_name(tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder

    folder = _cross_encoder(tmp_path / "nli", {0: "contradiction", 1: "entailment", 2: "neutral"})
    scores = CrossEncoder(str(folder), device="cpu").predict([("Le bac.", "La mer.")])[0]
    entailed, contradicted = Nli(str(folder)).judge("Le bac.", "La mer.")
    assert (entailed > contradicted) == (scores[1] > scores[0])
    assert 0 < entailed + contradicted < 1


@pytest.mark.slow
def test_a_model_that_does_no_inference_is_told_so(tmp_path: Path) -> None:
    for wrong in (str(_cross_encoder(tmp_path / "other", {0: "a", 1: "b"})), "/nowhere/at/all"):
        with pytest.raises(DepecheError) as told:
            Nli(wrong)
        assert "DEPECHE_NLI" in told.value.hint


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It costs neither gas nor electricity.", 1),
        ("It has no oven, nor any chimney.", 1),
        ("He did not come. Nor did she.", 2),
        ("No oven has no chimney.", 2),
    ],
)
def test_neither_nor_denies_once(text: str, count: int) -> None:
    words = words_of(re.findall(r"[^.]+\.\s*", text), "en")
    assert len(denials(text, words, "en")) == count
