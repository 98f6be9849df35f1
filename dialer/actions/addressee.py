"""To whom a document of a case goes, and by which line, mailbox or address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialer.core.case import Case, Contact, ContactRole, LineType, Phone, PhoneRole, PhoneState
from dialer.core.errors import BadInput
from dialer.core.ladder import fax_line
from dialer.documents.letterhead import Address

_TITLES = {"Herr": "Sehr geehrter", "Frau": "Sehr geehrte"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where it goes; `phone` is the fax line, or one that says that nothing rings."""

    contact: Contact
    phone: Phone
    recipient: str


def addressee(case: Case, contact_id: int | None = None) -> Contact:
    """The contact that was named, else the one the case stands at, else the lowest. Raises BadInput."""
    if contact_id is not None:
        named = case.contact(contact_id)
        if named is None:
            raise BadInput(f"case {case.id} has no contact {contact_id}")
        return named
    current = case.contact(case.contact_id)
    lowest = min(case.contacts, key=lambda c: (c.role.level, c.id), default=None)
    if lowest is None:
        raise BadInput(f"case {case.id} has no contact; import one with the column contact_name")
    return current or lowest


def by_fax(case: Case, contact: Contact, number: str | None) -> Destination:
    """The fax line of that number, or the one the book knows. Raises BadInput."""
    if number is None:
        phone = fax_line(case, contact)
        if phone is None:
            raise BadInput(f"case {case.id} has no fax line; import one in the column fax, or send it another way")
    else:
        phone = next((p for c in case.contacts for p in c.phones if p.e164 == number), None)
        if phone is None:
            raise BadInput(f"--to is no number of case {case.id}; import it in the column fax first")
        if phone.state not in {PhoneState.FAX, PhoneState.USABLE, PhoneState.SUSPECT}:
            raise BadInput(f"--to is a number of case {case.id} that is not to be used ({phone.state})")
    owner = next(c for c in case.contacts if phone in c.phones)
    return Destination(contact=owner, phone=phone, recipient=phone.e164)


def by_mail(case: Case, contact: Contact, mailboxes: Mapping[int, str], address: str | None) -> Destination:
    """The mailbox of that address, or the contact's. Raises BadInput: to others nothing is written about a debt."""
    if address is None:
        if contact.id not in mailboxes:
            raise BadInput(f"contact {contact.id} of case {case.id} has no mail address; import it in the column email")
        return Destination(contact=contact, phone=silent(case), recipient=mailboxes[contact.id])
    owner = next((id_ for id_, known in mailboxes.items() if known.casefold() == address.casefold()), None)
    known_contact = case.contact(owner)
    if known_contact is None:
        raise BadInput(f"--to is no mail address of case {case.id}; import it in the column email first")
    return Destination(contact=known_contact, phone=silent(case), recipient=mailboxes[known_contact.id])


def by_post(case: Case, contact: Contact, address: Address) -> Destination:
    """The debtor's postal address."""
    town = f"{address.postal_code} {address.city}".strip()
    recipient = ", ".join(line for line in (address.name, address.extra, address.street, town) if line)
    return Destination(contact=contact, phone=silent(case), recipient=recipient)


def silent(case: Case) -> Phone:
    """What stands for the line where none rings."""
    role = PhoneRole.PRIVATE if case.debtor.type.natural_person else PhoneRole.BUSINESS_MAIN
    return Phone(id=0, e164="", role=role, line_type=LineType.UNKNOWN)


def postal_address(case: Case, contact: Contact, *, complete: bool) -> Address:
    """The debtor's address; a fax does without street and town. Raises BadInput naming what is missing."""
    debtor = case.debtor
    values = {"street": debtor.street, "postal_code": debtor.postal_code, "city": debtor.city}
    missing = [name for name, value in values.items() if not value]
    if complete and missing:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
        columns = ", ".join(f"debtors.{name}" for name in missing)
        raise BadInput(f"case {case.id}: {columns} is empty; a letter needs the whole address ({options})")
    person = contact.name.strip()
    named = not debtor.type.natural_person and person and person != debtor.name and not _nameless(contact)
    attention = "z. Hd. " if debtor.language == "de" else "Attn. "
    return Address(
        debtor.name,
        debtor.street or "",
        debtor.postal_code or "",
        debtor.city or "",
        debtor.country,
        extra=f"{attention}{person}" if named else "",
    )


def salutation(contact: Contact, language: str) -> str:
    """By name where the book tells how; "" leaves it to the template."""
    title, _, name = contact.name.strip().partition(" ")
    if language == "de" and title in _TITLES and name.strip():
        return f"{_TITLES[title]} {title} {name.strip()},"
    return ""


def _nameless(contact: Contact) -> bool:
    return contact.role is ContactRole.RECEPTION
