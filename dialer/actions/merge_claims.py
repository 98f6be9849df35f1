"""Rows of a file against each other and against the book: what is new, what changes, what contradicts. No I/O."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dialer.claims_file.parsing import default_phone_role, default_segment
from dialer.claims_file.rows import Rejection, Warned
from dialer.claims_file.texts import text
from dialer.claims_file.values import shown
from dialer.claims_file.words import default_language
from dialer.core.case import CaseStatus, ContactRole, PhoneState
from dialer.core.paid import Paid, by_file
from dialer.storage.import_rows import (
    BookPart,
    ClaimRecord,
    ContactRecord,
    DebtorRecord,
    Key,
    PhoneRecord,
    contact_key,
)

if TYPE_CHECKING:
    from datetime import date

    from dialer.claims_file.rows import ContactRow, ImportRow, PhoneRow

# differing values of these would call the wrong person, or at the wrong hour
_STEERING = ("name", "segment", "industry", "subdivision", "postal_code", "language", "timezone")
_DESCRIPTIVE = ("street", "city", "note")
_DETAILS = (*_STEERING, *_DESCRIPTIVE)
_COLUMN = {"name": "debtor_name"}
_CHANGEABLE = ("invoice_number", "invoice_date", "due_date", "amount_minor")


@dataclass(slots=True)
class CaseNews:
    """What a batch brings to one case, for its log."""

    is_new: bool = False
    reopened: bool = False
    claims: list[ClaimRecord] = field(default_factory=list)
    changed: dict[Key, ClaimRecord] = field(default_factory=dict)
    contacts: list[ContactRecord] = field(default_factory=list)
    phones: list[PhoneRecord] = field(default_factory=list)


@dataclass(slots=True)
class Merger:
    """One import. Remembers which debtors and claims the file has named, so that it cannot contradict itself unseen.

    What the file said of them is in the book by then; kept are the line and which cells were filled, by the hash of
    the key: an import of a hundred thousand claims has to fit into little memory. `today` is the day of the import.
    """

    language: str
    today: date
    counts: Counter[str] = field(default_factory=Counter)
    news: dict[Key, CaseNews] = field(default_factory=dict)
    _debtors: dict[int, int] = field(default_factory=dict)
    _claims: dict[int, int] = field(default_factory=dict)

    def merge(self, row: ImportRow, part: BookPart) -> Rejection | tuple[Warned, ...]:
        """Put one row into the part of the book that is loaded; the first contradiction rejects it whole."""
        fault = self._debtor_fault(row, part) or self._claim_fault(row, part) or self._phone_fault(row, part)
        if fault is not None:
            return fault
        warnings = list(row.warnings)
        debtor = self._debtor(row, part, warnings)
        self._claim(row, part, debtor, warnings)
        if row.contact is not None:
            self._contact(row.contact, debtor, warnings)
        if row.contact is None or all(phone.fax for phone in row.contact.phones):
            self.counts["without_number"] += 1
        return tuple(warnings)

    # --- what is refused ---------------------------------------------------------------------------------------------

    def _reject(self, row: ImportRow, column: str, code: str, **values: object) -> Rejection:
        return Rejection(row.line, column, text(code, self.language, **values))

    def _debtor_fault(self, row: ImportRow, part: BookPart) -> Rejection | None:
        record = part.debtors.get((row.creditor, row.debtor_reference))
        if record is None:
            return None
        line, said = _unpack(self._debtors.get(_debtor_hash(row)))
        compared: list[tuple[str, str | None, str | None]] = [
            ("debtor_type", record.type, row.debtor_type),
            ("country", record.country, row.country),
        ]
        for bit, detail in enumerate(_STEERING):
            if said & 1 << bit and _detail(row, detail) is not None:
                compared.append((_COLUMN.get(detail, detail), record.details[detail], _detail(row, detail)))
        for column, earlier, here in compared:
            if earlier != here:
                code = "debtor_contradicts" if line else "debtor_recorded"
                values = {"reference": shown(row.debtor_reference), "earlier": shown(earlier), "here": shown(here)}
                return self._reject(row, column, code, line=line, **values)
        return None

    def _claim_fault(self, row: ImportRow, part: BookPart) -> Rejection | None:
        record = part.claims.get((row.creditor, row.claim_reference))
        if record is None:
            return None
        reference = shown(row.claim_reference)
        if record.debtor != row.debtor_reference:
            debtor = shown(record.debtor)
            return self._reject(row, "claim_reference", "claim_other_debtor", reference=reference, debtor=debtor)
        line, paid_said = _unpack(self._claims.get(_claim_hash(row)))
        if line and _differs(record, row, paid_said=bool(paid_said)):
            return self._reject(row, "claim_reference", "claim_contradicts", reference=reference, line=line)
        if record.currency != row.currency:
            return self._reject(row, "currency", "claim_currency", reference=reference, earlier=record.currency)
        return None

    def _phone_fault(self, row: ImportRow, part: BookPart) -> Rejection | None:
        debtor = part.debtors.get((row.creditor, row.debtor_reference))
        if debtor is None or row.contact is None:
            return None
        person = debtor.contacts.get(contact_key(row.contact.role, row.contact.name))
        for phone in row.contact.phones if person is not None else ():
            recorded = person.phones.get(phone.e164) if person is not None else None
            if recorded is not None and phone.role is not None and phone.role is not recorded.role:
                return self._reject(row, "phone_role", "phone_role_recorded", earlier=recorded.role)
        return None

    # --- what is taken over ------------------------------------------------------------------------------------------

    def _debtor(self, row: ImportRow, part: BookPart, warnings: list[Warned]) -> DebtorRecord:
        key = (row.creditor, row.debtor_reference)
        line, said = _unpack(self._debtors.get(_debtor_hash(row)))
        given = sum(1 << bit for bit, detail in enumerate(_DETAILS) if _detail(row, detail) is not None)
        self._debtors[_debtor_hash(row)] = _pack(line or row.line, said | given)
        record = part.debtors.get(key)
        if record is None:
            record = part.debtors[key] = _new_debtor(row)
            self._news(record).is_new = True
            self.counts["new_debtors"] += 1
            self.counts["new_cases"] += 1
            return record
        self._update_debtor(record, row, said, warnings)
        self._assign(record, row, warnings)
        return record

    def _update_debtor(self, record: DebtorRecord, row: ImportRow, said: int, warnings: list[Warned]) -> None:
        for bit, detail in enumerate(_DETAILS):
            new, old = _detail(row, detail), record.details[detail]
            if new is None or new == old:
                continue
            if said & 1 << bit:
                # two values in one file: the first stays, or reading the file again would change it to and fro
                warnings.append(self._warned("warn_kept", column=detail))
                continue
            if record.id is not None:
                self.counts["updated_debtors"] += not record.before
                record.before.setdefault(detail, old)
                self._news(record)
            record.details[detail] = new

    def _assign(self, record: DebtorRecord, row: ImportRow, warnings: list[Warned]) -> None:
        if row.assigned_to is None or row.assigned_to == record.assigned_to:
            return
        if record.assigned_to is not None:
            warnings.append(self._warned("warn_kept", column="assigned_to"))
            return
        record.assigned_to = row.assigned_to
        record.case_changed = True

    def _claim(self, row: ImportRow, part: BookPart, debtor: DebtorRecord, warnings: list[Warned]) -> None:
        key = (row.creditor, row.claim_reference)
        line, paid_said = _unpack(self._claims.get(_claim_hash(row)))
        self._claims[_claim_hash(row)] = _pack(line or row.line, paid_said | (row.paid_minor is not None))
        record = part.claims.get(key)
        if record is None:
            part.claims[key] = record = _new_claim(row, self.today)
            self.counts["new_claims"] += 1
            news = self._news(debtor)
            news.claims.append(record)
            if debtor.status is CaseStatus.CLOSED:
                # a closed case is looked at by nobody: a new debt in it would be lost
                debtor.status, debtor.case_changed, news.reopened = CaseStatus.OPEN, True, True
            return
        changed = self._update_claim(record, row, debtor, warnings)
        if not line:
            self.counts["updated_claims" if changed else "unchanged_claims"] += 1

    def _update_claim(self, record: ClaimRecord, row: ImportRow, debtor: DebtorRecord, warnings: list[Warned]) -> bool:
        old = {column: getattr(record, column) for column in (*_CHANGEABLE, "paid_minor")}
        for column in _CHANGEABLE:
            setattr(record, column, getattr(row, column))
        if row.paid_minor is not None:
            self._paid(record, row.paid_minor, warnings)
        changed = {column: value for column, value in old.items() if getattr(record, column) != value}
        if changed and record.id is not None:
            record.before = changed | record.before
            self._news(debtor).changed[row.creditor, record.reference] = record
        return bool(changed)

    def _paid(self, record: ClaimRecord, figure: int, warnings: list[Warned]) -> None:
        """The file's running total of what was paid, beside the payments that are booked here."""
        before = record.paid
        record.paid = by_file(before, figure, booked=record.booked_minor, on=self.today)
        record.told = record.told or record.paid != before
        if before.told_minor is not None and figure < min(before.told_minor, record.paid.minor):
            warnings.append(self._warned("warn_paid_kept"))
        elif record.paid.minor < before.minor:
            warnings.append(self._warned("warn_paid_lowered"))

    def _contact(self, row: ContactRow, debtor: DebtorRecord, warnings: list[Warned]) -> None:
        key = contact_key(row.role, row.name)
        record = debtor.contacts.get(key)
        if record is None:
            record = debtor.contacts[key] = ContactRecord(name=row.name, role=row.role, email=row.email)
            self.counts["new_contacts"] += 1
            self._news(debtor).contacts.append(record)
        elif row.role is ContactRole.SELF and record.name != row.name:
            record.name, record.changed = row.name, record.id is not None
        if row.email is not None and record.email is None:
            record.email, record.changed = row.email, record.id is not None
        elif row.email is not None and row.email != record.email:
            warnings.append(self._warned("warn_kept", column="email"))
        for phone in row.phones:
            self._phone(phone, record, debtor)

    def _phone(self, row: PhoneRow, person: ContactRecord, debtor: DebtorRecord) -> None:
        record = person.phones.get(row.e164)
        if record is None:
            record = person.phones[row.e164] = PhoneRecord(
                e164=row.e164,
                role=row.role or default_phone_role(person.role, debtor.type),
                line_type=row.line_type,
                state=PhoneState.FAX if row.fax else PhoneState.USABLE,
            )
            self.counts["new_phones"] += 1
            self._news(debtor).phones.append(record)
        elif row.fax and record.state in {PhoneState.USABLE, PhoneState.SUSPECT}:
            # what a network or a collector taught us survives; that a number is a fax is news
            record.state, record.changed = PhoneState.FAX, record.id is not None

    def _news(self, debtor: DebtorRecord) -> CaseNews:
        return self.news.setdefault(debtor.key, CaseNews())

    def _warned(self, code: str, **values: object) -> Warned:
        return Warned(code, text(code, self.language, **values))


