"""Units and currencies beside a number, as one name in both languages: "£", « livres », "pounds" → "pound"."""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final[dict[str, str]] = {
    "percent": "% pourcent pct percent percentage",
    "point": "point points",
    "dollar": "$ us$ $us usd dollar dollars",
    "euro": "€ eur euro euros",
    "pound": "£ gbp livre livres pound pounds sterling quid",
    "yen": "¥ jpy yen yens",
    "yuan": "cny rmb yuan yuans renminbi",
    "rouble": "rouble roubles ruble rubles",
    "rupee": "₹ roupie roupies rupee rupees",
    "franc": "franc francs chf fcfa cfa",
    "won": "₩ krw",
    "peso": "peso pesos",
    "rand": "rand rands",
    "naira": "₦ naira nairas",
    "shilling": "shilling shillings",
    "krona": "krona kronor krone kroner couronne couronnes",
    "cent": "¢ centime centimes cents",
    "kilometre": "km kms kilomètre kilomètres kilometre kilometres kilometer kilometers",
    "square kilometre": "km2 km²",
    "metre": "m mètre mètres metre metres meter meters",
    "square metre": "m2 m²",
    "centimetre": "cm centimètre centimètres centimetre centimetres centimeter centimeters",
    "millimetre": "mm millimètre millimètres millimetre millimetres millimeter millimeters",
    "mile": "mile miles mi",
    "mph": "mph",
    "km/h": "km/h kph kmh",
    "foot": "pied pieds foot feet ft",
    "inch": "pouce pouces inch inches",
    "yard": "yard yards",
    "gram": "g gramme grammes gram grams",
    "kilogram": "kg kilo kilos kilogramme kilogrammes kilogram kilograms",
    "tonne": "t tonne tonnes ton tons",
    "pound weight": "lb lbs",
    "litre": "l litre litres liter liters",
    "barrel": "baril barils barrel barrels",
    "hectare": "ha hectare hectares",
    "acre": "acre acres",
    "celsius": "°c",
    "fahrenheit": "°f",
    "degree": "° degré degrés degree degrees",
    "watt": "w watt watts",
    "kilowatt": "kw kwh kilowatt kilowatts kilowattheures",
    "megawatt": "mw mwh mégawatt mégawatts megawatt megawatts",
    "gigawatt": "gw gwh gigawatt gigawatts",
    "hertz": "hz hertz",
    "second": "s seconde secondes seconds",
    "minute": "min minute minutes mn",
    "hour": "h heure heures hour hours hr hrs",
    "day": "jour jours journée journées day days",
    "night": "nuit nuits night nights",
    "week": "semaine semaines week weeks",
    "month": "mois month months",
    "year": "an ans année années year years annuel yearold",
    "decade": "décennie décennies decade decades",
    "century": "siècle siècles century centuries",
    "person": "personne personnes person persons people",
    "man": "homme hommes man men",
    "woman": "femme femmes woman women",
    "child": "enfant enfants child children",
    "inhabitant": "habitant habitants inhabitant inhabitants resident residents",
    "dead": "mort morts dead deaths décès",
    "wounded": "blessé blessés wounded injured",
    "passenger": "passager passagers passenger passengers",
    "car": "voiture voitures car cars",
    "seat": "siège sièges seat seats",
    "vote": "voix vote votes",
    "time": "fois times",
    "goal": "but buts goal goals",
    "country": "pays country countries",
    "company": "entreprise entreprises company companies",
    "soldier": "soldat soldats soldier soldiers",
}
UNITS: Final[dict[str, str]] = {word: name for name, words in _NAMES.items() for word in words.split()}
CURRENCIES: Final = frozenset(
    "dollar euro pound yen yuan rouble rupee franc won peso rand naira shilling krona".split()  # noqa: SIM905
)
# What stands in one text for a nearly the same thing in the other.
_CLOSE = (
    frozenset({"person", "inhabitant", "man", "woman", "child", "passenger", "dead", "wounded", "soldier"}),
    frozenset({"degree", "celsius", "fahrenheit"}),
    frozenset({"percent", "point"}),
    frozenset({"km/h", "kilometre", "hour"}),
    frozenset({"mile", "mph", "hour"}),
    frozenset({"square metre", "metre"}),
    frozenset({"square kilometre", "kilometre"}),
    frozenset({"pound", "pound weight"}),
    frozenset({"day", "night"}),
    frozenset({"second", "time"}),
    frozenset({"seat", "person", "passenger"}),
)
_SYMBOL_BEFORE = re.compile(r"(US\$|\$US|\$|€|£|¥|₦|₹|₩)\s?$")
_AFTER = re.compile(
    r"\s?-?\s?(?:(?:de|d['’]|of)\s?)?(?:US\s|billets? de\s|square\s(?=k|m))?"
    r"(%|per ?cent\b|pour ?cent\b|°\s?[CF]\b|US\$|\$US|[$€£¥°₦₹₩¢]|km/h\b|(?:[kcm]?m)[²2]|[^\W\d_]+)"
)
# A number and its unit may have an adjective between them: « 37 longs kilomètres ».
_LATER = re.compile(r"\s[^\W\d_]+\s([^\W\d_]+)")


def unit_beside(text: str, start: int, end: int) -> str | None:
    """Return the unit that stands beside `text[start:end]`, a number; None where there is none that is known."""
    before = _SYMBOL_BEFORE.search(text[max(0, start - 4) : start])
    if before:
        return UNITS[before[1].casefold()]
    after = _AFTER.match(text, end)
    if not after:
        return None
    word = after[1].casefold().replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    if word in ("percent", "pourcent"):
        return "percent"
    if word in UNITS:
        # A capital M or T is a name's, or millions.
        return UNITS[word] if len(after[1]) > 1 or after[1].islower() or not after[1].isalpha() else None
    later = _LATER.match(text, end)
    return UNITS.get(later[1].casefold()) if later and len(later[1]) > 2 else None


def agree(one: str | None, other: str | None) -> bool:
    """Tell whether two units may be the same thing: equal, near, or one of them not said."""
    if one is None or other is None or one == other:
        return True
    return any(one in close and other in close for close in _CLOSE)
