"""A row as read to a row understood, or to a rejection with all its reasons. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from dialer.claims_file import words
from dialer.claims_file.columns import GERMAN, folded
from dialer.claims_file.rows import ContactRow, ImportRow, PhoneRow, Rejection, Warned
from dialer.claims_file.texts import text
from dialer.claims_file.values import (
    MAX_CELL,
    FaultError,
    as_currency,
    as_date,
    as_email,
    as_minor,
    as_text,
    as_zone,
    shown,
)
from dialer.core.case import ContactRole, DebtorType, PhoneRole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from dialer.claims_file.rows import Cell, ImportDefaults, Number, RawRow, ReadNumber

_Value = TypeVar("_Value")
_Word = TypeVar("_Word", bound=str)

SEGMENTS = {DebtorType.CONSUMER: "private"}
DEFAULT_SEGMENT = "business"

_SALUTATIONS = frozenset({"herr", "herrn", "frau", "mr", "mrs", "ms", "dr", "prof", "dipl", "ing"})


def parse_row(raw: RawRow, *, defaults: ImportDefaults, read_number: ReadNumber) -> ImportRow | Rejection:
    """What a row says, or why it is not imported. `read_number` is the number plan."""
    if raw.broken is not None:
        return Rejection(raw.line, "", raw.broken)
    cells = _Cells(raw.cells, defaults.language)
    row = _Parser(cells, defaults, read_number).row(raw.line)
    if row is None or cells.faults:
        columns = ", ".join(dict.fromkeys(column for column, _ in cells.faults))
        reasons = "; ".join(dict.fromkeys(f"{cells.named(column)}{reason}" for column, reason in cells.faults))
        return Rejection(raw.line, columns, reasons)
    return row


def default_segment(debtor_type: DebtorType) -> str:
    """The segment of a debtor whose file names none."""
    return SEGMENTS.get(debtor_type, DEFAULT_SEGMENT)


def default_phone_role(contact_role: ContactRole, debtor_type: DebtorType) -> PhoneRole:
    """Where a number rings when the file does not say."""
    if debtor_type is DebtorType.CONSUMER:
        return PhoneRole.PRIVATE
    return PhoneRole.BUSINESS_MAIN if contact_role is ContactRole.RECEPTION else PhoneRole.BUSINESS_DIRECT


class _Cells:
    """The cells of one row; a fault is noted beside its column and reading goes on, so that all are told at once."""

    __slots__ = ("_cells", "faults", "language", "warnings")

    def __init__(self, cells: Mapping[str, Cell], language: str) -> None:
        self._cells = cells
        self.language = language
        self.faults: list[tuple[str, str]] = []
        self.warnings: list[Warned] = []

    def raw(self, column: str) -> Cell:
        value = self._cells.get(column)
        if isinstance(value, str) and len(value) > MAX_CELL:
            raise FaultError("too_long", limit=MAX_CELL)
        return value

    def read(self, column: str, convert: Callable[[Cell], _Value | None]) -> _Value | None:
        try:
            return convert(self.raw(column))
        except FaultError as fault:
            self.fault(column, fault.text(self.language))
            return None

    def text(self, column: str) -> str | None:
        return self.read(column, lambda value: as_text(value, column))

    def texts(self, column: str, convert: Callable[[str], _Value]) -> _Value | None:
        """A text and what becomes of it; both may find a fault."""

        def both(value: Cell) -> _Value | None:
            plain = as_text(value, column)
            return None if plain is None else convert(plain)

        return self.read(column, both)

    def required(self, column: str, value: _Value | None) -> _Value | None:
        if value is None and not any(at == column for at, _ in self.faults):
            self.fault(column, text("missing", self.language))
        return value

    def fault(self, column: str, reason: str) -> None:
        self.faults.append((column, reason))

    def warn(self, code: str, **values: object) -> None:
        self.warnings.append(Warned(code, text(code, self.language, **values)))

    def named(self, column: str) -> str:
        """The column before a reason, where a row has faults in several."""
        if len({at for at, _ in self.faults}) < 2:
            return ""
        return f"{GERMAN[column] if self.language == 'de' else column}: "


class _Parser:
    """The parts of one row, each from its cells."""

    def __init__(self, cells: _Cells, defaults: ImportDefaults, read_number: ReadNumber) -> None:
        self.cells = cells
        self.read_number = read_number
        self.defaults = defaults

    def row(self, line: int) -> ImportRow | None:
        cells = self.cells
        creditor = self._creditor()
        reference = cells.required("debtor_reference", cells.text("debtor_reference"))
        name = cells.required("debtor_name", cells.text("debtor_name"))
        country = self._country()
        claim = cells.required("claim_reference", cells.text("claim_reference"))
        debtor_type = self._debtor_type()
        segment = self._segment(debtor_type)
        invoiced, due = self._dates()
        currency = self._currency()
        amount, paid = self._money(currency)
        extras = {column: cells.text(column) for column in ("street", "postal_code", "city", "note", "assigned_to")}
        subdivision = cells.texts("subdivision", lambda t: self._subdivision(t, country))
        language = cells.texts("language", lambda t: _word(t, words.LANGUAGES, cells.language))
        zone = cells.texts("timezone", as_zone)
        industry = cells.texts("industry", words.industry)
        contact = self._contact(debtor_type, name, country)
        number = cells.text("invoice_number")
        # one test for all that a row cannot do without; each absence is already among the faults
        if not (creditor and reference and name and country and claim and invoiced and due and currency):
            return None
        if amount is None or debtor_type is None:
            return None
        return ImportRow(
            line=line,
            creditor=creditor,
            debtor_reference=reference,
            debtor_name=name,
            debtor_type=debtor_type,
            country=country,
            segment=segment,
            industry=industry,
            subdivision=subdivision,
            street=extras["street"],
            postal_code=extras["postal_code"],
            city=extras["city"],
            language=language,
            timezone=zone,
            note=extras["note"],
            claim_reference=claim,
            invoice_number=number or claim,
            invoice_date=invoiced,
            due_date=due,
            amount_minor=amount,
            paid_minor=paid,
            currency=currency,
            contact=contact,
            assigned_to=extras["assigned_to"],
            warnings=tuple(cells.warnings),
        )

    def _creditor(self) -> str | None:
        known = self.defaults.creditors
        value = self.cells.texts("creditor", lambda t: _one_of(t, known))
        if value is None and len(known) == 1:
            return next(iter(known))
        return self.cells.required("creditor", value)

    def _country(self) -> str | None:
        value = self.cells.texts("country", _country)
        return self.cells.required("country", value or self.defaults.country)

    def _subdivision(self, value: str, country: str | None) -> str | None:
        if country is None:
            return None
        found = words.subdivision(value, country)
        if found is None:
            raise FaultError("subdivision_unknown", value=shown(value), country=country)
        return found

    def _debtor_type(self) -> DebtorType | None:
        faults = len(self.cells.faults)
        found = self.cells.texts("debtor_type", lambda t: _word(t, words.DEBTOR_TYPES, self.cells.language))
        if found is None and len(self.cells.faults) == faults:
            self.cells.warn("warn_type_empty")
            return DebtorType.CONSUMER
        return found

    def _segment(self, debtor_type: DebtorType | None) -> str | None:
        known = self.defaults.segments
        value = self.cells.texts("segment", lambda t: _one_of(t, known))
        if value is None and debtor_type is not None and not self.cells.faults:
            self.cells.read("segment", lambda _: _one_of(default_segment(debtor_type), known))
        return value

    def _dates(self) -> tuple[date | None, date | None]:
        cells = self.cells
        invoiced = cells.required("invoice_date", cells.read("invoice_date", as_date))
        due = cells.required("due_date", cells.read("due_date", as_date))
        if invoiced and due and due < invoiced:
            cells.fault("due_date", text("date_order", cells.language, due=due, invoice=invoiced))
        return invoiced, due

    def _currency(self) -> str | None:
        faults = len(self.cells.faults)
        found = self.cells.texts("currency", as_currency)
        if found is None and len(self.cells.faults) == faults and self.defaults.currency:
            self.cells.warn("warn_currency_empty", currency=self.defaults.currency)
            return self.defaults.currency
        return self.cells.required("currency", found)

    def _money(self, currency: str | None) -> tuple[int | None, int | None]:
        if currency is None:
            return None, None
        cells = self.cells
        amount = cells.required("amount", cells.read("amount", lambda v: as_minor(v, currency)))
        paid = cells.read("paid", lambda v: as_minor(v, currency))
        if amount is not None and paid is not None and paid > amount:
            cells.warn("warn_overpaid")
        return amount, paid

    def _contact(self, debtor_type: DebtorType | None, debtor: str | None, country: str | None) -> ContactRow | None:
        cells = self.cells
        name = cells.text("contact_name")
        role = cells.texts("contact_role", lambda t: _word(t, words.CONTACT_ROLES, cells.language))
        email = cells.texts("email", as_email)
        phones = self._phones(country)
        if debtor_type is None or debtor is None:
            return None
        if debtor_type.natural_person and role in (None, ContactRole.SELF):
            return self._himself(debtor, name, email, phones)
        if debtor_type is DebtorType.CONSUMER:
            cells.fault("contact_role", text("role_third_party", cells.language))
            return None
        if role is ContactRole.SELF:
            cells.fault("contact_role", text("role_self_business", cells.language))
            return None
        if not (name or role or email or phones):
            return None
        if role is None and name:
            cells.warn("warn_role_empty")
        return ContactRow(name=name or debtor, role=role or ContactRole.RECEPTION, email=email, phones=phones)

    def _himself(
        self, debtor: str, name: str | None, email: str | None, phones: tuple[PhoneRow, ...]
    ) -> ContactRow | None:
        """The debtor as his own and only contact; another person's name means another person."""
        if name and not _same_person(name, debtor):
            self.cells.fault("contact_name", text("name_third_party", self.cells.language, value=shown(name)))
            return None
        return ContactRow(name=debtor, role=ContactRole.SELF, email=email, phones=phones)

    def _phones(self, country: str | None) -> tuple[PhoneRow, ...]:
        role = self.cells.texts("phone_role", lambda t: _word(t, words.PHONE_ROLES, self.cells.language))
        phone = self._number("phone", country)
        fax = self._number("fax", country)
        if phone is not None and phone == fax:
            self.cells.warn("warn_fax_is_phone")
            fax = None
        found = []
        if phone:
            found.append(PhoneRow(e164=phone.e164, role=role, line_type=phone.line_type, fax=False))
        if fax:
            found.append(PhoneRow(e164=fax.e164, role=None, line_type=fax.line_type, fax=True))
        return tuple(found)

    def _number(self, column: str, country: str | None) -> Number | None:
        if country is None:
            return None
        plain = self.cells.read(column, lambda value: _number_text(value, column))
        if plain is None:
            return None
        found = self.read_number(plain, country)
        if isinstance(found, str):
            self.cells.fault(column, f"'{shown(plain)}': {found}")
            return None
        return found


