"""What the bot says when it cannot start, and of its settings, in French: by the English template, as it stands in the code."""

from __future__ import annotations

from typing import Final

FRENCH: Final = {
    "Chats": "Conversations",
    "Readers": "Lecteurs",
    "Answers since {day}": "Réponses depuis {day}",
    "… of the last day": "… du dernier jour",
    "Subscriptions": "Abonnements",
    "Let in by a code": "Entrés par un code",
    "Messages under way": "Messages en cours",
    "(refused)": "(refus)",
    "Good once, for {days} days. The reader sends it to the bot, or opens the link.": "Valable une fois, pendant {days}\u00a0jours. Le lecteur l’envoie au bot, ou ouvre le lien.",
    "The bot asks for no codes now: DEPECHE_BOT_ACCESS is {access}, not code.": "Le bot ne demande pas de code en ce moment\u00a0: DEPECHE_BOT_ACCESS vaut {access}, pas code.",
    "No Telegram token": "Il n’y a pas de jeton Telegram",
    "Create a bot with @BotFather and put TELEGRAM_BOT_TOKEN=… in .env or the environment.": "Créez un bot avec @BotFather et mettez TELEGRAM_BOT_TOKEN=… dans .env ou dans l’environnement.",
    "The folder {folder} cannot be made: {why}": "Impossible de créer le dossier {folder}\u00a0: {why}",
    "Change its rights, or choose another DEPECHE_DATA_DIR.": "Changez ses droits, ou choisissez un autre DEPECHE_DATA_DIR.",
    "The chats in {path} were kept by a newer Dépêche": "Les conversations de {path} viennent d’une version plus récente de Dépêche",
    "Upgrade, or choose another DEPECHE_DATA_DIR.": "Mettez Dépêche à jour, ou choisissez un autre DEPECHE_DATA_DIR.",
    "The chats' database {path} cannot be used: {why}": "La base des conversations {path} est inutilisable\u00a0: {why}",
    "Is there room on the disk, and may the folder be written? If it is damaged, move the file away.": "Reste-t-il de la place sur le disque, et le droit d’écrire dans le dossier\u202f? Si le fichier est endommagé, déplacez-le.",
    "No bot has run with the library in {folder} yet": "Aucun bot n’a encore tourné avec la bibliothèque de {folder}",
    "Run: depeche bot.": "Lancez\u00a0: depeche bot.",
    "Telegram cannot be reached ({kind})": "Telegram est injoignable ({kind})",
    "Check the network, a proxy (HTTPS_PROXY), and DEPECHE_TELEGRAM_BASE_URL if it is set.": "Vérifiez le réseau, le mandataire (HTTPS_PROXY) s’il y en a un, et DEPECHE_TELEGRAM_BASE_URL s’il est défini.",
    "Telegram refused to start the bot: {why}": "Telegram a refusé de démarrer le bot\u00a0: {why}",
    "Check DEPECHE_BOT_WEBHOOK_URL.": "Vérifiez DEPECHE_BOT_WEBHOOK_URL.",
    "Telegram refused to start the bot ({kind})": "Telegram a refusé de démarrer le bot ({kind})",
    "Try again in a minute.": "Réessayez dans une minute.",
    "Telegram does not accept the bot's token": "Telegram n’accepte pas le jeton du bot",
    "@BotFather shows the right one (/mybots, API Token); put it in TELEGRAM_BOT_TOKEN.": "@BotFather donne le bon (/mybots, API Token)\u202f; mettez-le dans TELEGRAM_BOT_TOKEN.",
    "The bot cannot listen at {listen}: {why}": "Le bot ne peut pas écouter sur {listen}\u00a0: {why}",
    "Is another program there? Choose another in DEPECHE_BOT_WEBHOOK_LISTEN or DEPECHE_BOT_HEALTH_LISTEN.": "Un autre programme l’occupe-t-il\u202f? Choisissez une autre adresse dans DEPECHE_BOT_WEBHOOK_LISTEN ou DEPECHE_BOT_HEALTH_LISTEN.",
    "give Telegram's numbers of people, separated by commas": "donnez les numéros Telegram des personnes, séparés par des virgules",
    "give a time zone's name, such as Europe/Paris": "donnez le nom d’un fuseau horaire, comme Europe/Paris",
    "give an address and a port, such as 127.0.0.1:8443": "donnez une adresse et un port, comme 127.0.0.1:8443",
    "give an address that begins with https://: Telegram delivers to no other": "donnez une adresse qui commence par https://\u00a0: Telegram ne livre à aucune autre",
    "give 1 to 256 letters, digits, _ and -: Telegram takes no others": "donnez de 1 à 256 lettres, chiffres, _ et -\u00a0: Telegram n’accepte rien d’autre",
    "give two times, such as 22:00-07:00, or none": "donnez deux heures, comme 22:00-07:00, ou aucune",
}
