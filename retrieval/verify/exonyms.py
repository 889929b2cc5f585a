"""What the two languages call differently: countries, cities, peoples, languages, institutions, each as one id.

Territories, languages and cities with a time zone of their own come from CLDR by Babel; the rest is what it lacks.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from retrieval.words import fold

_WORD = re.compile(r"[^\W_]+")

# « French | English »; several spellings are set apart by commas.
_OTHERS: Final = """
Pékin|Beijing,Peking;Canton|Guangzhou;Nankin|Nanjing,Nanking;Bombay|Mumbai;Le Cap|Cape Town;Alexandrie|Alexandria
La Mecque|Mecca;Médine|Medina;Bethléem|Bethlehem;Jérusalem|Jerusalem;Alep|Aleppo;Mossoul|Mosul;Bassorah|Basra
Genève|Geneva;Bâle|Basel,Basle;Berne|Bern;Lucerne|Luzern;Munich|München;Cologne|Köln;Nuremberg|Nürnberg
Francfort|Frankfurt;Hambourg|Hamburg;Brême|Bremen;Dresde|Dresden;Mayence|Mainz;Trèves|Trier;Ratisbonne|Regensburg
Aix-la-Chapelle|Aachen;Florence|Firenze;Venise|Venice;Naples|Napoli;Gênes|Genoa;Turin|Torino;Milan|Milano;Padoue|Padua
Bologne|Bologna;Séville|Seville;Barcelone|Barcelona;Saragosse|Zaragoza;Cordoue|Cordoba;Grenade|Granada,Grenada;Lisbonne|Lisbon
Anvers|Antwerp;Gand|Ghent;Bruges|Brugge;La Haye|The Hague;Édimbourg|Edinburgh;Douvres|Dover;Cantorbéry|Canterbury
Cracovie|Krakow,Cracow;Saint-Pétersbourg|Saint Petersburg,St Petersburg;Kiev,Kyiv|Kyiv,Kiev;Odessa|Odesa;Marioupol|Mariupol
Salonique,Thessalonique|Thessaloniki;Athènes|Athens;Corinthe|Corinth;Sparte|Sparta;Troie|Troy;Carthage|Carthage;Crète|Crete
Philadelphie|Philadelphia;La Nouvelle-Orléans|New Orleans;Caroline du Nord|North Carolina;Caroline du Sud|South Carolina
Floride|Florida;Californie|California;Pennsylvanie|Pennsylvania;Virginie|Virginia;Virginie-Occidentale|West Virginia
Louisiane|Louisiana;Nouveau-Mexique|New Mexico;Colombie-Britannique|British Columbia;Nouvelle-Écosse|Nova Scotia
Angleterre|England;Écosse|Scotland;pays de Galles|Wales;Irlande du Nord|Northern Ireland;Grande-Bretagne|Great Britain,Britain
Bavière|Bavaria;Saxe|Saxony;Prusse|Prussia;Toscane|Tuscany;Sicile|Sicily;Sardaigne|Sardinia;Corse|Corsica;Bretagne|Brittany
Normandie|Normandy;Bourgogne|Burgundy;Catalogne|Catalonia;Andalousie|Andalusia;Castille|Castile;Flandre,Flandres|Flanders
Tamise|Thames;Rhin|Rhine;Nil|Nile;Danube|Danube;Manche|English Channel,Channel;Méditerranée|Mediterranean;Alpes|Alps
Moyen-Orient|Middle East;Proche-Orient|Near East,Middle East;Cisjordanie|West Bank;bande de Gaza|Gaza Strip,Gaza;Gaza|Gaza
Crimée|Crimea;Donbass|Donbas;Tchétchénie|Chechnya;Sibérie|Siberia;Union soviétique,URSS|Soviet Union,USSR;Tchécoslovaquie|Czechoslovakia
Yougoslavie|Yugoslavia;Empire ottoman|Ottoman Empire;Mésopotamie|Mesopotamia;Perse|Persia;Gaule|Gaul;Rome|Rome,Roma
États-Unis,USA,É.-U.|United States,USA,US,America;Royaume-Uni,R.-U.|United Kingdom,UK,Britain;Maison-Blanche,Maison Blanche|White House
ONU,Nations unies,Organisation des Nations unies|UN,United Nations;UE,Union européenne|EU,European Union;OTAN|NATO
OMS,Organisation mondiale de la santé|WHO,World Health Organization;FMI,Fonds monétaire international|IMF,International Monetary Fund
OMC|WTO;AIEA|IAEA;CPI,Cour pénale internationale|ICC,International Criminal Court;UA,Union africaine|AU,African Union;BCE|ECB
CEDEAO|ECOWAS;OPEP|OPEC;PIB|GDP;ADN|DNA;ARN|RNA;sida,VIH|AIDS,HIV;ONG|NGO,NGOs;PNUD|UNDP;HCR|UNHCR;PDG|CEO;CIO|IOC
Kremlin|Kremlin;Pentagone|Pentagon;Vatican|Vatican,Holy See;Noël|Christmas;Pâques|Easter;Dieu|God;Jésus|Jesus;Mahomet|Muhammad,Mohammed
Christophe Colomb,Colomb|Christopher Columbus,Columbus;Platon|Plato;Aristote|Aristotle;Homère|Homer;Virgile|Virgil;Jules César,César|Julius Caesar,Caesar
Guillaume|William;Henri|Henry;Jacques|James;Jean|John;Pierre|Peter;Charles|Charles;Édouard|Edward;François|Francis;Benoît|Benedict
Catherine|Catherine,Katherine;Marie|Mary;Élisabeth|Elizabeth;Alexandre|Alexander;Nicolas|Nicholas;Philippe|Philip;Georges|George;Étienne|Stephen
Kadhafi,Khadafi|Gaddafi,Qaddafi;Rohani|Rouhani;Noureev|Nureyev
Bouddha|Buddha;Confucius|Confucius;Gengis Khan|Genghis Khan;Soliman|Suleiman;Saladin|Saladin;Avicenne|Avicenna;Archimède|Archimedes
Terre|Earth;Lune|Moon;Soleil|Sun;Mars|Mars;Vénus|Venus;Jupiter|Jupiter;Saturne|Saturn;Neptune|Neptune;Mercure|Mercury
"""
# A people by its country: French masculine | English | territory.
_PEOPLES: Final = """
américain|American|US;britannique|British,Briton|GB;anglais|English|England;écossais|Scottish,Scots|Scotland;gallois|Welsh|Wales
irlandais|Irish|IE;français|French|FR;allemand|German|DE;italien|Italian|IT;espagnol|Spanish,Spaniard|ES;portugais|Portuguese|PT
belge|Belgian|BE;suisse|Swiss|CH;autrichien|Austrian|AT;néerlandais,hollandais|Dutch|NL;suédois|Swedish,Swede|SE;norvégien|Norwegian|NO
danois|Danish,Dane|DK;finlandais|Finnish,Finn|FI;islandais|Icelandic|IS;polonais|Polish,Pole|PL;tchèque|Czech|CZ;slovaque|Slovak|SK
hongrois|Hungarian|HU;roumain|Romanian|RO;bulgare|Bulgarian|BG;grec,grecque|Greek|GR;turc,turque|Turkish,Turk|TR;russe|Russian|RU
ukrainien|Ukrainian|UA;biélorusse|Belarusian|BY;géorgien|Georgian|GE;arménien|Armenian|AM;serbe|Serbian,Serb|RS;croate|Croatian,Croat|HR
israélien|Israeli|IL;palestinien|Palestinian|PS;syrien|Syrian|SY;libanais|Lebanese|LB;irakien|Iraqi|IQ;iranien|Iranian|IR
saoudien|Saudi|SA;yéménite|Yemeni|YE;égyptien|Egyptian|EG;libyen|Libyan|LY;tunisien|Tunisian|TN;algérien|Algerian|DZ;marocain|Moroccan|MA
afghan|Afghan|AF;pakistanais|Pakistani|PK;indien|Indian|IN;bangladais|Bangladeshi|BD;chinois|Chinese|CN;japonais|Japanese|JP
coréen|Korean|KR;sud-coréen|South Korean|KR;nord-coréen|North Korean|KP;taïwanais|Taiwanese|TW;vietnamien|Vietnamese|VN;thaïlandais|Thai|TH
indonésien|Indonesian|ID;philippin|Filipino,Philippine|PH;malaisien|Malaysian|MY;australien|Australian|AU;néo-zélandais|New Zealander|NZ
canadien|Canadian|CA;mexicain|Mexican|MX;cubain|Cuban|CU;haïtien|Haitian|HT;brésilien|Brazilian|BR;argentin|Argentine,Argentinian|AR
chilien|Chilean|CL;péruvien|Peruvian|PE;colombien|Colombian|CO;vénézuélien|Venezuelan|VE;nigérian|Nigerian|NG;nigérien|Nigerien|NE
kényan|Kenyan|KE;éthiopien|Ethiopian|ET;somalien|Somali|SO;soudanais|Sudanese|SD;sud-africain|South African|ZA;zimbabwéen|Zimbabwean|ZW
sénégalais|Senegalese|SN;malien|Malian|ML;ivoirien|Ivorian|CI;ghanéen|Ghanaian|GH;camerounais|Cameroonian|CM;congolais|Congolese|CD,CG
rwandais|Rwandan|RW;burundais|Burundian|BI;ougandais|Ugandan|UG;tanzanien|Tanzanian|TZ;angolais|Angolan|AO;mozambicain|Mozambican|MZ
burkinabè|Burkinabe|BF;béninois|Beninese|BJ;togolais|Togolese|TG;guinéen|Guinean|GN;gabonais|Gabonese|GA;tchadien|Chadian|TD;zambien|Zambian|ZM
européen|European|150;africain|African|002;asiatique|Asian|142;romain|Roman|Rome;athénien|Athenian|Athens;parisien|Parisian|Paris
soviétique|Soviet|Soviet Union;ottoman|Ottoman|Ottoman Empire;londonien|Londoner|London;catalan|Catalan|Catalonia
"""
_NO_PLACE = frozenset({"ZZ", "001", "XA", "XB", "EZ", "QO"})
_CONTINENTS = frozenset({"Africa", "America", "Asia", "Australia", "Europe"})
_FEMININE = (
    ("ien", "ienne"),
    ("ain", "aine"),
    ("ais", "aise"),
    ("ois", "oise"),
    ("an", "ane"),
    ("en", "enne"),
)
# Words too common, or names of too much else, to stand for what CLDR lists under them.
_BRIEF = frozenset(["sun", "god", "nil"])  # other names of three letters are acronyms, or words
_NOT = frozenset(["mars", "fall", "mobile", "norte", "akan", "fang", "even"])


@lru_cache(maxsize=512)
def ids_in(text: str) -> tuple[tuple[str, int, int], ...]:
    """Return the ids of what `text` names by a word of the tables, longest first, each with its place."""
    table = _table()
    spans = [m.span() for m in _WORD.finditer(text)]
    words = [fold(text[start:end]) for start, end in spans]
    found, at = [], 0
    while at < len(words):
        for size in (4, 3, 2, 1):
            phrase = " ".join(words[at : at + size])
            start, end = spans[at][0], spans[min(at + size, len(words)) - 1][1]
            capital = any(text[s].isupper() for s, _ in spans[at : at + size])
            known = table.get(phrase)
            if (
                known
                and at + size <= len(words)
                and (capital or known[1])
                and (
                    (phrase not in _NOT and len(phrase) > 3) or phrase in _BRIEF or text[start:end].isupper()
                )
            ):
                found += [(one, start, end) for one in known[0]]
                at += size - 1
                break
        at += 1
    return tuple(found)


@cache
def _table() -> dict[str, tuple[frozenset[str], bool]]:
    """Return what each folded phrase of either language names, and whether it may be written without a capital."""
    table: dict[str, tuple[frozenset[str], bool]] = {}

    def put(phrase: str, one: str, *, small: bool = False) -> None:
        words = " ".join(fold(w) for w in _WORD.findall(phrase))
        if len(words) > 1:
            known, before = table.get(words, (frozenset(), False))
            table[words] = (known | {one}, before or small)

    for code, french, english in _cldr():
        for name in (*french, *english):
            put(name, code)
            put(re.sub(r"^(?:la|le|les|the|l['’])\s?", "", name, flags=re.I), code)
    for entry in re.split(r"[;\n]", _OTHERS.strip()):
        french, english = (side.split(",") for side in entry.split("|"))
        one = next(
            (t for t in (table.get(" ".join(fold(w) for w in _WORD.findall(english[0])), (frozenset(),))[0])),
            english[0],
        )
        for name in (*french, *english):
            put(name, one)
            put(re.sub(r"^(?:La|Le|The)\s", "", name), one)
    for entry in re.split(r"[;\n]", _PEOPLES.strip()):
        french, english, homes = (side.split(",") for side in entry.split("|"))
        for home in homes:
            one = next(iter(table.get(fold(home), (frozenset({home}),))[0])) if len(home) > 3 else home
            for name in french:
                for form in _inflected(name):
                    put(form, one, small=True)
            for name in english:
                put(name, one)
                put(name + "s", one)
    return table


def _inflected(name: str) -> list[str]:
    forms = [name]
    for masculine, feminine in _FEMININE:
        if name.endswith(masculine):
            forms.append(name.removesuffix(masculine) + feminine)
            break
    else:
        forms.append(name + "e")
    return [*forms, *(form + "s" for form in forms)]


def _cldr() -> list[tuple[str, list[str], list[str]]]:
    """Return (id, French names, English names) of territories, languages and cities."""
    from babel import Locale

    french, english = Locale("fr"), Locale("en")
    places: dict[str, str] = {str(k): str(v) for k, v in french.territories.items() if k not in _NO_PLACE}
    theirs: dict[str, str] = {str(k): str(v) for k, v in english.territories.items()}
    rows = [(code, [name], [theirs[code]]) for code, name in places.items() if code in theirs]
    for zone, named in french.time_zones.items():
        if "city" in named and zone.split("/")[0] in _CONTINENTS:
            city = english.time_zones.get(zone, {}).get("city") or zone.split("/")[-1].replace("_", " ")
            plain = re.sub(r"[,\[(].*", "", city).strip()
            rows.append((city, [re.sub(r" [(\[].*", "", named["city"])], [plain]))
    spoken = {str(k): str(v) for k, v in english.languages.items()}
    for code, name in ((str(k), str(v)) for k, v in french.languages.items()):
        # A people's language is among the peoples.
        if (
            code in spoken
            and len(code) == 2
            and code not in ("en", "fr", "de", "it", "es", "pt", "zh", "ja", "ru")
        ):
            rows.append((f"language {code}", [name], [spoken[code]]))
    return rows
