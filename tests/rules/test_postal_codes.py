"""Postal codes to subdivisions: places looked up by hand, and codes that cross a border."""

from __future__ import annotations

from itertools import pairwise

import pytest

from dialer.rules import postal_codes
from dialer.rules.places import SUBDIVISIONS_BY_COUNTRY

BY_LAND = {
    "BW": "70173 76133 88045 78462 69115 68526 97941",  # Stuttgart Karlsruhe Friedrichshafen Konstanz Ladenburg ...
    "BY": "80331 90402 97070 88131 63739 89231 86150",  # München Nürnberg Würzburg Lindau Aschaffenburg Neu-Ulm
    "BE": "10115 12555 14195 13507",
    "BB": "14467 03046 15230 12529 17291 04924 19348",  # Potsdam Cottbus Frankfurt Schönefeld Prenzlau Perleberg
    "HB": "28195 28757 27568",
    "HE": "60311 34117 65183 55246 68623 37269 69517",  # Frankfurt Kassel Wiesbaden Kostheim Lampertheim Eschwege
    "HH": "20095 22765 21073 27499",  # the last: Neuwerk in the Elbe's mouth
    "MV": "19053 18055 17489 23966",
    "NI": "30159 26122 37073 21335 34346 49074",  # 34346: Hann. Münden among Hessian codes
    "NW": "50667 40213 48143 33602 32423 37671",
    "RP": "55116 56068 67059 57518 76829 53424",
    "SL": "66111 66740 66424",
    "SN": "01067 04109 09111 02826 08523",
    "ST": "39104 06108 38820 29410",
    "SH": "24103 23552 25980 22844 21493 27498",  # the last: Helgoland
    "TH": "99084 07743 98527 36433 37308 04600 96515",
}

ACROSS_A_BORDER = {
    "07919": {"SN", "TH"},  # Pausa-Mühltroff
    "14715": {"BB", "ST"},  # Milower Land, Schollene
    "15569": {"BB", "BE"},  # Woltersdorf, Berlin-Rahnsdorf
    "17337": {"BB", "MV"},  # Uckerland, Groß Luckow
    "19273": {"MV", "NI"},  # Amt Neuhaus, Teldau
    "19357": {"BB", "MV"},  # Karstädt, Dambeck
    "21039": {"HH", "SH"},  # Hamburg-Bergedorf, Börnsen, Escheburg
    "22113": {"HH", "SH"},  # Hamburg-Billstedt, Oststeinbek
    "22145": {"HH", "SH"},  # Hamburg-Rahlstedt, Stapelfeld
    "32361": {"NI", "NW"},
    "34355": {"HE", "NI"},  # Staufenberg
    "57319": {"HE", "NW"},
    "63928": {"BW", "BY"},  # Eichenbühl
    "64646": {"BW", "HE"},
    "65391": {"HE", "RP"},  # Lorch, Sauerthal
    "69412": {"BW", "HE"},  # Eberbach
    "69434": {"BW", "HE"},  # Hirschhorn, Heddesbach
    "74731": {"BW", "BY"},  # Walldürn
    "89081": {"BW", "BY"},  # Ulm
    "97896": {"BW", "BY"},  # Freudenberg
}


@pytest.mark.parametrize(("land", "code"), [(land, code) for land, codes in BY_LAND.items() for code in codes.split()])
def test_german_code_names_its_land(land, code):
    assert postal_codes.subdivisions("DE", code) == {land}


@pytest.mark.parametrize(("code", "lands"), ACROSS_A_BORDER.items())
def test_german_code_across_a_border_names_both_laender(code, lands):
    assert postal_codes.subdivisions("DE", code) == lands


def test_every_land_has_samples():
    assert set(BY_LAND) == set(SUBDIVISIONS_BY_COUNTRY["DE"])


@pytest.mark.parametrize("text", ["D-80331", "DE-80331", " 80331 ", "D 80331"])
def test_german_code_may_carry_its_country(text):
    assert postal_codes.subdivisions("DE", text) == {"BY"}


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "00000",
        "05000",
        "43000",
        "62000",
        "99999",
        "8033",
        "803311",
        "80 331",
        "München",
        "\uff18\uff10\uff13\uff13\uff11",  # full-width digits
        "CH-8001",
    ],
)
def test_german_code_that_is_none_or_unused_tells_nothing(text):
    assert postal_codes.subdivisions("DE", text) is None


def test_ranges_are_in_order_and_apart():
    for name, digits in (("postal_codes_de.txt", 5), ("postal_codes_us.txt", 3)):
        rows = postal_codes._ranges(name)  # noqa: SLF001 - the table itself is what is checked
        assert len(rows) > 200
        assert all(len(r.first) == len(r.last) == digits and r.first <= r.last for r in rows)
        assert all(a.last < b.first for a, b in pairwise(rows))


def test_tables_name_no_subdivision_that_is_unknown():
    american = {*SUBDIVISIONS_BY_COUNTRY["US"], "AA", "AE", "AP", "FM", "MH", "PW"}
    for name, known, skip in (
        ("postal_codes_de.txt", set(SUBDIVISIONS_BY_COUNTRY["DE"]), 0),
        ("postal_codes_us.txt", american, 1),
    ):
        named = {word for r in postal_codes._ranges(name) for word in r.words[skip:]}  # noqa: SLF001 - as above
        assert named <= known
        assert known - named <= {"UM"}


