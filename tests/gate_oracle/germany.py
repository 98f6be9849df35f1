"""The German table, and the Austrian one, which leans on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.gate_oracle import counting, shared
from tests.gate_oracle.asked import Asked

FORBIDDEN_CALLER_IDS = ("+49900", "+49137", "+4911")


def german_rules(asked: Asked, at: datetime) -> Iterator[str]:
    yield from shared.flags(asked, at, "DE")
    yield from _contact(asked)
    yield from _collector(asked, at)
    if asked.rings:
        yield from _device(asked)
        yield from german_clock(asked, at)
        if shared.against_wishes(asked, at):
            yield "DE-WISH"
        yield from shared.voicemail(asked, at)
        yield from _counters(asked, at)


def german_site(asked: Asked, at: datetime) -> Iterator[str]:
    """The ban on work on Sundays and holidays, wherever the call goes."""
    sunday, holiday = shared.caller_rests(asked, at, "DE")
    if asked.rings and sunday:
        yield "DE-T4"
    if asked.rings and holiday:
        yield "DE-T5"


def german_clock(asked: Asked, at: datetime) -> Iterator[str]:
    for local in asked.local_times(at):
        now, weekday = local.time(), local.weekday()
        if weekday < 6 and not shared.between(now, "08:00", "20:00"):
            yield "DE-T1"
        if asked.natural and weekday == 5 and not shared.between(now, "09:00", "18:00"):
            yield "DE-T2"
        if not asked.natural and weekday < 5 and not shared.between(now, "08:00", "18:00"):
            yield "DE-T3"
        if not asked.natural and weekday == 5:
            yield "DE-T3"
        if weekday == 6:
            yield "DE-T4"
        if asked.is_holiday(local.date()):
            yield "DE-T5"
        if (local.month, local.day) in ((12, 24), (12, 31)) and not shared.between(now, "08:00", "14:00"):
            yield "DE-T6"


def _contact(asked: Asked) -> Iterator[str]:
    if shared.speaks_to_stranger(asked) or (not asked.natural and asked.contact_role == "third_party"):
        yield "BZ-3"
    if asked.rings and shared.rings_at_work(asked):
        yield "DE-P3"
    if asked.rings and not asked.natural and asked.phone_role == "private":
        yield "BZ-6"


def _collector(asked: Asked, at: datetime) -> Iterator[str]:
    """What a collector owes a natural person in writing before he may speak or ask for a signature."""
    if not asked.natural or asked.operator_role not in ("registered_collector", "lawyer"):
        return
    notice, costs, lost = asked.given("rdg13a"), asked.given("rdg13a3"), asked.given("rdg13a4")
    known = notice and all(at - given >= timedelta(hours=72) for given in notice)
    if asked.channel in ("call", "voicemail") and not known:
        yield "DE-RDG2"
    if asked.document == "instalment_agreement" and not (costs and all(given < at for given in costs)):
        yield "DE-RDG4"
    if asked.document == "acknowledgement" and not (lost and all(given <= at for given in lost)):
        yield "DE-RDG5"


def _device(asked: Asked) -> Iterator[str]:
    if shared.rings_too_short_or_long(asked):
        yield "DE-D1"
    if shared.loses_calls(asked):
        yield "DE-D3"
    foreign = asked.caller_id is not None and not asked.caller_id.startswith("+49")
    if asked.caller_id is None or foreign or asked.caller_id.startswith(FORBIDDEN_CALLER_IDS):
        yield "DE-N1"
    if foreign:
        yield "DE-N2"
    if shared.robot_call(asked):
        yield "DE-U4"
    if shared.records_unasked(asked):
        yield "DE-R1"
        yield "DE-R2"


def _counters(asked: Asked, at: datetime) -> Iterator[str]:
    if counting.per_day(asked, at) >= 3:
        yield "DE-F1"
    if asked.natural and counting.per_day(asked, at) >= 2:
        yield "DE-F2"
    week, month = (5, 12) if asked.natural else (8, 20)
    if counting.per_days(asked, at, 7) >= week or counting.per_days(asked, at, 30) >= month:
        yield "DE-F3"
    if not asked.natural and _climbs_today(asked, at):
        yield "BZ-4"
    if counting.too_soon_after_ring(asked, at):
        yield "DE-F5"
    if counting.lost_calls_pause(asked, at):
        yield "DE-D4"
    if counting.rests_after_conversation(asked, at):
        yield "DE-F4"


def _climbs_today(asked: Asked, at: datetime) -> bool:
    """Three rings at the business today, one of them to somebody else than the one now called."""
    for local in asked.local_times(at):
        today = counting.of_today(asked.person, local)
        if len(today) >= 3 and any(row.contact_role != asked.contact_role for row in today):
            return True
    return False


def austrian_rules(asked: Asked, at: datetime) -> Iterator[str]:
    yield from shared.flags(asked, at, "AT")
    if shared.speaks_to_stranger(asked) or (not asked.natural and asked.contact_role == "third_party"):
        yield "AT-10"
    if asked.rings:
        yield from _austrian_device(asked)
        if set(german_clock(asked, at)) - {"DE-T6"}:
            yield "AT-3"
        if shared.against_wishes(asked, at):
            yield "AT-WISH"
        yield from shared.voicemail(asked, at)
        yield from _austrian_counters(asked, at)


def austrian_site(asked: Asked, at: datetime) -> Iterator[str]:
    if asked.rings and any(shared.caller_rests(asked, at, "AT")):
        yield "AT-3"


def _austrian_device(asked: Asked) -> Iterator[str]:
    if shared.rings_at_work(asked):
        yield "AT-10"
    if shared.rings_too_short_or_long(asked):
        yield "AT-D1"
    if shared.loses_calls(asked):
        yield "AT-D3"
    if asked.caller_id is None:
        yield "AT-2"
    if shared.robot_call(asked):
        yield "AT-U4"
    if shared.records_unasked(asked):
        yield "AT-9"


def _austrian_counters(asked: Asked, at: datetime) -> Iterator[str]:
    if counting.per_day(asked, at) >= 3:
        yield "AT-F1"
    if asked.natural and counting.per_day(asked, at) >= 2:
        yield "AT-F2"
    week, month = (5, 12) if asked.natural else (8, 20)
    if counting.per_days(asked, at, 7) >= week or counting.per_days(asked, at, 30) >= month:
        yield "AT-F3"
    if counting.too_soon_after_ring(asked, at):
        yield "AT-F5"
    if counting.lost_calls_pause(asked, at):
        yield "AT-D4"
    if counting.rests_after_conversation(asked, at):
        yield "AT-F4"
