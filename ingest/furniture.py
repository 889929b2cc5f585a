"""Which lines of a scraped page are the page's furniture, not the article: adverts, share bars, forms, cookies.

Precision first: a line goes only where its whole shape says so. A sentence that merely mentions Facebook or an
advert has the shape of a sentence, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_NETWORKS = (
    "facebook|twitter|x|instagram|linkedin|pinterest|whats ?app|telegram|reddit|tumblr|tik ?tok|youtube|snapchat|"
    "threads|bluesky|mastodon|messenger|flipboard|pocket|viber|vk|xing|signal|flux rss|rss|google news|google actualités"
)
_SHARING = (
    "share|shares|partager|partages?|tweet|tweeter|e-?mail|courriel|mail|print|imprimer|copy link|copy|copier le lien|"
    "copier|link|lien|more|plus|save|enregistrer|like|j’aime|envoyer|envoyer par e-?mail|sms"
)
_SHARE_ITEM = re.compile(rf"(?:{_NETWORKS}|{_SHARING})(?: ?\(?\d[\d., ]*k?\)?)?", re.I)
_NETWORK = re.compile(rf"(?:{_NETWORKS})", re.I)
_SEPARATOR = re.compile(r"\s*[|•·/,;–—-]\s*|\s{2,}")
_STOP = r"\s*[.!…:>»|]*\s*$"  # what may close such a line

# What each pattern matches is a whole line (apostrophes ’, spaces single, case folded away).
_WHOLE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(rf"(?:{pattern}){_STOP}", re.I))
    for reason, pattern in (
        (
            "advert",
            r"\W*(?:advertisement|advertising|advert|ad|sponsored(?: content| post)?|publicité|pub|annonces?|"
            r"contenu (?:sponsorisé|partenaire)|promoted(?: content)?|promo)\W*",
        ),
        (
            "advert",
            r"(?:the |this )?(?:story|article|text|content) (?:continues|resumes) (?:below|after|beneath)(?: (?:this|the))?(?: (?:advertisement|ad|advert|video|gallery|break|image))?",
        ),
        (
            "advert",
            r"(?:scroll (?:down )?(?:to|for) .{0,40}|(?:article|story) continued below|continue reading(?: the (?:main )?(?:story|article))?(?: below)?|keep reading)",
        ),
        (
            "advert",
            r"(?:l’article|la suite|le texte|la lecture|votre (?:article|lecture)|suite|cet article)(?: de (?:l’article|votre (?:lecture|article)))?(?: (?:se poursuit|continue|reprend))?(?: ci-dessous)? (?:après|sous) (?:cette|la) (?:publicité|pub|annonce|vidéo)",
        ),
        (
            "advert",
            r"(?:why (?:am i seeing|you are seeing) (?:this|these) ads?\??|report (?:this )?ad|signaler cette (?:publicité|annonce)|masquer la publicité|hide ad|skip ad)",
        ),
        (
            "subscription",
            r"(?:newsletter|la newsletter|newsletters|abonnez-vous|s’abonner|je m’abonne|m’abonner|s’inscrire|je m’inscris|inscrivez-vous|subscribe(?: now| today)?|sign up(?: now)?|sign in|log ?in|register|se connecter|connexion|je me connecte)",
        ),
        (
            "subscription",
            r"(?:already|déjà) (?:a )?(?:subscribed|subscriber|a member|member|abonnée?s?|abonné·e|inscrite?|registered)(?:·e)? ?\?.{0,40}",
        ),
        (
            "subscription",
            r"(?:your|enter your|votre|entrez votre|saisissez votre) (?:e-?mail(?: address)?|adresse (?:e-?mail|électronique|mail)|courriel)(?: (?:here|ici|address))?",
        ),
        (
            "share",
            r"(?:share|partagez?|tweetez?|follow us|suivez[- ]nous)(?: (?:this|it|cet(?:te)?|le|la|l’|on|sur|via|with|with your friends|avec vos amis|article|story|post|page|information|info|publication|by|par|e-?mail|"
            + _NETWORKS
            + r"|et|and|&|,)+)*",
        ),
        (
            "share",
            r"(?:click|cliquez) (?:to|pour) .{3,60}\((?:opens in new window|ouvre dans une nouvelle fenêtre)\)",
        ),
        (
            "share",
            r"(?:copy (?:the )?link(?: to clipboard)?|copier le lien|link copied|lien copié|imprimer(?: cet article)?|print(?: this (?:article|page))?|envoyer (?:par e-?mail|à un ami)|email this(?: article)?|like this|j’aime ça|loading|chargement|j’aime chargement|like loading|gift this article|offrir cet article|add to favou?rites|ajouter (?:aux|à mes) favoris)(?:\W*)",
        ),
        (
            "comments",
            r"(?:leave|post|add|write) (?:a |your )?(?:comment|reply)|leave a reply to .{1,40}|(?:laissez?|écrire|ajouter|poster|publier|rédigez) (?:un|votre|le|mon) (?:commentaire|réponse)|laisser une réponse|(?:cancel|annuler la) (?:reply|réponse)|post comment|répondre|reply",
        ),
        (
            "comments",
            r"(?:\d+|no|one|aucun|un|view|show|voir|afficher|read|lire)(?: all| the| les| tous les)?(?: \d+)? (?:comments?|commentaires?|réactions?|replies|réponses?)|(?:comments?|commentaires?|réactions?) ?\(?\d*\)?",
        ),
        (
            "comments",
            r"(?:name|nom|e-?mail|courriel|website|site(?: web| internet)?|url|comment|commentaire|message|prénom|adresse e-?mail) ?\*(?: required)?|\* ?(?:required fields?|champs? obligatoires?)|(?:required fields are marked|les champs obligatoires sont indiqués avec) ?\*",
        ),
        (
            "comments",
            r"(?:be the first to (?:comment|reply|leave a comment)|soyez le premier à (?:commenter|réagir)|réagissez(?: à cet article)?|join the (?:conversation|discussion)|rejoignez la (?:conversation|discussion))",
        ),
        (
            "cookies",
            r"(?:accept(?: all)?(?: cookies)?|reject all|tout (?:accepter|refuser)|accepter(?: et fermer| et continuer)|refuser|continuer sans accepter|(?:manage|gérer)(?: my| mes| les)? (?:preferences|cookies|choices|consent|préférences|choix)|cookie (?:settings|policy|preferences)|paramétrer(?: les cookies)?|privacy policy|politique de confidentialité|terms (?:of use|of service|and conditions)|mentions légales|conditions générales(?: d’utilisation| de vente)?|cgu|cgv)",
        ),
        (
            "navigation",
            r"(?:skip to (?:main )?content|aller au contenu(?: principal)?|back to (?:top|home|homepage)|retour (?:en haut|à l’accueil|au sommaire)|haut de page|menu|toggle navigation|search|rechercher|recherche|home|accueil|next (?:article|post|story)|previous (?:article|post|story)|article (?:suivant|précédent)|(?:next|previous|suivant|précédent)|show more|load more|voir plus|afficher (?:plus|la suite)|lire la suite|read more|see more)(?:\W*)",
        ),
        ("navigation", r"(?:home|accueil)(?: ?[>›»/] ?[^>›»/]{1,60})+"),
        (
            "related",
            r"(?:you (?:may|might) (?:also )?(?:like|be interested in|enjoy)|you may also be interested in|related(?: articles?| stories| story| posts?| content| topics?| links?| reading)?|recommended(?: for you| reading| stories)?|most (?:read|popular|viewed)|trending(?: now)?|more (?:stories|news|like this|on this story|from .{2,40})|editors?’?s?’? picks?|top stories|latest news|what to read next|up next|popular)",
        ),
        (
            "related",
            r"(?:sur le même (?:sujet|thème)|dans la même (?:rubrique|catégorie)|articles? (?:liés?|similaires?|recommandés?|connexes?|associés?)|les plus (?:lus|partagés|populaires)|à (?:découvrir|lire|voir)(?: aussi| également| ensuite)?|vous aimerez aussi|cela (?:pourrait|peut) (?:aussi )?vous intéresser|(?:ces articles )?(?:pourraient|peuvent) (?:aussi )?vous intéresser|notre sélection|nos dernières (?:actualités|infos)|en relation|pour aller plus loin|recommandé pour vous|lire (?:aussi|également)|voir (?:aussi|également)|en lire plus)",
        ),
        (
            "reading time",
            r"(?:(?:estimated )?reading time ?: ?)?\d+ ?-?min(?:ute)?s?(?: read| de lecture)|(?:temps de )?lecture ?:? ?\d+ ?min(?:utes?)?|(?:listen to this article|écouter (?:cet|l’)article)(?: \(?\d.{0,20})?",
        ),
        (
            "rights",
            r"(?:copyright )?(?:©|\(c\)|&copy;).{0,100}|.{0,60}(?:tous droits réservés|all rights reserved).{0,60}",
        ),
        (
            "credit",
            r"(?:photos?|crédits?(?: photos?)?|photo credits?|credits?|picture|image(?: credit)?|illustration|visuel) ?(?:by|de|par|:|©) ?.{2,60}|(?:getty images|shutterstock|istock|adobe stock|afp photo|alamy)(?: ?/ ?.{2,40})?",
        ),
    )
)
# What each pattern matches begins a line, and the line is short for a paragraph.
_BEGINS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, re.I))
    for reason, pattern in (
        (
            "subscription",
            r"(?:sign up|subscribe|register)\b(?=.{0,80}\b(?:newsletters?|inbox|(?:e-?mail|news|breaking news) alerts?|daily briefing|push notifications|podcast)\b)",
        ),
        (
            "subscription",
            r"(?:inscrivez-vous|abonnez-vous|s’abonner|s’inscrire|recevez)\b(?=.{0,80}\b(?:newsletters?|lettre d’information|infolettre|boîte (?:mail|de réception)|par (?:e-?mail|courriel)|alertes? (?:infos?|actus?|e-?mails?|mails?)|chaîne whatsapp)\b)",
        ),
        (
            "subscription",
            r"(?:votre (?:abonnement|inscription)|your (?:subscription|registration|sign-?up)) (?:n’a pas|a (?:bien )?(?:réussi|été)|est (?:confirmée?|validée?)|could not|has been|was|is (?:confirmed|complete)|failed|succeeded)\b",
        ),
        (
            "subscription",
            r"(?:merci (?:de|pour) votre (?:inscription|abonnement)|(?:thanks?|thank you) for (?:subscribing|signing up|registering))\b",
        ),
        (
            "subscription",
            r"(?:veuillez réessayer|please try again|un e-?mail de confirmation|please check your inbox|vérifiez votre boîte)\b.{0,80}$",
        ),
        (
            "subscription",
            r"(?:cet article est réservé (?:à nos|aux) abonné|il vous reste \d+ ?% de cet article|this (?:article|content|story) is (?:for subscribers|only available to subscribers|reserved for)|(?:subscribe|abonnez-vous) (?:to|pour) (?:continue reading|read (?:this|the full)|lire la suite|continuer)|la suite est réservée)",
        ),
        (
            "subscription",
            r"(?:vous pouvez vous désinscrire|vous pourrez vous désabonner|you can unsubscribe|unsubscribe at any time|désinscription à tout moment|by (?:signing up|subscribing|clicking|submitting), you (?:agree|consent|accept)|en (?:vous inscrivant|cliquant|renseignant votre).{0,40}vous acceptez)\b",
        ),
        (
            "comments",
            r"(?:your email address will not be published|votre adresse (?:e-?mail|de messagerie|électronique) ne sera pas publiée|save my name, e-?mail|enregistrer mon nom|notify me of (?:new|follow-up)|prévenez-moi (?:de tous les|par)|you must be (?:logged in|registered) to|vous devez (?:être connecté|vous connecter) pour (?:publier|commenter|laisser)|(?:log in|sign in|connectez-vous) (?:to|pour) (?:leave|post|comment|laisser|publier|commenter))",
        ),
        (
            "comments",
            r"(?:this site uses akismet|ce site utilise akismet|this site is protected by (?:recaptcha|hcaptcha)|ce site est protégé par recaptcha|en savoir plus sur (?:comment|la façon dont) les données de vos commentaires|learn how your comment data)",
        ),
        (
            "cookies",
            r"(?:we (?:and our partners )?use cookies|(?:this|our) (?:web)?site uses cookies|(?:nous|notre site|ce site)(?: et nos partenaires)? utilis(?:ons|e)(?: des)? cookies|nous et nos partenaires|en poursuivant votre navigation|by continuing to (?:use|browse) (?:this|our))",
        ),
        (
            "related",
            r"(?:(?:à )?lire (?:aussi|également)|(?:à )?voir (?:aussi|également)|à (?:lire|voir)|read (?:more|also|next)|also read|see also|related(?: articles?| stories| story)?|more (?:on this|from)[^:]{0,30}|don’t miss|watch|listen|en vidéo|en images|sur le même sujet|notre dossier|plus d’informations) ?[:>»|→]+\s*\S.{3,160}$",
        ),
        (
            "share",
            r"(?:follow|suivez|retrouvez|find|join|rejoignez|like|aimez)(?:[- ]nous| us| notre page| our page)\b(?=.{0,60}\b(?:"
            + _NETWORKS
            + r")\b)",
        ),
        ("share", r"(?:follow us|suivez-nous|retrouvez-nous|rejoignez-nous) (?:on|sur)\b"),
    )
)
_LONGEST = 240  # characters of such a line
_REPEATS = 3
_PROSE = 14  # words of a line that is a paragraph, whatever its end
_ENDING = frozenset({"share", "subscription", "comments", "cookies", "navigation", "related", "rights"})
_WORDS = re.compile(r"\w")
_SENTENCE_END = re.compile(r"[.!?…][»”\"’')\]\s]*$")
_TAG_LINE = re.compile(
    r"(?:tags?|mots[- ]clés?|étiquettes?|keywords?|filed under|classé sous|thèmes?|topics?|sujets?) ?: ?(.{2,200})",
    re.I,
)
_HASHTAG = re.compile(r"#[^\s#.,;:!?]+")


def tags_of(line: str) -> tuple[str, ...]:
    """Return the tags of a line that holds nothing else ("#Elon #Musk", « Mots-clés : bac, Loire »), else ()."""
    words = line.split()
    if len(words) > 1 and all(_HASHTAG.fullmatch(word.rstrip(",;")) for word in words):
        return tuple(word.rstrip(",;")[1:] for word in words)
    match = _TAG_LINE.fullmatch(line)
    if match and not _SENTENCE_END.search(line):
        return tuple(tag for part in re.split(r"[,;|•·#]", match[1]) if (tag := part.strip()))
    return ()


def reason(line: str) -> str | None:
    """Return why a line, on its own evidence, is furniture ("advert", "share" …), None where it may be the article."""
    plain = _folded(line)
    if not plain or len(plain) > _LONGEST:
        return None
    if _is_share_bar(plain):
        return "share"
    for why, pattern in _WHOLE:
        if pattern.match(plain):
            return why
    for why, pattern in _BEGINS:
        if pattern.match(plain) and not (why == "related" and plain.endswith(".")):
            return why
    return None


def reasons(lines: Sequence[str], *, whole_page: bool = True) -> list[str | None]:
    """Return for each line of an article why it is furniture, None for those that stay.

    With `whole_page` the lines' company counts too: what stands between paragraphs again and again is an
    interstitial; among the furniture at the end, a short line without punctuation is furniture.
    """
    found = [reason(line) for line in lines]
    _clear_share_items(lines, found)
    if whole_page:
        for i, line in enumerate(lines):
            if found[i] is None and not _WORDS.search(line):
                found[i] = "rule"
        _clear_repeated(lines, found)
        _clear_tail(lines, found)
    return found


def _clear_share_items(lines: Sequence[str], found: list[str | None]) -> None:
    """Mark runs of lines that are each one item of a share bar; one alone ("TikTok") may be a heading."""
    items = [bool(_SHARE_ITEM.fullmatch(_folded(line))) for line in lines]
    for i, item in enumerate(items):
        near = [j for j in (i - 1, i + 1) if 0 <= j < len(lines)]
        if item and any(items[j] or found[j] for j in near):
            found[i] = found[i] or "share"


def _clear_repeated(lines: Sequence[str], found: list[str | None]) -> None:
    places: dict[str, list[int]] = {}
    for i, line in enumerate(lines):
        if found[i] is None and _is_interstitial(line):
            places.setdefault(_folded(line), []).append(i)
    for where in places.values():
        if len(where) >= _REPEATS and all(_between_prose(lines, found, i) for i in where):
            for i in where:
                found[i] = "repeated"


def _is_interstitial(line: str) -> bool:
    return 3 <= len(line.split()) <= 16 and line[0].isalpha() and not line.endswith((":", "»", "”", '"', "?"))


def _between_prose(lines: Sequence[str], found: Sequence[str | None], i: int) -> bool:
    before = next((line for j, line in enumerate(lines[:i][::-1]) if found[i - 1 - j] is None), "")
    after = next((line for j, line in enumerate(lines[i + 1 :]) if found[i + 1 + j] is None), "")
    return len(before.split()) >= _PROSE and len(after.split()) >= _PROSE


def _clear_tail(lines: Sequence[str], found: list[str | None]) -> None:
    """Mark the short lines among the furniture after the last sentence."""
    last = max((i for i, line in enumerate(lines) if found[i] is None and _is_prose(line)), default=-1)
    among = False
    for i in range(last + 1, len(lines)):
        if found[i] is not None:
            among = among or found[i] in _ENDING
        elif among and not tags_of(lines[i]):
            found[i] = "among furniture"


def _is_prose(line: str) -> bool:
    return bool(_SENTENCE_END.search(line)) or len(line.split()) >= _PROSE


def _is_share_bar(plain: str) -> bool:
    parts = [part for part in _SEPARATOR.split(plain) if part]
    if len(parts) > 1 and all(_SHARE_ITEM.fullmatch(part) for part in parts):
        return True
    words = plain.split()
    return len(words) > 1 and all(_NETWORK.fullmatch(word) for word in words)


def _folded(line: str) -> str:
    return " ".join(line.replace("'", "’").split()).casefold()
