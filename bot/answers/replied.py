"""What a message is about that replies to somebody's: "@bot is this true?" under a claim asks what the articles say to it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.markup import one_line
from retrieval.language import detect
from retrieval.reframing import reframed

if TYPE_CHECKING:
    from telegram import Bot, Message

    from retrieval.domain import Answer, Question

LONGEST: Final = 300  # UTF-16 units of a message that is looked for: a claim is a sentence or two

_ARTICLES: Final = r"(?:les (?:articles|journaux|médias|sources)|la presse|l actualité)"
_DOUBTS: Final = re.compile(
    r"(?:(?:et|mais|alors|euh|hey|hi|salut|bonjour|dis|so|but|and|please|svp|stp|s il (?:te|vous) plaît) )*"
    r"(?:"
    r"(?:est ce que )?(?:c est|ce serait|est ce|cela est) (?:que c est )?(?:bien |vraiment )?"
    r"(?:vrai|exact|faux|confirmé|avéré|fiable|correct|juste|sûr|sérieux|(?:une? |de l |du )?(?:fake(?: news)?|infox|intox|rumeur|bobard|canular))"
    r"(?: ou (?:faux|pas|non|pas vrai))?(?: ça| cela| ce truc| cette (?:histoire|info|nouvelle))?"
    r"|vrai(?: ou (?:faux|pas))?|vraiment|info ou intox|intox|(?:c est )?confirmé"
    r"|(?:(?:tu|vous) )?(?:peux|pouvez|pourrais|pourriez)(?: (?:tu|vous))? (?:le |la |l )?(?:vérifier|confirmer)(?: ça| cela)?"
    r"|vérifie[rz]?(?: ça| cela| le)?|une source|(?:quelles? (?:est|sont) (?:la|les) )?sources?|d où (?:ça|cela) vient"
    rf"|(?:que|qu en) (?:disent|dit) {_ARTICLES}(?: (?:là dessus|de ça|de cela|à ce sujet))?|qu est ce qu en (?:disent|dit) {_ARTICLES}"
    r"|(?:is|was) (?:this|that|it) (?:really |actually )?(?:true|right|correct|accurate|false|fake|real|confirmed|legit|so)(?: or (?:false|not|fake))?"
    r"|(?:this |that )?true(?: or (?:false|not))?|really|for real|fake(?: news)?|fact check(?: this| that)?|any sources?|sources?"
    r"|(?:(?:can|could) you )?(?:check|verify|confirm)(?: this| that| it)?"
    r"|what do (?:the )?(?:articles|papers|sources|news) say(?: (?:about|on|to) (?:this|that|it))?"
    r"|is there any truth (?:in|to) (?:this|that|it)"
    r")(?: (?:please|svp|stp|s il (?:te|vous) plaît))?"
)


def said_before(message: Message, bot: Bot) -> str | None:
    """Return the words that a message is about: what it quotes of another that is not the bot's, or all of that; None where it replies to none."""
    replied = message.reply_to_message
    if replied is None or replied.via_bot or (replied.from_user and replied.from_user.id == bot.id):
        return None
    quoted = message.quote.text if message.quote and message.quote.is_manual else None
    words = one_line(quoted or replied.text or replied.caption or "", LONGEST)
    return words if any(map(str.isalnum, words)) else None


def doubts(text: str) -> bool:
    """Tell whether a message only asks whether what it is about is true, or what the articles say to it."""
    return _DOUBTS.fullmatch(" ".join(re.findall(r"[^\W\d_]+|\d+", text.casefold()))) is not None


def as_typed(answer: Answer, typed: str, question: Question) -> Answer:
    """Return the answer to what a reader typed, where another `question` was put for it: in the reader's language, with how it was understood."""
    if question.text == typed:
        return answer
    language = question.language or detect(typed, question.chat_language)
    if answer.mode == "quotes" and answer.language != language:
        answer = reframed(answer, language)
    return replace(answer, question=typed, understood=question.text)
