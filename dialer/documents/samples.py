"""Sample data for the check at start-up: every document once with every field filled, once with what it must have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dialer.documents.agreements import Acknowledgement, InstalmentAgreement
from dialer.documents.dossier import AttemptLine, Dossier, FiledDocument, LadderStep, TaskLine
from dialer.documents.kinds import Document, Kind
from dialer.documents.letterhead import Address, BankAccount, Frame, Letterhead, Reference
from dialer.documents.letters import AgreedCallback, CallbackFax, PhoneAgreement, Promise, ReminderLetter
from dialer.documents.notices import Authority, Rdg13a3Notice, Rdg13a4Notice, Rdg13aNotice
from dialer.documents.values import (
    Acceleration,
    ClaimLine,
    CostLine,
    Instalment,
    InterestLine,
    Money,
    Party,
    StatementLine,
)

_DAY = date(2026, 11, 24)
_NOW = datetime(2026, 11, 24, 18, 2, tzinfo=ZoneInfo("Europe/Berlin"))
_HASH = "0123456789abcdef" * 4

_SENDER = Letterhead(
    name="Muster Handels GmbH",
    address=Address("Muster Handels GmbH", "Beispielstraße 12", "10115", "Berlin"),
    account=BankAccount("Muster Handels GmbH", "DE02120300000000202051", "BYLADEM1001", "Beispielbank"),
    phone="030 23125-000",
    fax="030 23125-099",
    email="buchhaltung@example.com",
    website="www.example.com",
    legal_lines=("Amtsgericht Charlottenburg HRB 12345", "Geschäftsführerin: Petra Muster", "USt-IdNr. DE123456789"),
)
_PLAIN_SENDER = replace(_SENDER, phone="", fax="", email="", website="", legal_lines=())
_DEBTOR = Address("Öztürk & Söhne Bau GmbH", "Große Straße 1a", "86150", "Augsburg", extra="Buchhaltung")
_REFERENCE = Reference("A-4711", _DAY, "K-99", "Anna Berger")
_CLAIMS = (
    ClaimLine("RE-2026-0815", date(2026, 9, 1), date(2026, 9, 15), Money(125000, "EUR"), Money(125000, "EUR")),
    ClaimLine("RE-2026-0920", date(2026, 9, 20), date(2026, 10, 4), Money(98050, "EUR"), Money(48050, "EUR")),
)
_STATEMENT = (
    StatementLine("Verzugszinsen", _DAY, Money(1234, "EUR")),
    StatementLine("Pauschale (§ 288 Abs. 5 BGB)", _DAY, Money(4000, "EUR")),
)
_COSTS = (CostLine("Einigungsgebühr", "Ratenzahlungsvereinbarung", Money(3150, "EUR")),)
_PARTIES = (
    Party("creditor", "Muster Handels GmbH", _SENDER.address),
    Party("debtor", "Öztürk & Söhne Bau GmbH", _DEBTOR, represented_by="Deniz Öztürk"),
    Party("co_debtor", "Öztürk Holding GmbH"),
    Party("guarantor", "Deniz Öztürk"),
)
_PLAN = (
    Instalment(1, date(2026, 12, 1), Money(60000, "EUR")),
    Instalment(2, date(2027, 1, 1), Money(60000, "EUR")),
    Instalment(3, date(2027, 2, 1), Money(61434, "EUR")),
)
_INTEREST = InterestLine(Money(125000, "EUR"), "6,27 %", date(2026, 9, 16), _DAY, Money(1503, "EUR"))
_AUTHORITY = Authority(
    Address("Aufsichtsbehörde", "Musterallee 1", "53113", "Bonn"), "post@example.com", "www.example.com"
)


def samples(language: str) -> Iterator[tuple[Kind, Document]]:
    """Every kind, full and bare, so that every branch of a template is taken."""
    for kind in Kind:
        full = sample(kind, language)
        yield kind, full
        yield kind, _bare(full)


def sample(kind: Kind, language: str, letterhead: Letterhead = _SENDER) -> Document:
    """One document of the kind, every field filled."""
    salutation = "Sehr geehrter Herr Öztürk," if language == "de" else "Dear Mr Öztürk,"
    frame = Frame(letterhead, _DEBTOR, _REFERENCE, salutation, "Telefax 0821 555-99")
    match kind:
        case Kind.CALLBACK_FAX:
            return CallbackFax(frame, "Anna Berger", "030 23125-000", "9 bis 17 Uhr", "0821 555-99", "RE-2026-0815")
        case Kind.REMINDER_LETTER:
            return ReminderLetter(frame, _CLAIMS, date(2026, 12, 8), "RE-2026-0815", _STATEMENT)
        case Kind.PHONE_AGREEMENT:
            promise = Promise(Money(50000, "EUR"), date(2026, 12, 1))
            return PhoneAgreement(frame, "Deniz Öztürk", _NOW, "Anna Berger", promise, None, _CLAIMS, "RE-2026-0815")
        case Kind.INSTALMENT_AGREEMENT | Kind.ACKNOWLEDGEMENT:
            return _signed(kind, frame)
        case Kind.DOSSIER:
            return _dossier(frame)
        case _:
            return _notice(kind, frame)


def _signed(kind: Kind, frame: Frame) -> Document:
    back = date(2026, 12, 4)
    if kind == Kind.ACKNOWLEDGEMENT:
        return Acknowledgement(frame, _PARTIES, _CLAIMS, _STATEMENT, notice=True, return_by=back)
    return InstalmentAgreement(
        frame,
        _PARTIES,
        _CLAIMS,
        _PLAN,
        "A-4711",
        statement=_STATEMENT,
        acceleration=Acceleration(10, 14),
        costs=_COSTS,
        costs_notice_on=date(2026, 11, 20),
        return_by=back,
    )


def _notice(kind: Kind, frame: Frame) -> Document:
    if kind == Kind.RDG13A3_NOTICE:
        return Rdg13a3Notice(frame, "instalments", _COSTS)
    if kind == Kind.RDG13A4_NOTICE:
        return Rdg13a4Notice(frame, "Muster Handels GmbH")
    return Rdg13aNotice(
        frame,
        _SENDER.address,
        "contract",
        "Lieferung von Baustoffen",
        date(2026, 8, 20),
        _CLAIMS,
        _AUTHORITY,
        "A-4711",
        interest=(_INTEREST,),
        above_statutory_rate="vertraglich vereinbarter Zinssatz",
        costs=_COSTS,
        costs_include_vat=True,
        address_was_traced=True,
    )


def _dossier(frame: Frame) -> Dossier:
    return Dossier(
        frame.letterhead,
        frame.reference,
        _NOW,
        _PARTIES,
        _CLAIMS,
        17,
        _HASH,
        statement=_STATEMENT,
        ladder=(LadderStep(_NOW, "Buchhaltung", "Leitung Buchhaltung", "drei Versuche an zwei Tagen"),),
        attempts=(AttemptLine(_NOW, "Anruf", "Frau Klein", "verbunden", "Rückruf vereinbart", "de 2026-11"),),
        documents=(FiledDocument(_DAY, "Erinnerung", "versandt", _HASH),),
        tasks=(TaskLine(date(2026, 12, 8), "Zahlungseingang prüfen", "offen"),),
        summary="Sechs Versuche auf drei Stufen, keine Einwände.",
    )


def _bare(full: Document) -> Document:
    """The same document without anything it can do without; where there are two ways, the other one."""
    if isinstance(full, Dossier):
        return Dossier(_PLAIN_SENDER, Reference("A-4711", _DAY), _NOW, _PARTIES[:2], _CLAIMS, 0, _HASH)
    frame = Frame(_PLAIN_SENDER, replace(_DEBTOR, extra="", country="CH"), Reference("A-4711", _DAY))
    match full:
        case CallbackFax():
            return replace(full, frame=frame, invoice_number="")
        case ReminderLetter():
            return replace(full, frame=frame, statement=())
        case PhoneAgreement():
            agreed = AgreedCallback(_NOW, "Deniz Öztürk", "0821 555-0")
            return replace(full, frame=frame, promise=None, callback=agreed, claims=())
        case InstalmentAgreement():
            whole = (Instalment(1, _DAY, full.owing),)
            terms = "5 Prozentpunkte über dem Basiszinssatz."
            return InstalmentAgreement(
                frame, _PARTIES, _CLAIMS, whole, "A-4711", statement=_STATEMENT, interest_terms=terms
            )
        case Acknowledgement():
            return replace(full, frame=frame, parties=_PARTIES[:2], statement=(), notice=False, return_by=None)
        case Rdg13aNotice():
            return Rdg13aNotice(
                frame, full.client, "tort", full.ground_subject, full.ground_date, _CLAIMS, _AUTHORITY, "A-4711"
            )
        case Rdg13a3Notice():
            return replace(full, frame=frame, agreement="deferral")
    return replace(full, frame=frame)
