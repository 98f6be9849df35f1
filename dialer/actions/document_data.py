"""From a case to the values a document is made from; what is missing is named, with the key or column it goes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumberFormat

from dialer.actions.addressee import addressee, postal_address, salutation
from dialer.actions.situation import Situation
from dialer.config import CreditorSection, DocumentsSection
from dialer.core.case import Claim, Contact
from dialer.core.casework import DocumentKind
from dialer.core.errors import BadInput
from dialer.core.ladder import fax_line
from dialer.core.marks import marked_notices
from dialer.core.policy import Notice
from dialer.core.statement import Statement
from dialer.core.texts import Language
from dialer.documents.agreements import Acknowledgement, InstalmentAgreement
from dialer.documents.kinds import Document
from dialer.documents.letterhead import Address, Frame, Letterhead, Reference
from dialer.documents.letters import AgreedCallback, CallbackFax, PhoneAgreement, Promise, ReminderLetter
from dialer.documents.notices import Authority, Rdg13a3Notice, Rdg13a4Notice, Rdg13aNotice
from dialer.documents.printing import day_text
from dialer.documents.values import Acceleration, ClaimLine, CostLine, Instalment, Money, Party, StatementLine
from dialer.storage.agreements import StoredAgreement
from dialer.storage.documents import Conversation

DAYS_LATE, GRACE_DAYS = 10, 14
"""When the rest of a plan falls due, where it was agreed that it may."""

HOME_CODES = ("+49",)
"""Numbers of these are shown as they are dialled at home."""

LONGEST_REFERENCE = 140
"""Characters a transfer carries."""

SIGNED = frozenset({DocumentKind.INSTALMENT_AGREEMENT, DocumentKind.ACKNOWLEDGEMENT})
"""What has to come back."""

ASKS = frozenset({DocumentKind.REMINDER_LETTER, DocumentKind.PHONE_AGREEMENT, DocumentKind.RDG13A_NOTICE}) | SIGNED
"""What lists the claims with what is open of each."""

_LINES = {
    "interest": {"de": "Verzugszinsen bis {day}", "en": "Default interest to {day}"},
    "costs": {"de": "Kosten und Pauschalen", "en": "Costs and lump sums"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Costs the debtor bears: kind, what they arose from, minor units."""

    kind: str
    ground: str
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be written, and what the book does not know of it."""

    kind: DocumentKind
    contact_id: int | None = None
    attempt_id: int | None = None
    agreement_id: int | None = None
    pay_by: date | None = None
    return_by: date | None = None
    name_invoice: bool = False
    costs: tuple[Charge, ...] = ()
    ground: Literal["contract", "tort"] = "contract"
    subject: str = ""
    contract_on: date | None = None
    agreement: Literal["instalments", "deferral"] = "instalments"
    interest_terms: str = ""
    represented_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that a document of a case may be made from; `today` is the debtor's day."""

    situation: Situation
    order: Order
    settings: DocumentsSection
    stated: Statement | None
    conversation: Conversation | None
    agreement: StoredAgreement | None
    today: date

    @property
    def language(self) -> Language:
        """The debtor's, where documents are written in it."""
        return "en" if self.situation.case.debtor.language == "en" else "de"

    @property
    def contact(self) -> Contact:
        """Whom it is addressed to."""
        return addressee(self.situation.case, self.order.contact_id)

    @property
    def currency(self) -> str:
        """The one the claims are in; several are refused where they are added up."""
        return next((c.currency for c in self.situation.case.open_claims), "EUR")

    @property
    def reference(self) -> str:
        """What a transfer should say: the claims, else the debtor."""
        case = self.situation.case
        words = " ".join(c.reference for c in case.open_claims)
        return words if 0 < len(words) <= LONGEST_REFERENCE else case.debtor.reference

    @property
    def return_by(self) -> date:
        """Until when a signed paper should be back."""
        return self.order.return_by or self.today + timedelta(days=self.settings.return_days)

    def costs(self) -> tuple[CostLine, ...]:
        """The costs of the order as a document lists them."""
        return tuple(CostLine(c.kind, c.ground, Money(c.minor, self.currency)) for c in self.order.costs)


def document_data(material: Material) -> Document:
    """The values. Raises BadInput for what is missing."""
    return _MAKERS[material.order.kind](material)


