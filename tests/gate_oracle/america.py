"""The table of the United States, with the four places that are stricter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from tests.gate_oracle import counting, shared
from tests.gate_oracle.asked import DAY, Asked

NYC_FROM = date(2026, 9, 1)
NYC_NAMES = ["New York", "Manhattan", "Brooklyn", "Queens", "Bronx", "Staten Island"]
NYC_ZIPS = ("100", "101", "102", "103", "104", "110", "111", "112", "113", "114", "116")
STATE_BY_ZIP = {"021": "MA", "981": "WA", "100": "NY", "112": "NY", "122": "NY", "200": "DC", "606": "IL", "902": "CA"}
STRICTER = ["MA", "WA", "NY", "DC"]


def american_rules(asked: Asked, at: datetime) -> Iterator[str]:
    yield from _all_channels(asked, at)
    if asked.rings:
        yield from _device(asked)
        yield from _flags(asked, at)
        yield from _clock(asked, at)
        yield from shared.voicemail(asked, at)
        yield from _counters(asked, at)
    if asked.natural:
        yield from _stricter_places(asked, at)


def _all_channels(asked: Asked, at: datetime) -> Iterator[str]:
    if asked.flag("attorney") or asked.held("represented", at):
        yield "US-P2"
    if asked.flag("cease") or asked.held("cease", at):
        yield "US-P3"
    if asked.natural and asked.contact_role != "self":
        yield "US-P4"
    if asked.flag("written_dispute") or asked.held("dispute", at) or asked.disputed:
        yield "US-S3"
    if asked.flag("insolvency") or asked.held("insolvency", at):
        yield "US-C4"
    if shared.is_wrong_party(asked, at):
        yield "US-C5"


def _device(asked: Asked) -> Iterator[str]:
    if asked.caller_id is None or not asked.caller_id.startswith("+1") or asked.caller_id.startswith("+1900"):
        yield "US-N1"
    if asked.ring_seconds is not None and asked.ring_seconds < 15:
        yield "US-D1"
    if shared.loses_calls(asked):
        yield "US-D3"
    if shared.records_unasked(asked):
        yield "US-R2"
    at_work = asked.phone_role == "work" or (asked.type == "consumer" and asked.phone_role != "private")
    if asked.natural and at_work and not asked.flag("workplace_allowed"):
        yield "US-P1"
    if asked.natural and asked.phone_role == "work" and asked.channel == "voicemail":
        yield "US-P1"
    if asked.robot and asked.line_type != "fixed" and not asked.flag("prerecorded_consent"):
        yield "US-V2"


def _flags(asked: Asked, at: datetime) -> Iterator[str]:
    if asked.held("objection", at) or (asked.natural and asked.flag("phone_objection")):
        yield "US-C1"


def _clock(asked: Asked, at: datetime) -> Iterator[str]:
    for local in asked.local_times(at):
        if asked.nowhere and not shared.between(local.time(), "11:00", "21:00"):
            yield "US-T5"
        if not shared.between(local.time(), "08:00", "21:00"):
            yield "US-T1"
    if shared.against_wishes(asked, at):
        yield "US-T2"


def _counters(asked: Asked, at: datetime) -> Iterator[str]:
    ends = asked.until("prior_consent_until")
    consented = bool(ends) and at < min(ends) <= asked.first_asked_at + 7 * DAY
    if asked.natural and not consented:
        if counting.per_claim(asked, asked.person, at, 7) >= 7:
            yield "US-F1"
        if _talked_this_week(asked, at):
            yield "US-F2"
    if counting.lost_calls_pause(asked, at):
        yield "US-D4"
    if asked.natural and asked.channel in ("call", "voicemail") and _validation_is_late(asked, at):
        yield "US-S2"
    heard = [row for row in asked.person_or_number if row.message or row.outcome == "announced"]
    if _plays_to_home(asked) and counting.in_days(heard, at, 30) >= 3:
        yield "US-V4"


def _plays_to_home(asked: Asked) -> bool:
    """A message of our own to a private fixed line, without consent."""
    to_home = asked.line_type == "fixed" and asked.phone_role == "private"
    return asked.robot and to_home and not asked.flag("prerecorded_consent")


def _talked_this_week(asked: Asked, at: datetime) -> bool:
    """The day of the conversation is the first of seven days of rest."""
    for row in asked.conversations:
        if any(row.about(claim) for claim in asked.claims):
            for local in asked.local_times(at):
                if local.date() < row.at.astimezone(local.tzinfo).date() + 7 * DAY:
                    return True
    return False


def _validation_is_late(asked: Asked, at: datetime) -> bool:
    talked = [row.at for row in asked.conversations]
    return asked.notices.get("us_validation") is None and any(at - when > timedelta(hours=120) for when in talked)


def _stricter_places(asked: Asked, at: datetime) -> Iterator[str]:
    state = asked.subdivision or STATE_BY_ZIP.get((asked.postal_code or "")[:3])
    states = STRICTER if state is None else [state]
    if asked.rings and "MA" in states and _massachusetts(asked, at):
        yield "US-MA"
    if "WA" in states:
        told = [row for row in asked.all_rows if row.rings or (row.placed and row.channel == "letter")]
        at_work = asked.rings and asked.phone_role == "work" and counting.in_days(asked.person, at, 7) >= 1
        if counting.in_days(told, at, 7) >= 3 or at_work:
            yield "US-WA"
    if asked.rings and "DC" in states and counting.in_days(asked.person, at, 7) >= 3:
        yield "US-DC"
    if "NY" in states and _is_new_york_city(asked) and _new_york_city(asked, at):
        yield "US-NYC"


def _massachusetts(asked: Asked, at: datetime) -> bool:
    if any(not shared.between(local.time(), "08:00", "21:00") for local in asked.local_times(at)):
        return True
    days = 7 if asked.phone_role == "private" else 30
    return counting.per_claim(asked, asked.person, at, days) >= 2


def _is_new_york_city(asked: Asked) -> bool:
    if asked.city is None and asked.postal_code is None:
        return True
    return asked.city in NYC_NAMES or (asked.postal_code or "").startswith(NYC_ZIPS)


def _new_york_city(asked: Asked, at: datetime) -> bool:
    if all(local.date() < NYC_FROM for local in asked.local_times(at)):
        return False
    tried = [row for row in asked.all_rows if row.placed and row.channel != "inbound"]
    return counting.per_claim(asked, tried, at, 7) >= 3
