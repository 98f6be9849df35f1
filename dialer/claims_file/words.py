"""The words people write in a claims file, and what they mean. Looked up folded: case, spaces, umlauts aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from phonenumbers import SUPPORTED_REGIONS

from dialer.claims_file.columns import folded
from dialer.core.case import ContactRole, DebtorType, PhoneRole

if TYPE_CHECKING:
    from collections.abc import Mapping

_Word = TypeVar("_Word", bound=str)

_german: dict[str, str] = {}


def _table(spellings: Mapping[_Word, str]) -> dict[str, _Word]:
    table: dict[str, _Word] = {}
    for word, texts in spellings.items():
        _german[word] = texts.split(",")[0].strip()
        for spelling in (str(word), *texts.split(",")):
            if table.setdefault(folded(spelling), word) != word:
                raise AssertionError(f"{spelling!r} means two things")
    return table


DEBTOR_TYPES = _table(
    {
        DebtorType.CONSUMER: "Privatperson, Privatkunde, privat, Verbraucher, Verbraucherin, person, private person,"
        " individual",
        DebtorType.SOLE_TRADER: "Einzelunternehmer, Einzelunternehmerin, Einzelunternehmen, Einzelkaufmann, e.K.,"
        " eingetragener Kaufmann, Freiberufler, Freiberuflerin, Selbständiger, Selbstständiger, freelancer,"
        " self-employed",
        DebtorType.BUSINESS: "Firma, Firmenkunde, Unternehmen, Geschäftskunde, gewerblich, Gesellschaft,"
        " Kapitalgesellschaft, GmbH, UG, AG, KG, OHG, GmbH & Co. KG, SE, company, corporation, B2B",
    }
)

CONTACT_ROLES = _table(
    {
        ContactRole.SELF: "selbst, Schuldner, Schuldnerin, himself, herself, debtor",
        ContactRole.RECEPTION: "Empfang, Zentrale, Sekretariat, Telefonzentrale, Kollege, Kollegin, front desk,"
        " switchboard, secretary",
        ContactRole.ACCOUNTS_PAYABLE: "Buchhaltung, Buchhalter, Buchhalterin, Kreditorenbuchhaltung, Kreditoren,"
        " Rechnungswesen, Finanzbuchhaltung, accounting, accountant, bookkeeping",
        ContactRole.HEAD_OF_ACCOUNTING: "Leiter Buchhaltung, Leiterin Buchhaltung, Leitung Buchhaltung,"
        " Buchhaltungsleiter, Buchhaltungsleiterin, Buchhaltungsleitung, Leiter Rechnungswesen,"
        " Leiterin Rechnungswesen, Leitung Rechnungswesen, Finanzleiter, Finanzleiterin, accounting manager",
        ContactRole.PURCHASING: "Einkauf, Einkäufer, Einkäuferin, Einkaufsleiter, Einkaufsleiterin, Leiter Einkauf,"
        " Leiterin Einkauf, Leitung Einkauf, buyer, purchasing manager, procurement",
        ContactRole.MANAGING_DIRECTOR: "Geschäftsführer, Geschäftsführerin, Geschäftsführung, Geschäftsleitung, GF,"
        " Vorstand, Prokurist, Prokuristin, CEO, director, management",
        ContactRole.OWNER: "Inhaber, Inhaberin, Eigentümer, Eigentümerin, Gesellschafter, Gesellschafterin, proprietor",
        ContactRole.THIRD_PARTY: "Dritter, Dritte, Angehöriger, Angehörige, Ehefrau, Ehemann, Ehepartner, Betreuer,"
        " Betreuerin, spouse, relative",
    }
)

PHONE_ROLES = _table(
    {
        PhoneRole.PRIVATE: "privat, Privatnummer, zuhause, zu Hause, home, mobil, Mobiltelefon, Handy, mobile, cell",
        PhoneRole.WORK: "Arbeit, Arbeitsplatz, Arbeitgeber, dienstlich, workplace, employer",
        PhoneRole.BUSINESS_MAIN: "Zentrale, Firma, geschäftlich, Hauptnummer, main, business, office",
        PhoneRole.BUSINESS_DIRECT: "Durchwahl, direkt, Direktwahl, direct, direct line, extension",
    }
)
"""A mobile telephone counts as private: the stricter reading."""

LANGUAGES = _table(
    {"de": "deutsch, german, ger, deu, de-de, de-at, de-ch", "en": "englisch, english, eng, en-gb, en-us"}
)

_COUNTRY_NAMES = _table(
    {
        "DE": "Deutschland, Germany, BRD, Bundesrepublik Deutschland, DEU, D",
        "AT": "Österreich, Austria, AUT, A",
        "CH": "Schweiz, Switzerland, CHE, Suisse, Svizzera",
        "LI": "Liechtenstein, FL",
        "US": "USA, U.S.A., Vereinigte Staaten, Vereinigte Staaten von Amerika, United States,"
        " United States of America",
        "GB": "Großbritannien, Vereinigtes Königreich, UK, United Kingdom, Great Britain, England, GBR",
        "FR": "Frankreich, France, FRA",
        "NL": "Niederlande, Holland, Netherlands, The Netherlands, NLD",
        "BE": "Belgien, Belgium, BEL",
        "LU": "Luxemburg, Luxembourg, LUX",
        "IT": "Italien, Italy, Italia, ITA",
        "ES": "Spanien, Spain, España, ESP",
        "PT": "Portugal, PRT",
        "DK": "Dänemark, Denmark, DNK",
        "SE": "Schweden, Sweden, SWE",
        "NO": "Norwegen, Norway, NOR",
        "FI": "Finnland, Finland, FIN",
        "PL": "Polen, Poland, Polska, POL",
        "CZ": "Tschechien, Tschechische Republik, Czechia, Czech Republic, CZE",
        "SK": "Slowakei, Slovakia, SVK",
        "HU": "Ungarn, Hungary, HUN",
        "SI": "Slowenien, Slovenia, SVN",
        "HR": "Kroatien, Croatia, HRV",
        "IE": "Irland, Ireland, IRL",
        "GR": "Griechenland, Greece, GRC",
        "RO": "Rumänien, Romania, ROU",
        "BG": "Bulgarien, Bulgaria, BGR",
        "CA": "Kanada, Canada, CAN",
        "TR": "Türkei, Turkey, Türkiye, TUR",
    }
)

_SUBDIVISIONS = {
    "DE": _table(
        {
            "BW": "Baden-Württemberg",
            "BY": "Bayern, Bavaria",
            "BE": "Berlin",
            "BB": "Brandenburg",
            "HB": "Bremen, Freie Hansestadt Bremen",
            "HH": "Hamburg, Freie und Hansestadt Hamburg",
            "HE": "Hessen, Hesse",
            "MV": "Mecklenburg-Vorpommern",
            "NI": "Niedersachsen, Lower Saxony",
            "NW": "Nordrhein-Westfalen, NRW, North Rhine-Westphalia",
            "RP": "Rheinland-Pfalz, Rhineland-Palatinate",
            "SL": "Saarland",
            "SN": "Sachsen, Saxony, Freistaat Sachsen",
            "ST": "Sachsen-Anhalt, Saxony-Anhalt",
            "SH": "Schleswig-Holstein",
            "TH": "Thüringen, Thuringia",
        }
    ),
    "AT": _table(
        {
            "1": "Burgenland, B",
            "2": "Kärnten, Carinthia, K",
            "3": "Niederösterreich, Lower Austria, N, NÖ",
            "4": "Oberösterreich, Upper Austria, O, OÖ",
            "5": "Salzburg, S",
            "6": "Steiermark, Styria, St",
            "7": "Tirol, Tyrol, T",
            "8": "Vorarlberg, V",
            "9": "Wien, Vienna, W",
        }
    ),
    "CH": _table(
        {
            "AG": "Aargau",
            "AI": "Appenzell Innerrhoden",
            "AR": "Appenzell Ausserrhoden, Appenzell Außerrhoden",
            "BE": "Bern, Berne",
            "BL": "Basel-Landschaft, Baselland",
            "BS": "Basel-Stadt",
            "FR": "Freiburg, Fribourg",
            "GE": "Genf, Genève, Geneva",
            "GL": "Glarus",
            "GR": "Graubünden, Grisons",
            "JU": "Jura",
            "LU": "Luzern, Lucerne",
            "NE": "Neuenburg, Neuchâtel",
            "NW": "Nidwalden",
            "OW": "Obwalden",
            "SG": "St. Gallen, Sankt Gallen",
            "SH": "Schaffhausen",
            "SO": "Solothurn",
            "SZ": "Schwyz",
            "TG": "Thurgau",
            "TI": "Tessin, Ticino",
            "UR": "Uri",
            "VD": "Waadt, Vaud",
            "VS": "Wallis, Valais",
            "ZG": "Zug",
            "ZH": "Zürich, Zurich",
        }
    ),
}

_INDUSTRIES = _table(
    {
        "hospitality": "Gastronomie, Gastgewerbe, Hotel, Hotellerie, Restaurant",
        "trades": "Handwerk, Handwerker, Bau, Baugewerbe, crafts",
        "medical": "Arzt, Ärztin, Arztpraxis, Zahnarzt, Medizin, Praxis, Gesundheit, doctor, health",
        "retail": "Handel, Einzelhandel, shop, trade",
        "it": "IT, EDV, Software, Informatik",
    }
)

_GERMAN_SPEAKING = {"DE", "AT", "CH", "LI"}


def known_words(table: Mapping[str, str], language: str) -> str:
    """The words of a table for a reason: German ones, or ours."""
    return ", ".join(_german[word] if language == "de" else word for word in dict.fromkeys(table.values()))


def country(text: str) -> str | None:
    """ISO 3166-1 for a code or a German or English name."""
    word = text.strip().upper()
    if word in SUPPORTED_REGIONS:
        return word
    return _COUNTRY_NAMES.get(folded(text))


def subdivision(text: str, iso_country: str) -> str | None:
    """The ISO 3166-2 suffix for a code (with or without the country) or a name. Countries we do not list: the code."""
    word = text.strip()
    if word.upper().startswith(f"{iso_country}-"):
        word = word[len(iso_country) + 1 :]
    known = _SUBDIVISIONS.get(iso_country)
    if known is not None:
        return known.get(folded(word))
    code = word.upper()
    return code if code.isascii() and code.isalnum() and len(code) <= 3 else None


def industry(text: str) -> str:
    """Our name for a known branch; any other word as it stands, in lower case: configuration may name it."""
    return _INDUSTRIES.get(folded(text), " ".join(text.casefold().split()))


def default_language(iso_country: str) -> str:
    """The language to speak where the file names none."""
    return "de" if iso_country in _GERMAN_SPEAKING else "en"
