"""The form of FACTS.json: its tables and keys, each with the default that fails closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    model_validator,
)

from dialer.core.case import ContactRole, DebtorType, HoldReason, LineType, PhoneRole, PhoneState, Stage
from dialer.core.outcome import Channel, Disposition, Mode, Outcome
from dialer.core.phone import is_e164
from dialer.core.policy import Document, OperatorRole
from dialer.core.windows import NEVER, WeeklyWindow, parse_week

LONGEST_QUOTE = 60

YEARS = range(1970, 2200)
"""Instants beyond are slips of the pen, and near the end of the calendar nothing can be added to them."""


def shown(value: object) -> str:
    """A wrong value as an error quotes it: in one line, short, and printable anywhere."""
    text = ascii(value)
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def _asked(channel: Channel) -> Channel:
    if channel is Channel.INBOUND:
        raise ValueError("the gate is asked about call, voicemail, fax or letter")
    return channel


def _instant(value: object) -> object:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{shown(value)} is not an instant like 2026-11-24T10:00:00+01:00") from None
    if not isinstance(value, datetime):
        raise ValueError("not an instant like 2026-11-24T10:00:00+01:00")  # noqa: TRY004 - shown as a key error
    if value.tzinfo is None:
        raise ValueError("needs an offset from UTC, for example +01:00")
    if value.year not in YEARS:
        raise ValueError(f"is not between the years {YEARS[0]} and {YEARS[-1]}")
    return value.astimezone(UTC)


def _day(value: object) -> object:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(f"{shown(value)} is not a day like 2026-11-24") from None
    if isinstance(day, date) and day.year not in YEARS:
        raise ValueError(f"is not between the years {YEARS[0]} and {YEARS[-1]}")
    return day


def _instant_or_day(value: object) -> object:
    if isinstance(value, str) and len(value) == len("2026-11-24"):
        return _day(value)
    return _instant(value)


def _debtor_type(value: object) -> object:
    """Whoever is not known to be something else is a consumer, the most protected."""
    known = {kind.value for kind in DebtorType}
    return value if not isinstance(value, str) or value in known else DebtorType.CONSUMER


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError(f"{shown(name)} is no time zone like Europe/Berlin") from None
    return name


def _e164(number: str) -> str:
    if not is_e164(number):
        raise ValueError("not a telephone number in E.164 form like +493023125000")
    return number


def _wish(value: object) -> object:
    if not isinstance(value, Mapping) or set(value) != {"days", "span"}:
        raise ValueError('not a wish like {"days": "mon-fri", "span": "08:00-12:00"}')
    return parse_week({str(value["days"]): [value["span"]]}, unnamed=NEVER)


Instant = Annotated[datetime, BeforeValidator(_instant)]
Day = Annotated[date, BeforeValidator(_day)]
InstantOrDay = Annotated[datetime | date, BeforeValidator(_instant_or_day)]
Zone = Annotated[StrictStr, AfterValidator(_zone)]
E164 = Annotated[StrictStr, AfterValidator(_e164)]
Wish = Annotated[WeeklyWindow, BeforeValidator(_wish)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class OperatorForm(_Table):
    role: OperatorRole = OperatorRole.REGISTERED_COLLECTOR
    country: StrictStr | None = None
    subdivision: StrictStr | None = None
    city: StrictStr | None = None
    catholic: StrictBool | None = None
    timezone: Zone | None = None
    caller_id: StrictStr | None = None


class DebtorForm(_Table):
    type: Annotated[DebtorType, BeforeValidator(_debtor_type)] = DebtorType.CONSUMER
    segment: StrictStr | None = None
    industry: StrictStr | None = None
    country: StrictStr | None = None
    subdivision: StrictStr | None = None
    postal_code: StrictStr | None = None
    city: StrictStr | None = None
    catholic: StrictBool | None = None
    zones: list[Zone] | None = None
    address_confirmed: StrictBool = False
    wishes: list[Wish] = []


class PhoneForm(_Table):
    e164: E164 | None = None
    role: PhoneRole = PhoneRole.WORK
    line_type: LineType | None = None
    state: PhoneState = PhoneState.USABLE


class ContactForm(_Table):
    role: ContactRole = ContactRole.THIRD_PARTY


class ClaimForm(_Table):
    id: StrictStr = Field(min_length=1)
    disputed: StrictBool = False
    title: StrictBool = False
    default_since: Day | None = None
    limitation_on: Day | None = None
    open_minor: StrictInt = 1


class FlagsForm(_Table):
    phone_objection: StrictBool = False
    cease: StrictBool = False
    attorney: StrictBool = False
    insolvency: StrictBool = False
    wrong_party: StrictBool = False
    deceased: StrictBool = False
    prerecorded_consent: StrictBool = False
    recording_consent: StrictBool = False
    workplace_allowed: StrictBool = False
    written_dispute: StrictBool = False
    moratorium_until: InstantOrDay | None = None
    prior_consent_until: InstantOrDay | None = None


class NoticesForm(_Table):
    rdg13a: InstantOrDay | None = None
    rdg13a3: InstantOrDay | None = None
    rdg13a4: InstantOrDay | None = None
    us_validation: InstantOrDay | None = None


class HoldForm(_Table):
    reason: HoldReason
    until: Instant | None = None


class OverrideForm(_Table):
    rule: StrictStr
    role: StrictStr
    until: Instant
    user: StrictStr = Field(pattern=r"\S")
    reason: StrictStr = Field(pattern=r"\S")


class DialledForm(_Table):
    attempts: StrictInt = Field(ge=0)
    lost: StrictInt = Field(ge=0)


class MessageForm(_Table):
    text: StrictStr
    level: StrictInt = Field(default=0, ge=0, le=4)
    language: Literal["", "de", "en"] = ""
    reminders: StrictInt = Field(default=0, ge=0)
    first_reminder_on: Day | None = None
    informed: StrictBool = False
    announced: StrictBool = False


class PastForm(_Table):
    at: Instant
    ended_at: Instant | None = None
    channel: Channel = Channel.CALL
    phone: E164 | None = None
    claims: list[StrictStr] | None = None
    contact_role: ContactRole = ContactRole.SELF
    outcome: Outcome | None = None
    conversation: StrictBool | None = None
    disposition: Disposition | None = None
    other_debtor: StrictBool = False
    message: StrictBool = False

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.ended_at is not None and self.ended_at < self.at:
            raise ValueError("ended_at lies before at")
        return self


class FactsForm(_Table):
    operator: OperatorForm = OperatorForm()
    debtor: DebtorForm = DebtorForm()
    phone: PhoneForm = PhoneForm()
    contact: ContactForm = ContactForm()
    claims: list[ClaimForm] | None = None
    flags: FlagsForm = FlagsForm()
    notices: NoticesForm = NoticesForm()
    channel: Annotated[Channel, AfterValidator(_asked)] = Channel.CALL
    mode: Mode = Mode.UNATTENDED
    recording: StrictBool = False
    ring_seconds: StrictInt | None = None
    document: Document | None = None
    stage: Stage = Stage.TELEPHONE
    dialer: DialledForm | None = None
    holds: list[HoldForm] = []
    overrides: list[OverrideForm] = []
    message: MessageForm | None = None
    history: list[PastForm] = []
