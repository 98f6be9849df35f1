"""Rules that more than one country has, under the name each gives them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from tests.gate_oracle import counting, places
from tests.gate_oracle.asked import PACKS, Asked

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

OWN_HOLDS = {
    "DE": ["dispute", "represented", "insolvency", "objection", "wrong_party"],
    "AT": ["dispute", "represented", "insolvency", "objection", "wrong_party"],
    "CH": ["dispute", "represented", "insolvency", "objection", "wrong_party", "cannot_pay"],
    "GB": ["dispute", "represented", "insolvency", "objection", "wrong_party", "moratorium"],
    "US": ["dispute", "represented", "insolvency", "objection", "wrong_party", "cease"],
}
"""Reasons for a hold that have a rule of their own in the country."""

HOLDS = [
    *("promise", "instalments", "says_paid", "dispute", "cannot_pay", "insolvency", "represented"),
    *("deceased", "objection", "wrong_party", "cease", "moratorium", "manual"),
]

AGREED = ["promise", "instalments", "says_paid", "cannot_pay"]
"""Holds that still let a letter out, which confirms what was agreed."""


def everywhere(asked: Asked, at: datetime) -> Iterator[str]:
    if asked.country not in PACKS:
        yield "NO-PACK"
    if asked.channel != "letter" and _placeless(asked):
        yield "NO-ZONE"
    if asked.paid:
        yield "PAID"
    if asked.rings and (asked.phone_state == "bad" or (asked.phone_state == "fax" and asked.channel != "fax")):
        yield "PHONE"
    own = OWN_HOLDS.get(asked.country, [])
    if asked.flag("deceased") or any(asked.held(reason, at) for reason in HOLDS if reason not in [*own, *AGREED]):
        yield "HOLD"
    if asked.rings and any(asked.held(reason, at) for reason in AGREED if reason not in own):
        yield "HOLD"
    if asked.country != "GB" and in_moratorium(asked, at):
        yield "HOLD"
    if asked.country != "US" and asked.flag("cease"):
        yield "HOLD"


def _placeless(asked: Asked) -> bool:
    if asked.e164 is None:
        return True
    if asked.country in PACKS and asked.phone_country != asked.country:
        return True
    return asked.nowhere and asked.country != "US"


def in_moratorium(asked: Asked, at: datetime) -> bool:
    return any(at < end for end in asked.until("moratorium_until"))


def between(now: time, begin: str, end: str) -> bool:
    """Half open: the first instant is in, the last is out."""
    return time.fromisoformat(begin) <= now < time.fromisoformat(end)


def against_wishes(asked: Asked, at: datetime) -> bool:
    for local in asked.local_times(at):
        for wish in asked.wishes:
            if local.weekday() in _weekdays(wish["days"]) and between(local.time(), *wish["span"].split("-")):
                return True
    return False


def _weekdays(text: str) -> range:
    first, _, last = text.partition("-")
    return range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)


def caller_rests(asked: Asked, at: datetime, country: str) -> tuple[bool, bool]:
    """Is it Sunday, is it a holiday where the caller sits? Asked by the law of that country at either end."""
    if country not in (asked.caller_country, asked.country):
        return False, False
    day = at.astimezone(ZoneInfo(places.HOME_ZONE.get(asked.caller_country, "America/New_York"))).date()
    holiday = places.is_holiday(day, asked.caller_country, asked.caller_subdivision, asked.caller_city)
    return day.weekday() == 6, holiday


def flags(asked: Asked, at: datetime, country: str) -> Iterator[str]:
    """C1 to C5: objection, representative, dispute, insolvency, wrong party."""
    objects = asked.held("objection", at) or (asked.natural and asked.flag("phone_objection"))
    if asked.rings and objects:
        yield f"{country}-C1"
    if asked.flag("attorney") or asked.held("represented", at):
        yield f"{country}-C2"
    if asked.rings and (asked.disputed or asked.flag("written_dispute") or asked.held("dispute", at)):
        yield f"{country}-C3"
    if asked.flag("insolvency") or asked.held("insolvency", at):
        yield f"{country}-C4"
    if is_wrong_party(asked, at):
        yield f"{country}-C5"


def is_wrong_party(asked: Asked, at: datetime) -> bool:
    return asked.flag("wrong_party") or asked.held("wrong_party", at) or asked.phone_state == "wrong_party"


def speaks_to_stranger(asked: Asked) -> bool:
    """Somebody else than the natural person who owes."""
    allowed = ["self", "owner"] if asked.type == "sole_trader" else ["self"]
    return asked.natural and asked.contact_role not in allowed


def rings_at_work(asked: Asked) -> bool:
    if asked.type == "consumer":
        return asked.phone_role != "private"
    return asked.type == "sole_trader" and asked.phone_role == "work"


def robot_call(asked: Asked) -> bool:
    return asked.natural and asked.channel == "call" and asked.mode == "unattended"


def records_unasked(asked: Asked) -> bool:
    return asked.rings and asked.recording and not asked.flag("recording_consent")


def rings_too_short_or_long(asked: Asked) -> bool:
    return asked.rings and asked.ring_seconds is not None and not 15 <= asked.ring_seconds <= 40


def loses_calls(asked: Asked) -> bool:
    """Three of a hundred lost, counted of a hundred at least."""
    if not asked.rings or asked.mode == "preview" or asked.dialer is None:
        return False
    return asked.dialer["lost"] * 100 >= 3 * max(asked.dialer["attempts"], 100)


def voicemail(asked: Asked, at: datetime) -> Iterator[str]:
    if asked.channel != "voicemail":
        return
    if counting.messages_used_up(asked):
        yield "VM-MOST"
    if counting.message_too_soon(asked, at):
        yield "VM-GAP"
