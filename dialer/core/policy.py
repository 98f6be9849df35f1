"""Germany's limits as values. Ids, figures and sources are those of the compliance tables.

Times are local to the called party. DENY binds everybody; DENY_OVR could be overridden by the role `compliance`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dialer.core.case import DebtorType
from dialer.core.windows import NEVER, WHOLE_DAY, Span, Spans, parse_span

HolidayName = Callable[[date], str | None]
"""The name of the public holiday on a local date, None on other days."""


class Effect(StrEnum):
    """What breaking a rule means."""

    DENY = "DENY"
    DENY_OVR = "DENY_OVR"


@dataclass(frozen=True, slots=True)
class TimeRule:
    """A rule about the called party's clock: `spans_of(day)` is when this rule alone lets a call through."""

    id: str
    effect: Effect
    spans_of: Callable[[date], Spans]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Counters. None = no such limit."""

    per_day: int
    per_7d: int
    per_30d: int
    voicemail_days: int
    voicemails_per_case: int | None


PACK = "de 2026.11"
COUNTRY = "DE"
DEFAULT_ZONE = "Europe/Berlin"

HARD_PER_DAY = 3
"""DE-F1: the Bundesnetzagentur treats more than three attempts a day as harassing."""

MIN_GAP_HOURS = 2
"""DE-F5: older DDV rule, attempts spread over morning, noon and evening."""

PAUSE_WORKDAYS = 3
"""DE-F4, product default: whole working days of rest after the day of a conversation."""

LOST_CALL_BLOCK_HOURS = 72
"""DE-D4: after a lost call no dialler may ring this number again for three days (DDV 2009)."""

RING_SECONDS = (15, 40)
"""DE-D1: shorter is a dropped call, longer a nuisance."""

CALLER_ID_PREFIX = "+49"
CALLER_ID_FORBIDDEN = ("+49900", "+49137", "+4911")
"""DE-N1, TKG section 120(2): premium rate, mass traffic, short codes (110, 112, 115, 116, 118)."""

NUMBER_PREFIX = "+49"
"""A number of another country rings by a clock and under a law that this pack does not know."""

NOTICE_DAYS = 3
"""DE-RDG2, product default: days for the notice under section 13a RDG to arrive."""

NATURAL_PERSON = Limits(per_day=2, per_7d=5, per_30d=12, voicemail_days=7, voicemails_per_case=3)
"""DE-F2, DE-F3 and the voicemail rules of compliance section 7."""

BUSINESS = Limits(per_day=3, per_7d=8, per_30d=20, voicemail_days=3, voicemails_per_case=None)
"""DE-F1, DE-F3 over all contacts together (BZ-4), voicemail rules of section 7."""


def limits_for(debtor_type: DebtorType) -> Limits:
    """The counters that bind a debtor of this type."""
    return NATURAL_PERSON if debtor_type.natural_person else BUSINESS


_WORKDAY = (parse_span("08:00-20:00"),)
_SATURDAY = (parse_span("09:00-18:00"),)
_BUSINESS_DAY = (parse_span("08:00-18:00"),)
_QUIET_DAY = (Span(8 * 60, 14 * 60),)
_QUIET_DATES = {(12, 24), (12, 31)}
_SATURDAY_INDEX, _SUNDAY_INDEX = 5, 6


def _workday(day: date) -> Spans:
    return WHOLE_DAY if day.weekday() == _SUNDAY_INDEX else _WORKDAY


def _saturday(day: date) -> Spans:
    return _SATURDAY if day.weekday() == _SATURDAY_INDEX else WHOLE_DAY


def _business(day: date) -> Spans:
    if day.weekday() == _SUNDAY_INDEX:
        return WHOLE_DAY
    return NEVER if day.weekday() == _SATURDAY_INDEX else _BUSINESS_DAY


def _sunday(day: date) -> Spans:
    return NEVER if day.weekday() == _SUNDAY_INDEX else WHOLE_DAY


def _quiet(day: date) -> Spans:
    return _QUIET_DAY if (day.month, day.day) in _QUIET_DATES else WHOLE_DAY


_ALL = (
    TimeRule("DE-T1", Effect.DENY, _workday),
    TimeRule("DE-T4", Effect.DENY, _sunday),
    TimeRule("DE-T6", Effect.DENY_OVR, _quiet),
)
_NATURAL = (*_ALL, TimeRule("DE-T2", Effect.DENY_OVR, _saturday))
_LEGAL_ENTITY = (*_ALL, TimeRule("DE-T3", Effect.DENY_OVR, _business))


def time_rules(debtor_type: DebtorType) -> tuple[TimeRule, ...]:
    """The clock rules that bind calls to a debtor of this type, holidays apart."""
    return _NATURAL if debtor_type.natural_person else _LEGAL_ENTITY


def holiday_rule(name_of: HolidayName) -> TimeRule:
    """DE-T5: no calls on a public holiday; applied at the called party's place and at the caller's site."""
    return TimeRule("DE-T5", Effect.DENY, lambda day: NEVER if name_of(day) else WHOLE_DAY)
