"""What ordinary news looks like to an embedding model, before a library holds enough to tell.

A question's scores mean something only against the scores of passages that do not answer it. A library of one
article has none, so every library starts from these sentences of ours: the same in both languages, on as many
subjects as a front page has. Their statistics are the first entries of each language's Moments; a thousand passages
later they weigh nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.domain import Language
from retrieval.moments import Moments

if TYPE_CHECKING:
    from retrieval.embedding import Embedder

_PAIRS: tuple[tuple[str, str], ...] = (
    ("Le conseil municipal a voté le budget de l’année prochaine après six heures de débats.",
     "The city council passed next year’s budget after six hours of debate."),
    ("La pluie tombée toute la nuit a coupé la route principale et inondé plusieurs caves.",
     "Rain that fell all night cut the main road and flooded several cellars."),
    ("Selon les chercheurs, le vaccin protège encore neuf personnes sur dix au bout d’un an.",
     "The vaccine still protects nine people in ten after a year, researchers say."),
    ("L’équipe a égalisé dans les dernières minutes avant de s’imposer aux tirs au but.",
     "The side equalised in the closing minutes before winning on penalties."),
    ("La banque centrale a relevé son taux directeur d’un quart de point pour freiner l’inflation.",
     "The central bank raised its main rate by a quarter point to curb inflation."),
    ("Le tribunal a condamné l’ancien directeur à deux ans de prison avec sursis.",
     "The court gave the former director a suspended two-year prison sentence."),
    ("Les enseignants appellent à la grève contre la fermeture de classes en zone rurale.",
     "Teachers are calling a strike over the closure of classes in rural areas."),
    ("La romancière a reçu le prix pour un récit d’enfance au bord de la mer.",
     "The novelist won the prize for a story of childhood by the sea."),
    ("L’entreprise prévoit de supprimer trois cents postes et de fermer son usine du Nord.",
     "The company plans to cut three hundred jobs and close its northern plant."),
    ("Les pompiers ont maîtrisé l’incendie qui menaçait la forêt depuis lundi.",
     "Firefighters have contained the blaze that had threatened the forest since Monday."),
    ("Le président a reçu son homologue pour parler de commerce et de défense.",
     "The president received his counterpart for talks on trade and defence."),
    ("Une nouvelle espèce de grenouille a été décrite dans les montagnes de l’île.",
     "A new species of frog has been described in the island’s mountains."),
    ("Le festival attend quarante mille spectateurs et une trentaine de groupes.",
     "The festival expects forty thousand visitors and some thirty bands."),
    ("Les électeurs ont rejeté la réforme par référendum, avec cinquante-quatre pour cent de non.",
     "Voters rejected the reform in a referendum, with fifty-four per cent against."),
    ("La fusée a placé deux satellites en orbite quelques minutes après le décollage.",
     "The rocket placed two satellites in orbit minutes after lift-off."),
    ("Le médecin conseille de marcher une demi-heure par jour et de dormir davantage.",
     "The doctor advises walking half an hour a day and sleeping longer."),
    ("Le prix du blé a reculé sur les marchés après l’annonce d’une bonne récolte.",
     "Wheat prices fell on the markets after news of a good harvest."),
    ("La police a arrêté quatre hommes soupçonnés d’avoir volé des tableaux.",
     "Police arrested four men suspected of stealing paintings."),
    ("Un train a déraillé sans faire de blessés à l’entrée de la gare.",
     "A train came off the rails outside the station without injuring anyone."),
    ("L’université ouvre un laboratoire consacré à l’intelligence artificielle.",
     "The university is opening a laboratory devoted to artificial intelligence."),
    ("Le réseau social a modifié ses règles après une fuite de données personnelles.",
     "The social network changed its rules after a leak of personal data."),
    ("Les familles déplacées par les combats manquent d’eau et de médicaments.",
     "Families displaced by the fighting are short of water and medicine."),
    ("Le chef propose un menu de saison autour des légumes du marché.",
     "The chef offers a seasonal menu built on vegetables from the market."),
    ("Le film raconte l’histoire d’un gardien de phare et de sa fille.",
     "The film tells the story of a lighthouse keeper and his daughter."),
    ("Les agriculteurs ont bloqué le pont avec leurs tracteurs pendant deux jours.",
     "Farmers blocked the bridge with their tractors for two days."),
    ("La ministre a présenté un plan pour construire des logements moins chers.",
     "The minister presented a plan to build cheaper homes."),
    ("Les scientifiques mesurent un recul des glaciers plus rapide que prévu.",
     "Scientists are measuring a faster retreat of glaciers than forecast."),
    ("La championne a battu son propre record de près de deux secondes.",
     "The champion beat her own record by almost two seconds."),
    ("Le musée rend à leur pays d’origine une dizaine de statues anciennes.",
     "The museum is returning a dozen ancient statues to their country of origin."),
    ("Un séisme de faible intensité a été ressenti dans la vallée mardi matin.",
     "A minor earthquake was felt in the valley on Tuesday morning."),
    ("Les syndicats et la direction ont signé un accord sur les salaires.",
     "Unions and management have signed an agreement on pay."),
    ("L’hôpital manque d’infirmières et reporte des opérations non urgentes.",
     "The hospital is short of nurses and is postponing non-urgent operations."),
    ("La chanteuse annonce une tournée de vingt dates à travers l’Europe.",
     "The singer announced a tour of twenty dates across Europe."),
    ("Le constructeur rappelle cent mille voitures pour un défaut de freins.",
     "The carmaker is recalling a hundred thousand cars over a brake fault."),
    ("Le roi et le premier ministre ont rendu hommage aux soldats morts à la guerre.",
     "The king and the prime minister paid tribute to soldiers killed in the war."),
    ("Les habitants réclament une ligne de bus jusqu’au nouveau quartier.",
     "Residents are asking for a bus line to the new district."),
    ("L’enquête montre que les jeunes lisent moins de journaux mais regardent plus de vidéos.",
     "The survey shows young people read fewer newspapers but watch more videos."),
    ("Né en 1902, l’architecte a dessiné plusieurs gares et un palais de justice.",
     "Born in 1902, the architect designed several stations and a courthouse."),
    ("La frontière a rouvert après la signature d’un cessez-le-feu.",
     "The border reopened after a ceasefire was signed."),
    ("La méthode consiste à chauffer le métal puis à le refroidir très vite.",
     "The method consists of heating the metal and then cooling it very fast."),
)  # fmt: skip


BACKGROUND = len(_PAIRS)  # sentences a language
TEXTS: tuple[str, ...] = tuple(text for pair in _PAIRS for text in pair)  # French and English in turn


def background_moments(embedder: Embedder) -> dict[Language, Moments]:
    """Return the statistics of the background's vectors by this model, a language each."""
    french, english = zip(*_PAIRS, strict=True)
    return {
        "fr": Moments.of(embedder.embed_passages(french)),
        "en": Moments.of(embedder.embed_passages(english)),
    }