def _detail(row: ImportRow, detail: str) -> str | None:
    value: str | None = row.debtor_name if detail == "name" else getattr(row, detail)
    return value


def _differs(record: ClaimRecord, row: ImportRow, *, paid_said: bool) -> bool:
    if paid_said and row.paid_minor is not None and row.paid_minor != record.paid.told_minor:
        return True
    return any(getattr(record, column) != getattr(row, column) for column in (*_CHANGEABLE, "currency"))


def _debtor_hash(row: ImportRow) -> int:
    return hash((row.creditor, row.debtor_reference))


def _claim_hash(row: ImportRow) -> int:
    return hash((row.creditor, row.claim_reference))


_BITS = len(_DETAILS)


def _pack(line: int, bits: int) -> int:
    return line << _BITS | bits


def _unpack(packed: int | None) -> tuple[int, int]:
    """The line a key was first named in, 0 for none, and what was said there."""
    return (0, 0) if packed is None else (packed >> _BITS, packed & (1 << _BITS) - 1)


def _new_debtor(row: ImportRow) -> DebtorRecord:
    return DebtorRecord(
        creditor=row.creditor,
        reference=row.debtor_reference,
        type=row.debtor_type,
        country=row.country,
        details={
            "name": row.debtor_name,
            "segment": row.segment or default_segment(row.debtor_type),
            "industry": row.industry,
            "subdivision": row.subdivision,
            "street": row.street,
            "postal_code": row.postal_code,
            "city": row.city,
            "language": row.language or default_language(row.country),
            "timezone": row.timezone,
            "note": row.note,
        },
        assigned_to=row.assigned_to,
    )


def _new_claim(row: ImportRow, today: date) -> ClaimRecord:
    paid = Paid() if row.paid_minor is None else by_file(Paid(), row.paid_minor, booked=0, on=today)
    return ClaimRecord(
        reference=row.claim_reference,
        debtor=row.debtor_reference,
        invoice_number=row.invoice_number,
        invoice_date=row.invoice_date,
        due_date=row.due_date,
        amount_minor=row.amount_minor,
        paid=paid,
        currency=row.currency,
    )
