"""People of a small book: Frau Weber at home, the Kornblume GmbH, and what was tried with them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from zoneinfo import ZoneInfo

from dialer.core.case import Case, Claim, Contact, ContactRole, Debtor, DebtorType, Phone, PhoneRole, PhoneState
from dialer.core.facts import ClaimFacts, Facts, Site
from dialer.core.outcome import Channel, Disposition, Mode, Outcome, PastAttempt
from dialer.core.policy import Effect, Law, OperatorRole, Pack, Rule, Text
from dialer.rules.packs import load_law

LAW = load_law()
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


def past(at, outcome="no_answer", *, said=None, ended=None, debtor=1, contact=1, role="self", **more):
    """An attempt of the past on the Berlin clock; outcome None = still running."""
    usual = {"e164": MOBILE, "channel": "call", "claims": ()} | more
    return PastAttempt(
        id=next(_IDS),
        at=in_berlin(at).astimezone(UTC),
        channel=Channel(usual["channel"]),
        e164=usual["e164"],
        debtor_id=debtor,
        contact_id=contact,
        contact_role=ContactRole(role),
        claims=frozenset(usual["claims"]),
        ended_at=in_berlin(ended).astimezone(UTC) if ended else None,
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
        "operator_role": OperatorRole.OWN_CLAIM,
        "debtor_id": 1,
        "debtor_type": DebtorType.CONSUMER,
        "contact_role": ContactRole.SELF,
        "phone": phone(),
        "channel": Channel.CALL,
        "mode": Mode.PROGRESSIVE,
        "claims": (ClaimFacts(id="1", open_minor=10_000),),
    }
    return Facts(**usual | changes)


def rule(condition, effect="DENY", **more):
    """A rule written for one test, with the id R unless it says otherwise."""
    usual = {"id": "R", "effect": Effect(effect), "condition": condition, "text": Text(de="Nein.", en="No.")}
    return Rule(**usual | more)


def pack(*rules, country="DE", name="own", review_by="2027-12-31"):
    """A pack of such rules."""
    dates = {"verified_on": date(2026, 11, 21), "review_by": date.fromisoformat(review_by)}
    return Pack(id=name, country=country, version="1", rules=rules, **dates)


def law(*rules):
    """A law that knows Germany and these rules alone."""
    return Law(packs=(pack(*rules),))


BUSINESS = {
    "debtor_type": DebtorType.BUSINESS,
    "contact_role": ContactRole.ACCOUNTS_PAYABLE,
    "phone": phone(role="business_direct"),
}
SOLE_TRADER = {"debtor_type": DebtorType.SOLE_TRADER, "contact_role": ContactRole.OWNER}


def contact(contact_id=1, role="self", phones=None, name="Erika Weber"):
    """Somebody with one line: his own, or that of the desk he has at a business."""
    line = "private" if role == "self" else "business_direct"
    lines = (phone(role=line, phone_id=contact_id * 10),) if phones is None else tuple(phones)
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
