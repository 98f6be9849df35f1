"""Where a called person may be: every zone and holiday that address and number allow, and whose rules may bind."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from dialer.rules.places import (
    OVERLAYS,
    SUBDIVISIONS_BY_COUNTRY,
    Address,
    caller_site,
    known_country,
    whereabouts,
)

NEW_YORK, CHICAGO, LOS_ANGELES = "America/New_York", "America/Chicago", "America/Los_Angeles"
NUMBERS = {
    "DE": "+4915112345678",
    "AT": "+436641234567",
    "CH": "+41791234567",
    "GB": "+442079460000",
    "US": "+12125550123",
}


def zones(address, e164):
    return [site.zone.key for site in whereabouts(address, e164).sites]


def german(**known):
    return Address(country="DE", **known)


def american(**known):
    return Address(country="US", **known)


def keeps(address, day, e164=None):
    sites = whereabouts(address, e164).sites
    assert sites
    return any(site.holiday(day) is not None for site in sites)


@pytest.mark.parametrize(
    ("country", "zone"),
    [("DE", "Europe/Berlin"), ("AT", "Europe/Vienna"), ("CH", "Europe/Zurich"), ("GB", "Europe/London")],
)
def test_debtor_is_in_the_one_zone_of_his_country(country, zone):
    assert zones(Address(country=country), NUMBERS[country]) == [zone]
    assert zones(Address(country=country), None) == [zone]


def test_zones_given_join_the_countrys_and_replace_them_once_confirmed():
    canary = ("Atlantic/Canary",)
    assert zones(german(zones=canary), None) == ["Europe/Berlin", "Atlantic/Canary"]
    assert zones(german(zones=canary), NUMBERS["DE"]) == ["Europe/Berlin", "Atlantic/Canary"]
    assert zones(german(zones=canary, confirmed=True), NUMBERS["DE"]) == ["Atlantic/Canary"]
    assert zones(german(zones=canary, confirmed=True), None) == ["Atlantic/Canary"]
    assert zones(german(confirmed=True), NUMBERS["DE"]) == ["Europe/Berlin"]
    assert zones(german(zones=("Europe/Berlin",)), NUMBERS["DE"]) == ["Europe/Berlin"]
    with pytest.raises(ZoneInfoNotFoundError):
        whereabouts(german(zones=("Europe/Nowhere",)), None)


@pytest.mark.parametrize("country", ["FR", "", "de", "D", "GG"])
def test_country_without_data_has_no_place(country):
    found = whereabouts(Address(country=country, zones=("Europe/Paris",)), "+33123456789")
    assert found.sites == ()
    assert not found.unknown
    assert not known_country(country)


@pytest.mark.parametrize(
    ("country", "e164"),
    [
        ("DE", NUMBERS["AT"]),
        ("DE", NUMBERS["US"]),
        ("AT", NUMBERS["DE"]),
        ("CH", "+4232345678"),
        ("GB", NUMBERS["DE"]),
        ("US", NUMBERS["DE"]),
        ("US", "+14165550123"),
        ("US", "+12425550123"),
        ("DE", "nonsense"),
    ],
)
@pytest.mark.parametrize("confirmed", [True, False])
def test_number_of_another_country_leaves_no_place(country, e164, confirmed):
    found = whereabouts(Address(country=country, confirmed=confirmed), e164)
    assert found.sites == ()
    assert not found.unknown


def test_sites_are_the_same_objects_for_the_same_places():
    one = whereabouts(german(subdivision="BY", city="München"), NUMBERS["DE"]).sites[0]
    other = whereabouts(german(subdivision="DE-BY", city="Passau"), None).sites[0]
    assert one is other
    assert whereabouts(german(subdivision="BE"), None).sites[0] is not one


# --- United States ----------------------------------------------------------------------------------------------------


def test_number_and_zip_code_are_both_candidates():
    assert zones(american(postal_code="90001"), "+12125550123") == [LOS_ANGELES, NEW_YORK]


def test_zones_given_join_the_states_and_the_numbers():
    texas = {CHICAGO, "America/Denver"}
    texan = american(subdivision="TX", zones=(LOS_ANGELES,))
    assert set(zones(texan, None)) == texas | {LOS_ANGELES}
    assert set(zones(texan, "+12125550123")) == texas | {LOS_ANGELES, NEW_YORK}
    known = american(subdivision="TX", zones=(CHICAGO,))
    assert sorted(zones(known, "+12125550123")) == sorted(texas | {NEW_YORK})  # each once


def test_zones_given_replace_the_states_and_the_numbers_once_confirmed():
    texan = american(subdivision="TX", zones=(CHICAGO,), confirmed=True)
    assert zones(texan, None) == [CHICAGO]
    assert zones(texan, "+12125550123") == [CHICAGO]


def test_confirmed_address_leaves_the_number_aside():
    assert zones(american(postal_code="90001", confirmed=True), "+12125550123") == [LOS_ANGELES]
    assert whereabouts(american(confirmed=True), "+13105550123").unknown  # it names no place
    assert zones(american(confirmed=True, zones=(CHICAGO,)), "+13105550123") == [CHICAGO]


def test_number_alone_gives_its_zones():
    assert zones(american(), "+12125550123") == [NEW_YORK]
    assert not whereabouts(american(), "+12125550123").unknown


@pytest.mark.parametrize("e164", [None, "+15005550006"])
def test_nothing_known_of_an_american_is_new_york_and_unknown(e164):
    found = whereabouts(american(), e164)
    assert [site.zone.key for site in found.sites] == [NEW_YORK]
    assert found.unknown
    assert found.places == OVERLAYS


def test_given_zone_makes_an_american_known():
    found = whereabouts(american(zones=(CHICAGO,)), None)
    assert [site.zone.key for site in found.sites] == [CHICAGO]
    assert not found.unknown


@pytest.mark.parametrize("known", [{"postal_code": "09012"}, {"subdivision": "AE"}, {"subdivision": "US-AP"}])
def test_military_post_may_be_anywhere(known):
    assert zones(american(**known), "+12125550123") == []
    assert not whereabouts(american(**known), "+12125550123").unknown
    assert zones(american(zones=("Europe/Berlin",), **known), None) == ["Europe/Berlin"]


def test_puerto_rico_is_american():
    assert zones(american(subdivision="PR"), "+17875550123") == ["America/Puerto_Rico"]


@pytest.mark.parametrize(
    ("known", "places"),
    [
        ({}, OVERLAYS),
        ({"city": "Springfield"}, OVERLAYS),
        ({"subdivision": "XX"}, OVERLAYS),
        ({"subdivision": "CA"}, {"CA"}),
        ({"postal_code": "98101"}, {"WA"}),
        ({"postal_code": "20001"}, {"DC"}),
        ({"postal_code": "02861"}, {"MA", "RI"}),
        ({"subdivision": "RI", "postal_code": "02861"}, {"RI"}),
        ({"subdivision": "CA", "postal_code": "02108"}, {"CA", "MA"}),
        ({"subdivision": "NY"}, {"NY", "NY/NYC"}),
        ({"subdivision": "NY", "city": "Buffalo"}, {"NY"}),
        ({"subdivision": "NY", "city": "Queensbury"}, {"NY"}),
        ({"subdivision": "NY", "city": "Buffalo", "postal_code": "14201"}, {"NY"}),
        ({"subdivision": "NY", "postal_code": "14201"}, {"NY"}),
        ({"subdivision": "NY", "city": "the Bronx"}, {"NY", "NY/NYC"}),
        ({"subdivision": "NY", "city": "NEW YORK CITY"}, {"NY", "NY/NYC"}),
        ({"subdivision": "NY", "city": "Flushing"}, {"NY", "NY/NYC"}),
        ({"subdivision": "NY", "city": "N.Y.C."}, {"NY", "NY/NYC"}),
        ({"subdivision": "NY", "city": "Buffalo", "postal_code": "10301"}, {"NY", "NY/NYC"}),
        ({"subdivision": "NY", "city": "Brooklyn", "postal_code": "14201"}, {"NY", "NY/NYC"}),
        ({"subdivision": "CT", "city": "Brooklyn"}, {"CT"}),
        ({"postal_code": "US-10001-0123"}, {"NY", "NY/NYC"}),
    ],
)
def test_overlays_that_may_bind(known, places):
    assert whereabouts(american(**known), NUMBERS["US"]).places == places


@pytest.mark.parametrize("prefix", ["100", "101", "102", "103", "104", "110", "111", "112", "113", "114", "116"])
def test_zip_codes_of_new_york_city(prefix):
    assert "NY/NYC" in whereabouts(american(postal_code=f"{prefix}01"), None).places


@pytest.mark.parametrize("prefix", ["105", "109", "115", "117", "120"])
def test_zip_codes_of_the_rest_of_new_york(prefix):
    assert whereabouts(american(postal_code=f"{prefix}01"), None).places == {"NY"}


# --- holidays by address ----------------------------------------------------------------------------------------------

WOMENS_DAY, EPIPHANY, CORPUS_CHRISTI = date(2026, 3, 8), date(2026, 1, 6), date(2026, 6, 4)


def test_subdivision_settles_the_calendar():
    assert keeps(german(subdivision="BE"), WOMENS_DAY)
    assert not keeps(german(subdivision="BE"), EPIPHANY)
    assert whereabouts(german(subdivision="BE"), None).places == {"BE"}


def test_postal_code_stands_in_for_the_subdivision():
    assert keeps(german(postal_code="10115"), WOMENS_DAY)
    assert not keeps(german(postal_code="10115"), EPIPHANY)


def test_contradiction_keeps_the_holidays_of_both():
    both = german(subdivision="BE", postal_code="70173")
    assert keeps(both, WOMENS_DAY)
    assert keeps(both, EPIPHANY)
    assert whereabouts(both, None).places == {"BE", "BW"}


def test_code_across_a_border_is_settled_by_the_subdivision():
    assert keeps(german(postal_code="63928"), date(2026, 8, 15))
    assert not keeps(german(postal_code="63928", subdivision="BW"), date(2026, 8, 15))


@pytest.mark.parametrize("known", [{}, {"subdivision": "XX"}, {"postal_code": "00000"}, {"city": "Irgendwo"}])
def test_unknown_land_keeps_the_holidays_of_all(known):
    for day in (WOMENS_DAY, EPIPHANY, CORPUS_CHRISTI, date(2026, 9, 20), date(2026, 11, 18)):
        assert keeps(german(**known), day)
    assert whereabouts(german(**known), None).places == set(SUBDIVISIONS_BY_COUNTRY["DE"])


def test_city_settles_the_festival_of_peace():
    assert keeps(german(subdivision="BY", city="Augsburg"), date(2026, 8, 8))
    assert keeps(german(subdivision="BY"), date(2026, 8, 8))
    assert not keeps(german(subdivision="BY", city="München"), date(2026, 8, 8))
    assert not keeps(german(subdivision="BY", postal_code="80331"), date(2026, 8, 8))


def test_municipality_known_not_to_be_catholic_works_on_corpus_christi():
    assert keeps(german(subdivision="SN"), CORPUS_CHRISTI)
    assert not keeps(german(subdivision="SN", catholic=False), CORPUS_CHRISTI)
    assert keeps(german(postal_code="80331"), date(2025, 8, 15))


def test_austria_switzerland_and_britain_have_holidays_of_their_own():
    assert keeps(Address(country="AT", subdivision="W"), date(2026, 10, 26))
    assert keeps(Address(country="CH", subdivision="TI"), date(2026, 6, 29))
    assert not keeps(Address(country="CH", subdivision="BE"), date(2026, 6, 29))
    assert keeps(Address(country="CH", postal_code="3011"), date(2026, 6, 29))  # a code without canton
    assert keeps(Address(country="GB", postal_code="BT1 1AA"), date(2026, 3, 17))
    assert not keeps(Address(country="GB", postal_code="SW1A 1AA"), date(2026, 3, 17))
    assert keeps(Address(country="GB"), date(2026, 11, 30))


# --- the operator -----------------------------------------------------------------------------------------------------


def test_operator_knows_his_own_community():
    catholic = caller_site(subdivision="BY", city="Altötting", catholic=True, timezone="Europe/Berlin")
    other = caller_site(subdivision="BY", city="Coburg", catholic=False, timezone="Europe/Berlin")
    assert catholic.holiday(date(2026, 8, 15)) is not None
    assert other.holiday(date(2026, 8, 15)) is None
    assert other.holiday(date(2026, 1, 6)) is not None
    assert catholic.zone.key == "Europe/Berlin"


@pytest.mark.parametrize(
    ("known", "zone"),
    [
        ({"country": "AT", "subdivision": "W"}, "Europe/Vienna"),
        ({"country": "CH"}, "Europe/Zurich"),
        ({"country": "GB", "subdivision": "SCT"}, "Europe/London"),
        ({"country": "US", "subdivision": "CA"}, LOS_ANGELES),
        ({"country": "US"}, NEW_YORK),
        ({"country": "US", "subdivision": "CA", "timezone": CHICAGO}, CHICAGO),
        ({"country": "DE", "timezone": "Europe/Busingen"}, "Europe/Busingen"),
    ],
)
def test_operator_has_the_zone_of_his_place(known, zone):
    assert caller_site(**known).zone == ZoneInfo(zone)


def test_operator_without_a_subdivision_keeps_the_holidays_of_all():
    assert caller_site(country="DE").holiday(WOMENS_DAY) is not None
    assert caller_site(country="AT", subdivision="9").holiday(date(2026, 12, 8)) is not None


def test_operator_in_a_country_without_data_is_refused():
    with pytest.raises(ValueError, match='country "FR"'):
        caller_site(country="FR")
