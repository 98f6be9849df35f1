"""Who writes to whom: addresses, the sender's letterhead, the reference block."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

from dialer.core.errors import BadInput
from dialer.documents.epc import is_iban

_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")

LOGO_KINDS = (".svg", ".png")


@dataclass(frozen=True)
class Address:
    """A postal address; `extra` is a second line such as a department, `country` an ISO 3166 code."""

    name: str
    street: str
    postal_code: str
    city: str
    country: str = "DE"
    extra: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise BadInput("an address has no name")
        if not re.fullmatch(r"[A-Z]{2}", self.country):
            raise BadInput(f"address: {self.country!r} is no country code; two capital letters, for example DE")


@dataclass(frozen=True)
class BankAccount:
    """Where money goes to. The IBAN's check digits are verified; the holder is as the bank knows him."""

    holder: str
    iban: str
    bic: str = ""
    bank: str = ""
    SHOWN: ClassVar = ("iban_groups",)

    def __post_init__(self) -> None:
        object.__setattr__(self, "iban", self.iban.replace(" ", "").upper())
        if not is_iban(self.iban):
            raise BadInput(f"bank account: {self.iban!r} is no IBAN (length or check digits are wrong)")
        if self.bic and not _BIC.fullmatch(self.bic):
            raise BadInput(f"bank account: {self.bic!r} is no BIC; 8 or 11 capital letters and digits")
        if not 0 < len(self.holder.strip()) <= 70:
            raise BadInput("bank account: the holder's name has 1 to 70 characters")

    @property
    def iban_groups(self) -> str:
        """In fours, as people copy it."""
        return " ".join(self.iban[start : start + 4] for start in range(0, len(self.iban), 4))


@dataclass(frozen=True)
class Letterhead:
    """The sender. `return_line` stands in the window above the address; without it name and address are joined."""

    name: str
    address: Address
    account: BankAccount
    phone: str = ""
    fax: str = ""
    email: str = ""
    website: str = ""
    return_line: str = ""
    legal_lines: tuple[str, ...] = ()
    logo: Path | None = None

    def __post_init__(self) -> None:
        if self.logo is not None and self.logo.suffix.lower() not in LOGO_KINDS:
            raise BadInput(f"logo {self.logo}: save it as .svg or .png")


@dataclass(frozen=True)
class Reference:
    """The information block: our and their sign, the letter's date, who answers questions."""

    ours: str
    day: date
    yours: str = ""
    contact_person: str = ""


@dataclass(frozen=True)
class Frame:
    """All of a letter but its matter. `delivery_note` stands above the address ("By fax …")."""

    letterhead: Letterhead
    recipient: Address
    reference: Reference
    salutation: str = ""
    delivery_note: str = ""
