"""What the bot says of itself and of questions it cannot take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.texts import commands


@dataclass(frozen=True, slots=True)
class Talk:
    """What the bot says of itself, in one language."""

    greeting: str
    nothing_yet: str
    nothing_yet_admin: str
    help: str
    admin_help: str
    unknown_command: str
    ask_usage: str
    timeline_usage: str
    not_text: str
    too_long: str
    too_late: str
    failed: str
    unreadable: str
    full: str
    full_waits: str
    stopping: str
    stopped: str
    nothing_to_stop: str
    lost: str
    untitled: str


FRENCH: Final = Talk(
    greeting=(
        "Bonjour, je réponds à vos questions sur l’actualité, en français ou en anglais, par les phrases exactes des articles "
        "et avec leurs sources. Ce que les articles ne disent pas, je ne le dis pas."
    ),
    nothing_yet="Ma bibliothèque est encore vide\u00a0: revenez quand elle aura reçu ses premiers articles.",
    nothing_yet_admin=(
        "Ma bibliothèque est encore vide. Envoyez-moi ici le lien d’un article, d’un flux ou d’un plan de site, ou un fichier "
        "(PDF, HTML, texte, courriel, JSON Lines), et je le lirai."
    ),
    help=(
        "Écrivez votre question comme vous la poseriez à quelqu’un, en français ou en anglais\u202f; je réponds dans "
        "votre langue, avec les citations exactes et leurs sources. Envoyez-moi aussi le lien d’un article, ou transférez-moi "
        "un message\u00a0: je dirai ce que les articles en disent.\n\n"
        + commands.listed(commands.FRENCH, between="\u00a0: ")
        + "\n\nDans un groupe, mentionnez-moi, répondez à l’un de mes messages ou écrivez /ask. Mentionnez-moi en réponse "
        "au message de quelqu’un, et je cherche ce qu’en disent les articles. Dans toute autre conversation, tapez mon "
        "nom suivi de votre question, et publiez la réponse.\n"
        "Sous une réponse, un bouton ouvre l’article au passage cité\u202f; le dernier (⋯) montre l’autre langue et les votes."
    ),
    admin_help="Pour vous, qui vous occupez de la bibliothèque\u00a0:\n"
    + commands.listed(commands.FRENCH_ADMIN, between="\u00a0: "),
    unknown_command="Je ne connais pas cette commande. Envoyez /help pour voir ce que je sais faire.",
    ask_usage="Écrivez votre question en quelques mots, par exemple\u00a0: /ask Qui a remporté l’élection\u202f?",
    timeline_usage="Dites de quelle affaire, par exemple\u00a0: /timeline grève des trains",
    not_text="Je ne lis que le texte pour l’instant. Pouvez-vous écrire votre question\u202f?",
    too_long=(
        "Votre question compte {length} caractères\u202f; je n’en lis pas plus de {limit}. "
        "Pouvez-vous la poser plus brièvement\u202f?"
    ),
    too_late="Désolé, cette réponse prend trop de temps. Réessayez dans un moment, s’il vous plaît.",
    failed="Désolé, quelque chose s’est mal passé de mon côté. Réessayez dans un moment, s’il vous plaît.",
    unreadable="Désolé, je n’arrive pas à lire mes articles en ce moment. Réessayez plus tard, s’il vous plaît.",
    full=(
        "Désolé, je ne peux rien enregistrer en ce moment, sans doute faute de place sur le disque. "
        "Réessayez plus tard, s’il vous plaît."
    ),
    full_waits=(
        "Je ne peux rien enregistrer en ce moment, sans doute faute de place sur le disque. "
        "Votre message n’est pas perdu\u00a0: j’y répondrai dès que possible."
    ),
    stopping="Désolé, je redémarre et je n’ai pas pu répondre. Reposez votre question dans un instant, s’il vous plaît.",
    stopped="J’ai arrêté.",
    nothing_to_stop="Aucune réponse n’est en cours.",
    lost="Désolé, j’ai redémarré avant d’avoir pu répondre. Reposez votre question, s’il vous plaît.",
    untitled="Sans titre",
)

ENGLISH: Final = Talk(
    greeting=(
        "Hello, I answer your questions about the news, in English or in French, with the exact sentences of the articles "
        "and their sources. What the articles do not say, I do not say."
    ),
    nothing_yet="My library is still empty: come back once it has its first articles.",
    nothing_yet_admin=(
        "My library is still empty. Send me here the link of an article, a feed or a sitemap, or a file "
        "(PDF, HTML, text, mail, JSON Lines), and I will read it."
    ),
    help=(
        "Write your question as you would ask a person, in English or in French; I answer in your language, "
        "with the exact quotations and their sources. You can also send me a link to an article, or forward a message: "
        "I will tell you what the articles say on it.\n\n"
        + commands.listed(commands.ENGLISH, between=": ")
        + "\n\nIn a group, mention me, reply to one of my messages, or write /ask. Mention me in reply to somebody’s "
        "message, and I look up what the articles say to it. In any other chat, type my name and your question, and post "
        "the answer.\n"
        "Under an answer a button opens the article at the passage; the last one (⋯) shows the other language and the votes."
    ),
    admin_help="For you, who look after the library:\n"
    + commands.listed(commands.ENGLISH_ADMIN, between=": "),
    unknown_command="I don’t know that command. Send /help to see what I can do.",
    ask_usage="Write your question in a few words, for example: /ask Who won the election?",
    timeline_usage="Say of which story, for example: /timeline train strike",
    not_text="I only read text for now. Could you write your question?",
    too_long="Your question is {length} characters long; I read up to {limit}. Could you ask it more briefly?",
    too_late="Sorry, this answer is taking too long. Please try again in a moment.",
    failed="Sorry, something went wrong on my side. Please try again in a moment.",
    unreadable="Sorry, I cannot read my articles just now. Please try again later.",
    full="Sorry, I cannot write anything down just now; the disk is probably full. Please try again later.",
    full_waits=(
        "I cannot write anything down just now; the disk is probably full. "
        "Your message is not lost: I will answer it as soon as I can."
    ),
    stopping="Sorry, I am restarting and could not answer. Please ask again in a moment.",
    stopped="Stopped.",
    nothing_to_stop="There is no answer under way.",
    lost="Sorry, I restarted before I could answer. Please ask again.",
    untitled="Untitled",
)
