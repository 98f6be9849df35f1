"""People of a small book: Frau Weber at home, the Kornblume GmbH, and what was tried with them."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count
from zoneinfo import ZoneInfo

from dialer.core.case import Case, Claim, Contact, ContactRole, Debtor, DebtorType, Phone, PhoneRole, PhoneState
from dialer.core.outcome import Channel, Disposition, Mode, Outcome, PastAttempt
from dialer.core.permit import Facts, Site

BERLIN = ZoneInfo("Europe/Berlin")
MOBILE = "+4915112345678"


def in_berlin(text):
    """A Berlin wall clock, as text."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def site(zone="Europe/Berlin", holidays=()):
    """A place with its clock and a list of holidays by ISO date."""
    days = {date.fromisoformat(day) for day in holidays}
    return Site(zone=ZoneInfo(zone), holiday=lambda day: "Feiertag" if day in days else None)


def phone(e164=MOBILE, role="private", state="usable", phone_id=1):
    return Phone(id=phone_id, e164=e164, role=PhoneRole(role), state=PhoneState(state))


def past(at, outcome="no_answer", *, said=None, ended=None, debtor=1, e164=MOBILE, contact=1, channel="call"):
    """An attempt of the past on the Berlin clock; outcome None = still running."""
    return PastAttempt(
        id=next(_IDS),
        at=in_berlin(at),
        channel=Channel(channel),
        e164=e164,
        debtor_id=debtor,
        contact_id=contact,
        contact_role=ContactRole.SELF,
        ended_at=in_berlin(ended) if ended else None,
        outcome=Outcome(outcome) if outcome else None,
        disposition=Disposition(said) if said else None,
    )


_IDS = count(1)


def facts_about(**changes):
    """A creditor's collector wants to call a consumer at home in Berlin; nothing speaks against it but the clock."""
    usual = {
        "country": "DE",
        "called": (site(),),
        "caller": site(),
        "caller_id": "+493023125000",
        "operator_role": "own_claim",
        "debtor_id": 1,
        "debtor_type": DebtorType.CONSUMER,
        "contact_role": ContactRole.SELF,
        "phone": phone(),
        "channel": Channel.CALL,
        "mode": Mode.PROGRESSIVE,
        "open_minor": 10_000,
    }
    return Facts(**usual | changes)


BUSINESS = {
    "debtor_type": DebtorType.BUSINESS,
    "contact_role": ContactRole.ACCOUNTS_PAYABLE,
    "phone": phone(role="business_direct"),
}
SOLE_TRADER = {"debtor_type": DebtorType.SOLE_TRADER, "contact_role": ContactRole.OWNER}


def contact(contact_id=1, role="self", phones=None, name="Erika Weber"):
    lines = (phone(phone_id=contact_id * 10),) if phones is None else tuple(phones)
    return Contact(id=contact_id, name=name, role=ContactRole(role), phones=lines)


def case_of(debtor_type="consumer", *, contacts=None, invoice="2026-09-01", **changes):
    """A case with one old open claim of 100 euros."""
    claim = Claim(
        id=1,
        reference="F-1",
        invoice_number="RE 1",
        invoice_date=date.fromisoformat(invoice),
        due_date=date.fromisoformat(invoice),
        amount_minor=10_000,
        paid_minor=0,
        currency="EUR",
    )
    debtor = Debtor(id=1, reference="D-1", name="Weber", type=DebtorType(debtor_type), segment="private", country="DE")
    usual = {
        "id": 1,
        "creditor": "stadtwerke",
        "debtor": debtor,
        "contacts": contacts if contacts is not None else (contact(),),
        "claims": (claim,),
    }
    return Case(**usual | changes)