@pytest.mark.parametrize(
    ("code", "lands"),
    [
        ("1010", {"9"}),
        ("1210", {"3", "9"}),
        ("1300", {"3", "9"}),  # Vienna's airport
        ("3100", {"3"}),
        ("4020", {"4"}),
        ("4300", {"3", "4"}),  # St. Valentin has an Upper Austrian code
        ("5020", {"5"}),
        ("5280", {"4", "5"}),  # Braunau: Upper Austria, among Salzburg's codes
        ("6020", {"7"}),
        ("6900", {"8"}),
        ("7000", {"1"}),
        ("8010", {"6"}),
        ("8380", {"1", "6"}),  # Jennersdorf
        ("9020", {"2"}),
        ("9782", {"2", "7"}),  # Nikolsdorf in East Tyrol
        ("9900", {"7"}),  # Lienz
        ("A-6020", {"7"}),
        ("0815", None),
        ("10100", None),
        ("7700", None),
    ],
)
def test_austrian_code(code, lands):
    assert postal_codes.subdivisions("AT", code) == lands


@pytest.mark.parametrize(
    ("code", "nations"),
    [
        ("SW1A 1AA", {"ENG"}),
        ("sw1a1aa", {"ENG"}),
        ("M1 1AE", {"ENG"}),
        ("E98", {"ENG"}),
        ("EH1 1YZ", {"SCT"}),
        ("G2 1DU", {"SCT"}),
        ("ZE1 0AA", {"SCT"}),
        ("TD15 1AA", {"ENG", "SCT"}),  # Berwick-upon-Tweed
        ("DG16 5EA", {"ENG", "SCT"}),  # Gretna
        ("CF10 1AA", {"WLS"}),
        ("SA1 1AA", {"WLS"}),
        ("CH5 1AA", {"ENG", "WLS"}),  # Deeside
        ("SY23 1AA", {"ENG", "WLS"}),  # Aberystwyth
        ("NP16 7AA", {"ENG", "WLS"}),  # Tutshill in Gloucestershire
        ("BT1 1AA", {"NIR"}),
        ("JE2 3AB", None),
        ("IM1 1AA", None),
        ("BF1 1AA", None),  # the forces
        ("GIR 0AA", None),
        ("10115", None),
        ("SW", None),
    ],
)
def test_british_code(code, nations):
    assert postal_codes.subdivisions("GB", code) == nations


@pytest.mark.parametrize(
    ("code", "zones", "states"),
    [
        ("10001", "E", {"NY"}),
        ("90001", "P", {"CA"}),
        ("90001-1234", "P", {"CA"}),
        ("900011234", "P", {"CA"}),
        ("02108", "E", {"MA"}),
        ("02861", "E", {"MA", "RI"}),
        ("02903", "E", {"RI"}),
        ("06390", "E", {"CT", "NY"}),  # Fishers Island
        ("00901", "R", {"PR"}),
        ("00802", "R", {"VI"}),
        ("20001", "E", {"DC"}),
        ("32399", "CE", {"FL"}),  # Tallahassee; Panama City and its neighbours are 324
        ("32501", "C", {"FL"}),  # Pensacola
        ("33101", "E", {"FL"}),
        ("37402", "CE", {"TN"}),  # Chattanooga, an hour from its western neighbours
        ("38103", "C", {"TN"}),
        ("46401", "C", {"IN"}),  # Gary
        ("46204", "E", {"IN"}),
        ("47708", "CE", {"IN"}),  # Evansville
        ("49801", "CE", {"MI"}),  # Iron Mountain, in the Upper Peninsula
        ("48201", "E", {"MI"}),
        ("57701", "M", {"MT", "NE", "SD"}),
        ("58501", "CM", {"ND"}),
        ("69101", "CM", {"CO", "NE"}),
        ("75201", "C", {"TX"}),
        ("79901", "CM", {"NM", "TX"}),
        ("83702", "B", {"ID"}),
        ("83814", "P", {"ID"}),
        ("83501", "BP", {"ID"}),
        ("85001", "N", {"AZ"}),
        ("86503", "MN", {"AZ"}),
        ("89101", "P", {"NV"}),
        ("89883", "MP", {"ID", "NV"}),
        ("96813", "H", {"HI"}),
        ("96799", "HS", {"AS", "HI"}),
        ("97201", "P", {"OR"}),
        ("97914", "BP", {"ID", "OR"}),
        ("98101", "P", {"WA"}),
        ("99546", "AD", {"AK"}),
        ("09012", "", {"AE"}),
        ("34002", "", {"AA"}),
        ("96201", "", {"AP"}),
    ],
)
def test_zip_code(code, zones, states):
    assert postal_codes.zip_code(code) == (zones, states)
    assert postal_codes.subdivisions("US", code) == states


@pytest.mark.parametrize("text", [None, "", "2108", "1000", "100010", "00000", "99999-", "ABCDE", "000", "34300"])
def test_zip_code_that_is_none_tells_nothing(text):
    assert postal_codes.zip_code(text) is None


def test_swiss_codes_tell_nothing():
    assert postal_codes.subdivisions("CH", "8001") is None
    assert postal_codes.subdivisions("FR", "75001") is None
