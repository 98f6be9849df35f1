"""Time zones by address and by number, and whose country a number is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from phonenumbers.tzdata import TIMEZONE_DATA

from dialer.rules import places_zones, postal_codes
from dialer.rules.places import SUBDIVISIONS_BY_COUNTRY, number_country
from dialer.rules.places_zones import address_zones, number_zones

NEW_YORK, CHICAGO, DENVER = "America/New_York", "America/Chicago", "America/Denver"
BOISE, PHOENIX, LOS_ANGELES = "America/Boise", "America/Phoenix", "America/Los_Angeles"


@pytest.mark.parametrize(
    ("e164", "zones"),
    [
        ("+12125550123", {NEW_YORK}),
        ("+13105550123", {LOS_ANGELES}),
        ("+18504325555", {CHICAGO}),  # Pensacola, an exchange the library knows
        ("+18502245555", {NEW_YORK, CHICAGO}),  # Tallahassee, which it cannot tell from an unknown exchange
        ("+18505555555", {NEW_YORK, CHICAGO}),
        ("+14485550123", {NEW_YORK, CHICAGO}),  # overlay of 850
        ("+12085550123", {BOISE, LOS_ANGELES}),
        ("+12083342100", {DENVER}),  # Boise
        ("+19865550123", {BOISE, LOS_ANGELES}),
        ("+19065550123", {NEW_YORK, CHICAGO}),
        ("+14235550123", {NEW_YORK, CHICAGO}),
        ("+12705550123", {NEW_YORK, CHICAGO}),
        ("+13645550123", {NEW_YORK, CHICAGO}),
        ("+18125550123", {NEW_YORK, CHICAGO}),
        ("+19305550123", {NEW_YORK, CHICAGO}),
        ("+19315550123", {NEW_YORK, CHICAGO}),
        ("+15745550123", {NEW_YORK, CHICAGO}),
        ("+13345550123", {NEW_YORK, CHICAGO}),  # Phenix City keeps the time of Columbus, Georgia
        ("+13085550123", {CHICAGO, DENVER}),
        ("+17855550123", {CHICAGO, DENVER}),
        ("+15415550123", {BOISE, LOS_ANGELES}),
        ("+14585550123", {BOISE, LOS_ANGELES}),
        ("+19285550123", {PHOENIX, DENVER}),
        ("+19075550123", {"America/Adak", "America/Anchorage"}),
        ("+17875550123", {"America/Puerto_Rico"}),
        ("+18085550123", {"Pacific/Honolulu"}),
    ],
)
def test_american_number_may_be_in_the_zones_of_its_area(e164, zones):
    assert set(number_zones("US", e164)) == zones


def test_north_dakota_keeps_both_zones_where_the_exchange_is_unknown():
    assert {CHICAGO, DENVER} < set(number_zones("US", "+17015550123"))
    assert {CHICAGO, DENVER} < set(number_zones("US", "+16055550123"))


@pytest.mark.parametrize("area", ["800", "833", "844", "855", "866", "877", "888"])
def test_toll_free_number_may_be_anywhere(area):
    zones = number_zones("US", f"+1{area}5550123")
    assert {"Pacific/Honolulu", "Pacific/Guam", NEW_YORK, "America/St_Johns"} <= set(zones)


@pytest.mark.parametrize("e164", ["+15005550006", "+16002345678"])
def test_number_without_a_zone_has_no_candidate(e164):
    assert number_zones("US", e164) == ()


@pytest.mark.parametrize(
    ("country", "e164", "zone"),
    [
        ("DE", "+498912345678", "Europe/Berlin"),
        ("DE", "+4915112345678", "Europe/Berlin"),
        ("AT", "+436641234567", "Europe/Vienna"),
        ("CH", "+41791234567", "Europe/Zurich"),
        ("GB", "+442079460000", "Europe/London"),
    ],
)
def test_number_of_a_country_with_one_zone_is_in_it(country, e164, zone):
    assert number_zones(country, e164) == (zone,)


@pytest.mark.parametrize(
    ("e164", "country"),
    [
        ("+4915112345678", "DE"),
        ("+43512123456", "AT"),
        ("+41791234567", "CH"),
        ("+4232345678", "LI"),
        ("+442079460000", "GB"),
        ("+447911123456", "GB"),  # Guernsey's, in a British range
        ("+12125550123", "US"),
        ("+18005550123", "US"),
        ("+17875550123", "US"),  # Puerto Rico
        ("+16715550123", "US"),  # Guam
        ("+14165550123", "CA"),
        ("+12425550123", "BS"),
        ("+80012345678", None),
        ("+19301234567", None),
        ("nonsense", None),
    ],
)
def test_number_belongs_to_a_country(e164, country):
    assert number_country(e164) == country


@pytest.mark.parametrize(
    ("state", "code", "zones"),
    [
        ("NY", None, {NEW_YORK}),
        ("New York", None, {NEW_YORK}),
        ("FL", None, {NEW_YORK, CHICAGO}),
        ("FL", "33101", {NEW_YORK}),
        ("FL", "32501", {CHICAGO}),
        (None, "32401", {NEW_YORK, CHICAGO}),
        ("ID", None, {BOISE, LOS_ANGELES}),
        ("ID", "83814", {LOS_ANGELES}),
        ("NY", "90001", {NEW_YORK, LOS_ANGELES}),  # they contradict: both
        ("CA", "00000", {LOS_ANGELES}),
        ("ON", None, set()),
        (None, None, set()),
        (None, "09012", set()),
    ],
)
def test_american_address_may_be_in_the_zones_of_its_state_and_code(state, code, zones):
    assert set(address_zones("US", state, code)) == zones


def test_states_in_two_zones():
    split = {
        "AL FL IN KY MI TN": {NEW_YORK, CHICAGO},
        "KS ND NE SD TX": {CHICAGO, DENVER},
        "ID OR": {BOISE, LOS_ANGELES},
        "AK": {"America/Adak", "America/Anchorage"},
        "AZ": {PHOENIX, DENVER},
        "NV": {DENVER, LOS_ANGELES},
    }
    in_two = {state: zones for states, zones in split.items() for state in states.split()}
    found = {state: set(address_zones("US", state, None)) for state in SUBDIVISIONS_BY_COUNTRY["US"]}
    assert {state: zones for state, zones in found.items() if len(zones) != 1} == in_two


def test_states_in_one_zone():
    for zone, states in {
        NEW_YORK: "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
        CHICAGO: "AR IA IL LA MN MO MS OK WI",
        DENVER: "CO MT NM UT WY",
        LOS_ANGELES: "CA WA",
        "Pacific/Honolulu": "HI",
        "America/Puerto_Rico": "PR VI",
        "Pacific/Guam": "GU MP",
        "Pacific/Pago_Pago": "AS",
    }.items():
        assert {address_zones("US", state, None) for state in states.split()} == {(zone,)}


def test_every_area_the_library_puts_in_two_zones_straddles():
    zones: dict[str, set[str]] = {}
    for prefix, names in TIMEZONE_DATA.items():
        if len(prefix) >= len("1212") and prefix.startswith("1"):
            zones.setdefault(prefix[1:4], set()).update(names)
    american = {area for area, names in zones.items() if len(names) > 1 and number_country(f"+1{area}2345678") == "US"}
    assert american <= set(places_zones._STRADDLING_AREAS)  # noqa: SLF001 - the table itself is what is checked


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NEW_YORK, "America/Detroit"),
        (NEW_YORK, "America/Indiana/Indianapolis"),
        (NEW_YORK, "America/Kentucky/Louisville"),
        (CHICAGO, "America/Indiana/Knox"),
        (CHICAGO, "America/Menominee"),
        (CHICAGO, "America/North_Dakota/Center"),
        (DENVER, BOISE),
        ("America/Anchorage", "America/Juneau"),
        ("America/Puerto_Rico", "America/St_Thomas"),
        ("Pacific/Guam", "Pacific/Saipan"),
    ],
)
def test_zones_that_share_a_letter_keep_the_same_time(one, other):
    first = datetime(2026, 1, 1, tzinfo=UTC)
    hours = [first + timedelta(hours=n) for n in range(2 * 365 * 24)]
    a, b = ZoneInfo(one), ZoneInfo(other)
    assert all(h.astimezone(a).utcoffset() == h.astimezone(b).utcoffset() for h in hours)


def test_letters_of_the_tables_have_zones():
    rows = postal_codes._ranges("postal_codes_us.txt")  # noqa: SLF001 - as above
    letters = "".join(sorted({letter for row in rows for letter in row.words[0].strip("-")}))
    assert [ZoneInfo(zone) for zone in places_zones.zones_of(letters)]
