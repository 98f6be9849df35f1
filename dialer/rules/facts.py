"""FACTS.json read into what the gate looks at.

Missing keys take the default that fails closed; an unknown key or a wrong value is an error that names its path.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from dialer.core import facts as core
from dialer.core.case import Hold, LineType, Phone
from dialer.core.errors import BadInput
from dialer.core.marks import merged
from dialer.core.outcome import Channel, PastAttempt
from dialer.core.policy import Flag, Notice
from dialer.core.windows import A_DAY, WeeklyWindow, start_of_day
from dialer.rules.facts_form import ClaimForm, FactsForm, MessageForm, NoticesForm, PastForm, PhoneForm
from dialer.rules.number_plan import line_type
from dialer.rules.places import Address, Whereabouts, caller_site, known_country, whereabouts

HOME = "DE"
"""Where a caller is taken to be of whom nothing is known: the country with the strictest rules for callers."""

OWN, OTHER = 1, 2
"""Debtor ids inside a document: the debtor himself, and anybody else who was called at the same number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Where the operator calls from."""

    country: str
    subdivision: str | None = None
    city: str | None = None
    catholic: bool | None = None
    timezone: str | None = None

    def site(self) -> core.Site:
        """The place with its clock and holidays."""
        return caller_site(
            country=self.country,
            subdivision=self.subdivision,
            city=self.city,
            catholic=self.catholic,
            timezone=self.timezone,
        )


def read_facts(document: object) -> core.Facts:
    """The facts of a document in the form of FACTS.json. Raises BadInput with one line per wrong field."""
    try:
        read = FactsForm.model_validate(document)
        return _facts(read)
    except ValidationError as error:
        raise BadInput("\n".join(_problem(e) for e in error.errors(include_input=False))) from None


_PLAIN = {"extra_forbidden": "unknown key", "missing": "missing", "model_type": "must be an object"}


def _problem(error: Any) -> str:
    where = ""
    for part in error["loc"]:
        where += f"[{part}]" if isinstance(part, int) else f".{part}" if where else str(part)
    message = _PLAIN.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
    return f"{where or 'facts'}: {message}"


def _facts(read: FactsForm) -> core.Facts:
    debtor, flags = read.debtor, read.flags
    address = Address(
        country=(debtor.country or "").upper(),
        subdivision=debtor.subdivision,
        postal_code=debtor.postal_code,
        city=debtor.city,
        zones=tuple(debtor.zones or ()),
        confirmed=debtor.address_confirmed,
        catholic=debtor.catholic,
    )
    where = _where(read, address)
    zones = [site.zone for site in where.sites] or [ZoneInfo("UTC")]
    caller = _caller(read)
    try:
        site = caller.site()
    except ValueError as error:
        raise BadInput(f"operator.country: {error}") from None
    return core.Facts(
        country=address.country,
        called=where.sites,
        places=where.places,
        place_unknown=where.unknown,
        caller=site,
        caller_country=caller.country,
        caller_id=read.operator.caller_id or "",
        operator_role=read.operator.role,
        debtor_id=OWN,
        debtor_type=debtor.type,
        contact_role=read.contact.role,
        phone=_phone(read.phone),
        channel=read.channel,
        mode=read.mode,
        claims=_claims(read.claims),
        holds=tuple(Hold(reason=hold.reason, until=hold.until) for hold in read.holds),
        flags=frozenset(flag for flag in Flag if getattr(flags, flag.value, False) is True),
        moratorium_until=_end(flags.moratorium_until, zones, latest=True),
        prior_consent_until=_end(flags.prior_consent_until, zones, latest=False),
        wishes=_wishes(debtor.wishes),
        notices=_notices(read.notices, zones),
        stage=read.stage,
        recording=read.recording,
        ring_seconds=read.ring_seconds,
        document=read.document,
        dialled=core.Dialled(attempts=read.dialer.attempts, lost=read.dialer.lost)
        if read.dialer
        else core.NOTHING_DIALLED,
        wording=_wording(read.message),
        overrides=tuple(
            core.Override(rule=o.rule, role=o.role, until=o.until, user=o.user, reason=o.reason) for o in read.overrides
        ),
        history=tuple(_past(past) for past in read.history if _relevant(past, read.phone.e164)),
    )


def _where(read: FactsForm, address: Address) -> Whereabouts:
    if read.phone.e164 is None and read.channel is not Channel.LETTER:
        return Whereabouts(sites=(), places=frozenset())
    return whereabouts(address, read.phone.e164 if read.channel is not Channel.LETTER else None)


def _caller(read: FactsForm) -> Caller:
    operator = read.operator
    debtors = (read.debtor.country or "").upper()
    return Caller(
        country=(operator.country or "").upper() or (debtors if known_country(debtors) else HOME),
        subdivision=operator.subdivision,
        city=operator.city,
        catholic=operator.catholic,
        timezone=operator.timezone,
    )


def _phone(read: PhoneForm) -> Phone:
    kind = read.line_type
    if kind is None:
        kind = line_type(read.e164) if read.e164 and "line_type" not in read.model_fields_set else LineType.UNKNOWN
    return Phone(id=0, e164=read.e164 or "", role=read.role, line_type=kind, state=read.state)


def _claims(read: list[ClaimForm] | None) -> tuple[core.ClaimFacts, ...]:
    """Without the key something is owed, nobody knows what: one claim that every line of the history counts for."""
    if read is None:
        return (core.ClaimFacts(id=""),)
    return tuple(
        core.ClaimFacts(
            id=claim.id,
            open_minor=claim.open_minor,
            disputed=claim.disputed,
            title=claim.title,
            limitation_on=claim.limitation_on,
        )
        for claim in read
    )


def _end(value: datetime | date | None, zones: list[ZoneInfo], *, latest: bool) -> datetime | None:
    """The end of a day at the debtor's: the last one where it forbids, the first where it allows."""
    if value is None or isinstance(value, datetime):
        return value
    ends = [start_of_day(zone, value + A_DAY) for zone in zones]
    return max(ends) if latest else min(ends)


def _notices(read: NoticesForm, zones: list[ZoneInfo]) -> dict[Notice, datetime]:
    given = ((notice, getattr(read, notice.value)) for notice in Notice)
    return {
        notice: at
        for notice, value in given
        # of a day nobody knows the hour: it may have been the last
        if (at := _end(value, zones, latest=True)) is not None
    }


def _wishes(read: list[WeeklyWindow]) -> WeeklyWindow | None:
    return merged(read) if read else None


def _wording(read: MessageForm | None) -> core.Wording | None:
    if read is None:
        return None
    return core.Wording(
        text=read.text,
        level=read.level,
        language=read.language,
        reminders=read.reminders,
        first_reminder_on=read.first_reminder_on,
        informed=read.informed or read.announced,
    )


def _relevant(read: PastForm, e164: str | None) -> bool:
    """Calls to somebody else at another number say nothing of this one."""
    return not read.other_debtor or read.phone is None or read.phone == e164


def _past(read: PastForm) -> PastAttempt:
    return PastAttempt(
        id=0,
        at=read.at,
        channel=read.channel,
        e164=read.phone or "",
        debtor_id=OTHER if read.other_debtor else OWN,
        contact_id=None,
        contact_role=read.contact_role,
        claims=frozenset(read.claims or ()),
        ended_at=read.ended_at,
        outcome=read.outcome,
        disposition=read.disposition,
        message_begun=read.message,
        spoken=read.conversation,
    )
