"""What the bot says of channels it posts in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Publishing:
    """What is said of channels, in one language. `channel` is one's title."""

    usage: str
    listed: str
    daily: str
    always: str
    is_daily: str
    is_always: str
    off: str
    not_on: str
    no_channel: str
    not_yours: str
    may_not_post: str
    heading: str


FRENCH: Final = Publishing(
    usage=(
        "Pour publier dans un canal, nommez-m’y administrateur avec le droit de publier, puis écrivez-moi\u00a0:\n"
        "• /publish @canal 7h\u00a0: l’essentiel, chaque jour à cette heure\n"
        "• /publish @canal now\u00a0: les nouveaux articles, à mesure qu’ils arrivent\n"
        "• /publish @canal off\u00a0: plus rien"
    ),
    listed="Vos canaux\u00a0:",
    daily="C’est noté\u00a0: l’essentiel, chaque jour à {time} ({timezone}), dans «\u00a0{channel}\u00a0». Un jour sans rien de nouveau, rien n’est publié.",
    always="C’est noté\u00a0: les nouveaux articles, à mesure qu’ils arrivent, dans «\u00a0{channel}\u00a0».",
    is_daily="• {channel}\u00a0: l’essentiel à {time}",
    is_always="• {channel}\u00a0: les nouveaux articles",
    off="C’est fini\u00a0: je ne publie plus rien dans «\u00a0{channel}\u00a0».",
    not_on="Je ne publie rien dans «\u00a0{channel}\u00a0».",
    no_channel="Je ne trouve pas ce canal. Donnez son nom, qui commence par @, ou son numéro, et nommez-m’y administrateur.",
    not_yours="Seuls les administrateurs d’un canal peuvent m’y faire publier.",
    may_not_post="Je n’ai pas le droit de publier dans «\u00a0{channel}\u00a0»\u00a0: nommez-m’y administrateur, avec ce droit.",
    heading="Nouveaux articles",
)

ENGLISH: Final = Publishing(
    usage=(
        "To have me post in a channel, make me an administrator of it who may post, then write to me:\n"
        "• /publish @channel 7:00: the news in short, every day at that hour\n"
        "• /publish @channel now: new articles, as they come\n"
        "• /publish @channel off: nothing any more"
    ),
    listed="Your channels:",
    daily="Noted: the news in short, every day at {time} ({timezone}), in “{channel}”. On a day with nothing new nothing is posted.",
    always="Noted: new articles, as they come, in “{channel}”.",
    is_daily="• {channel}: the news in short at {time}",
    is_always="• {channel}: new articles",
    off="Done: I no longer post anything in “{channel}”.",
    not_on="I post nothing in “{channel}”.",
    no_channel="I cannot find that channel. Give its name, which begins with @, or its number, and make me an administrator of it.",
    not_yours="Only the administrators of a channel can have me post in it.",
    may_not_post="I may not post in “{channel}”: make me an administrator of it who may.",
    heading="New articles",
)