def _number_text(value: Cell, column: str) -> str | None:
    """A number's text. A figure that ends in many zeros is what Excel makes of 4.9151E+11."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if isinstance(value, float) and not value.is_integer():
            raise FaultError("not_text", kind="kind_fraction")
        if str(int(value)).endswith("000000"):
            raise FaultError("number_rounded", value=shown(int(value)))
    return as_text(value, column)


def _country(value: str) -> str:
    found = words.country(value)
    if found is None:
        raise FaultError("country_unknown", value=shown(value))
    return found


def _word(value: str, table: Mapping[str, _Word], language: str) -> _Word:
    found = table.get(folded(value))
    if found is None:
        raise FaultError("word_unknown", value=shown(value), known=words.known_words(table, language))
    return found


def _one_of(value: str, known: frozenset[str]) -> str:
    if value not in known:
        raise FaultError("word_unknown", value=shown(value), known=", ".join(sorted(known)))
    return value


def _same_person(contact: str, debtor: str) -> bool:
    """True when the contact's names are among the debtor's, in any order, salutation aside."""
    names = _names(contact)
    return bool(names) and names <= _names(debtor)


def _names(person: str) -> frozenset[str]:
    parts = {folded(part) for part in re.split(r"[\s,.]+", person)}
    return frozenset(parts - _SALUTATIONS - {""})
