"""The wordings of page furniture in French and English, each with what it is: adverts, forms, share bars, links.

Apostrophes are written ’ and spaces single; a line is put that way before it is compared, whatever its case.
"""

from __future__ import annotations

import re

NETWORKS = (
    "facebook|twitter|x|instagram|linkedin|pinterest|whats ?app|telegram|reddit|tumblr|tik ?tok|youtube|snapchat|"
    "threads|bluesky|mastodon|messenger|flipboard|pocket|viber|vk|xing|signal|flux rss|rss|google news|google actualités"
)
SHARING = (
    "share|shares|partager|partages?|tweet|tweeter|e-?mail|courriel|mail|print|imprimer|copy link|copy|copier le lien|"
    "copier|link|lien|more|plus|save|enregistrer|like|j’aime|envoyer|envoyer par e-?mail|sms"
)
_STOP = r"[\s.!…:>»|\]—–-]*$"  # what may close such a line

# What each pattern matches is a whole line (apostrophes ’, spaces single, case folded away).
WHOLE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(rf"(?:{pattern}){_STOP}", re.I))
    for reason, pattern in (
        (
            "advert",
            r"\W*(?:advertisement|advertising|advert|ad|sponsored(?: content| post)?|publicité|pub|annonces?|"
            r"contenu (?:sponsorisé|partenaire)|promoted(?: content)?|promo)\W*",
        ),
        ("advert", r"(?:\d\. )?(?:how relevant is this ad to you|did you encounter any technical issues)\W*"),
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
            r"(?:share|partage[rz]?|tweetez?|follow us|suivez[- ]nous)(?: (?:this|it|cet(?:te)?|le|la|l’|on|sur|via|with|with your friends|avec vos amis|article|story|post|page|information|info|publication|by|par|e-?mail|"
            + NETWORKS
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
            r"(?:leave|post|add|write) (?:a |your )?(?:comment|reply)|leave a reply to .{1,40}|(?:laisse[rz]|écrire|ajoute[rz]|poster|publier|rédige[rz]) (?:un|votre|le|mon) (?:commentaire|réponse)|laisser une réponse|(?:cancel|annuler la) (?:reply|réponse)|post comment|répondre|reply",
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
        ("related", r"(?:more|more from .{2,40}|plus d’articles?) ?:"),
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
# What each pattern matches is in a line, and no sentence of an article says it of anything but the page it is on.
_ASK = r"(?:sign up|subscribe|join|get|receive|register|don’t miss|download|inscrivez-vous|abonnez-vous|recevez|téléchargez|rejoignez|retrouvez)"
_SENT = r"(?:newsletters?|in(?:to)? (?:your|my) inbox|lettre d’information|infolettre|dans votre boîte (?:mail|de réception))"
_ROLE = (
    r"(?:(?:staff |senior |national |breaking |trending |political |sports |business |news |investigative |digital |data |opinion |travel |white house )*"
    r"(?:reporter|journalist|correspondent|columnist|editor|writer|producer)|journaliste|correspondante?|reporter|rédact(?:eur|rice)(?: en chef)?|chroniqueu(?:r|se)|éditorialiste)"
)
# A line without any of these matches none of them, and most lines are without: ten times as fast.
CUES = (
    "newsletter", "inbox", "d’information", "infolettre", "boîte", "? ", "’app", "app ", "click", "tap ", "cliquez", "appuyez",
    "sign up", "subscribe", "inscrivez", "abonnez", "journalis", "presse", "newsroom", "follow along", "suivez", "you may", "you might", "full ",
    "commission", "share of", "vidéo", "video", "watch", "now playing", "à regarder", "@", "contribut", "avec ", "with ", "report",
    "journalist", "correspond", "columnist", "editor", "writer", "producer", "rédact", "chroniqueu", "éditorialiste",
)  # fmt: skip
HOLDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, re.I))
    for reason, pattern in (
        ("subscription", rf"(?:^|[.!?:;] |— ){_ASK}\b[^.!?]{{0,140}}\b{_SENT}"),
        ("subscription", rf"^[^.!?]{{0,80}}\b{_SENT}\b.{{0,120}}\b(?:sign up|subscribe)(?: (?:now|here|today|for free|free))?[.! ]*$"),
        ("subscription", r"^(?:get|receive|recevez) [^.!?]{3,80}: ?(?:sign up|subscribe|inscrivez-vous|abonnez-vous)\b.{0,80}$"),
        ("subscription", r"^(?:support|soutenez) (?:local|independent|quality|our|free|le|la|un|notre|une)\b[^.!?]{0,30}\b(?:journalis\w+|presse|newsroom|rédaction)\b.{0,100}$"),
        ("promotion", r"(?:^|[.!?] )(?:follow along|suivez notre direct|suivez (?:l’actualité|l’événement) en direct)\b[^.!?]{0,60}\b(?:updates|developments|coverage|direct)\b[^.!?]{0,40}[.!]?$"),
        ("related", r"^(?:you (?:may|might)(?: also)? (?:like|be interested in)|read (?:the |our )?full (?:story|article|report)) [^.!?]{12,160}$"),
        ("subscription", r"^a version of this (?:story|article|column) (?:first |originally )?appeared in\b.{0,80}\bnewsletter"),
        (
            "promotion",
            r"^(?:need|looking for|want|love|ready for|besoin|envie) [^.!?]{2,60}\? (?:play|check out|try|take|sign|join|download|jouez|essayez|découvrez|téléchargez)\b.{2,120}$",
        ),
        ("promotion", r"^(?:the |get the |download the |téléchargez |l’)[^.!?]{0,40}\bapp(?:lication)?\b.{0,80}\b(?:download (?:for|it|the|now)|téléchargez)\b"),
        ("promotion", r"^(?:.{0,60}[?.!] )?(?:click|tap|cliquez|appuyez)(?: here| ici)? (?:to|for|pour) (?:see|view|reload|read|watch|listen|download|voir|lire|écouter|recharger)\b[^.]{0,60}\.?$"),
        ("promotion", r"\b(?:if you (?:buy|make a purchase|purchase)\b.{0,120}\b(?:commission|share of the (?:sale|revenue))|we may (?:earn|receive) (?:a |an )?(?:\w+ )?commission|nous pouvons (?:percevoir|toucher) une commission)\b"),
        ("video", r"^(?:video ad feedback\b.{0,200}|(?:just watched|now playing|watch|à regarder|vidéo|video)\b[^.]{0,160}\b\d{1,2}:\d\d(?:[^.]{0,160}\d{1,2}:\d\d)?)$"),
        ("author", rf"\b(?:is|est|covers|couvre|writes|reports) .{{0,120}}\b{_ROLE}\b.{{0,200}}(?:@\w|\b(?:reach|follow|contact|email) (?:him|her|them|reporter)|you can (?:reach|follow|contact)|suivez-l[ea]\b)"),
        ("author", r"^(?:you can )?(?:reach|follow|contact|e-?mail|suivez|contactez|joindre) (?!the |your |us |our |local )(?:reporters? |columnists? |author )?[A-Z].{2,80}(?:@\w)"),
        ("notes", r"^.{2,220} (?:contributed|contributed reporting) ?(?:to this (?:report|story|article)|reporting)?(?: from [A-Z][\w ,]{2,40})?\.?$"),
        ("notes", r"^(?:avec|with) (?:AFP|Reuters|AP|l’AFP|l’agence AFP|les agences|agences|agencies)(?: et (?:AFP|Reuters|AP))?\.?$"),
    )
)  # fmt: skip
# What each pattern matches begins a line, and the line is short for a paragraph.
BEGINS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, re.I))
    for reason, pattern in (
        ("video", r"video player was slow to load content\b"),
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
            r"(?:(?:à )?lire (?:aussi|également)|(?:à )?voir (?:aussi|également)|à (?:lire|voir)|read (?:more|also|next|(?:the |our )?full (?:story|article|report|interview))|you (?:may|might) (?:also )?like|also read|see also|related(?: articles?| stories| story)?|more (?:on this|from)[^:]{0,30}|don’t miss|watch|listen|en vidéo|en images|sur le même sujet|notre dossier|plus d’informations|more|also|relire|pour en savoir plus|à voir|à écouter|écouter aussi|notre enquête) ?[:>»|→]+\s*\S.{3,160}$",
        ),
        (
            "related",
            r"(?:(?:à )?(?:lire|voir|écouter) (?:aussi|également)|read (?:also|next)|also read|see also) (?=\S.{12,160}$)[^.!?]+[?!]?$",
        ),
        (
            "date",
            r"(?:publiée?|mise? (?:à jour|en ligne)|modifiée?|créée?|published|updated|posted|last (?:updated|modified)|first published)(?: le| on| at)? ?:? ?(?=.{0,60}\d).{4,90}$",
        ),
        (
            "notes",
            r"(?:contributing|contributors?|additional reporting|with (?:reporting|contributions) (?:from|by)) ?:? ?[^.]{2,80}$|\(?this (?:story|article) (?:was|has been) (?:first published|updated|corrected)\b.{0,80}$|\(?cet article a été (?:mis à jour|modifié|corrigé)\b.{0,80}$",
        ),
        (
            "notes",
            r"(?=.{0,160}\b(?:reporters?|journalists?|correspondent|columnist|editor|writer|producer|covers)\b|(?:you can )?(?:reach|follow) |.{0,160}\bfollow (?:him|her|them) on ).{0,160}\b(?:reach(?:ed)?|contact(?:ed)?|e-?mail(?:ed)?|follow(?:ed)?) (?:(?:him|her|them) )?(?:at|on) .{0,60}(?:@|\b(?:x|twitter|instagram|bluesky|threads|facebook)\b)",
        ),
        (
            "share",
            r"(?:why not )?(?:follow|find|suivez|retrouvez) .{2,50} (?:on|sur) (?:" + NETWORKS + r")\b",
        ),
        (
            "share",
            r"(?:follow|suivez|retrouvez|find|join|rejoignez|like|aimez)(?:[- ]nous| us| notre page| our page)\b(?=.{0,60}\b(?:"
            + NETWORKS
            + r")\b)",
        ),
        ("share", r"(?:follow us|suivez-nous|retrouvez-nous|rejoignez-nous) (?:on|sur)\b"),
    )
)
