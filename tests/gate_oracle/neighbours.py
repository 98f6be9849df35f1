"""The Swiss and the British table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tests.gate_oracle import counting, shared
from tests.gate_oracle.asked import Asked

FORBIDDEN_BRITISH_IDS = ("+449", "+44871", "+44872", "+44873", "+4470", "+4476", "+4484", "+4487")


def outside_office_week(asked: Asked, at: datetime) -> bool:
    """Monday to Friday 8 to 20, Saturday 9 to 17, no Sunday, no holiday."""
    for local in asked.local_times(at):
        now, weekday = local.time(), local.weekday()
        if weekday < 5 and not shared.between(now, "08:00", "20:00"):
            return True
        if weekday == 5 and not shared.between(now, "09:00", "17:00"):
            return True
        if weekday == 6 or asked.is_holiday(local.date()):
            return True
    return False


def swiss_rules(asked: Asked, at: datetime) -> Iterator[str]:
    yield from shared.flags(asked, at, "CH")
    if shared.speaks_to_stranger(asked):
        yield "CH-8"
    if not asked.rings:
        return
    yield from _device(asked, "CH")
    if shared.rings_at_work(asked):
        yield "CH-8"
    if shared.records_unasked(asked):
        yield "CH-10"
    if asked.held("cannot_pay", at):
        yield "CH-7"
    if shared.against_wishes(asked, at):
        yield "CH-WISH"
    if outside_office_week(asked, at) or counting.per_day(asked, at) >= 2 or counting.per_days(asked, at, 7) >= 5:
        yield "CH-1"
    yield from shared.voicemail(asked, at)
    yield from _pauses(asked, at, "CH")
    if counting.lost_calls_pause(asked, at):
        yield "CH-D4"


def british_rules(asked: Asked, at: datetime) -> Iterator[str]:
    yield from shared.flags(asked, at, "GB")
    if shared.in_moratorium(asked, at) or asked.held("moratorium", at):
        yield "GB-10"
    if shared.speaks_to_stranger(asked):
        yield "GB-3"
    if not asked.rings:
        return
    yield from _device(asked, "GB")
    if shared.rings_at_work(asked):
        yield "GB-3"
    if shared.records_unasked(asked):
        yield "GB-13"
    if asked.caller_id is None or asked.caller_id.startswith(FORBIDDEN_BRITISH_IDS):
        yield "GB-9"
    if outside_office_week(asked, at) or shared.against_wishes(asked, at):
        yield "GB-1"
    if _british_frequency(asked, at):
        yield "GB-2"
    yield from shared.voicemail(asked, at)
    yield from _pauses(asked, at, "GB")
    if counting.lost_calls_pause(asked, at):
        yield "GB-8"


def _british_frequency(asked: Asked, at: datetime) -> bool:
    return (
        counting.per_day(asked, at) >= 1
        or counting.per_days(asked, at, 7) >= 3
        or counting.per_days(asked, at, 30) >= 8
    )


def _device(asked: Asked, country: str) -> Iterator[str]:
    if shared.rings_too_short_or_long(asked):
        yield f"{country}-D1"
    if shared.loses_calls(asked):
        yield f"{country}-D3"
    if shared.robot_call(asked):
        yield f"{country}-U4"


def _pauses(asked: Asked, at: datetime, country: str) -> Iterator[str]:
    if counting.too_soon_after_ring(asked, at):
        yield f"{country}-F5"
    if counting.rests_after_conversation(asked, at):
        yield f"{country}-F4"