def letterhead_of(creditor: CreditorSection) -> Letterhead:
    """The sender. Raises BadInput naming the table."""
    if creditor.letterhead is None:
        raise BadInput(
            f'creditor "{creditor.key}" has no [creditor.letterhead] table in the configuration: who writes?'
        )
    return creditor.letterhead.letterhead


def client_of(creditor: CreditorSection) -> Address:
    """Whose claim it is."""
    return creditor.client.address if creditor.client else letterhead_of(creditor).address


def frame_of(material: Material, *, complete: bool = True) -> Frame:
    """Sender, recipient and reference block."""
    situation, contact = material.situation, material.contact
    debtor = situation.case.debtor
    return Frame(
        letterhead_of(situation.creditor),
        postal_address(situation.case, contact, complete=complete),
        Reference(str(situation.case.id), material.today, debtor.reference, situation.creditor.agent_name),
        salutation(contact, material.language),
    )


def owed_lines(material: Material) -> tuple[tuple[ClaimLine, ...], tuple[StatementLine, ...]]:
    """The open claims, and interest and costs beside them where an amount can be stated."""
    stated, case = material.stated, material.situation.case
    if stated is None:
        return tuple(_claim_line(c, c.open_minor) for c in case.open_claims), ()
    principal = Counter[str | None]()
    for line in stated.lines:
        principal[line.debt] += line.principal_minor
    # a payment covers costs and interest first, so that more of a claim may be open than the book has it
    claims = sorted((c for c in case.claims if principal[c.reference] > 0), key=lambda c: (c.invoice_date, c.id))
    day = day_text(material.today, material.language)
    amounts = (("interest", stated.interest.open_minor), ("costs", stated.costs.open_minor))
    beside = (
        StatementLine(_LINES[key][material.language].format(day=day), material.today, Money(minor, stated.currency))
        for key, minor in amounts
        if minor
    )
    return tuple(_claim_line(c, principal[c.reference]) for c in claims), tuple(beside)


def parties_of(material: Material, address: Address | None = None) -> tuple[Party, ...]:
    """Creditor and debtor; an address that is not whole is refused unless it is given."""
    case = material.situation.case
    client = client_of(material.situation.creditor)
    found = address or postal_address(case, material.contact, complete=True)
    bare = Address(found.name, found.street, found.postal_code, found.city, found.country)
    represented = material.order.represented_by
    return (
        Party("creditor", client.name, client),
        Party("debtor", case.debtor.name, bare, represented_by=represented),
    )


def _claim_line(claim: Claim, open_minor: int) -> ClaimLine:
    return ClaimLine(
        claim.invoice_number or claim.reference,
        claim.invoice_date,
        claim.due_date,
        Money(claim.amount_minor, claim.currency),
        Money(open_minor, claim.currency),
    )


# --- one a kind ------------------------------------------------------------------------------------------------------


def _callback_fax(material: Material) -> Document:
    situation = material.situation
    fax = fax_line(situation.case, material.contact)
    if fax is None:
        raise BadInput(f"case {situation.case.id} has no fax line; import one in the column fax")
    claims = situation.case.open_claims
    hours = situation.creditor.callback_hours
    return CallbackFax(
        frame_of(material, complete=False),
        situation.creditor.agent_name,
        dialled(situation.creditor.caller_id),
        hours.get(material.language) or next(iter(hours.values())),
        dialled(fax.e164),
        claims[0].invoice_number if material.order.name_invoice and claims else "",
    )


def _reminder(material: Material) -> Document:
    claims, beside = owed_lines(material)
    if not claims:
        raise BadInput(f"case {material.situation.case.id}: nothing is open")
    pay_by = material.order.pay_by or material.today + timedelta(days=material.settings.pay_days)
    if pay_by <= material.today:
        raise BadInput(f"--pay-by {pay_by} is not in the future")
    return ReminderLetter(frame_of(material), claims, pay_by, material.reference, beside)


def _phone_agreement(material: Material) -> Document:
    talk, case, zone = material.conversation, material.situation.case, material.situation.site.zone
    if talk is None:
        raise BadInput(f"case {case.id}: no conversation in which something was agreed is on record")
    person = (case.contact(talk.contact_id) or material.contact).name
    promise, callback = None, None
    if talk.promised_minor is not None and talk.promised_on is not None:
        promise = Promise(Money(talk.promised_minor, material.currency), talk.promised_on)
    elif talk.callback_at is not None:
        callback = AgreedCallback(talk.callback_at.astimezone(zone), person, dialled(talk.number))
    return PhoneAgreement(
        frame_of(material),
        person,
        talk.joined_at.astimezone(zone),
        material.situation.creditor.agent_name,
        promise,
        callback,
        owed_lines(material)[0],
        material.reference,
    )


def _instalment_agreement(material: Material) -> Document:
    agreed = material.agreement
    if agreed is None:
        raise BadInput(f"case {material.situation.case.id}: no instalments have been agreed; record them first")
    terms = agreed.terms
    if not terms.interest_free and not material.order.interest_terms:
        raise BadInput("the plan is not free of interest: say --interest-terms")
    claims, beside = owed_lines(material)
    notice = marked_notices(material.situation.marks).get(Notice.RDG13A3)
    zone = material.situation.site.zone
    return InstalmentAgreement(
        frame_of(material),
        parties_of(material),
        claims,
        tuple(Instalment(r.n, r.due_on, Money(r.amount_minor, terms.currency)) for r in terms.instalments),
        material.reference,
        statement=beside,
        interest_terms="" if terms.interest_free else material.order.interest_terms,
        acceleration=Acceleration(DAYS_LATE, GRACE_DAYS) if terms.acceleration else None,
        costs=material.costs(),
        costs_notice_on=notice.astimezone(zone).date() if notice and material.order.costs else None,
        return_by=material.return_by,
    )


def _acknowledgement(material: Material) -> Document:
    situation = material.situation
    claims, beside = owed_lines(material)
    asked = situation.case.debtor.type.natural_person and situation.creditor.role != "own_claim"
    return Acknowledgement(
        frame_of(material), parties_of(material), claims, beside, notice=asked, return_by=material.return_by
    )


def _rdg13a(material: Material) -> Document:
    creditor, order, authority = material.situation.creditor, material.order, material.settings.authority
    if creditor.client is None:
        raise BadInput(f'creditor "{creditor.key}" has no [creditor.client] table: the notice names whose claim it is')
    if authority is None:
        raise BadInput("the configuration has no [documents.authority] table: the notice names who supervises you")
    if not order.subject or order.contract_on is None:
        raise BadInput("the notice names the ground of the claim: say --subject and --contract-date")
    claims, _ = owed_lines(replace(material, stated=None))
    return Rdg13aNotice(
        frame_of(material),
        creditor.client.address,
        order.ground,
        order.subject,
        order.contract_on,
        claims,
        Authority(authority.address, authority.email, authority.website or ""),
        material.reference,
        costs=material.costs(),
    )


def _rdg13a3(material: Material) -> Document:
    if not material.order.costs:
        raise BadInput("the notice says what the agreement costs: name each with --cost KIND GROUND AMOUNT")
    return Rdg13a3Notice(frame_of(material), material.order.agreement, material.costs())


def _rdg13a4(material: Material) -> Document:
    return Rdg13a4Notice(frame_of(material), client_of(material.situation.creditor).name)


def _dossier(material: Material) -> Document:
    raise BadInput(f"the file of case {material.situation.case.id} is written with `dialer dossier`")


_MAKERS: Mapping[DocumentKind, Callable[[Material], Document]] = {
    DocumentKind.CALLBACK_FAX: _callback_fax,
    DocumentKind.REMINDER_LETTER: _reminder,
    DocumentKind.PHONE_AGREEMENT: _phone_agreement,
    DocumentKind.INSTALMENT_AGREEMENT: _instalment_agreement,
    DocumentKind.ACKNOWLEDGEMENT: _acknowledgement,
    DocumentKind.RDG13A_NOTICE: _rdg13a,
    DocumentKind.RDG13A3_NOTICE: _rdg13a3,
    DocumentKind.RDG13A4_NOTICE: _rdg13a4,
    DocumentKind.DOSSIER: _dossier,
}


def dialled(e164: str) -> str:
    """A number as people write it: from home with a leading zero, else with the country's code."""
    number = phonenumbers.parse(e164)
    national = e164.startswith(HOME_CODES)
    form = PhoneNumberFormat.NATIONAL if national else PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(number, form))
